"""What a recipient gets: text, HTML, a picture in it, and files."""

import csv
import datetime as dt
import email.policy
import io
import re
import zipfile

import pytest
from django.contrib.auth.models import Permission
from django.core.mail import get_connection

from accounts.models import User
from sites.models import Site
from visits.digests.mail import SlotMails
from visits.digests.subscription import recipient_of
from visits.models import Channel, Report
from visits.tests.digests.factory import (
    SLOT,
    make_delivery,
    make_recipient,
    make_report,
    make_schedule,
)
from visits.tests.factory import Origin, make_visit

pytestmark = pytest.mark.django_db

HOSTILE = '"><img src=x onerror=alert(1)>=1+1'
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def traffic(site):
    """Six visitors of the week before the slot: four by search, two without a source."""
    for number in range(4):
        origin = Origin("Google", Channel.ORGANIC_SEARCH)
        make_visit(site, started_at=SLOT - (20 + 24 * number) * HOUR, origin=origin)
    for number in range(2):
        make_visit(site, started_at=SLOT - (21 + 24 * number) * HOUR)


def built(recipient):
    return SlotMails().build(make_delivery(recipient))


def received(mail):
    """Return the mail as a mail program reads it."""
    return email.message_from_bytes(mail.message().as_bytes(), policy=email.policy.default)


def part(mail, content_type):
    [found] = [part for part in received(mail).walk() if part.get_content_type() == content_type]
    return found.get_content()


def test_mail_says_what_the_report_says(recipient, traffic):
    mail = built(recipient)

    assert mail.subject.startswith("Channels: Last 7 days, ")
    assert mail.to == ["Ada <ada@example.com>"]
    assert "Organic search\n    Visitors: 4 (new)\n" in mail.body
    assert "Direct\n    Visitors: 2 (new)\n" in mail.body
    html = part(mail, "text/html")
    assert re.search(r"Organic search.*?>4<br>", html, re.DOTALL)


def test_parts_are_where_mail_programs_look_for_them(report, traffic):
    report.chart = Report.Chart.SERIES
    report.save()
    recipient = make_recipient(make_schedule(report, has_csv=True))

    whole = received(built(recipient))

    def kinds(message):
        parts = message.get_payload() if message.is_multipart() else []
        return [message.get_content_subtype(), *map(kinds, parts)]

    xlsx = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    alternative = ["alternative", ["plain"], ["related", ["html"], ["png"]]]
    assert kinds(whole) == ["mixed", alternative, ["csv"], [xlsx]]


def test_picture_is_the_one_that_the_html_shows(report, traffic):
    report.chart = Report.Chart.SERIES
    report.save()
    mail = built(make_recipient(make_schedule(report)))

    [image] = [each for each in received(mail).walk() if each.get_content_type() == "image/png"]

    assert image["Content-ID"] == "<chart>"
    assert image.get_content_disposition() == "inline"
    assert image.get_content().startswith(b"\x89PNG")
    assert 'src="cid:chart"' in part(mail, "text/html")
    assert "At most 2:" in mail.body


def test_bars_are_as_long_as_the_numbers(recipient, traffic):
    html = part(built(recipient), "text/html")

    widths = re.findall(r'<td width="(\d+)%" height="6" bgcolor="#4364df"', html)
    assert widths == ["100", "50"]


def test_files_have_the_values(report, traffic):
    mail = built(make_recipient(make_schedule(report, has_csv=True)))

    files = {name: content for name, content, _ in mail.attachments}

    assert list(files) == [
        "Channels_2026-04-28_2026-05-04.csv",
        "Channels_2026-04-28_2026-05-04.xlsx",
    ]
    text = files["Channels_2026-04-28_2026-05-04.csv"]
    rows = list(
        csv.DictReader(io.StringIO(text if isinstance(text, str) else text.decode("utf-8-sig")))
    )
    assert [row["visitors"] for row in rows] == ["4", "2"]
    book = zipfile.ZipFile(io.BytesIO(files["Channels_2026-04-28_2026-05-04.xlsx"]))
    assert "xl/worksheets/sheet1.xml" in book.namelist()


def test_schedule_without_files_has_none(report, traffic):
    mail = built(make_recipient(make_schedule(report, has_xlsx=False)))

    assert mail.attachments == []


def test_mail_is_about_the_slot_however_late_it_is(recipient, traffic, site):
    """Who comes after the slot is not in it: the next mail has them."""
    make_visit(site, started_at=SLOT + 48 * HOUR)

    assert "Apr – 4 May 2026" in built(recipient).subject


def test_mail_names_the_list_that_it_can_be_unsubscribed_from(recipient):
    mail = built(recipient)

    url = mail.extra_headers["List-Unsubscribe"].strip("<>")
    token = url.rstrip("/").rpartition("/")[2]
    assert url.startswith("http://localhost:8000/mail/unsubscribe/")
    assert recipient_of(token) == recipient
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in mail.body
    assert url in part(mail, "text/html")


