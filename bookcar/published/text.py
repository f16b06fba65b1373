"""A timetable in a few lines: its weeks, who gets no date and why, and what changes."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.phrases import Phrases
from bookcar.timetable import ChangedBy, Timetable
from bookcar.timetable_changes import counted
from bookcar.weeks import week_name

EACH = 3
"""So many stops without a date for the same reason have a line each."""

KINDS: tuple[ChangedBy, ...] = ("same", "day", "car", "time", "new", "gone")


def lines(timetable: Timetable, say: Phrases) -> Iterator[str]:
    """Yield the lines."""
    yield say(
        "timetable.summary",
        stops=len(timetable.served),
        visits=sum(len(route.visits) for route in timetable.routes),
        routes=len(timetable.routes),
        km=timetable.metres / 1000,
        first=timetable.first.isoformat(),
        last=timetable.last.isoformat(),
    )
    for week in timetable.weeks:
        yield say(
            "timetable.week-line",
            week=week_name(week.monday),
            visits=week.visits,
            routes=week.routes,
            hours=week.seconds / 3600,
            km=week.metres / 1000,
        )
    if timetable.later:
        yield say("timetable.later-line", count=len(timetable.later))
    yield from left_lines(timetable, say)
    yield from change_lines(timetable, say)


def left_lines(timetable: Timetable, say: Phrases) -> Iterator[str]:
    """Yield who gets no date and why; many with the same reason in one line."""
    by_reason: dict[str, list[str]] = {}
    for one in timetable.left:
        by_reason.setdefault(one.reason.text_in(say.language), []).append(one.stop)
    for reason, stops in by_reason.items():
        if len(stops) > EACH:
            yield say("timetable.left-lines", count=len(stops), reason=reason, stops=tuple(stops))
            continue
        for stop in stops:
            name = timetable.stops_by_id[stop].name
            yield say("timetable.left-line", stop=stop, name=name, reason=reason)
    if any(one.reason.key.startswith("timetable.left-stock") for one in timetable.left):
        yield say("timetable.stock-line")


def change_lines(timetable: Timetable, say: Phrases) -> Iterator[str]:
    """Yield what changes against the timetable before, if there is one."""
    before = timetable.before
    if before is None:
        return
    counts = counted(before.changes)
    people = sum(c.people for c in before.changes if c.kind not in ("same", "new"))
    yield say("timetable.changes-line", people=people, **{kind: counts[kind] for kind in KINDS})
    if before.metres_a_week is not None:
        now = timetable.metres / len(timetable.mondays)
        figures = {"was": before.metres_a_week / 1000, "now": now / 1000}
        yield say("timetable.km-line", **figures, saved=(before.metres_a_week - now) / 1000)
