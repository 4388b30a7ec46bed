"""What a goal means, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sites.glob import WILDCARD
from visits.models import Condition, Goal, Operator
from visits.models.goal import ANY_PAGE
from visits.reports.visible import visible


@dataclass(frozen=True, slots=True)
class GoalWords:
    """A sentence, and what the properties of the event must be like."""

    sentence: str
    conditions: tuple[str, ...] = ()


def words_of_goal(goal: Goal) -> GoalWords:
    """Return what somebody has to do. Raises InvalidCondition for conditions that make no sense."""
    conditions = tuple(words_of_condition(each) for each in goal.property_conditions())
    return GoalWords(_sentence(goal), conditions)


def words_of_condition(condition: Condition) -> str:
    key, value = visible(condition.key), visible(condition.value)
    match condition.operator:
        case Operator.IS:
            return _("%(key)s is %(value)s") % {"key": key, "value": value}
        case Operator.IS_NOT:
            return _("%(key)s is not %(value)s") % {"key": key, "value": value}
        case Operator.CONTAINS:
            return _("%(key)s contains %(value)s") % {"key": key, "value": value}
        case Operator.CONTAINS_NOT:
            return _("%(key)s does not contain %(value)s") % {"key": key, "value": value}


def _sentence(goal: Goal) -> str:
    page = visible(goal.page_pattern)
    match goal.kind:
        case Goal.Kind.EVENT:
            return _("The event %(event)s happens") % {"event": visible(goal.event_name)}
        case Goal.Kind.SCROLL:
            depth = {"page": page, "percent": goal.scroll_percent}
            return _("%(page)s is read down to %(percent)s %%") % depth
    if goal.page_pattern == ANY_PAGE:
        return _("Any page is viewed")
    if WILDCARD in goal.page_pattern:
        return _("A page like %(page)s is viewed") % {"page": page}
    return _("%(page)s is viewed") % {"page": page}
