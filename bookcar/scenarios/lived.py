"""Weeks lived one after another: each is planned as the district stands after those before it.

What is planned is taken to be done: its visits are recorded, its batches moved, and the requests
that it brings are brought. Loads of fairs are not, which the readers are told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import msgspec

from bookcar.model import District
from bookcar.plan import Plan, Totals
from bookcar.planning.forecast import after_visits
from bookcar.rota.build import as_visits
from bookcar.weeks import parse_week, week_name

Planner = Callable[[District, str, int], Plan]
"""Plans a week of a district; the last argument counts the weeks from 0."""


def weeks_from(week: str, count: int) -> list[str]:
    """Return the names of some weeks that follow each other."""
    monday = parse_week(week)
    return [week_name(monday + dt.timedelta(weeks=n)) for n in range(count)]


def live(district: District, weeks: Sequence[str], planner: Planner) -> Iterator[Plan]:
    """Yield the plan of each week, the district being as those before it leave it."""
    for number, week in enumerate(weeks):
        plan = planner(district, week, number)
        yield plan
        district = after(district, plan)


def after(district: District, plan: Plan) -> District:
    """Return the district as it stands when a plan has been done."""
    district = after_visits(district, tuple(as_visits(plan)), store=district.depots[0].id)
    brought = {name for route in plan.routes for visit in route.visits for name in visit.requests}
    requests = tuple(
        msgspec.structs.replace(one, status="brought") if one.id in brought else one
        for one in district.requests
    )
    return msgspec.structs.replace(district, requests=requests)


def joined(plans: Sequence[Plan]) -> Plan:
    """Return one plan with the routes of several weeks, to be drawn and counted; not to be driven.

    Of one week it is the plan itself. A stop is unserved in it that is so in the last week, and
    was visited in none.
    """
    last = plans[-1]
    if len(plans) == 1:
        return last
    visited = {visit.stop for plan in plans for route in plan.routes for visit in route.visits}
    unserved = tuple(row for row in last.unserved if row.stop not in visited)
    names = (name for name in Totals.__struct_fields__ if name != "stops")
    sums = {name: sum(getattr(plan.totals, name) for plan in plans) for name in names}
    return msgspec.structs.replace(
        last,
        routes=tuple(route for plan in plans for route in plan.routes),
        unserved=unserved,
        totals=Totals(stops=last.totals.stops, **sums),
    )