def make_account(is_staff=False, may_view=True, **fields):
    user = User.objects.create_user("ada@example.com", is_staff=is_staff, **fields)
    if may_view:
        user.user_permissions.add(Permission.objects.get(codename="view_report"))
    return user


@pytest.mark.parametrize(
    ("account", "is_shared", "link"),
    [
        ({"is_staff": True}, True, "/admin/visits/report/{}/view/"),
        ({"is_staff": True, "may_view": False}, True, "/reports/{}/"),
        ({}, True, "/reports/{}/"),
        ({"is_staff": True, "may_view": False}, False, ""),
        ({}, False, ""),
        ({"is_staff": True, "is_active": False}, True, ""),
        (None, False, ""),
    ],
)
def test_mail_leads_who_may_see_it_to_the_page(
    recipient, report, settings, account, is_shared, link
):
    settings.SITE_URL = "https://stats.example.com/count"
    user = make_account(**account) if account is not None else None
    if is_shared:
        report.shared_with.add(user)

    mail = built(recipient)

    address = "https://stats.example.com/count" + link.format(report.pk)
    assert (f"Open the report:\n{address}\n" in mail.body) is bool(link)
    assert f'href="{address}"' in part(mail, "text/html")
    assert ("Open the report" in part(mail, "text/html")) is bool(link)


def test_retried_mail_has_the_same_id(recipient):
    delivery = make_delivery(recipient)

    ids = {SlotMails().build(delivery).message()["Message-ID"] for _ in range(2)}

    assert ids == {delivery.message_id}


def test_hostile_words_are_inert(report, traffic, site):
    """They are shown as they are, in text and HTML, and break neither a line of the head nor a cell."""
    Site.objects.filter(pk=site.pk).update(name=HOSTILE)
    Report.objects.filter(pk=report.pk).update(
        name=HOSTILE, description=HOSTILE, dimension="source"
    )
    make_visit(
        site,
        started_at=SLOT - 20 * HOUR,
        origin=Origin(HOSTILE, Channel.REFERRAL),
    )
    report.refresh_from_db()
    mail = built(make_recipient(make_schedule(report, has_csv=True), name=HOSTILE))

    html = part(mail, "text/html")

    assert "<img src=x" not in html
    assert html.count("&gt;&lt;img src=x onerror=alert(1)&gt;=1+1") >= 4
    assert HOSTILE in mail.subject
    assert HOSTILE in mail.body
    assert received(mail)["To"].addresses[0].addr_spec == "ada@example.com"


def test_formulas_in_files_are_defused(report, site):
    make_visit(site, started_at=SLOT - 20 * HOUR, origin=Origin("=1+1", Channel.REFERRAL))
    report.dimension = "source"
    report.save()

    mail = built(make_recipient(make_schedule(report, has_csv=True)))

    [content] = [content for name, content, _ in mail.attachments if name.endswith("csv")]
    text = content if isinstance(content, str) else content.decode()
    assert '"\'=1+1"' in text


def test_mail_speaks_the_language_of_its_recipient(schedule, traffic):
    User.objects.create_user("ada@example.com", language="de")
    mails = SlotMails()

    german = mails.build(make_delivery(make_recipient(schedule)))
    english = mails.build(make_delivery(make_recipient(schedule, "ben@example.com")))

    assert 'lang="de"' in part(german, "text/html")
    assert 'lang="en"' in part(english, "text/html")
    assert "Letzte 7 Tage" in german.subject
    assert "Last 7 days" in english.subject


def test_empty_report_says_so(recipient):
    mail = built(recipient)

    assert "Nothing was counted in this period." in mail.body
    assert "Nothing was counted in this period." in part(mail, "text/html")


def test_long_report_is_cut_and_says_so(site):
    report = make_report("Sources", sites=[site], dimension="source", limit=60)
    for number in range(55):
        make_visit(site, started_at=SLOT - 20 * HOUR, origin=Origin(f"S{number:02}"))

    mail = built(make_recipient(make_schedule(report)))

    assert "and 5 more rows" in mail.body
    assert len(part(mail, "text/html")) < 100_000


def test_report_without_a_dimension_is_a_mail_too(site, traffic):
    report = make_report("Totals", sites=[site], dimension="", chart=Report.Chart.NONE)

    mail = built(make_recipient(make_schedule(report)))

    assert "Visitors: 6" in mail.body


def test_mail_is_taken_by_the_file_backend(recipient, traffic, tmp_path):
    backend = "django.core.mail.backends.filebased.EmailBackend"

    get_connection(backend, file_path=str(tmp_path / "mails")).send_messages([built(recipient)])

    [file] = (tmp_path / "mails").iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["List-Unsubscribe"].strip().startswith("<http://localhost:8000/")
