"""Entry for WSGI hosts; collection goes through the Django views there."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracking_project.settings")
application = get_wsgi_application()
