"""The rows of the records as a report shows them: a count stands where it is counted."""

from __future__ import annotations

from bookcar.actuals.visits import Line
from bookcar.report.words import Words
from bookcar.weeks import clock

HEADS = (
    *("row", "visit", "date", "stop", "name", "township", "kind", "car", "status"),
    *("action", "batch", "figure-dropped", "figure-collected", "arrive", "leave"),
    *("head-readers", "head-loans", "head-new_cards", "head-metres", "note"),
)
"""The phrases of the columns."""
ENDS = frozenset(
    {
        *("row", "visit", "figure-dropped", "figure-collected"),
        *("head-readers", "head-loans", "head-new_cards", "head-metres"),
    }
)
"""Those of them that hold numbers."""

Cell = str | int | float


def line_cells(words: Words, line: Line) -> tuple[Cell, ...]:
    """Return the cells of a row, empty where it adds nothing."""
    visit, counted = line.visit, words.report.counted
    name = words.report.stops[visit.stop]
    return (
        *(line.row, words.report.numbers.get(line.row, ""), visit.date.isoformat(), visit.stop),
        *(words.stop(visit.stop), words.township(name.township)),
        *(words.phrases(f"common.kind-{name.kind}"), visit.vehicle),
        words(f"status-{visit.status}"),
        *(words(f"action-{visit.action}") if visit.action else "", visit.batch),
        *(visit.books if line.row in counted[key] else "" for key in ("dropped", "collected")),
        *("" if time is None else clock(time) for time in (visit.arrive, visit.leave)),
        *(
            getattr(visit, key) if line.row in counted[key] else ""
            for key in ("readers", "loans", "new_cards")
        ),
        (visit.day_metres or 0) / 1000 if line.row in counted["metres"] else "",
        words.short(visit.note),
    )
