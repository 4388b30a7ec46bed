"""The own account: what allauth leaves to the product."""

from __future__ import annotations

from typing import Any

from allauth.account.views import EmailView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import impersonation
from accounts.forms import DeleteAccountForm, ProfileForm
from accounts.language import browser_language, chosen_language
from accounts.models import User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=user)
    if form.is_valid():
        user.save(update_fields=["display_name", "language"])
        translation.activate(chosen_language(user) or browser_language(request))
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form})


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def account_delete(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)
    if not user.has_usable_password():
        return redirect("account_set_password")
    form = DeleteAccountForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        user.delete()
        logout(request)
        messages.success(request, _("Your account and its sites are deleted."))
        return redirect("front")
    context = {"form": form, "sites": user.sites.all()}
    return render(request, "accounts/account_delete.html", context)


@require_POST
def impersonation_end(request: HttpRequest) -> HttpResponse:
    """Let staff be themselves again, where they came from."""
    owner = impersonation.end(request)
    return redirect("admin:accounts_user_change", owner.pk) if owner else redirect("site_list")


class ChangeEmailView(EmailView):
    """allauth's page; only what "current" and "new" mean is ours, see accounts.emails."""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        if not settings.IS_MAIL_CONFIGURED:
            email = form.cleaned_data["email"]
            sentence = _("Your e-mail address is now %(email)s.") % {"email": email}
            messages.success(self.request, sentence)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        addresses = context["emailaddresses"]
        present = self.request.user.email
        current = [address for address in addresses if address.email == present]
        waiting = [address for address in addresses if address.email != present]
        return context | {
            "current_emailaddress": current[0] if current else None,
            "new_emailaddress": waiting[0] if waiting else None,
        }


change_email = ChangeEmailView.as_view()
