"""What each reason of a refusal means, and what an owner can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from sites.models import Site
from visits.models import RefusalReason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# Where hostnames and switches stand on the page of exclusions.
COUNTING = "counting"


@dataclass(frozen=True, slots=True)
class RefusalWords:
    """`section` is the part of the page of exclusions where it is set, "" where nothing is to be set."""

    meaning: StrOrPromise
    advice: StrOrPromise = ""
    section: str = ""


REFUSAL_WORDS = {
    RefusalReason.BOT: RefusalWords(
        _("The sender calls itself a crawler, a monitor or a program."),
        _("Count bots apart to see which ones come."),
        COUNTING,
    ),
    RefusalReason.HEADLESS: RefusalWords(
        _("The browser says that a program drives it, such as a test or a scraper."),
        _("Count headless browsers if these are visits to you."),
        COUNTING,
    ),
    RefusalReason.HOSTNAME: RefusalWords(
        _(
            "The page lies on a host that is not allowed or excluded: a copy, a staging host, or a"
            " mistake."
        ),
        _("If it shall be counted, add it to the allowed hostnames, and take it off the excluded."),
        COUNTING,
    ),
    RefusalReason.LOCALHOST: RefusalWords(
        _("The page was opened on localhost or on a private address."),
        _("Count localhost while you try things out."),
        COUNTING,
    ),
    RefusalReason.SPAM: RefusalWords(
        _("The referrer is a known sender of false visits, which wants to be seen in reports."),
    ),
    RefusalReason.PREFETCH: RefusalWords(
        _("A browser fetched the page in advance. It is counted when somebody looks at it."),
    ),
    RefusalReason.OPT_OUT: RefusalWords(
        _("The browser sends Do Not Track or Global Privacy Control, and your site respects it."),
        _("Change whether it does."),
        COUNTING,
    ),
    RefusalReason.ADDRESS: RefusalWords(
        _("You have excluded the sender’s address."), _("Change the excluded addresses."), "address"
    ),
    RefusalReason.PAGE: RefusalWords(
        _("You have excluded the page."), _("Change the excluded pages."), "page"
    ),
    RefusalReason.COUNTRY: RefusalWords(
        _("You have excluded the sender’s country."), _("Change the excluded countries."), "country"
    ),
    RefusalReason.AGENT: RefusalWords(
        _("You have excluded the sender’s user agent."),
        _("Change the excluded user agents."),
        "agent",
    ),
    RefusalReason.REPEAT: RefusalWords(
        _(
            "A message with the same id was counted within the last 24 hours: it is one hit, sent twice."
        ),
    ),
    RefusalReason.NO_VIEW: RefusalWords(
        _("It says how long a page was read, but its view was not counted or its visit had ended."),
    ),
    RefusalReason.INVALID: RefusalWords(
        _(
            "The message could not be understood. The answer, 400, says which field was wrong; a"
            " browser shows it among its network requests."
        ),
    ),
    RefusalReason.LIMIT: RefusalWords(
        _("More came at once than is taken. The answer, 429, says when to try again."),
    ),
    RefusalReason.ASSET: RefusalWords(
        _("A line of an imported log that asks for a file of a page.")
    ),
    RefusalReason.STATUS: RefusalWords(
        _("A line of an imported log whose answer was an error or a redirect.")
    ),
    RefusalReason.METHOD: RefusalWords(
        _("A line of an imported log that does not ask for a page.")
    ),
    RefusalReason.PAUSED: RefusalWords(
        _("Whoever runs this service has paused the collection of your site; ask them why."),
    ),
    RefusalReason.EXPIRED: RefusalWords(
        _("A line of an imported log from a day whose visits the site does not keep any more.")
    ),
}
BOTS_APART = RefusalWords(
    _("The sender calls itself a crawler, a monitor or a program; see below.")
)


def words_of(reason: str, site: Site) -> RefusalWords:
    if reason == RefusalReason.BOT and site.counts_bots:
        return BOTS_APART
    return REFUSAL_WORDS[RefusalReason(reason)]
