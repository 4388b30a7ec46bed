"""Where allauth asks the product: addresses, links in mails, redirects and limits."""

from __future__ import annotations

from html import unescape
from smtplib import SMTPException
from typing import Any, ClassVar

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import emails
from accounts.address import client_address, trusted_networks
from accounts.attempts import client_key, too_many_attempts
from accounts.language import chosen_language
from accounts.models import User

log = structlog.get_logger(__name__)

LOGIN_PAUSE_SECONDS = 5 * 60


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "duplicate_email": _("This is your address already, or you have asked to change to it."),
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "email_taken": _("There is an account with this e-mail address already."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "invalid_password_reset": _(
            "This link has been used, or it is too old. Ask for a new one."
        ),
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.display_name = form.cleaned_data.get("display_name", "")
        return super().save_user(request, user, form, commit=commit)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Answer with pages only: a second form of every answer is a second place for mistakes."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Tell whether `url` is a path on this host; allauth would accept all of ALLOWED_HOSTS."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    # Addresses and limits

    def get_client_ip(self, request: HttpRequest) -> str:
        peer = request.META.get("REMOTE_ADDR", "")
        trusted = trusted_networks(tuple(settings.TRUSTED_PROXIES))
        return client_address(peer, list(request.headers.items()), trusted)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            response = too_many_attempts(request, LOGIN_PAUSE_SECONDS)
            raise ImmediateHttpResponse(response) from error

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures of an account by client, so that no stranger can lock its owner out."""
        return client_key(request, credentials.get("email", "").lower())

    # Confirmation

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: Any, signup: bool
    ) -> None:
        """Mail the link, unless somebody else signs in with the address: then tell them."""
        address = emailconfirmation.email_address
        if emails.is_taken(address):
            self.send_account_already_exists_mail(address.email)
        else:
            super().send_confirmation_mail(request, emailconfirmation, signup)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        if emails.is_taken(email_address):
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False
        return super().confirm_email(request, email_address)

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Let a waiting change be dropped, never the address that its owner signs in with."""
        return email_address.email != email_address.user.email

    # Mail

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        links = {
            name: emails.on_site_url(value)
            for name, value in context.items()
            if name.endswith("_url")
        }
        words = {**context, **links, "site_url": settings.SITE_URL}
        try:
            with translation.override(_language_of_mail(email, context)):
                super().send_mail(template_prefix, email, words)
        except (SMTPException, OSError) as error:
            # Their texts may quote the recipient.
            log.error("mail_failed", template=template_prefix, error=type(error).__name__)
            sentence = gettext("The mail could not be sent. Please try again later.")
            self.add_message(self.request, messages.ERROR, message=sentence)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Render a plain text: what templates escape for HTML is turned back."""
        mail = super().render_mail(template_prefix, email, context, headers)
        mail.subject, mail.body = unescape(mail.subject), unescape(mail.body)
        return mail


def _language_of_mail(email: str, context: dict[str, Any]) -> str | None:
    """Return what the recipient has chosen, else the language of who caused the mail."""
    reader = context.get("user") or User.objects.filter(email=email).only("language").first()
    return chosen_language(reader) or translation.get_language()
