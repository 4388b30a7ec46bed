"""What an owner wants visitors to do, and in which order. Goals apply to all of the history.

What meets a goal is found when a report is asked for, so that a new or changed goal counts what happened
before it, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sites.models import PATTERN_MAX_LENGTH
from sites.pattern import EVERY_PAGE, InvalidPattern, normalise_page
from visits.models.condition import (
    Condition,
    InvalidCondition,
    conditions_from_json,
    validate_storable,
)
from visits.models.dimension import NAME_MAX_LENGTH
from visits.models.named import NamedOfSite

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Each goal is a question to the facts whenever the goals of a site are reported.
GOALS_AT_MOST = 100
FUNNELS_AT_MOST = 50
STEPS_AT_LEAST = 2
STEPS_AT_MOST = 8
ANY_PAGE = "/**"


class Goal(NamedOfSite):
    """A view of a page, an event, or a view of a page down to some depth."""

    class Kind(models.TextChoices):
        PAGE = "page", _("Page viewed")
        EVENT = "event", _("Event")
        SCROLL = "scroll", _("Page read down to a depth")

    AT_MOST = GOALS_AT_MOST

    kind = models.CharField(max_length=6, choices=Kind)
    page_pattern = models.CharField(
        "page",
        max_length=PATTERN_MAX_LENGTH,
        blank=True,
        validators=[validate_storable],
        help_text="A path as reports show it. A * stands for a part between slashes, ** for any depth.",
    )
    event_name = models.CharField(
        "event",
        max_length=NAME_MAX_LENGTH,
        blank=True,
        validators=[validate_storable],
        help_text=_("The name of the event, in the same capitals."),
    )
    conditions = models.JSONField(
        default=list,
        blank=True,
        help_text='Properties of the event: [{"key": "plan", "operator": "is", "value": "Pro"}].',
    )
    scroll_percent = models.PositiveSmallIntegerField(
        _("scroll depth in per cent"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    class Meta(NamedOfSite.Meta):
        constraints = (
            *NamedOfSite.Meta.constraints,
            models.CheckConstraint(
                name="goal_has_what_its_kind_needs",
                condition=(
                    Q(kind="page", event_name="", scroll_percent=None) & ~Q(page_pattern="")
                    | Q(kind="event", page_pattern="", scroll_percent=None) & ~Q(event_name="")
                    | Q(kind="scroll", event_name="", scroll_percent__range=(1, 100))
                    # A comparison with nothing is no refusal of the database.
                    & Q(scroll_percent__isnull=False)
                    & ~Q(page_pattern="")
                ),
                violation_error_message=_("A goal has what its kind needs and nothing else."),
            ),
        )

    def clean(self) -> None:
        """Write the page as paths are compared with it; refuse what the kind lacks or does not have."""
        super().clean()
        errors: dict[str, StrOrPromise] = {}
        self.event_name = self.event_name.strip()
        self._clean_conditions(errors)
        self._clean_page_pattern(errors)
        self._clean_kind(errors)
        if errors:
            raise ValidationError(errors)

    def property_conditions(self) -> tuple[Condition, ...]:
        """Return what the properties of the event must be like. Raises InvalidCondition."""
        return conditions_from_json(self.conditions)

    def _clean_conditions(self, errors: dict[str, StrOrPromise]) -> None:
        if self.conditions is None:
            # What a form makes of an empty field.
            self.conditions = []
        try:
            self.property_conditions()
        except InvalidCondition as error:
            errors["conditions"] = str(error)

    def _clean_page_pattern(self, errors: dict[str, StrOrPromise]) -> None:
        pattern = self.page_pattern.strip()
        try:
            self.page_pattern = _normalise_pattern(pattern) if pattern else ""
        except InvalidPattern as error:
            errors["page_pattern"] = str(error)
        if len(self.page_pattern) > PATTERN_MAX_LENGTH:
            errors["page_pattern"] = _("Use %(number)s characters at most.") % {
                "number": PATTERN_MAX_LENGTH
            }

    def _clean_kind(self, errors: dict[str, StrOrPromise]) -> None:
        """Compare the fields that are filled in with those that the kind is made of."""
        if self.kind not in self.Kind.values:
            return
        needed = NEEDED[self.Kind(self.kind)]
        for field, sentence in MISSING.items():
            is_given = getattr(self, field) not in {"", None}
            if field in needed and not is_given:
                errors.setdefault(field, sentence)
            if field not in needed and is_given:
                errors.setdefault(field, "A goal of this kind has none.")
        if self.conditions and self.kind != self.Kind.EVENT:
            errors.setdefault("conditions", _("Only events have properties."))


# The fields that a goal of each kind is made of, and what to say when one is missing.
NEEDED: dict[Goal.Kind, tuple[str, ...]] = {
    Goal.Kind.PAGE: ("page_pattern",),
    Goal.Kind.EVENT: ("event_name",),
    Goal.Kind.SCROLL: ("page_pattern", "scroll_percent"),
}
MISSING = {
    "page_pattern": _("Write the path of a page, for example /thanks or /blog/**."),
    "event_name": _("Write the name of an event, for example Signup."),
    "scroll_percent": _("Write a number from 1 to 100."),
}


class Funnel(NamedOfSite):
    """Goals that follow each other within a visit."""

    AT_MOST = FUNNELS_AT_MOST

    def ordered_goals(self) -> list[Goal]:
        """Return the goals from the first step to the last: a list, because all are needed at once."""
        steps = self.steps.select_related("goal").order_by("position")
        return [step.goal for step in steps]

    def replace_steps(self, goals: Sequence[Goal]) -> None:
        """Make these goals the steps of the funnel, in this order. Raises ValidationError."""
        validate_steps(self, goals)
        steps = [
            FunnelStep(funnel=self, goal=goal, position=position)
            for position, goal in enumerate(goals, start=1)
        ]
        with transaction.atomic():
            self.steps.all().delete()
            FunnelStep.objects.bulk_create(steps)


def keep_for_funnels(
    collector: Any, field: models.Field[Any, Any], steps: models.QuerySet[Any], using: str
) -> None:
    """Let a goal stay as long as a funnel of its site needs it.

    A step that another site's funnel has goes with the goal. There should be none, yet a site that is
    deleted goes whatever was stored.
    """
    strays = steps.exclude(funnel__site=F("goal__site"))
    models.RESTRICT(collector, field, steps.filter(funnel__site=F("goal__site")), using)
    if strays:
        models.CASCADE(collector, field, strays, using)


class FunnelStep(models.Model):
    """A place of a goal in a funnel."""

    funnel = models.ForeignKey(
        Funnel, on_delete=models.CASCADE, db_index=False, related_name="steps"
    )
    goal = models.ForeignKey(Goal, on_delete=keep_for_funnels, related_name="funnel_steps")
    position = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(STEPS_AT_MOST)],
        help_text=f"From 1 to {STEPS_AT_MOST}, each once.",
    )

    class Meta:
        ordering = ("position",)
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(
                fields=("funnel", "position"),
                name="funnel_has_a_step_once",
                violation_error_message=_("Two steps have the same position."),
            ),
            models.CheckConstraint(
                name="funnel_has_eight_steps_at_most",
                condition=Q(position__range=(1, STEPS_AT_MOST)),
            ),
        )

    def __str__(self) -> str:
        return gettext("Step %(number)s") % {"number": self.position}


def validate_steps(funnel: Funnel, goals: Sequence[Goal]) -> None:
    """Raise ValidationError unless these can be the steps of the funnel."""
    if not STEPS_AT_LEAST <= len(goals) <= STEPS_AT_MOST:
        raise ValidationError(
            _("A funnel has %(least)s to %(most)s steps.")
            % {"least": STEPS_AT_LEAST, "most": STEPS_AT_MOST}
        )
    if any(goal.site_id != funnel.site_id for goal in goals):
        raise ValidationError(_("All goals of a funnel belong to its site."))


def _normalise_pattern(text: str) -> str:
    """Return a pattern as an exclusion has it; every page is one too, where depth is what counts."""
    path = text if text.startswith("/") else f"/{text}"
    return ANY_PAGE if EVERY_PAGE.fullmatch(path) else normalise_page(text)
