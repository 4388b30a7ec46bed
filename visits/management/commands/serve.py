"""Serve everything - collector, screens, API, admin - in one process."""

from __future__ import annotations

import resource
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from visits.collect.drain import remove_spool_marks
from visits.demo import DemoOwner, ensure_demo
from visits.digests.jobs import start_worker
from visits.digests.planning import remove_old_deliveries
from visits.management.static_files import collect_static_files
from visits.upkeep.scheduler import start_scheduler

# A visitor's browser keeps a connection for its next hit; proxies commonly keep theirs for a minute.
KEEP_ALIVE_SECONDS = 65


class Command(BaseCommand):
    help = "Migrates the database and serves the whole installation with uvicorn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--demo",
            action="store_true",
            default=settings.DEBUG,
            help="make a demo owner and site on first start (default while DEBUG is on)",
        )

        parser.add_argument(
            "--workers",
            type=int,
            default=1,
            help="processes that answer requests; more than one needs PostgreSQL",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["workers"] > 1 and settings.IS_SQLITE:
            raise CommandError("SQLite takes one process. More workers need PostgreSQL.")
        call_command("migrate", verbosity=0, interactive=False)
        if not settings.DEBUG:
            collect_static_files()
        demo = self._ensure_demo() if options["demo"] else None
        self.stdout.write(f"Django-Tracking runs at {_address(options['host'], options['port'])}")
        if demo is not None:
            self.stdout.write(f"Sign in as {demo.email} with the password {demo.password}")
        self.stdout.write("Stop it with Ctrl+C.")
        self.stdout.flush()
        start_scheduler(remove_spool_marks, remove_old_deliveries)
        start_worker()
        _serve(options["host"], options["port"], options["workers"])

    def _ensure_demo(self) -> DemoOwner | None:
        try:
            return ensure_demo(self.stderr)
        except KeyboardInterrupt:
            raise CommandError("Stopped. The next start makes the demo anew.") from None


def _address(host: str, port: int) -> str:
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host  # noqa: S104
    return f"http://{name}:{port}/"


def _serve(host: str, port: int, workers: int) -> None:
    _allow_many_connections()
    uvicorn.run(
        "tracking_project.asgi:application",
        host=host,
        port=port,
        workers=workers,
        http="tracking_project.http:BoundedProtocol",
        ws="none",
        log_config=None,
        # The peer's address is judged by ourselves, against TRUSTED_PROXIES.
        proxy_headers=False,
        server_header=False,
        date_header=False,
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=10,
    )


def _allow_many_connections() -> None:
    """Use all the open files that the system grants; shells and systemd begin with 1,024 of them."""
    _, granted = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS grants any number and then refuses large ones.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, granted))
