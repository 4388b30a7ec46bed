"""Write the tiny place databases of visits/tests/data anew: `pip install mmdb_writer`, then run me.

The addresses are those that RFC 5737 and RFC 3849 set aside for documentation; the places are
invented for them, so nobody's licence applies.
"""

from __future__ import annotations

from pathlib import Path

from mmdb_writer import MMDBWriter
from netaddr import IPSet

FOLDER = Path(__file__).resolve().parent.parent / "visits" / "tests" / "data"
NETWORKS = {"vienna": "192.0.2.0/24", "berlin": "2001:db8:1::/48", "sea": "198.51.100.0/24"}


def nested(country: str | None, region: str | None, city: str | None) -> dict[str, object]:
    """Return a record in the shape of GeoIP2, GeoLite2 and DB-IP's own files."""
    record: dict[str, object] = {}
    if country:
        record["country"] = {"iso_code": country, "names": {"en": country}}
    if region:
        record["subdivisions"] = [{"iso_code": "X", "names": {"en": region, "de": f"{region}-de"}}]
    if city:
        record["city"] = {"names": {"en": city, "de": f"{city}-de"}}
    return record


def flat(country: str | None, region: str | None, city: str | None) -> dict[str, object]:
    """Return a record in the shape of the npm packages of DB-IP's data."""
    return {"country_code": country or "", "state1": region or "", "city": city or ""}


def write(
    name: str, database_type: str, records: dict[str, dict[str, object]], ip_version: int = 6
) -> None:
    writer = MMDBWriter(
        ip_version, database_type, ["en"], description=name, ipv4_compatible=ip_version == 6
    )
    for place, record in records.items():
        writer.insert_network(IPSet([NETWORKS[place]]), record)
    writer.to_db_file(str(FOLDER / name))


PLACES = {
    "vienna": ("AT", "Vienna", "Vienna"),
    "berlin": ("DE", "Land Berlin", "Berlin"),
    "sea": (None, None, None),
}
COUNTRIES = {"vienna": ("AT", None, None), "berlin": ("DE", None, None), "sea": (None, None, None)}

write("city.mmdb", "Test-City", {name: nested(*place) for name, place in PLACES.items()})
write(
    "enterprise.mmdb", "Test-Enterprise", {name: nested(*place) for name, place in PLACES.items()}
)
write("country.mmdb", "Test-Country", {name: nested(*place) for name, place in COUNTRIES.items()})
write("flat.mmdb", "city ipvAll", {name: flat(*place) for name, place in PLACES.items()})
# One file for each kind of address, as some packages have it.
write("flat4.mmdb", "city ipv4", {name: flat(*PLACES[name]) for name in ("vienna", "sea")}, 4)
write("flat6.mmdb", "city ipv6", {"berlin": flat(*PLACES["berlin"])})
