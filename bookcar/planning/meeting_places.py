"""Where carriers are met: chosen around the search, so that a week without carriers pays nothing.

A week is planned with every stop met where the walk is shortest, or at the first place from which
somebody can carry its books. Then a stop that costs the cars less at another place is met there,
and the week is planned again; the better of the two stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bookcar.model import Stop
from bookcar.planning.prepared import Prepared
from bookcar.planning.promises import plan_promised
from bookcar.planning.rounds import Search, week_cost
from bookcar.planning.visit_options import VisitOption, places_reached, places_to_meet
from bookcar.planning.week import Week
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import UNREACHABLE

ROUNDS = 2
WORTH_M = 500
"""Saving the cars less than this is not worth a search."""


def plan_met(
    prepared: Prepared, *, search: Search, progress: Progress = SILENT
) -> tuple[Week, Prepared]:
    """Do as `plan_promised`, and return the week with what it was prepared with: where all meet."""
    prepared = prepared.meeting_at(_first_able(prepared))
    week = plan_promised(prepared, search=search, progress=progress)
    for _ in range(ROUNDS):
        cheaper = dict(_cheaper(prepared, week))
        if not cheaper or week.interrupted:
            break
        other = prepared.meeting_at(cheaper)
        again = plan_promised(other, search=search, progress=progress)
        if week_cost(again) >= week_cost(week):
            break
        week, prepared = again, other
    return week, prepared


def _first_able(prepared: Prepared) -> dict[str, int]:
    """Return the first other place of stops that cannot be served where they are met.

    There nobody can carry to them, or no car that may come can drive there.
    """
    found: dict[str, int] = {}
    for one in prepared.due:
        stop = one.stop.id
        if not one.due or stop not in prepared.travel.meetings or _serves(prepared, one.stop):
            continue
        for n in places_to_meet(prepared.district, prepared.travel, one.stop):
            if stop in prepared.meeting_at({stop: n}).fleet.crews:
                found[stop] = n
                break
    return found


def _serves(prepared: Prepared, stop: Stop) -> bool:
    """Tell whether somebody carries to a stop from where it is met, and some car drives there."""
    travel = prepared.travel
    reached = places_reached(prepared.district, travel, stop)
    return stop.id in prepared.fleet.crews and travel.met.get(stop.id, 0) in reached


def _cheaper(prepared: Prepared, week: Week) -> Iterator[tuple[str, int]]:
    """Yield the stops that are met elsewhere for fewer kilometres, and where."""
    for option in (*week.options, *week.unsupplied):
        stop, travel = option.due.stop.id, prepared.travel
        if stop not in week.fleet.crews or option.number > 1 or option.due.promises:
            continue  # what was promised is a time at the nearest place
        now = travel.met.get(stop, 0)
        metres = {
            n: _metres(prepared, week, option, n)
            for n in range(len(travel.meetings[stop]))
            if n == now or _able(prepared, option, n)
        }
        best = min(metres, key=lambda n: (metres[n], n))
        if metres[now] - metres[best] > WORTH_M:
            yield stop, best


_NEVER = 10**9


def _able(prepared: Prepared, option: VisitOption, n: int) -> bool:
    """Tell whether somebody can carry the books of a visit from another place."""
    stop = option.due.stop.id
    crew = prepared.meeting_at({stop: n}).fleet.crews.get(stop)
    if crew is None:
        return False
    kg = [sum(batch.kg for batch in some) for some in (option.drops, option.collects)]
    return bool(crew.visiting(kg[0], kg[1]).windows)


def _metres(prepared: Prepared, week: Week, option: VisitOption, n: int) -> int:
    """Return how much longer a route is with the visit met there: its own, or the nearest one."""
    travel, stop = prepared.travel, option.due.stop.id
    at = {place: row for row, place in enumerate(travel.places)}[travel.meetings[stop][n].row]
    found = _NEVER
    for route in week.routes:
        vehicle = week.fleet.days[route.car_day].vehicle
        table = travel.tables[vehicle.profile].metres
        calls = week.calls(route)
        mine = [isinstance(c, VisitOption) and c.key == option.key for c in calls]
        rows = [
            travel.rows[c.due.stop.id if isinstance(c, VisitOption) else c.place] for c in calls
        ]
        home = travel.rows[vehicle.depot]
        if any(mine):
            k = mine.index(True)
            before, behind = [home, *rows][k], [*rows, home][k + 1]
            return _longer(table[before, at], table[at, behind], 0)
        if route.car_day in option.fleet:
            for a, b in pairwise([home, *rows, home]):
                found = min(found, _longer(table[a, at], table[at, b], int(table[a, b])))
    return found


def _longer(there: int, back: int, straight: int) -> int:
    if UNREACHABLE in (there, back):
        return _NEVER
    return int(there) + int(back) - straight
