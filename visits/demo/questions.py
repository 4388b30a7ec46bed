"""What the owner of the demo website wants to know: its goals, a funnel, and segments."""

from __future__ import annotations

from sites.models import Site
from visits.models import Channel, Funnel, Goal, Operator, Segment
from visits.models.condition import Condition
from visits.reports.filters import Filter, filters_to_json

PAID = Condition("plan", Operator.IS_NOT, "Free")
PRICING, SIGN_UP_PAGE, SIGN_UP = "Pricing seen", "Sign-up begun", "Signed up"
GOALS: dict[str, dict[str, object]] = {
    PRICING: {"kind": Goal.Kind.PAGE, "page_pattern": "/pricing"},
    SIGN_UP_PAGE: {"kind": Goal.Kind.PAGE, "page_pattern": "/signup"},
    SIGN_UP: {"kind": Goal.Kind.EVENT, "event_name": "Signup"},
    "Paid plan": {
        "kind": Goal.Kind.EVENT,
        "event_name": "Signup",
        "conditions": [PAID.to_json()],
    },
    "Downloaded": {"kind": Goal.Kind.EVENT, "event_name": "Download"},
    "Post read": {
        "kind": Goal.Kind.SCROLL,
        "page_pattern": "/blog/*",
        "scroll_percent": 75,
    },
}
FUNNELS = {"From pricing to sign-up": (PRICING, SIGN_UP_PAGE, SIGN_UP)}
SEGMENTS = {
    "From search": (Filter("channel", Operator.IS, (Channel.ORGANIC_SEARCH,)),),
    "Phones": (Filter("device", Operator.IS, ("mobile",)),),
    "Readers of the blog": (Filter("entry_page", Operator.CONTAINS, ("/blog/",)),),
}


def ask_questions(site: Site) -> None:
    """Store the goals, the funnel and the segments that a site does not have by their names."""
    goals = {
        name: Goal.objects.get_or_create(site=site, name=name, defaults=fields)[0]
        for name, fields in GOALS.items()
    }
    for name, steps in FUNNELS.items():
        funnel, is_new = Funnel.objects.get_or_create(site=site, name=name)
        if is_new:
            funnel.replace_steps([goals[step] for step in steps])
    for name, filters in SEGMENTS.items():
        defaults = {"filters": filters_to_json(filters)}
        Segment.objects.get_or_create(site=site, name=name, defaults=defaults)
