"""Rules of a site for tests: plain functions with defaults."""

from __future__ import annotations

from visits.collect.exclusion import Rules, compile_rules
from visits.collect.page import InvalidUrl, clean_page
from visits.models import RefusalReason


def make_rules(
    *exclusions: tuple[str, str],
    domain: str = "example.com",
    hostnames: str = "",
    counts_localhost: bool = False,
) -> Rules:
    return compile_rules(domain, hostnames, counts_localhost, exclusions)


def refuse_url(url: str, rules: Rules, domain: str = "example.com") -> RefusalReason | str | None:
    """Return what becomes of a page by its hostname; a URL that is none is refused in words."""
    try:
        return rules.refuse_hostname(clean_page(url, domain).page.hostname)
    except InvalidUrl as error:
        return str(error)
