"""Weeks that are planned, over by the week that is planned now, and not in the records.

A plan takes to have happened what the tables say. It is told of an earlier week's plan by the
folder of its own, so that the same folders give the same warnings on any day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bookcar.errors import Fault, InputError, UsageError
from bookcar.model import District
from bookcar.records.ledger import home_of, read_ledger
from bookcar.weeks import parse_week, week_dates, week_name


class _Call(msgspec.Struct):
    kind: str
    stop: str = ""


class _Route(msgspec.Struct):
    date: dt.date
    calls: tuple[_Call, ...] = ()


class _Seen(msgspec.Struct):
    """What is looked at of a plan, so that one of an older version serves as well."""

    week: str
    district: str = ""
    routes: tuple[_Route, ...] = ()

    def stops(self) -> frozenset[str]:
        """Return the stops that it visits."""
        calls = (call for route in self.routes for call in route.calls)
        return frozenset(call.stop for call in calls if call.kind == "visit")


def open_weeks(district: District, week: str, plans: Path) -> tuple[Fault, ...]:
    """Return a warning if weeks before this one are planned and not closed.

    Parameters
    ----------
    plans
        The folder that holds a folder with a ``plan.json`` for each week of the district.
    """
    monday = parse_week(week)
    found = list(_planned_before(plans, monday, district.name))
    if not found:
        return ()
    try:
        closed = {one.week for one in read_ledger(home_of(district.folder)).weeks}
    except InputError:  # told by the command that needs it
        closed = set()
    left = [(n, _unrecorded(district, n, stops)) for n, stops in found if n not in closed]
    left = [(name, stops) for name, stops in left if stops]
    if not left:
        return ()
    latest = left[-1][0]
    return (
        Fault(
            rule="week-open",
            severity="warning",
            file=f"{latest}/plan.json",
            figures={
                "weeks": tuple(name for name, _ in left),
                "count": len(left),
                "stops": sum(len(stops) for _, stops in left),
                "latest": latest,
            },
        ),
    )


def _planned_before(
    plans: Path, monday: dt.date, district: str
) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the weeks that have a plan with visits, the earliest first, and the stops visited."""
    for path in sorted(plans.glob("*/plan.json")):
        try:
            name = week_name(parse_week(path.parent.name))
            if name == path.parent.name and parse_week(name) < monday:
                seen = msgspec.json.decode(path.read_bytes(), type=_Seen)
                if (seen.week, seen.district) == (name, district) and seen.stops():
                    yield name, seen.stops()
        except (UsageError, OSError, msgspec.MsgspecError, UnicodeDecodeError):
            continue  # a folder of somebody else's, or a plan that no command can open


def _unrecorded(district: District, week: str, stops: frozenset[str]) -> frozenset[str]:
    """Return the stops of a plan of which the visits table says nothing in its week."""
    days = week_dates(parse_week(week))
    return stops - {visit.stop for visit in district.visits if visit.date in days}
