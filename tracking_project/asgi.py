"""Entry for ASGI servers: collection paths take the short way, everything else is Django's."""

from __future__ import annotations

import asyncio
import os
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracking_project.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

# Models can be imported only now that Django is set up.
from tracking_project.body_limit import limit_body  # noqa: E402
from tracking_project.garbage import calm_garbage_collector  # noqa: E402
from tracking_project.workers import end_with_parent  # noqa: E402
from visits.collect.asgi import Receive, Scope, Send, receive_hit  # noqa: E402
from visits.collect.doors import find_door  # noqa: E402
from visits.collect.pipeline import warm_up  # noqa: E402
from visits.collect.writer import writer  # noqa: E402

django_within_limit = limit_body(django_application)

# WhiteNoise reads its files without async, which for a stylesheet is fine. Whoever starts the server
# for the first time would wonder, and a log of JSON would have two lines that are none.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    door = find_door(scope["path"]) if scope["type"] == "http" else None
    if door is not None:
        return await receive_hit(door, scope, receive, send)
    return await django_within_limit(dict(scope), receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    """Get ready for the first hit; at the end, store what is still waiting."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            end_with_parent()
            await asyncio.to_thread(warm_up)
            writer.start()
            calm_garbage_collector()
        if message["type"] == "lifespan.shutdown":
            await asyncio.to_thread(writer.stop)
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
