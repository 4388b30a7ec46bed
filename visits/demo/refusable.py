"""What comes beside the people: bots and other hits that must not be counted."""

from __future__ import annotations

from typing import NamedTuple

from visits.demo.choice import Weighted
from visits.models import RefusalReason

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
BINGBOT = "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"
GPTBOT = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"
HEADLESS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "HeadlessChrome/131.0.0.0 Safari/537.36"
)


class Intruder(NamedTuple):
    """A hit and why it is refused. The hostname is empty on the site's own pages."""

    reason: RefusalReason
    agent: str = FIREFOX
    hostname: str = ""
    referrer: str = ""


INTRUDERS = Weighted(
    (
        (30, Intruder(RefusalReason.BOT, GOOGLEBOT)),
        (16, Intruder(RefusalReason.BOT, BINGBOT)),
        (14, Intruder(RefusalReason.BOT, GPTBOT)),
        (8, Intruder(RefusalReason.HEADLESS, HEADLESS)),
        (6, Intruder(RefusalReason.BOT, "python-requests/2.32.3")),
        (10, Intruder(RefusalReason.LOCALHOST, hostname="localhost")),
        (4, Intruder(RefusalReason.HOSTNAME, hostname="demo-example-com.translate.goog")),
        (6, Intruder(RefusalReason.SPAM, referrer="https://semalt.com/")),
        (6, Intruder(RefusalReason.PREFETCH)),
    )
)
