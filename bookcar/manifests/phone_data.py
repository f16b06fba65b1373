"""What the scripts of the form on a driver's phone read, and the scripts."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

from bookcar.manifests.sheet import RouteSheet, StopRow, WeekSheet
from bookcar.phrases import Phrases

SCRIPTS = ("phone_model.js", "phone_ways.js", "phone.js")
_SAID = "say."


def scripts() -> list[str]:
    """Return the scripts of the form in the order in which they run."""
    folder = resources.files("bookcar.manifests")
    return [folder.joinpath(name).read_text("utf-8") for name in SCRIPTS]


def form_data(route: RouteSheet, week: WeekSheet) -> dict[str, Any]:
    """Return the route as the scripts read it, with what they say."""
    say = Phrases(week.language)
    words = say.topic("phone")
    return {
        "plan": week.plan,
        "week": week.week,
        "route": route.id,
        "date": route.date.isoformat(),
        "vehicle": route.vehicle_id,
        "who": route.driver,
        "file": f"{route.stem}-return",
        "colon": words["colon"],
        "comma": words["comma"],
        "words": {
            key.removeprefix(_SAID): text for key, text in words.items() if key.startswith(_SAID)
        },
        "screens": list(_titles(route, say)),
        "visits": [_visit(row) for row in route.visits],
    }


def _titles(route: RouteSheet, say: Phrases) -> Iterator[str]:
    """Yield what the steps call each screen."""
    yield say("phone.overview")
    yield say("phone.before")
    yield from (f"{call.arrive.text} {call.name}" for call in route.calls)
    yield say("phone.after")


def _visit(row: StopRow) -> dict[str, Any]:
    collects = (*row.collects, *row.later)
    return {
        "stop": row.stop,
        "name": f"{row.number} {row.called}",
        "drops": [{"id": batch.id, "books": batch.books} for batch in row.drops],
        "collects": [{"id": batch.id, "books": batch.books} for batch in collects],
        "requests": list(row.request_ids),
        "found": list(row.to_find_ids),
        "titles": [*row.requests, *row.to_find],
    }
