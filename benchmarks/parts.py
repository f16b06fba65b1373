"""A fair in the example: 4,200 books to one place in one week, and back in another, in parts.

    python -m benchmarks.parts [--effort quick]

The place is a stop of the library's own town that is required and wants all at once; the books are
batches of their own. Printed is each week without the fair and with it: what the others lose.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import msgspec

import bookcar as bc
from bookcar.audit import audit
from bookcar.model import Batch, District, PastVisit, Stop
from bookcar.plan import Plan
from bookcar.roads.sources import travel_for
from bookcar.weeks import parse_week, week_dates

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "qijiang"
WEEKS = ("2026-W49", "2026-W50")
BOOKS, SIZE = 4_200, 70


def with_fair(district: District, *, books: int) -> District:
    """Return a district with the place of a fair that wants so many books, and its batches."""
    depot = district.depots[0]
    fair = Stop(
        id="FAIR",
        name="FAIR",
        kind="other",
        lon=district.stops[0].lon,
        lat=district.stops[0].lat,
        books=books,
        every_weeks=1,
        required=True,
    )
    batches = tuple(
        Batch(id=f"F{k:02d}", books=SIZE, kg=round(0.35 * SIZE), at=depot.id)
        for k in range(1, BOOKS // SIZE + 1)
    )
    return msgspec.structs.replace(
        district,
        stops=(*district.stops, fair),
        batches=(*district.batches, *batches),
        listed=(*district.listed, *batches),
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


def line(title: str, plan: Plan, district: District) -> None:
    """Print a week, once it is audited."""
    travel = travel_for(
        district,
        stops=[stop.id for stop in district.stops],
        dates=week_dates(parse_week(plan.week)),
    )
    found = audit(plan, district, travel)
    fair = [
        (route.date, route.vehicle, visit)
        for route in plan.routes
        for visit in route.visits
        if visit.stop == "FAIR"
    ]
    size = {batch.id: batch.books for batch in plan.batches}
    others = sum(stop.due and stop.id != "FAIR" for stop in plan.stops)
    lacking = sum(row.stop != "FAIR" for row in plan.unserved)
    moved = sum(size[b] for *_, v in fair for b in (*v.drops, *v.collects))
    days = ", ".join(f"{day:%a} {car}" for day, car, _ in fair) or "-"
    print(
        f"{title:24} others {others - lacking} of {others}, routes {len(plan.routes)}, "
        f"{plan.totals.metres / 1000:.0f} km; fair: {len(fair)} parts ({days}), "
        f"{moved} books; {len(found)} audit findings",
        flush=True,
    )


def main() -> None:
    """Plan both weeks, with the fair and without."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--effort", choices=["quick", "normal", "thorough"], default="quick")
    effort = parser.parse_args().effort
    plain = bc.read(EXAMPLE)
    for title, given in (("without", plain), ("with a fair", with_fair(plain, books=BOOKS))):
        now = given
        for week in WEEKS:
            plan = bc.plan_week(now, week, effort=effort)
            line(f"{week} {title}", plan, now)
            now = msgspec.structs.replace(now, visits=(*now.visits, *recorded(plan)))
            if title != "without":  # what was brought is fetched
                stops = (
                    msgspec.structs.replace(s, books=0) if s.id == "FAIR" else s for s in now.stops
                )
                now = msgspec.structs.replace(now, stops=tuple(stops))


if __name__ == "__main__":
    main()
