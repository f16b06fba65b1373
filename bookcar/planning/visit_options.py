"""What a visit to each due stop would be: its batches, its days, the cars that could come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import msgspec

from bookcar.batches.terms import Demand, Room, Wished
from bookcar.due import DueStop, prize
from bookcar.model import Batch, District, Stop, Vehicle
from bookcar.parts import part_of
from bookcar.planning.fleet import Fleet, FleetDay
from bookcar.planning.prepared import Prepared
from bookcar.planning.tours import Crew
from bookcar.roads.travel import UNREACHABLE, Travel

SEVERAL = 3
"""So many visits to a stop in a week, of which the search would keep two apart and no more."""

Refusal = Literal["foot", "day", "vehicle"]


class HandedOn(NamedTuple):
    """A batch that a visit gets of an earlier one of its route: its id, and that one's key."""

    batch: str
    giver: str


@dataclass(frozen=True, kw_only=True)
class VisitOption:
    """A visit to a due stop, with what it would bring and take.

    ``fleet`` has the indices of the car-days that may make it, of the week's fleet. A stop that
    wants two visits a week has two options, of ``number`` 1 and 2, and one that is delivered in
    parts has one for each; any may come first. One that
    somebody fixed ``must`` be made; if it has batches already, it keeps them, and so does one that
    ``keeps`` what is aboard for it. One that is ``held`` begins near the time that was promised for
    its day. It takes only batches with one of its ``marks``, or any if that is None. One to an
    ``emptied`` stop collects nothing, as an earlier
    visit that is fixed does. ``store`` is where its batches come aboard, a depot or what came
    aboard a car that has left; None while that does not matter. What of its ``drops`` is
    ``handed`` on comes aboard at other visits of its route instead. What it collects ``later``
    comes aboard at a second call of the same route: that is an option of its own, whose ``again``
    is the key of the visit, made whenever that is.
    """

    due: DueStop
    prize: float
    fleet: tuple[int, ...]
    number: int = 1
    must: bool = False
    keeps: bool = False
    held: bool = False
    emptied: bool = False
    drops: tuple[Batch, ...] = ()
    collects: tuple[Batch, ...] = ()
    short: int = 0
    store: str | None = None
    marks: frozenset[str] | None = None
    handed: tuple[HandedOn, ...] = ()
    later: tuple[Batch, ...] = ()
    again: str = ""

    @property
    def handed_on(self) -> frozenset[str]:
        """Ids of the batches that earlier visits of its route hand on to it."""
        return frozenset(one.batch for one in self.handed)

    @property
    def loads(self) -> tuple[Batch, ...]:
        """What comes aboard for it where the car loads: its drops, but for those handed on."""
        return tuple(batch for batch in self.drops if batch.id not in self.handed_on)

    @property
    def key(self) -> str:
        """Tells the options of a week apart: the stop's id, marked for all but its first visit."""
        return f"{self.again}\nagain" if self.again else visit_key(self.due.stop.id, self.number)

    @property
    def in_parts(self) -> bool:
        """Whether it is one of the parts in which the week delivers its stop."""
        return self.due.stop.in_parts

    def own(self, held: Sequence[Batch]) -> tuple[Batch, ...]:
        """Return which of the batches that are at its stop it collects: those of its part."""
        return part_of(self.due.stop, self.number, held)

    def demand(
        self,
        *,
        depots: frozenset[str] | None,
        day: dt.date | None = None,
        rooms: Mapping[str, tuple[Room, ...]] | None = None,
        wishes: tuple[Wished, ...] = (),
        doubles: Mapping[str, int] | None = None,
    ) -> Demand:
        """Return what it asks of the batches: each visit is supplied as if it were a stop."""
        required = self.due.stop.required or self.must
        stop = msgspec.structs.replace(self.due.stop, id=self.key, required=required)
        return Demand(
            stop=stop,
            depots=depots,
            day=day,
            rooms=rooms or {},
            weight=self.prize,
            wishes=wishes,
            marks=self.marks,
            doubles=doubles or {},
        )


def visit_key(stop_id: str, number: int) -> str:
    """Return the key of a visit to a stop by its number; no id has a line break in it."""
    return stop_id if number == 1 else f"{stop_id}\n{number}"


def had_by_visit(
    had: Mapping[str, frozenset[str]], options: Iterable[VisitOption]
) -> dict[str, frozenset[str]]:
    """Return, by the key of each option, the batches its stop must not get."""
    return {e.key: had[e.due.stop.id] for e in options if e.due.stop.id in had}


def allowed_car_days(due: DueStop, fleet: Fleet, travel: Travel) -> tuple[int, ...]:
    """Return the car-days that may come to a stop at all: its days, its vehicles, a road."""
    stop = due.stop
    crew = fleet.crews.get(stop.id)
    if crew is None and (stop.access == "foot" or stop.id in travel.meetings):
        return ()
    return tuple(
        k
        for k, day in enumerate(fleet.days)
        if day.date in due.dates
        and (crew is None or day.date in crew.dates)
        and (not stop.vehicles or day.vehicle.id in stop.vehicles)
        and reaches(travel, day.vehicle, stop.id)
    )


