"""The demo owner with the demo site, made on the first start."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import OutputWrapper
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from accounts.emails import confirm_address
from accounts.models import User
from sites.demo import DOMAIN, EMAIL
from sites.models import KEY_ALPHABET, Site
from visits.demo.making import empty_site, fill_site
from visits.demo.plan import Plan
from visits.demo.truth import Truth

TIME_ZONE = "Europe/Berlin"
# Four groups of four: about 79 bits.
PASSWORD_GROUPS, PASSWORD_GROUP_LENGTH = 4, 4


@dataclass(frozen=True)
class DemoOwner:
    """The sign-in of the demo owner."""

    email: str
    password: str


def ensure_demo(stderr: OutputWrapper) -> DemoOwner | None:
    """Return the demo owner's sign-in, None when there is none or its password was changed.

    On the first start, when nobody has an account, owner and site are made with a year of traffic. The
    owner gets the password last: without one the demo is unfinished, and the next start begins anew.
    """
    owner = User.objects.filter(email=EMAIL).first()
    if owner is None and User.objects.exists():
        return None
    if owner is None or is_unfinished(owner):
        stderr.write("Making a demo site with a year of traffic, once.", style_func=str)
        site = get_or_make_demo_site()
        empty_site(site)
        fill_with_progress(site, Plan(domain=site.domain, zone=site.zone, until=timezone.now()))
        finish(site.owner)
    return sign_in()


def get_or_make_demo_site() -> Site:
    """Return the demo owner's site. An owner that is made here has no password yet."""
    owner = User.objects.filter(email=EMAIL).first()
    if owner is None:
        owner = User.objects.create_user(EMAIL, None, display_name="Demo")
    site, _ = Site.objects.get_or_create(
        owner=owner, domain=DOMAIN, defaults={"name": "Demo site", "time_zone": TIME_ZONE}
    )
    return site


def is_unfinished(owner: User) -> bool:
    """Tell whether making the demo was broken off: the demo owner has no password."""
    return owner.email == EMAIL and not owner.has_usable_password()


def finish(owner: User) -> None:
    """Give the demo owner a password and keep it in VAR_DIR, readable by its owner only."""
    password = "-".join(
        "".join(secrets.choice(KEY_ALPHABET) for _ in range(PASSWORD_GROUP_LENGTH))
        for _ in range(PASSWORD_GROUPS)
    )
    # The file first: a password that nobody knows would be of no use.
    _write_secret(_password_path(), password)
    owner.set_password(password)
    with transaction.atomic():
        owner.save(update_fields=["password"])
        confirm_address(owner)


def sign_in() -> DemoOwner | None:
    """Return the demo owner's sign-in if it still opens the account."""
    owner = User.objects.filter(email=EMAIL, is_active=True).first()
    path = _password_path()
    if owner is None or not path.is_file():
        return None
    password = path.read_text(encoding="utf-8").strip()
    return DemoOwner(EMAIL, password) if owner.check_password(password) else None


def fill_with_progress(site: Site, plan: Plan) -> Truth:
    # None: no bar where nobody sees it move.
    with tqdm(total=plan.days, desc="Demo", unit=" days", leave=False, disable=None) as bar:
        return fill_site(site, plan, bar.update)


def _password_path() -> Path:
    path: Path = settings.VAR_DIR / "demo_password"
    return path


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        # The file may be there from an earlier database, with another mode.
        os.fchmod(descriptor, 0o600)
        file.write(text + "\n")
