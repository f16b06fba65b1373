"""The example's fair: 4,200 titles, five days, brought by two cars and fetched again.

    python -m benchmarks.fair [--effort quick]

Planned are the weeks around it, one after the other, each taken to be done as planned: without the
fair and with it. What the example has recorded until November 2026 is put off by 19 weeks, so that
the first of them finds stops and shelves as the example's own first week does. Printed is what the
other stops lose, which car carries what, and how many promises are kept where what is visited
without the fair was promised (``--timetable``).
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec

import bookcar as bc
from bookcar.as_of import as_of
from bookcar.audit import audit
from bookcar.model import Batch, CalendarEntry, District, PastVisit, TimetableEntry
from bookcar.plan import Plan
from bookcar.roads.sources import travel_for
from bookcar.weeks import parse_week, week_dates

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "qijiang"
WEEKS = ("2027-W15", "2027-W16", "2027-W17", "2027-W18")


def put_off(district: District, weeks: int) -> District:
    """Return a district with everything recorded so many weeks later."""
    later = dt.timedelta(weeks=weeks)

    def moved(batch: Batch) -> Batch:
        since = None if batch.since is None else batch.since + later
        return msgspec.structs.replace(batch, since=since)

    return msgspec.structs.replace(
        district,
        visits=tuple(msgspec.structs.replace(v, date=v.date + later) for v in district.visits),
        batches=tuple(map(moved, district.batches)),
        listed=tuple(map(moved, district.listed)),
        requests=(),
    )


def recorded(plan: Plan) -> Iterator[PastVisit]:
    """Yield the visits of a plan as records of what was done."""
    for route in plan.routes:
        for visit in route.visits:
            common = {"date": route.date, "stop": visit.stop, "vehicle": route.vehicle}
            yield PastVisit(**common)
            for action, names in (("dropped", visit.drops), ("collected", visit.collects)):
                for name in names:
                    yield PastVisit(batch=name, action=action, **common)


def promised(plan: Plan) -> tuple[TimetableEntry, ...]:
    """Return what a plan without the fair visits as promises: day and car."""
    return tuple(
        TimetableEntry(stop=visit.stop, date=route.date, vehicle=route.vehicle)
        for route in plan.routes
        for visit in route.visits
    )


def live(district: District, title: str, effort: str) -> list[Plan]:
    """Plan the weeks one after the other and print each, audited."""
    now, plans = district, []
    for week in WEEKS:
        plan = bc.plan_week(now, week, effort=effort)  # type: ignore[arg-type]
        print(line(f"{week} {title}", plan, now), flush=True)
        now = msgspec.structs.replace(now, visits=(*now.visits, *recorded(plan)))
        plans.append(plan)
    return plans


def line(title: str, plan: Plan, district: District) -> str:
    """Return a week in words, once it is audited."""
    then = as_of(district, parse_week(plan.week))
    loads = {stop.id: stop.load for stop in then.stops if stop.load}
    dates = week_dates(parse_week(plan.week))
    travel = travel_for(then, stops=[stop.id for stop in then.stops], dates=dates)
    found = audit(plan, district, travel)
    size = {batch.id: batch.books for batch in plan.batches}
    carried = [
        (route, sum(size[b] for b in (*visit.drops, *visit.collects)), visit)
        for route in plan.routes
        for visit in route.visits
        if visit.stop in loads
    ]
    due = sum(stop.due and stop.id not in loads for stop in plan.stops)
    lacking = sum(row.stop not in loads for row in plan.unserved)
    way = "brings" if any(visit.drops for *_, visit in carried) else "fetches"
    told = ", ".join(f"{route.date:%a} {route.vehicle} {books}" for route, books, _ in carried)
    kept = sum(one.becomes in ("same", "time") for one in plan.promises)
    promises = f"; promises kept {kept} of {len(plan.promises)}" if plan.promises else ""
    return (
        f"{title}: others served {due - lacking} of {due}, {len(plan.routes)} routes, "
        f"{plan.totals.metres / 1000:.0f} km"
        + (f"; {way} {sum(b for _, b, _ in carried)} books ({told})" if carried else "")
        + f"{promises}; {len(found)} audit findings"
    )


def main() -> None:
    """Live through the weeks without the fair, with it, and with it beside a timetable."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--effort", choices=["quick", "normal", "thorough"], default="quick")
    parser.add_argument(
        "--timetable", action="store_true", help="promise what is visited without the fair"
    )
    given = parser.parse_args()
    fair = put_off(bc.read(EXAMPLE), 19)
    bare = msgspec.structs.replace(fair, events=(), calendar=_without(fair))
    without = live(bare, "without", given.effort)
    live(fair, "with the fair", given.effort)
    if given.timetable:
        table = tuple(entry for plan in without for entry in promised(plan))
        kept = msgspec.structs.replace(fair, timetable=table)
        live(kept, "with the fair, promised", given.effort)


def _without(district: District) -> tuple[CalendarEntry, ...]:
    """Return the calendar without the days on which a car stays at an event."""
    days = {(event.first, event.last, event.stays) for event in district.events}
    return tuple(e for e in district.calendar if (e.first, e.last, e.vehicles) not in days)


if __name__ == "__main__":
    main()
