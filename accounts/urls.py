"""Signing in and the own account. allauth has the doors, the profile is ours."""

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("delete/", views.account_delete, name="account_delete"),
    path("impersonation/end/", views.impersonation_end, name="impersonation_end"),
    path("email/", views.change_email, name="account_email"),
    path("", include("allauth.account.urls")),
]