def options_of(prepared: Prepared, *, held: Collection[str] = ()) -> list[VisitOption]:
    """Return an option for every visit of the horizon that some car-day could make.

    Parameters
    ----------
    held
        Ids of the stops whose visits begin near the times promised.
    """
    weights = prepared.district.settings.weights
    return [
        VisitOption(
            due=d,
            number=n,
            prize=prize(d, weights, visit=n),
            fleet=own,
            held=d.stop.id in held,
            marks=prepared.pools.marks_of(d.stop.id),
        )
        for d in prepared.due
        if d.due and (car_days := allowed_car_days(d, prepared.fleet, prepared.travel))
        for n, own in enumerate(_by_number(d, car_days, prepared.fleet), start=1)
    ]


def _by_number(due: DueStop, car_days: tuple[int, ...], fleet: Fleet) -> list[tuple[int, ...]]:
    """Return the car-days of each visit to a stop: all, or of three parts and more those dealt out.

    The search keeps two visits apart, and no more: so each of several parts has days of its own, on
    which the largest cars come first.
    """
    count = due.stop.visits_a_week
    if count < SEVERAL:
        return [car_days] * count
    most: dict[dt.date, int] = {}
    for k in car_days:
        day = fleet.days[k]
        most[day.date] = max(most.get(day.date, 0), day.vehicle.books)
    turns = {day: i % count for i, day in enumerate(sorted(most, key=lambda d: (-most[d], d)))}
    return [tuple(k for k in car_days if turns[fleet.days[k].date] == n) for n in range(count)]


def with_days_of_all(
    option: VisitOption, options: Sequence[VisitOption], made: Mapping[str, dt.date], fleet: Fleet
) -> VisitOption:
    """Return one of several parts on the days of all its stop's, but for those of parts made.

    Parameters
    ----------
    made
        The day of every visit made, by the key of its option.
    """
    if option.due.stop.visits_a_week < SEVERAL:
        return option
    parts = (e for e in options if e.due.stop.id == option.due.stop.id)
    every = sorted({k for e in (option, *parts) for k in e.fleet})
    return without_days_made(replace(option, fleet=tuple(every)), options, made, fleet)


def without_days_made(
    option: VisitOption, options: Sequence[VisitOption], made: Mapping[str, dt.date], fleet: Fleet
) -> VisitOption:
    """Return one of several parts without the days on which others of its stop are made."""
    if option.due.stop.visits_a_week < SEVERAL:
        return option
    stop = option.due.stop.id
    others = (e.key for e in options if e.due.stop.id == stop and e.key != option.key)
    taken = {made[key] for key in others if key in made}
    return replace(option, fleet=tuple(k for k in option.fleet if fleet.days[k].date not in taken))


def givers_of(options: Iterable[VisitOption]) -> frozenset[str]:
    """Return the keys of the visits that hand something on."""
    return frozenset(one.giver for option in options for one in option.handed)


def collects_once(option: VisitOption) -> bool:
    """Tell whether the earlier of two visits to a stop collects all that it holds."""
    return option.due.stop.visits_a_week > 1 and not option.in_parts


def after_givers(options: Sequence[VisitOption], fleet: Fleet) -> tuple[VisitOption, ...]:
    """Return options with the other visit to a stop on the days after the one that hands on.

    Only the earlier of two visits collects what the stop holds, and so may give it.
    """
    giving = givers_of(options)
    last = {
        e.due.stop.id: max(fleet.days[k].date for k in e.fleet)
        for e in options
        if e.key in giving and collects_once(e) and e.fleet
    }
    if not last:
        return tuple(options)
    return tuple(
        replace(e, fleet=tuple(k for k in e.fleet if fleet.days[k].date > last[e.due.stop.id]))
        if e.key not in giving and e.due.stop.id in last
        else e
        for e in options
    )


def reaches(travel: Travel, vehicle: Vehicle, stop_id: str) -> bool:
    """Say whether a vehicle can drive from its depot to a stop and back."""
    table = travel.tables[vehicle.profile]
    rows = travel.rows
    home, there = rows[vehicle.depot], rows[stop_id]
    there_s, back_s = table.seconds[home, there], table.seconds[there, home]
    return UNREACHABLE not in (there_s, back_s)


def places_to_meet(district: District, travel: Travel, stop: Stop) -> list[int]:
    """Return the numbers of a stop's meeting places, those first to which a car can drive.

    Of these, and of the others, the one with the shortest walk stands first.
    """
    reached = places_reached(district, travel, stop)
    return sorted(range(len(travel.meetings[stop.id])), key=lambda place: place not in reached)


def places_reached(district: District, travel: Travel, stop: Stop) -> list[int]:
    """Return the numbers of a stop's meeting places to which a car that may come can drive."""
    cars = [car for car in district.vehicles if not stop.vehicles or car.id in stop.vehicles]
    return [
        place
        for place in range(len(travel.meetings[stop.id]))
        if any(reaches(travel.meeting_at({stop.id: place}), car, stop.id) for car in cars)
    ]


def refusal(
    due: DueStop, day: FleetDay, crews: Mapping[str, Crew], afoot: Container[str]
) -> Refusal | None:
    """Return why a stop takes no visit from a vehicle on a day, whatever the route; or None.

    ``afoot``: the stops that no car reaches, but a path.
    """
    crew, stop = crews.get(due.stop.id), due.stop
    by_foot = stop.access == "foot" or stop.id in afoot
    if by_foot and (crew is None or day.date not in crew.dates):
        return "foot"
    if day.date not in due.dates:
        return "day"
    if due.stop.vehicles and day.vehicle.id not in due.stop.vehicles:
        return "vehicle"
    return None
