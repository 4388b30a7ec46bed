"""Who is asking: people who sign in with their e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.disclosure import is_disclosed, masked
from accounts.language import CODE_MAX_LENGTH, language_choices


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    STAFF = "staff", _("Staff")
    SUPERUSER = "superuser", _("Superuser")


class State(models.TextChoices):
    ACTIVE = "active", _("Active")
    UNVERIFIED = "unverified", _("Unverified")
    INACTIVE = "inactive", _("Inactive")


ROLE_CONDITIONS = {
    Role.OWNER: Q(is_staff=False, is_superuser=False),
    Role.STAFF: Q(is_staff=True, is_superuser=False),
    Role.SUPERUSER: Q(is_superuser=True),
}


class UserQuerySet(models.QuerySet["User"]):
    def in_role(self, role: Role) -> Self:
        return self.filter(ROLE_CONDITIONS[role])

    def in_state(self, state: State) -> Self:
        if state is State.INACTIVE:
            return self.filter(is_active=False)
        active = self.filter(is_active=True)
        if not settings.IS_MAIL_CONFIGURED:
            return active if state is State.ACTIVE else active.none()
        return active.with_verification().filter(has_verified_email=state is State.ACTIVE)

    def with_verification(self) -> Self:
        """Annotate what `User.state` needs, so that a list does not ask for each row."""
        verified = User.objects.filter(pk=OuterRef("pk"), emailaddress__verified=True)
        return self.annotate(has_verified_email=Exists(verified))

    def for_admin_list(self) -> Self:
        sites = Count("sites", distinct=True)
        # Grouping drops the model's own order.
        return self.with_verification().annotate(site_count=sites).order_by("email")


# A class that Django makes while the program runs: the type checker does not know it.
class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Store a user; an address is kept in lower case, without a password none can sign in."""
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is an account with this e-mail address already.")},
    )
    display_name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(
        _("language"), max_length=CODE_MAX_LENGTH, choices=language_choices, blank=True, default=""
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("An inactive user cannot sign in; nothing is deleted."),
    )
    is_staff = models.BooleanField(
        _("staff"), default=False, help_text=_("Staff may sign in to the admin.")
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email",)
        permissions = (("see_addresses", "Can see names and e-mail addresses of people"),)
        constraints = (
            # With it `unique` means unique in any case, and a lookup needs no folding.
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_email_is_in_lower_case"
            ),
        )

    def __str__(self) -> str:
        """Return what staff may call this person: some of them know nobody by name or address."""
        return self.get_full_name() if is_disclosed() else masked(self.email)

    def clean(self) -> None:
        self.email = self.email.lower()

    def get_full_name(self) -> str:
        return self.display_name or self.email

    def get_short_name(self) -> str:
        return self.display_name or self.email.partition("@")[0]

    @property
    def role(self) -> Role:
        if self.is_superuser:
            return Role.SUPERUSER
        return Role.STAFF if self.is_staff else Role.OWNER

    def state(self) -> State:
        """Return whether the user can sign in, and why not; asks the database unless annotated."""
        if not self.is_active:
            return State.INACTIVE
        if settings.IS_MAIL_CONFIGURED and not self.is_verified():
            return State.UNVERIFIED
        return State.ACTIVE

    def is_verified(self) -> bool:
        """Tell whether an address is confirmed."""
        if hasattr(self, "has_verified_email"):
            return bool(self.has_verified_email)
        return User.objects.filter(pk=self.pk, emailaddress__verified=True).exists()
