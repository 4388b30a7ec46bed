"""The mail of a delivery: text, HTML, the picture of the series in it, and the report as files."""

from __future__ import annotations

from email.message import Message
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.utils import formataddr
from html import unescape
from typing import Any, cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from accounts.language import chosen_language
from accounts.models import User
from visits.digests.page import mail_page
from visits.digests.picture import line_picture
from visits.digests.subscription import unsubscribe_url
from visits.models import Delivery, ReportRun, Schedule
from visits.saved.answer import Answer
from visits.saved.files import report_bytes, report_filename
from visits.saved.run import run_report

Attachment = tuple[str, bytes, str]

TEMPLATES = "emails/report"
PICTURE_ID = "chart"
CONTENT_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class SlotMails:
    """The mails of one slot. They say the same, so the report is run once for each language."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def build(self, delivery: Delivery) -> ReportMail:
        """Return the mail, in the language of the recipient's account, else the installation's.

        Raises InvalidQuery.
        """
        user = User.objects.filter(email=delivery.recipient.email).first()
        language = chosen_language(user) or settings.LANGUAGE_CODE
        with translation.override(language):
            if language not in self._answers:
                self._answers[language] = _answer(delivery)
            return report_mail(delivery, self._answers[language], user)


class ReportMail(EmailMultiAlternatives):
    """A mail with a picture that belongs to its HTML, and is no attachment."""

    def __init__(self, *args: Any, picture: bytes | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.picture = picture

    def message(self, **options: Any) -> Any:
        """Return the mail, its HTML and the picture in one part: https://www.rfc-editor.org/rfc/rfc2387."""
        whole = super().message(**options)
        if self.picture is not None:
            [alternatives] = (
                part for part in whole.walk() if part.get_content_type() == "multipart/alternative"
            )
            text, html = cast("list[Message]", alternatives.get_payload())
            alternatives.set_payload([text, _related(html, self.picture)])
        return whole


def report_mail(delivery: Delivery, answer: Answer, user: User | None) -> ReportMail:
    """Return the mail of a report that was run; `user` is the recipient's account, if they have one."""
    url = unsubscribe_url(delivery.recipient)
    context = {"page": mail_page(answer, delivery.recipient, user), "unsubscribe_url": url}
    mail = ReportMail(
        subject=_plain("subject.txt", context),
        body=_plain("body.txt", context),
        to=[formataddr((delivery.recipient.name, delivery.recipient.email))],
        headers=_headers(delivery, url),
        attachments=_attachments(delivery.schedule, answer),
        picture=_picture(answer),
    )
    mail.attach_alternative(_rendered("body.html", context), "text/html")
    return mail


def _answer(delivery: Delivery) -> Answer:
    """Run the report as of its slot: a mail that is late says what it would have said in time."""
    return run_report(delivery.schedule.report, delivery.slot_at, purpose=ReportRun.Purpose.MAIL)


def _headers(delivery: Delivery, url: str) -> dict[str, str]:
    """Return what mail programs need to unsubscribe with one click, and to answer nobody.

    https://www.rfc-editor.org/rfc/rfc8058, https://www.rfc-editor.org/rfc/rfc3834
    """
    return {
        "Message-ID": delivery.message_id,
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def _attachments(schedule: Schedule, answer: Answer) -> list[Attachment]:
    """Return the files that a schedule asks for, whole, with their names and types."""
    wanted = {"csv": schedule.has_csv, "xlsx": schedule.has_xlsx}
    return [
        (report_filename(answer, ending), report_bytes(answer, ending), CONTENT_TYPES[ending])
        for ending, is_wanted in wanted.items()
        if is_wanted
    ]


def _picture(answer: Answer) -> bytes | None:
    drawing = answer.series
    if drawing is None or drawing.nothing:
        return None
    return line_picture(drawing.numbers, drawing.numbers_before)


def _related(html: Message, picture: bytes) -> MIMEMultipart:
    image = MIMEImage(picture, "png")
    image.add_header("Content-ID", f"<{PICTURE_ID}>")
    image.add_header("Content-Disposition", "inline", filename=f"{PICTURE_ID}.png")
    return MIMEMultipart("related", _subparts=[html, image])


def _rendered(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"{TEMPLATES}/{name}", context).strip()


def _plain(name: str, context: dict[str, Any]) -> str:
    """Render a plain text: what templates escape for HTML is turned back."""
    return unescape(_rendered(name, context))
