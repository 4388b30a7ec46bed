"""Numbers of things, as commands say them."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Return such as “1 visit” or “1,200 visits”."""
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"
