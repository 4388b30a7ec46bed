"""Programs a test run would like to have: without one a test is skipped, in CI it fails."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"true", "1"}


def missing(sentence: str) -> NoReturn:
    """End the test that needs a missing program: a green run in CI must mean that it ran."""
    if is_ci():
        pytest.fail(f"{sentence} With CI=true nothing is skipped.", pytrace=False)
    pytest.skip(sentence)
