"""A timetable as ``timetable.json`` holds it: for some weeks, which car is where at what time.

It repeats of the district whatever is printed or drawn, as a plan does, but nothing that is for
the library alone: no names or phones of readers and no batches. Times of day are seconds after
midnight; those that the public is told are multiples of five minutes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

import msgspec

from bookcar.lookups import by_id
from bookcar.model import Clock, Kind, Paper, Place, What
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Provenance
from bookcar.weeks import monday_of

TIMETABLE_VERSION = 1

ChangedBy = Literal["same", "day", "car", "time", "new", "gone"]
"""What becomes of a stop: of several changes, the first of these names it."""


class TimetableStop(Place, frozen=True, kw_only=True):
    """A stop of the district; those with visits have the car and the weekdays of most of them.

    Attributes
    ----------
    every_weeks
        Weeks from one visit to the next, at most where the stop has a rule of its own.
    begins
        A day of the first week of its cycle; None where its rule gives its weeks.
    public
        Whether everybody may come, and be told.
    """

    kind: Kind
    area: str = ""
    people: int = 0
    landmark: str = ""
    every_weeks: int = 4
    public: bool = True
    vehicle: str = ""
    weekdays: tuple[int, ...] = ()
    begins: dt.date | None = None


class TimetableCar(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle that the timetable sends out."""

    id: str
    name: str = ""


class TimetableFoot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a car meets who carries books on foot to a stop that none reaches.

    Attributes
    ----------
    choice
        Which of the stop's meeting places it is, the nearest to walk to being 1.
    metres
        Of the way up from there.
    waits
        Whether the car stands there until the carriers are back.
    carriers
        Their ids.
    """

    choice: int
    lon: float
    lat: float
    metres: int
    waits: bool
    carriers: tuple[str, ...]


class TimetableVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A car at a stop.

    ``metres`` and ``seconds`` are the way there, the buffer included. The car is there from
    ``arrive`` on; service lasts from ``begin`` to ``leave``, and ``begin`` is what people are told.
    At a stop that no car reaches, it is where ``foot`` says.
    """

    stop: str
    metres: int
    seconds: int
    arrive: int
    begin: int
    leave: int
    foot: TimetableFoot | msgspec.UnsetType = msgspec.UNSET


class Rest(msgspec.Struct, frozen=True, kw_only=True):
    """A break before or after the service of the visit at ``position``, from 0."""

    position: int
    moment: Literal["before", "after"]
    begin: int
    end: int


class TimetableRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A car on a day; ``metres`` are the whole way, ``last_metres`` and ``last_seconds`` that home.

    ``books`` are those brought to all stops together.
    """

    id: str
    date: dt.date
    vehicle: str
    depot: str
    depart: int
    back: int
    metres: int
    last_metres: int
    last_seconds: int
    books: int
    visits: tuple[TimetableVisit, ...]
    rests: tuple[Rest, ...] = ()


class Exempted(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that the calendar moves, drops or halts; ``to`` is the day it is made on instead."""

    stop: str
    day: dt.date
    fate: str
    what: What
    note: str = ""
    to: dt.date | None = None


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that gets no date, and why."""

    stop: str
    reason: Sentence


class PoolStock(msgspec.Struct, frozen=True, kw_only=True):
    """The batches of a pool, for all that is promised of them; ``pool`` is empty for those of none.

    Attributes
    ----------
    store
        Batches that may be given out when the timetable begins.
    visits
        Promised visits that bring one.
    most
        So many of the store are out at once, at most, where each stop that gives a batch back does
        so in time for the next day.
    """

    pool: str
    name: str = ""
    store: int
    visits: int
    most: int


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that is first due after the timetable, in the week of ``monday``."""

    stop: str
    monday: dt.date


