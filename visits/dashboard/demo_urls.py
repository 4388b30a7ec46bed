"""The report of the demo site, below /demo/."""

from django.urls import path

from visits.dashboard.public_demo import demo
from visits.dashboard.share.urls import PARTS

urlpatterns = [path(route, demo(part), name=f"demo_{name}") for route, part, name in PARTS]
