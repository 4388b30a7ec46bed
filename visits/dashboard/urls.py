"""Reports as HTML."""

from django.urls import path

urlpatterns: list = []
