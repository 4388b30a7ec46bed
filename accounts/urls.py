"""Signing in and the own account. allauth has the doors, the profile is ours."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
]
