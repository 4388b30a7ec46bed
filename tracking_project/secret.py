"""The secret key of a development installation."""

import os
import secrets
from pathlib import Path


def development_secret_key(path: Path) -> str:
    """Return the key kept in `path`; make it once, readable by its owner only."""
    try:
        # O_EXCL: of two processes that start together only one makes the key.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as key_file:
        key_file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
