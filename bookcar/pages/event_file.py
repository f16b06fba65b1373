"""What the page of an event is called."""

from __future__ import annotations

from bookcar.plan import PlanEvent


def event_file(event: PlanEvent) -> str:
    """Return the name of the page of an event: its id, as every system can name a file."""
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in event.id)
    return f"{name}.html"
