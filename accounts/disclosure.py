"""Who learns whose address it is: staff with a permission for it, and nobody else.

To everybody else a person is a masked address, so that people can be told apart and not written to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest

SEE_ADDRESSES = "accounts.see_addresses"
ADMIN = "admin"
HIDDEN = "•••"
NO_PART_OF_IT = r"\s@<>\"'“”(),;:"
ADDRESS = re.compile(rf"[^{NO_PART_OF_IT}]+@[^{NO_PART_OF_IT}]*[^{NO_PART_OF_IT}.]")

# Without a request of staff nothing is disclosed: neither to a log, nor to a command, nor to a file.
_request: ContextVar[HttpRequest | None] = ContextVar("request_of_staff", default=None)


def may_see_addresses(user: Any) -> bool:
    return bool(user.has_perm(SEE_ADDRESSES))


@contextmanager
def disclosing(request: HttpRequest | None) -> Iterator[None]:
    """Call people as whoever asks may know them, until the block ends; by masked addresses for None."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def is_disclosed() -> bool:
    """Tell whether the page that is being made is one of the admin, for staff who may see addresses."""
    request = _request.get()
    if request is None or request.resolver_match is None:
        return False
    return request.resolver_match.app_name == ADMIN and may_see_addresses(request.user)


def masked(address: str) -> str:
    """Return what is left of an e-mail address: `a•••@e•••.org` of `ada@example.org`."""
    name, at, domain = address.partition("@")
    if not at:
        return HIDDEN
    ending = domain.rpartition(".")[2] if "." in domain else ""
    return f"{name[:1]}{HIDDEN}@{domain[:1]}{HIDDEN}{f'.{ending}' if ending else ''}"


def mask_addresses(text: str) -> str:
    """Return a text with every e-mail address in it masked."""
    return ADDRESS.sub(lambda match: masked(match[0]), text)
