"""What has happened to a week: cars that are out or late, stops shut or added, roads closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from bookcar.errors import Fault, InputError
from bookcar.model import Closure, District
from bookcar.phrases import Figure
from bookcar.plan import Plan, Replanned
from bookcar.roads.travel import Unclosed
from bookcar.weeks import parse_week, week_dates

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Events:
    """What is told at a moment, by the clock of the district.

    Attributes
    ----------
    at
        From then on the week is planned again.
    out
        Ids of vehicles that drive no more this week.
    late
        By vehicle id, the minutes by which it is late that day.
    shut
        Stops that take no visit any more this week.
    add
        Stops to be visited too, whether they are due or not.
    closed_ways
        OSM ways that are closed until the end of the week.
    """

    at: dt.datetime
    out: tuple[str, ...] = ()
    late: Mapping[str, int] = field(default_factory=dict)
    shut: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    closed_ways: tuple[int, ...] = ()
    added_before: tuple[str, ...] = ()

    @property
    def date(self) -> dt.date:
        """The day of the moment."""
        return self.at.date()

    @property
    def second(self) -> int:
        """The moment in seconds after midnight."""
        return self.at.hour * 3600 + self.at.minute * 60 + self.at.second

    def besides(self, earlier: Replanned | None) -> Events:
        """Return them with what had happened before and still holds: all but who was late."""
        if earlier is None:
            return self
        return replace(
            self,
            out=_both(earlier.out, self.out),
            shut=_both(earlier.shut, self.shut),
            closed_ways=_both(earlier.closed_ways, self.closed_ways),
            added_before=earlier.added,
        )

    def told(self, plan: Plan, lost: tuple[str, ...], *, away: tuple[str, ...] = ()) -> Replanned:
        """Return what the new plan says of them."""
        return Replanned(
            plan=plan.id,
            at=self.at,
            number=1 + (plan.replanned.number if plan.replanned else 0),
            out=self.out,
            late={name: 60 * minutes for name, minutes in sorted(self.late.items())},
            shut=self.shut,
            added=_both(self.added_before, self.add),
            closed_ways=self.closed_ways,
            lost=lost,
            away=away,
        )


def _both(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def require_possible(events: Events, plan: Plan, district: District) -> None:
    """Refuse what cannot have happened.

    Raises
    ------
    InputError
        With every fault: a moment outside the week, vehicles and stops that nobody knows, a stop
        that is visited already or shut and added at once.
    """
    faults = list(_faults(events, plan, district))
    if faults:
        raise InputError(faults)


def _faults(events: Events, plan: Plan, district: District) -> Iterator[Fault]:
    days = week_dates(parse_week(plan.week))
    vehicles = plan.vehicles_by_id
    if events.date not in days:
        yield _fault(
            "replan-moment",
            str(events.at),
            name=str(events.at),
            first=str(days[0]),
            last=str(days[-1]),
        )
    for name in (*events.out, *events.late):
        if name not in vehicles or name not in district.vehicles_by_id:
            yield _fault("replan-vehicle", name, name=name, known=tuple(vehicles))
    for name, minutes in events.late.items():
        if minutes <= 0:
            yield _fault("replan-late", name, name=name, minutes=minutes)
    yield from _odd_stops(events, plan, district)
    yield from _second_calls(events, plan)


def _second_calls(events: Events, plan: Plan) -> Iterator[Fault]:
    """Refuse to plan around second calls where carriers are met: they wait there with the books."""
    now = events.date, events.second
    for route in plan.routes:
        for call in route.second_calls:
            if (route.date, call.arrive) > now:
                yield _fault(
                    "replan-again",
                    call.stop,
                    name=call.stop,
                    route=route.id,
                    date=str(route.date),
                    time=call.begin,
                )


def require_closed(events: Events, unclosed: Iterable[Unclosed]) -> None:
    """Refuse ways that are closed and of which driving knows nothing.

    Parameters
    ----------
    unclosed
        The closures that close nothing, or not all that they name, by the roads that are driven.

    Raises
    ------
    InputError
        If one is that of the events.
    """
    for missed in unclosed:
        if events.closed_ways and missed.closure.ways == events.closed_ways:
            ways = missed.ways or events.closed_ways
            variant = "no-roads" if missed.reason == "no-roads" else ""
            value = " ".join(map(str, ways))
            raise InputError([_fault("replan-way", value, variant=variant, ways=ways)])


def _odd_stops(events: Events, plan: Plan, district: District) -> Iterator[Fault]:
    stops = district.stops_by_id
    for name in (*events.shut, *events.add):
        if name not in stops:
            yield _fault("replan-stop", name, name=name)
    visited = {visit.stop for route in plan.routes for visit in route.visits}
    for name in events.add:
        if name in visited or name in events.shut:
            yield _fault("replan-added", name, name=name, variant="" if name in visited else "shut")
        elif name in stops and stops[name].access == "foot":
            yield _fault("replan-added", name, name=name, variant="foot")


def _fault(rule: str, value: str, *, variant: str = "", **figures: Figure) -> Fault:
    return Fault(
        rule=rule,
        variant=variant,
        file="plan.json",
        value=value,
        figures=figures,
    )


def as_it_is(district: District, replanned: Replanned | None, week: str) -> District:
    """Return the district with the roads closed that a plan was replanned around."""
    if replanned is None or not replanned.closed_ways:
        return district
    last = week_dates(parse_week(week))[-1]
    closure = Closure(first=replanned.at.date(), last=last, ways=replanned.closed_ways)
    return msgspec.structs.replace(district, closures=(*district.closures, closure))
