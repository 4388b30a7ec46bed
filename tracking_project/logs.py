"""Structured logs: one JSON object a line in production, readable lines in development.

Loggers get events and values, never an address, a user agent or an e-mail.
"""

import logging.config
from typing import Any

import structlog
from structlog.typing import EventDict

REFUSALS = "django.security."


def tell_refusals_by_reason(_: Any, __: str, event: EventDict) -> EventDict:
    """Keep of a request that Django refuses (wrong host, missing CSRF token, too many fields) only why.

    Django's own words and the request quote the path, the query and the host as they were sent. Most of
    them are errors to Django; here nothing is broken when somebody sends nonsense.
    """
    event.pop("request", None)
    logger = event["logger"]
    if logger.startswith(REFUSALS):
        event.pop("exc_info", None)
        event.update(event="request_refused", level="warning", reason=logger.removeprefix(REFUSALS))
    return event


SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    tell_refusals_by_reason,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(level: str, *, is_console: bool) -> None:
    """Send every logger of the process through one formatter to standard error."""
    renderers: list[Any] = (
        [structlog.dev.ConsoleRenderer(colors=False)]
        if is_console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        "foreign_pre_chain": SHARED_PROCESSORS,
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # The request middleware reports errors with their id; Django would say it again.
                "django.request": {"level": "CRITICAL"},
                "django.server": {"level": "WARNING"},
                "uvicorn": {"level": "WARNING"},
                # They tell each step of drawing a PDF.
                "weasyprint": {"level": "WARNING"},
                "fontTools": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*SHARED_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
