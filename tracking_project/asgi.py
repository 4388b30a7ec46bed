"""Entry for ASGI servers: collection paths take the short way, everything else is Django's."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracking_project.settings")

from django.core.asgi import get_asgi_application  # noqa: E402 - settings first

django_application = get_asgi_application()

application = django_application
