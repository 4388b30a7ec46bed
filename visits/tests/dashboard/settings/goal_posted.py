"""What a browser sends of the form of a goal."""

from __future__ import annotations

from typing import Any

SIGNUP = {"kind": "event", "event_name": "Signup"}


def form_of(*conditions: tuple[str, str, str], **fields: Any) -> dict[str, Any]:
    """Return what a browser sends of the form: a view of a page unless `fields` say otherwise."""
    form: dict[str, Any] = {"name": "Goal", "kind": "page", "page_pattern": "/thanks"}
    form |= {
        "scroll_percent": "",
        "conditions-TOTAL_FORMS": len(conditions),
        "conditions-INITIAL_FORMS": 0,
    }
    for number, (key, operator, value) in enumerate(conditions):
        row = {"key": key, "operator": operator, "value": value}
        form |= {f"conditions-{number}-{name}": text for name, text in row.items()}
    return form | fields
