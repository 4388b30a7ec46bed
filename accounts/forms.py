"""What people type about their own account. allauth's forms in our words, and the profile's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import BaseUserCreationForm
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import emails
from accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EMAIL_LABEL = _("E-mail address")
NEW_PASSWORD_HELP = format_lazy(
    _("At least {number} characters, and no common password."), number=settings.PASSWORD_MIN_LENGTH
)


def _describe(
    field: forms.Field, label: StrOrPromise, help_text: StrOrPromise | None = None
) -> None:
    """Label a field; a placeholder that repeats the label goes away."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    if help_text is not None:
        field.help_text = help_text


def _limit_email(field: forms.Field) -> None:
    """Refuse what the column would cut: a cut address is a stranger's."""
    max_length = User._meta.get_field("email").max_length or 0
    field.validators.append(MaxLengthValidator(max_length))
    field.widget.attrs["maxlength"] = max_length


class LoginForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self.fields["login"], EMAIL_LABEL)
        _describe(self.fields["password"], _("Password"))


class SignupForm(allauth_forms.SignupForm):
    field_order = ("email", "display_name", "password1")
    display_name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=User._meta.get_field("display_name").max_length,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self.fields["email"], EMAIL_LABEL)
        _limit_email(self.fields["email"])
        _describe(self.fields["password1"], _("Password"), NEW_PASSWORD_HELP)

    def validate_unique_email(self, value: str) -> str:
        """With mail a taken address is accepted, and its owner is told by mail."""
        if User.objects.filter(email=value).exists():
            if not settings.IS_MAIL_CONFIGURED:
                raise get_adapter().validation_error("email_taken")
            self.account_already_exists = True
        return value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            self._work_as_for_a_new_account()
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            return self._respond_to_race(request)

    def save(self, request: HttpRequest) -> User:
        emails.release_address(self.cleaned_data["email"])
        return super().save(request)

    def _work_as_for_a_new_account(self) -> None:
        """Hash and write in vain: the time of the answer must not tell a taken address."""
        User().set_password(self.cleaned_data["password1"])
        owner = User.objects.filter(email=self.cleaned_data["email"])
        owner.update(display_name=F("display_name"))

    def _respond_to_race(self, request: HttpRequest) -> tuple[None, HttpResponse]:
        """Answer the slower of two sign-ups with one address: a button pressed twice."""
        if settings.IS_MAIL_CONFIGURED:
            self.account_already_exists = True
            return super().try_save(request)
        messages.error(request, get_adapter().error_messages["email_taken"])
        return None, redirect("account_login")


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self.fields["oldpassword"], _("Current password"))
        _describe(self.fields["password1"], _("New password"), NEW_PASSWORD_HELP)
        _describe(self.fields["password2"], _("New password again"))


class SetPasswordForm(allauth_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self.fields["password1"], _("Password"), NEW_PASSWORD_HELP)
        _describe(self.fields["password2"], _("Password again"))


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self.fields["email"], EMAIL_LABEL)

    def clean_email(self) -> str:
        """Leave out accounts that only wait to change to this address: it may be a stranger's."""
        email: str = super().clean_email()
        self.users: list[User] = [user for user in self.users if user.email == email]
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        somebody = None if self.users else User.objects.first()
        if somebody is not None:
            # A key in vain: the time of the answer must not tell an unknown address.
            allauth_forms.default_token_generator.make_token(somebody)
        return super().save(request, **kwargs)


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self.fields["password1"], _("New password"), NEW_PASSWORD_HELP)
        _describe(self.fields["password2"], _("New password again"))


class ReauthenticateForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self.fields["password"], _("Your password"))


class ChangeEmailForm(allauth_forms.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _describe(self.fields["email"], _("New e-mail address"))
        _limit_email(self.fields["email"])

    def clean_email(self) -> str:
        email = super().clean_email()
        if not settings.IS_MAIL_CONFIGURED and User.objects.filter(email=email).exists():
            raise get_adapter().validation_error("email_taken")
        return email

    def save(self, request: HttpRequest) -> EmailAddress:
        email = self.cleaned_data["email"]
        if settings.IS_MAIL_CONFIGURED:
            return emails.request_change(request, self.user, email)
        return emails.replace_address(self.user, email)


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("display_name", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"


class DeleteAccountForm(forms.Form):
    password = PasswordField(label=_("Your password"), autocomplete="current-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        _describe(self.fields["password"], _("Your password"))

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("incorrect_password")
        return password


class AddUserForm(BaseUserCreationForm):
    """A new account in the admin."""

    class Meta:
        model = User
        fields = ("email", "display_name")
