"""Visits in the Django admin: facts and their dimensions, to read and never to write.

Two tables are left out on purpose. A salt is the secret that makes visitor ids: who reads it can test
whether a person was here. An open visit says which visitor is reading which pages right now.
"""

from django.contrib import admin

from visits.admin import dimension, hit, log_import, refusal, visit

__all__ = ["dimension", "hit", "log_import", "refusal", "visit"]

admin.site.site_title = admin.site.site_header = "Django-Tracking"
admin.site.index_title = "Overview"
