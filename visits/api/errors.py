"""What goes wrong, as JSON: `errors` by parameter for a wrong question, `detail` for anything else."""

from __future__ import annotations

from typing import Any

from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from visits.reports.exceptions import InvalidQuery


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, InvalidQuery):
        body = {"errors": {error.field: [error.sentence]}}
        return Response(body, status=status.HTTP_400_BAD_REQUEST)
    return exception_handler(error, context)
