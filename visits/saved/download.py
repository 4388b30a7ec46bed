"""The answer to those who ask for a report as a file."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, override

from accounts.models import User
from sites.models import SiteQuerySet
from visits.files.download import Download
from visits.files.pdf import PdfBusy, PdfUnavailable
from visits.models import Report, ReportRun
from visits.reports.exceptions import InvalidQuery
from visits.saved.files import WRITERS, report_filename, report_pieces
from visits.saved.narrowing import Narrowing
from visits.saved.run import run_report

# Programs read these: they are in one language, whoever asks.
OF_PROGRAMS = ("csv", "json")
# About as long as one PDF takes, with one that waits before.
AGAIN_SECONDS = 10


def download(
    report: Report,
    ending: str,
    user: User,
    params: QueryDict,
    *,
    sites: SiteQuerySet | None = None,
) -> HttpResponseBase:
    """Run a report, narrowed to what a query string asks for, and answer with the file, or with a sentence:
    400 for what cannot be asked, 501 for a PDF where none can be written, 503 while others are.
    Raises Http404 for other kinds of files."""
    if ending not in WRITERS:
        raise Http404
    language = settings.LANGUAGE_CODE if ending in OF_PROGRAMS else get_language()
    with override(language):
        try:
            answer = run_report(
                report,
                timezone.now(),
                purpose=ReportRun.Purpose.EXPORT,
                user=user,
                sites=sites,
                narrowing=Narrowing.parse(params),
            )
            return Download(report_pieces(answer, ending), report_filename(answer, ending))
        except InvalidQuery as error:
            return _sentence(error.sentence, 400)
        except PdfUnavailable as error:
            return _sentence(str(error), 501)
        except PdfBusy as error:
            busy = _sentence(str(error), 503)
            busy.headers["Retry-After"] = str(AGAIN_SECONDS)
            return busy


def _sentence(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")
