"""What is counted, a function a figure: records in, the figure with its rows out.

What nobody wrote down is no zero. A figure that some visits lack says of how many it was recorded;
times and distances are then taken from the plan, and said to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from bookcar.actuals.visits import COUNTS, RecordedVisit
from bookcar.report.figures import Figure, Grouping
from bookcar.report.scope import Scope
from bookcar.weeks import week_name

Measure = Callable[[Scope], Figure]


def planned(scope: Scope) -> Figure:
    """Visits that the weeks' plans had for the period; not known where no plan was found."""
    count = len(scope.planned) if scope.plans.weeks else None
    return Figure(key="planned", value=count, table="plans")


def done(scope: Scope) -> Figure:
    """Visits that were made."""
    return _visits("done", scope.done)


def missed(scope: Scope) -> Figure:
    """Visits recorded as missed to a stop that had no visit on that day."""
    return _visits("missed", scope.missed)


def forgotten(scope: Scope) -> Figure:
    """Planned visits of which nothing is recorded, neither done nor missed."""
    count = len(scope.forgotten) if scope.plans.weeks else None
    return Figure(key="forgotten", value=count, table="plans")


def stops(scope: Scope) -> Figure:
    """Places with at least one visit."""
    served = {visit.stop for visit in scope.done}
    return Figure(key="stops", value=len(served), rows=_rows(scope.done))


def people(scope: Scope) -> Figure:
    """People who live at the stops that had a visit, each stop once."""
    served = {visit.stop for visit in scope.done}
    known = {stop.id: stop.people for stop in scope.stops if stop.id in served and stop.people}
    return Figure(
        key="people",
        value=sum(known.values()) if known else None,
        rows=_rows(visit for visit in scope.done if visit.stop in known),
        of=len(served),
        recorded=len(known),
    )


def cars(scope: Scope) -> Figure:
    """Cars that made a visit; a visit whose car nobody wrote down counts for none."""
    named = [visit for visit in scope.done if visit.vehicle]
    return Figure(
        key="cars",
        value=len({visit.vehicle for visit in named}) if named or not scope.done else None,
        rows=_rows(named),
        of=len(scope.done),
        recorded=len(named),
    )


def weeks(scope: Scope) -> Figure:
    """Calendar weeks (Monday to Sunday) with at least one visit."""
    count = len({week_name(visit.date) for visit in scope.done})
    return Figure(key="weeks", value=count, rows=_rows(scope.done))


def days(scope: Scope) -> Figure:
    """Days on which a car was out, each car's counted."""
    return Figure(key="days", value=len(scope.days), rows=_rows(scope.done))


def seconds(scope: Scope) -> Figure:
    """Service time: from arrival to departure as recorded, or else as planned."""
    told = [visit for visit in scope.done if visit.seconds is not None]
    others = [(v, scope.plans.of(v)) for v in scope.done if v.seconds is None]
    taken = [(visit, plan) for visit, plan in others if plan is not None]
    from_plans = sum(plan.seconds for _, plan in taken)
    recorded = sum(visit.seconds or 0 for visit in told)
    return Figure(
        key="seconds",
        value=recorded + from_plans if told or taken else None,
        rows=_told_rows(told, ("arrive", "leave")),
        of=len(scope.done),
        recorded=len(told),
        planned=len(taken),
        from_plans=from_plans,
    )


def metres(scope: Scope) -> Figure:
    """Distance that the cars drove on days with a visit: as recorded, or else as planned."""
    told = [day.metres for day in scope.days if day.metres is not None]
    routes = scope.plans.routes
    others = [routes.get((day.date, day.vehicle)) for day in scope.days if day.metres is None]
    taken = [route.metres for route in others if route is not None]
    return Figure(
        key="metres",
        value=sum(t.value for t in told) + sum(taken) if told or taken else None,
        rows=tuple(sorted(t.row for t in told)),
        of=len(scope.days),
        recorded=len(told),
        planned=len(taken),
        from_plans=sum(taken),
    )


def dropped(scope: Scope) -> Figure:
    """Books brought to stops."""
    return _books("dropped", scope.done)


def collected(scope: Scope) -> Figure:
    """Books fetched from stops."""
    return _books("collected", scope.done)


