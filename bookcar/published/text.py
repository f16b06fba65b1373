"""A timetable in a few lines: its weeks, who gets no date and why, and what changes."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.phrases import Phrases
from bookcar.timetable import ChangedBy, Timetable
from bookcar.timetable_changes import counted
from bookcar.weeks import week_name

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
    for one in timetable.left:
        name = timetable.stops_by_id[one.stop].name
        reason = one.reason.text_in(say.language)
        yield say("timetable.left-line", stop=one.stop, name=name, reason=reason)
    yield from change_lines(timetable, say)


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
