"""What the goals, funnels and segments of a site have in common: a name, and a limit to their number."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from sites.models import NAME_MAX_LENGTH, Site, validate_one_line
from visits.models.condition import validate_storable


class NamedOfSite(models.Model):
    """A thing of which a site has some, each with a name of its own."""

    AT_MOST: ClassVar[int]

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, db_index=False, related_name="%(class)ss"
    )
    name = models.CharField(max_length=NAME_MAX_LENGTH, validators=[validate_storable])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ("name", "id")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.UniqueConstraint(
                fields=("site", "name"),
                name="site_has_a_%(class)s_once",
                violation_error_message=_("The site has one with this name already."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Keep the name on a line, the site within its number, and what it has with it.

        Others of the site refer to it.
        """
        self._check_name()
        if self._has_moved():
            raise ValidationError(_("This belongs to its site for good."))
        if self._state.adding and self.site_id and self._is_one_too_many():
            sentence = _("A site has %(number)s of these at most. Remove one first.")
            raise ValidationError(sentence % {"number": self.AT_MOST})

    def _check_name(self) -> None:
        try:
            validate_one_line(self.name or "")
        except ValidationError as error:
            raise ValidationError({"name": error}) from error

    def _has_moved(self) -> bool:
        if self._state.adding:
            return False
        stored = type(self)._default_manager.filter(pk=self.pk).values_list("site", flat=True)
        return stored.first() not in {None, self.site_id}

    def _is_one_too_many(self) -> bool:
        return type(self)._default_manager.filter(site=self.site_id).count() >= self.AT_MOST