class StopChange(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a stop against the timetable before; ``people`` have to be told."""

    stop: str
    kind: ChangedBy
    people: int = 0
    weekdays_before: tuple[int, ...] = ()
    vehicle_before: str = ""
    begin_before: int | None = None


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """The timetable before, and every stop of the two; ``metres_a_week`` is None if unknown."""

    first: dt.date
    last: dt.date
    changes: tuple[StopChange, ...]
    metres_a_week: int | None = None


class WeekFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The work of a week; ``seconds`` are from departure until return, of all routes together."""

    monday: dt.date
    routes: int = 0
    visits: int = 0
    seconds: int = 0
    metres: int = 0
    books: int = 0
    car_days: int = 0


class Timetable(msgspec.Struct, frozen=True, kw_only=True, dict=True):  # for look-ups
    """What the public is told for some weeks, from ``first`` to ``last``, both included.

    Attributes
    ----------
    same_time_s
        The begins of the visits to a stop lie so far apart at most.
    car_days
        By week: how many days of cars there are, whether used or not.
    within_stock
        Whether no more is promised than the batches in the store allow; ``stock`` has each pool.
    areas_en
        The English names of the stops' townships that have one; left out where none has.
    """

    district: str
    district_en: str = ""
    language: Language
    time_zone: str
    paper: Paper = "a4"
    clock: Clock = "24h"
    dispatch_phone: str = ""
    estimated: bool
    road_note: tuple[Sentence, ...] = ()
    first: dt.date
    last: dt.date
    same_time_s: int
    depots: tuple[Place, ...]
    vehicles: tuple[TimetableCar, ...]
    stops: tuple[TimetableStop, ...]
    routes: tuple[TimetableRoute, ...]
    exceptions: tuple[Exempted, ...] = ()
    left: tuple[Left, ...] = ()
    later: tuple[Later, ...] = ()
    car_days: tuple[int, ...] = ()
    within_stock: bool = False
    stock: tuple[PoolStock, ...] = ()
    before: Before | None = None
    areas_en: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    provenance: Provenance
    schema_version: int = TIMETABLE_VERSION
    id: str = ""

    @cached_property
    def stops_by_id(self) -> Mapping[str, TimetableStop]:
        """The stops by id."""
        return by_id(self.stops)

    @cached_property
    def vehicles_by_id(self) -> Mapping[str, TimetableCar]:
        """The vehicles by id."""
        return by_id(self.vehicles)

    @cached_property
    def visits_by_stop(self) -> Mapping[str, tuple[tuple[TimetableRoute, TimetableVisit], ...]]:
        """Every visit with its route, by stop in the order of its dates."""
        found: defaultdict[str, list[tuple[TimetableRoute, TimetableVisit]]] = defaultdict(list)
        for route in sorted(self.routes, key=lambda route: (route.date, route.vehicle)):
            for visit in route.visits:
                found[visit.stop].append((route, visit))
        return {stop: tuple(own) for stop, own in found.items()}

    @property
    def served(self) -> tuple[TimetableStop, ...]:
        """The stops that have visits, in the district's order."""
        return tuple(stop for stop in self.stops if stop.id in self.visits_by_stop)

    @property
    def mondays(self) -> tuple[dt.date, ...]:
        """The Monday of every week."""
        first, last = monday_of(self.first), monday_of(self.last)
        weeks = (last - first).days // 7
        return tuple(first + dt.timedelta(weeks=n) for n in range(weeks + 1))

    @cached_property
    def weeks(self) -> tuple[WeekFigures, ...]:
        """The work of every week."""
        return tuple(
            _figures(monday, [r for r in self.routes if monday_of(r.date) == monday], cars)
            for monday, cars in zip(self.mondays, self.car_days, strict=True)
        )

    @property
    def metres(self) -> int:
        """All that is driven."""
        return sum(route.metres for route in self.routes)

    def with_id(self) -> Timetable:
        """Return the timetable with its ``id`` made from its content."""
        blank = msgspec.structs.replace(self, id="")
        digest = hashlib.sha256(_canonical(blank)).hexdigest()
        return msgspec.structs.replace(self, id=digest[:12])

    def to_json(self) -> bytes:
        """Return it as ``timetable.json`` holds it: UTF-8, indented, always the same bytes."""
        return msgspec.json.format(_canonical(self), indent=1) + b"\n"

    def summary(self) -> str:
        """Return it in one sentence."""
        visits = sum(len(route.visits) for route in self.routes)
        return (
            f"{self.district} {self.first} to {self.last}: {visits} visits to {len(self.served)} "
            f"stops on {len(self.routes)} routes, {self.metres / 1000:,.0f} km; "
            f"{len(self.left)} stops without a date."
        )


def timetable_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``timetable.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bookcar timetable, version {TIMETABLE_VERSION}",
        **msgspec.json.schema(Timetable),
    }


def _figures(monday: dt.date, routes: list[TimetableRoute], car_days: int) -> WeekFigures:
    return WeekFigures(
        monday=monday,
        routes=len(routes),
        visits=sum(len(route.visits) for route in routes),
        seconds=sum(route.back - route.depart for route in routes),
        metres=sum(route.metres for route in routes),
        books=sum(route.books for route in routes),
        car_days=car_days,
    )


def _canonical(timetable: Timetable) -> bytes:
    return msgspec.json.encode(timetable, order="deterministic")