def left(scope: Scope) -> Figure:
    """Books that stand at stops at the end of the period, as the last movements left them."""
    rows = sorted(batch.row for batch in scope.left if batch.row is not None)
    return Figure(
        key="left",
        value=sum(batch.books for batch in scope.left),
        rows=tuple(rows),
        of=len(scope.left) + scope.unplaced if scope.unplaced else 0,
        recorded=len(scope.left) if scope.unplaced else 0,
    )


def requests(scope: Scope) -> Figure:
    """Titles that readers asked for in the period."""
    return _wishes("requests", scope)


def brought(scope: Scope) -> Figure:
    """Those of them that have been brought since, as the table of requests says today."""
    return _wishes("brought", scope, statuses=("brought", "returned"))


def bought(scope: Scope) -> Figure:
    """Books bought for a reader in the period, to be brought by a car."""
    return _wishes("bought", scope, kind="bought")


def rewards(scope: Scope) -> Figure:
    """Rewards for readers of the period, to be brought by a car."""
    return _wishes("rewards", scope, kind="reward")


def readers(scope: Scope) -> Figure:
    """People who came to the car."""
    return _counted("readers", scope.done)


def loans(scope: Scope) -> Figure:
    """Books lent at the car."""
    return _counted("loans", scope.done)


def new_cards(scope: Scope) -> Figure:
    """Readers' cards issued at the car."""
    return _counted("new_cards", scope.done)


MEASURES: Mapping[str, Measure] = {
    m.__name__: m
    for m in (
        *(planned, done, missed, forgotten, stops, people, cars, days, weeks, seconds, metres),
        *(dropped, collected, left, requests, brought, bought, rewards, readers, loans, new_cards),
    )
}
"""Every figure by its key, in the order in which they are printed."""

_PLAIN = ("planned", "done", "missed", "forgotten", "stops", "people")
_BOOKS = ("dropped", "collected")
_WISHES = ("requests", "brought", "bought", "rewards")
OF_GROUPS: Mapping[Grouping, tuple[str, ...]] = {
    "township": (*_PLAIN, "seconds", *_BOOKS, "left", *_WISHES, *COUNTS),
    "kind": (*_PLAIN, "seconds", *_BOOKS, "left", *_WISHES, *COUNTS),
    "car": (*_PLAIN, "days", "weeks", "seconds", "metres", *_BOOKS, *COUNTS),
    "month": (*_PLAIN, "cars", "days", "weeks", "seconds", "metres", *_BOOKS, *_WISHES, *COUNTS),
}
"""What can be counted of a part: a car's day is of many stops, a request is of no car."""


def counted(scope: Scope, keys: Iterable[str] = tuple(MEASURES)) -> tuple[Figure, ...]:
    """Return the figures of some records."""
    return tuple(MEASURES[key](scope) for key in keys)


def _visits(key: str, visits: Sequence[RecordedVisit]) -> Figure:
    return Figure(key=key, value=len(visits), rows=_rows(visits))


def _books(action: str, visits: Sequence[RecordedVisit]) -> Figure:
    moved = [line for visit in visits for line in visit.lines if line.visit.action == action]
    told = [line for line in moved if line.visit.books]
    return Figure(
        key=action,
        value=sum(line.visit.books for line in told) if told or not moved else None,
        rows=tuple(sorted(line.row for line in told)),
        of=len(moved),
        recorded=len(told),
    )


def _wishes(
    key: str, scope: Scope, *, kind: str = "title", statuses: tuple[str, ...] = ()
) -> Figure:
    of_kind = [wish for wish in scope.wishes if wish.request.kind == kind]
    found = [wish for wish in of_kind if not statuses or wish.request.status in statuses]
    rows = tuple(sorted(wish.row for wish in found))
    value = len(found) if scope.requests_kept else None
    return Figure(key=key, value=value, rows=rows, table="requests")


def _counted(column: str, visits: Sequence[RecordedVisit]) -> Figure:
    told = [visit for visit in visits if column in visit.told]
    return Figure(
        key=column,
        value=sum(visit.told[column].value for visit in told) if told else None,
        rows=_told_rows(told, (column,)),
        of=len(visits),
        recorded=len(told),
    )


def _rows(visits: Iterable[RecordedVisit]) -> tuple[int, ...]:
    return tuple(sorted(row for visit in visits for row in visit.rows))


def _told_rows(visits: Iterable[RecordedVisit], columns: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted({v.told[c].row for v in visits for c in columns if c in v.told}))
