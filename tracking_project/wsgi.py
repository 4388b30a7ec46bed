"""Entry for WSGI servers: collection paths take the short way, everything else is Django's."""

from __future__ import annotations

import os
from collections.abc import Iterable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracking_project.settings")

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()

# Models can be imported only now that Django is set up.
from tracking_project.garbage import calm_garbage_collector  # noqa: E402
from visits.collect.doors import find_door  # noqa: E402
from visits.collect.wsgi import Environ, StartResponse, receive_hit  # noqa: E402

calm_garbage_collector()


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    door = find_door(environ.get("PATH_INFO", ""))
    if door is not None:
        return receive_hit(door, environ, start_response)
    answer: Iterable[bytes] = django_application(environ, start_response)
    return answer
