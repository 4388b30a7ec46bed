"""The demo owner: made once, on the first start, completely or not at all."""

from __future__ import annotations

import stat
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management.base import OutputWrapper

from accounts.models import User
from sites.models import Site
from visits.demo import DemoOwner, ensure_demo, owner
from visits.demo.making import empty_site
from visits.demo.owner import get_or_make_demo_site, sign_in
from visits.demo.plan import Plan
from visits.models import Hit, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for the password, and two days instead of a year."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(owner, "Plan", partial(Plan, days=2))
    return tmp_path


def start() -> DemoOwner | None:
    return ensure_demo(OutputWrapper(StringIO()))


def test_first_start_makes_owner_and_site_with_traffic() -> None:
    demo = start()

    assert demo is not None
    user = User.objects.get()
    assert (user.email, demo.email) == ("demo@example.com", "demo@example.com")
    assert user.check_password(demo.password)
    assert not user.is_staff
    site = Site.objects.get()
    assert (site.owner, site.domain, site.time_zone) == (user, "demo.example.com", "Europe/Berlin")
    assert Visit.objects.filter(site=site).count() > 10


def test_demo_owner_can_sign_in(client) -> None:
    demo = start()
    assert demo is not None

    response = client.post("/accounts/login/", {"login": demo.email, "password": demo.password})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def test_demo_owner_can_sign_in_where_addresses_are_verified(settings, client) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.IS_MAIL_CONFIGURED = True

    test_demo_owner_can_sign_in(client)


def test_password_is_readable_by_its_owner_only(var: Path) -> None:
    (var / "demo_password").write_text("of an earlier database")
    (var / "demo_password").chmod(0o644)

    demo = start()

    path = var / "demo_password"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert demo is not None
    assert path.read_text().strip() == demo.password
    assert len(demo.password) == 19


def test_later_start_changes_nothing() -> None:
    first = start()
    hits = Hit.objects.count()

    assert start() == first
    assert Hit.objects.count() == hits


def test_progress_is_announced() -> None:
    output = StringIO()

    ensure_demo(OutputWrapper(output))

    assert output.getvalue() == "Making a demo site with a year of traffic, once.\n"


def test_no_demo_beside_other_people(stranger: User) -> None:
    assert start() is None
    assert list(User.objects.all()) == [stranger]


def test_demo_stays_when_others_come() -> None:
    first = start()
    User.objects.create_user("somebody@example.com", "correct horse battery")

    assert start() == first


def test_changed_password_is_not_printed() -> None:
    start()
    user = User.objects.get()
    user.set_password("chosen by a person")
    user.save()

    assert start() is None


def test_inactive_demo_owner_is_not_offered() -> None:
    start()
    User.objects.update(is_active=False)

    assert start() is None


def test_lost_password_file_is_not_replaced(var: Path) -> None:
    start()
    (var / "demo_password").unlink()

    assert start() is None
    assert not (var / "demo_password").exists()


def test_deleted_site_stays_deleted() -> None:
    first = start()
    Site.objects.all().delete()

    assert start() == first
    assert not Site.objects.exists()


def test_interrupted_first_start_is_completed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(site: Site, plan: Plan, show_progress: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, "fill_site", interrupt)
        with pytest.raises(KeyboardInterrupt):
            start()
    assert sign_in() is None

    assert start() is not None
    assert Visit.objects.count() > 10


def test_killed_first_start_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(owner, "finish", lambda user: None)
        start()
    killed = Hit.objects.count()
    assert (killed > 0, sign_in()) == (True, None)

    assert start() is not None

    visits = Visit.objects.count()
    empty_site(get_or_make_demo_site())
    assert (Visit.objects.count(), visits > 10) == (0, True)
