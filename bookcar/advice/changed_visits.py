"""What of an earlier plan of the week stays as people were told, and what does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bookcar.errors import Fault
from bookcar.plan import Plan, Promise, Route
from bookcar.plan_changes import ChangeKind, changes, promises_of
from bookcar.planning.week import Week

Brought = Mapping[str, frozenset[str]]
"""By stop, the ids of the batches that it gets in the week."""

_TOLD: tuple[ChangeKind, ...] = ("day", "car", "time", "gone", "new")


def changed_visits(earlier: Plan | None, week: Week) -> Iterator[Fault]:
    """Yield how many visits are as they were told, then the stops of each kind of change.

    Then those that get other batches: they were told none, but sheets and labels differ.
    """
    if earlier is not None:
        yield from what_changed(earlier.id, promises_of(earlier), visits_made(week))
        yield from other_batches(brought_by(earlier.routes), _brought(week))


def brought_by(routes: Iterable[Route]) -> Brought:
    """Return what each stop gets in the week."""
    return _gathered((v.stop, v.drops) for route in routes for v in route.visits)


def other_batches(before: Brought, after: Brought) -> Iterator[Fault]:
    """Yield the stops that are visited before and after, and get other batches."""
    stops = tuple(stop for stop in before if stop in after and before[stop] != after[stop])
    if stops:
        yield Fault(
            rule="changed-visits",
            severity="warning",
            file="plan.json",
            variant="batches",
            figures={"count": len(stops), "stops": stops},
        )


def _gathered(visits: Iterable[tuple[str, Iterable[str]]]) -> Brought:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for stop, batches in visits:
        found[stop].update(batches)
    return {stop: frozenset(batches) for stop, batches in found.items()}


def _brought(week: Week) -> Brought:
    made = (week.options[t] for r in week.routes for t in r.tasks if t < len(week.options))
    return _gathered((one.due.stop.id, (batch.id for batch in one.drops)) for one in made)


def what_changed(plan: str, before: Iterable[Promise], after: Iterable[Promise]) -> Iterator[Fault]:
    """Yield the same of what a plan told people and what they are to be told now."""
    stops: defaultdict[ChangeKind, list[str]] = defaultdict(list)
    for change in changes(before, after):
        stops[change.kind].append(change.stop)
    told = sum(len(stops[kind]) for kind in ("same", "day", "car", "time", "gone"))
    same = len(stops["same"])
    if told:
        yield Fault(
            rule="changed-visits",
            severity="warning",
            file="plan.json",
            variant="" if same < told else "all",
            figures={"plan": plan, "same": same, "told": told},
        )
    for kind in _TOLD:
        if stops[kind]:
            yield Fault(
                rule="changed-visits",
                severity="warning",
                file="plan.json",
                variant=kind,
                figures={"count": len(stops[kind]), "stops": tuple(stops[kind])},
            )


def visits_made(week: Week) -> Iterator[Promise]:
    """Yield what the routes of a week tell people."""
    for route in week.routes:
        day = week.fleet.days[route.car_day]
        for task, begin in zip(route.tasks, route.schedule.begin, strict=True):
            if task < len(week.options) and not week.options[task].again:
                stop = week.options[task].due.stop.id
                yield Promise(stop=stop, date=day.date, vehicle=day.vehicle.id, begin=begin)
