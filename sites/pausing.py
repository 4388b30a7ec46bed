"""What staff are told about collection that is paused: in the admin and by commands in the same words."""

from __future__ import annotations

from sites.models import Site

PAUSED, COUNTING = "Paused", "Counting"


def state_of(site: Site) -> str:
    return PAUSED if site.paused_at else COUNTING


def outcome(changed: int, chosen: int, *, is_resumed: bool) -> str:
    """Return what came of pausing or resuming the chosen sites, of which so many were not so before."""
    deed, state = ("resumed", "counting") if is_resumed else ("paused", "paused")
    sentences = []
    if changed:
        sentences.append(f"{_sites(changed)} {deed}.")
    if same := chosen - changed:
        sentences.append(f"{_sites(same)} {'was' if same == 1 else 'were'} {state} already.")
    return " ".join(sentences)


def _sites(number: int) -> str:
    return "1 site" if number == 1 else f"{number:,} sites"
