"""The given: a district with its depots, stops, vehicles, batches and what happened so far.

Everything is frozen and typed. Units: metres, seconds, books and kilograms as integers; WGS-84
degrees; times of day as seconds after local midnight; weekdays as 0 (Monday) to 6.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec

from bookcar.countries import country_of
from bookcar.lookups import by_id
from bookcar.phrases import Language
from bookcar.recurrence import Rule

Paper = Literal["a4", "letter"]
Clock = Literal["24h", "12h"]
Kind = Literal["village", "school", "bookhouse", "teahouse", "organisation", "other"]
Access = Literal["road", "foot"]
Kerb = Literal["any", "side"]
DrivingSide = Literal["left", "right"]
BreakCount = Literal["work", "driving"]
"""What is counted until a crew must rest: all that passes, or driving alone."""
Window = tuple[int, int]
What = Literal["holiday", "school holiday", "rest", "car off", "shut"]
Effect = Literal["drop", "move", "halt"]
PromiseStatus = Literal["promised", "moved", "cancelled"]
Order = Literal["free", "ring"]
RequestKind = Literal["title", "reward", "bought"]
RequestStatus = Literal["open", "ready", "brought", "returned", "cancelled"]

LORRY_T = 3.5
"""A goods vehicle that weighs more needs another licence, and roads may be shut to it."""

KINDS: tuple[Kind, ...] = ("village", "school", "bookhouse", "teahouse", "organisation", "other")


LOAD_MARK = "/"
"""Parts the id of an event from the number of a load, in the id of the load's stop."""


def load_id(event: str, number: int) -> str:
    """Return the id of the stop that stands for a load of an event."""
    return f"{event}{LOAD_MARK}{number}"


class Where(msgspec.Struct, frozen=True):
    """The place of a row in the input, for messages: file name and spreadsheet row."""

    file: str
    row: int | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A named point on the map."""

    id: str
    name: str
    lon: float
    lat: float
    name_en: str = ""
    phone: str = ""


class Depot(Place, frozen=True, kw_only=True):
    """Where books are kept and cars start and end, or come back to during the day to reload.

    ``windows`` are the hours in which a car may reload there; it leaves and comes back at any time.
    """

    windows: tuple[Window, ...] = ((0, 86_400),)


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A car's load that is brought to an event or fetched from it: what a derived stop stands for.

    ``days`` are those of its week on which it may be carried.
    """

    event: str
    brings: bool
    number: int
    of: int
    days: tuple[dt.date, ...]


class Stop(Place, frozen=True, kw_only=True):
    """A place to serve.

    Attributes
    ----------
    books
        Wanted per visit.
    mix
        Share wanted per class of books, e.g. ``{"children": 0.5, "farming": 0.5}``; may be empty.
    weekdays, month_days
        Days it can be visited on; a day that fits either list will do, two empty lists allow all.
    windows
        Opening hours, ascending, as (opens, closes); a visit lies wholly inside one of them.
    priority
        0 to 9; more is more important.
    required
        Serve it whatever it costs.
    access
        ``foot`` if no car reaches it.
    kerb
        ``side`` if the car must stand on the stop's own side of the road.
    vehicles
        Ids of the vehicles that may come; empty for all.
    public
        Whether its visits are for everybody, and told to everybody; None for what its kind is
        (`for_all`).
    every_weeks
        Weeks from one visit to the next; of a stop with a rule, the most that its rule leaves.
    recurs
        Its rule of recurrence; None if it falls due ``every_weeks`` after its last visit.
    school_days
        Visit it only on school days: not in school holidays, nor on a Saturday or Sunday that its
        own days do not name.
    visits_a_week, days_between
        1 or 2 visits in a week in which it is due; two are so many days apart or more (2: Monday
        and Wednesday).
    in_all
        Where a week delivers it in parts (`bookcar.parts`), the books wanted in all: then ``books``
        are those of a part, and it has a visit for each. Unset in the tables.
    pool
        Id of the pool that all its batches come from; empty for any that is for it, and batches of
        no pool.
    load
        Of a stop that `bookcar.fairs` makes for a week: which load of an event it is. Unset in the
        tables.
    """

    kind: Kind
    books: int
    area: str = ""
    people: int = 0
    mix: Mapping[str, float] = msgspec.field(default_factory=dict)
    every_weeks: int = 4
    recurs: Rule | None = None
    school_days: bool = False
    visits_a_week: int = 1
    days_between: int = 2
    in_all: int | msgspec.UnsetType = msgspec.UNSET
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    windows: tuple[Window, ...] = ((0, 86_400),)
    pool: str = ""
    service_s: int = 1_200
    priority: int = 0
    required: bool = False
    access: Access = "road"
    kerb: Kerb = "any"
    vehicles: tuple[str, ...] = ()
    public: bool | None = None
    contact: str = ""
    landmark: str = ""
    note: str = ""
    load: Load | None = None

    @property
    def in_parts(self) -> bool:
        """Whether the week delivers it in parts."""
        return self.in_all is not msgspec.UNSET

    @property
    def for_all(self) -> bool:
        """Whether everybody may come: not to a school or an organisation, unless it says so."""
        private = self.kind in ("school", "organisation")
        return not private if self.public is None else self.public


class Vehicle(msgspec.Struct, frozen=True, kw_only=True):
    """A book car with its crew's working day.

    Attributes
    ----------
    kg
        Load limit; None if only books are limited.
    max_metres, max_seconds
        Limits for a day, from leaving the depot until back, the break included.
    starts, ends
        Earliest departure from and latest return to the depot.
    weekdays
        Days it works; already the week's defaults where the table is empty.
    break_s, break_after_s
        A break of ``break_s`` or longer begins at most ``break_after_s`` after departure and after
        the last break, by `Settings.break_rule`; ``break_s`` 0 for none.
    speed_factor
        Driving time is divided by it: 0.8 is a slow car.
    max_stops
        Stops on a route; None for no limit.
    max_driving_s
        Seconds of all legs of a route together, buffers included; None for no limit.
    reloads, reload_s, reload_at
        How often a day it may come back to a store, put off what was collected and take aboard
        what is dropped next; how long that takes; ids of the depots where, empty for its own.
    profile
        Which roads it may use; a name of `RoadSettings.profiles`.
    fixed_cost, cost_km, cost_hour
        Cost of a used car-day, of a km driven, of an hour from departure until return.
    """

    id: str
    depot: str
    books: int
    max_metres: int
    max_seconds: int
    starts: int
    ends: int
    weekdays: tuple[int, ...]
    name: str = ""
    driver: str = ""
    phone: str = ""
    kg: int | None = None
    break_s: int = 0
    break_after_s: int = 14_400
    speed_factor: float = 1.0
    max_stops: int | None = None
    max_driving_s: int | None = None
    reloads: int = 0
    reload_s: int = 1_200
    reload_at: tuple[str, ...] = ()
    profile: str = "car"
    fixed_cost: float = 0.0
    cost_km: float = 1.0
    cost_hour: float = 0.0

    @property
    def stores(self) -> tuple[str, ...]:
        """Ids of the depots where it may reload; none if it may not."""
        return (self.reload_at or (self.depot,)) if self.reloads else ()

    @property
    def driven_by(self) -> str:
        """The driver's name; where none is named, the vehicle's id stands for whoever drives it."""
        return self.driver or self.id


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A labelled collection of books that moves as one; ``at`` is a depot or a stop.

    ``titles`` names the file that lists its titles, a key of `District.titles` if it could be read.
    ``pool`` is the id of the pool that it belongs to; ``mended`` the last day on which it was made
    good in the store, from which its moves count anew.
    """

    id: str
    books: int
    at: str
    kg: int = 0
    crates: int = 1
    audience: str = ""
    mix: Mapping[str, float] = msgspec.field(default_factory=dict)
    since: dt.date | None = None
    titles: str = ""
    pool: str = ""
    mended: dt.date | None = None


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """Batches that belong together, and how they wander.

    Attributes
    ----------
    kinds, stops
        Whom its batches go to, and nobody else: kinds of stops, ids of stops.
    weeks
        Weeks that a batch stays at a stop at least; it is then collected, whatever the kind of the
        stop. None: it is collected as one without a pool is.
    order
        ``ring``: from a stop to the next that the pool is for, in the order of their table.
    no_repeat_months
        A stop does not get a batch again that left it less than this ago, whatever `BatchSettings`
        say. None: as these say.
    reserve
        Batches that stay in the store of those that are there when a week begins.
    mend_after
        Moves after which a batch stays in the store until it is mended; None for no limit.
    """

    id: str
    name: str
    kinds: tuple[Kind, ...] = ()
    stops: tuple[str, ...] = ()
    weeks: int | None = None
    order: Order = "free"
    no_repeat_months: int | None = None
    reserve: int = 0
    mend_after: int | None = None

    def serves(self, stop: Stop) -> bool:
        """Tell whether its batches may go to a stop: it is for it, and that names no other.

        A load of an event gets those of the pools that name it, whatever its kind.
        """
        of_kind = stop.load is None and stop.kind in self.kinds
        return (of_kind or stop.id in self.stops) and stop.pool in ("", self.id)


class Carrier(msgspec.Struct, frozen=True, kw_only=True):
    """Who carries books on foot from where a car can stand to stops that no road reaches.

    Attributes
    ----------
    lon, lat
        Where the carrier's day begins and ends; where ``at`` names a stop or a depot, its place.
    at
        Id of that stop or depot; empty where the table gives a place of its own.
    kg
        What is carried on one trip at most.
    metres
        What is walked on a day at most, from home and back to it, with a load or without.
    starts, ends
        Leaves home not before and is back not after; daylight binds too.
    weekdays
        Days on which the carrier works.
    stops
        Ids of the stops served.
    """

    id: str
    name: str
    lon: float
    lat: float
    phone: str = ""
    at: str = ""
    kg: int = 20
    metres: int = 10_000
    starts: int = 28_800
    ends: int = 61_200
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    stops: tuple[str, ...] = ()


class Title(msgspec.Struct, frozen=True, kw_only=True):
    """A title of a batch; ``call_number`` is where it stands in the store.

    ``barcode`` is that of a single copy in the library system; empty where copies are only counted.
    """

    title: str
    author: str = ""
    isbn: str = ""
    call_number: str = ""
    barcode: str = ""
    copies: int = 1


class PastVisit(msgspec.Struct, frozen=True, kw_only=True):
    """What really happened at a stop: a row of the append-only visits table.

    A visit has a row for each batch it moved, or one row. What was counted stands on any one of
    them; None where nobody counted.

    Attributes
    ----------
    vehicle
        Id of the vehicle that really came.
    action
        ``dropped`` or ``collected``, or empty for a visit that moved no batch.
    depot
        Where what was collected was put off; empty for the one that the vehicle has today.
    arrive, leave
        When service began and the car left, in seconds after midnight.
    readers, loans, new_cards
        People who came, books lent and cards issued at the car.
    day_metres
        What the vehicle drove on the whole day; on any one row of its day.
    who
        Who drove.
    """

    date: dt.date
    stop: str
    status: Literal["done", "missed"] = "done"
    vehicle: str = ""
    batch: str = ""
    action: Literal["dropped", "collected", ""] = ""
    books: int = 0
    note: str = ""
    depot: str = ""
    arrive: int | None = None
    leave: int | None = None
    readers: int | None = None
    loans: int | None = None
    new_cards: int | None = None
    day_metres: int | None = None
    who: str = ""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One reader's wish for a title, or a single book for one reader, to be brought to a stop.

    Attributes
    ----------
    kind
        ``title`` for a wish; ``reward`` and ``bought`` are books that are already there for the
        reader.
    batch, copy
        Which batch has the title, or the label of the single copy that is set aside; where both
        are named, the copy travels in the batch.
    """

    id: str
    date: dt.date
    stop: str
    title: str
    isbn: str = ""
    reader: str = ""
    wanted_by: dt.date | None = None
    status: RequestStatus = "open"
    kind: RequestKind = "title"
    batch: str = ""
    copy: str = ""

    @property
    def waits(self) -> bool:
        """Whether it is still to be brought."""
        return self.status in ("open", "ready")


class Closure(msgspec.Struct, frozen=True, kw_only=True):
    """A road closed from one day to another, both included.

    Either ``ways`` (OSM way ids) or ``shape`` (a GeoJSON line or polygon that crosses the roads,
    or several as a GeometryCollection), which the table calls ``shape_name``; ``row`` is where it
    stands there.
    """

    first: dt.date
    last: dt.date
    ways: tuple[int, ...] = ()
    shape: Mapping[str, Any] | None = None
    shape_name: str = ""
    note: str = ""
    row: int | None = None


class CalendarEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Days on which something differs, and what becomes of the visits that fall on them.

    Attributes
    ----------
    first, last
        The days, both included.
    what
        ``holiday`` and ``rest`` also keep the cars at home that they apply to; a ``school holiday``
        is for stops that are visited on school days only, or that it names; a ``car off`` stays at
        home; a stop that is ``shut`` takes no visit.
    kinds, vehicles, stops
        Kinds of stops, ids of vehicles and of stops that it applies to; all three empty for all.
    does
        ``drop``: a visit falls away. ``move``: it is made on the day ``to``, which stands in for
        the days of the entry, also for the cars that work on them. ``halt``: the week does not
        count in the cycle of a stop whose days of that week are all halted.
    row
        Where it stands in the table; None for a holiday of district.toml.
    """

    first: dt.date
    last: dt.date
    what: What
    kinds: tuple[Kind, ...] = ()
    vehicles: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    does: Effect = "drop"
    to: dt.date | None = None
    note: str = ""
    row: int | None = None

    @property
    def for_all(self) -> bool:
        """Whether it names nobody in particular."""
        return not (self.kinds or self.vehicles or self.stops)

    def covers(self, day: dt.date) -> bool:
        """Tell whether a day is one of its days."""
        return self.first <= day <= self.last

    @property
    def days(self) -> tuple[dt.date, ...]:
        """All its days."""
        count = (self.last - self.first).days + 1
        return tuple(self.first + dt.timedelta(days=i) for i in range(count))


class TimetableEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A promise: a line of the timetable that people were given.

    Attributes
    ----------
    date
        The day on which the car comes; of a promise that was moved, the new one.
    vehicle
        Id of the vehicle that comes; empty for any.
    arrive, leave
        When service begins and the car leaves, in seconds after midnight; None for any time.
    status
        ``moved``: it is on another day, at another time or by another car than it ``was`` promised
        for at first; ``cancelled``: nobody comes.
    was
        The day on which a promise that was moved had been; it may be the same.
    told
        The day on which people were told that it is moved or cancelled; None while they are not.
    row
        Where it stands in the table.
    """

    stop: str
    date: dt.date
    vehicle: str = ""
    arrive: int | None = None
    leave: int | None = None
    status: PromiseStatus = "promised"
    was: dt.date | None = None
    told: dt.date | None = None
    note: str = ""
    row: int | None = None

    @property
    def stands(self) -> bool:
        """Whether somebody is to come."""
        return self.status != "cancelled"


class Campaign(msgspec.Struct, frozen=True, kw_only=True):
    """Stops that are all to be visited once within some time, beside the regular service.

    Attributes
    ----------
    first, last
        The days from and to which, both included.
    stops
        Ids of its stops, in the order of their table.
    books
        What each of them gets; None for what it wants of any visit.
    pool
        Where these come from; empty for any.
    """

    id: str
    name: str
    first: dt.date
    last: dt.date
    stops: tuple[str, ...]
    books: int | None = None
    pool: str = ""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fair or another event: many books brought before it and fetched after it.

    Attributes
    ----------
    stop
        Its place, as a stop with the event's id that wants nothing and is never due.
    place
        Id of the stop of the tables where it is; empty if it has a place of its own.
    first, last
        Its days, both included.
    opens, closes
        Its hours on these days, in seconds after midnight; None where nobody says.
    books
        Wanted there when it opens.
    pools
        Ids of the pools that lend them; empty for those that are for it, or else batches of none.
    bring_from, bring_by, fetch_from, fetch_by
        The first and the last day on which they are brought, and fetched; None for what
        `bookcar.fairs.days` makes of them.
    stays
        Ids of the vehicles that stay there on its days, and drive nowhere else.
    """

    id: str
    name: str
    stop: Stop
    first: dt.date
    last: dt.date
    books: int
    name_en: str = ""
    place: str = ""
    opens: int | None = None
    closes: int | None = None
    pools: tuple[str, ...] = ()
    bring_from: dt.date | None = None
    bring_by: dt.date | None = None
    fetch_from: dt.date | None = None
    fetch_by: dt.date | None = None
    stays: tuple[str, ...] = ()
    note: str = ""
    row: int | None = None


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """A township: its name, people and outline (a GeoJSON Polygon or MultiPolygon)."""

    name: str
    outline: Mapping[str, Any]
    name_en: str = ""
    people: int = 0


class RoadProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind of car needs of a road; None where it does not matter.

    ``lorry`` tells a goods vehicle of more than 3.5 t, which roads may forbid by ``hgv``;
    ``axle_t`` is the load of its heaviest axle.
    """

    name: str
    width_m: float | None = None
    height_m: float | None = None
    weight_t: float | None = None
    length_m: float | None = None
    axle_t: float | None = None
    lorry: bool = False

    @property
    def is_lorry(self) -> bool:
        """Whether it is one by what it is called or by what it weighs."""
        return self.lorry or (self.weight_t or 0.0) > LORRY_T


class RoadSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the roads come from: an OSM extract, a matrix of one's own, or an estimate.

    Attributes
    ----------
    extract, matrix
        Absolute paths; at most one is set. With neither, distances are estimated.
    heights
        A tile of heights, or a folder of them: slopes slow cars on an extract.
    max_snap_m
        A stop further than this from any usable road is not reachable.
    ferries
        Whether a car may cross on a ferry.
    driving_side
        On which side of the road people drive; None for what the time zone's country does.
    detour, speed_kmh
        For the estimate: road metres per straight metre, and the speed driven.
    """

    extract: Path | None = None
    matrix: Path | None = None
    heights: Path | None = None
    max_snap_m: int = 500
    ferries: bool = False
    driving_side: DrivingSide | None = None
    detour: float = 1.65
    speed_kmh: float = 30.0
    profiles: tuple[RoadProfile, ...] = (RoadProfile(name="car"),)


class MapSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the maps are drawn on beside the district's own roads.

    Attributes
    ----------
    tiles
        Address of a tile server, or absolute path of a folder of tiles; empty for none.
    tiles_credit
        Whose they are, printed on the maps.
    """

    tiles: str = ""
    tiles_credit: str = ""


class BatchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How batches rotate.

    Attributes
    ----------
    no_repeat_months
        A stop does not get a batch again that left it less than this ago.
    rotate
        Kinds of stops whose batches are collected when new ones are brought; at the other kinds
        (by default the bookhouses) what is brought stays.
    when_seen_all
        What a stop gets that has had every batch that could be brought to it: the one that left it
        longest ago, or a visit without books.
    hand_on
        Whether what is collected at a stop may be dropped at a later one of the same route, unseen
        by the store.
    """

    no_repeat_months: int = 24
    rotate: tuple[Kind, ...] = ("village", "school", "teahouse", "organisation", "other")
    when_seen_all: Literal["oldest", "no-books"] = "oldest"
    hand_on: bool = False


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan is judged by, in the unit of `Vehicle.cost_km` (by default a km driven).

    The prize of a due stop is ``stop + priority * its priority + overdue_week * its weeks overdue
    + people * its people / 100``, and ``changed_visit`` on top if people were told of the visit,
    ``promise`` if the timetable promises it.

    Attributes
    ----------
    other_weekday, other_driver
        Cost of a visit on another weekday, or by another driver, than last time.
    changed_visit
        Cost of a visit on another day or by another car than people were told when the week was
        planned before, and of one that falls away; 0 plans every week afresh.
    promise
        Cost of a visit on another day of the week than the timetable promises, and of one that
        falls away, on top of what the longest wait of a stop due without a promise adds to its
        prize; one by another car on the day promised costs half of the weight, and that.
    balance_hour
        Cost of each hour by which the week of a driver differs from the mean of all drivers.
    car_day
        Cost of each car-day used, on top of the vehicle's own ``fixed_cost``.
    level_days
        Cost of each hour by which the work of a day of a week, or of a car in it, is off its share
        of the hours, a quarter of the share left free for a day, a twentieth for a car; 0: a week
        is not levelled.
    level
        Of a timetable: cost of each hour by which the work of a week, or of a car, is beyond its
        share of the hours, a twentieth of that left free; so of a day of the week, a quarter of it
        left free.
    """

    stop: float = 60.0
    priority: float = 20.0
    overdue_week: float = 15.0
    people: float = 1.0
    other_weekday: float = 5.0
    other_driver: float = 5.0
    changed_visit: float = 10.0
    promise: float = 300.0
    balance_hour: float = 0.0
    car_day: float = 0.0
    level: float = 20.0
    level_days: float = 0.0


class TimetableSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a timetable keeps to.

    Attributes
    ----------
    same_time_s
        The visits to a stop begin at times of day that lie so far apart at most.
    within_stock
        Whether no more visits are promised than the batches in the store allow.
    hold_back
        Whether a week keeps the batches in the store that promises of later weeks will need.
    """

    same_time_s: int = 900
    within_stock: bool = True
    hold_back: bool = True


class CarrierSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How fast people walk with books, and how long they take over them.

    Attributes
    ----------
    load_factor
        With 20 kg people walk at this part of their pace without a load (`bookcar.roads.pace`).
    rest_s
        Rest after each half-hour of walking with a load.
    handover_s
        A car stands for so long where it meets carriers.
    handling_s
        Taking up, or handing in, what one trip carries at the stop.
    again
        Whether a car may come by a second time for what is collected instead of waiting.
    """

    load_factor: float = 0.65
    rest_s: int = 300
    handover_s: int = 600
    handling_s: int = 300
    again: bool = False


class PrintSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How everything printed looks: its sheet of paper, and how times of day are written."""

    paper: Paper = "a4"
    clock: Clock = "24h"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The district's own rules and defaults.

    Attributes
    ----------
    weekdays
        Days on which the library sends cars out.
    break_rule
        What ``break_after_s`` of a vehicle counts: all that passes since the departure or the last
        break, or driving alone.
    buffer_s
        Added to the driving time of every leg that is longer than 0 m.
    fewest_car_days
        Save a car-day wherever the limits allow, before any kilometre.
    """

    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    break_rule: BreakCount = "work"
    buffer_s: int = 240
    roads: RoadSettings = msgspec.field(default_factory=RoadSettings)
    batches: BatchSettings = msgspec.field(default_factory=BatchSettings)
    weights: Weights = msgspec.field(default_factory=Weights)
    timetable: TimetableSettings = msgspec.field(default_factory=TimetableSettings)
    carriers: CarrierSettings = msgspec.field(default_factory=CarrierSettings)
    fewest_car_days: bool = False
    maps: MapSettings = msgspec.field(default_factory=MapSettings)
    printing: PrintSettings = msgspec.field(default_factory=PrintSettings)


class District(msgspec.Struct, frozen=True, kw_only=True, dict=True):  # for look-ups
    """All that is given.

    Attributes
    ----------
    folder
        The folder or workbook as the user named it.
    batches
        Where the last recorded movement of each left it.
    listed
        The batches as their table has them, before any recorded movement.
    language
        ``zh``, ``en`` or ``fr``: of everything printed and drawn.
    calendar
        The days on which something differs, the holidays of district.toml among them.
    timetable
        What the public was promised: which stop has the car when.
    campaigns
        Times in which all of some stops are to be visited once.
    events
        Fairs and other events; what a week brings to them `bookcar.as_of` makes stops of.
    inputs
        SHA-256 of every file read, by file name, for the plan to name its input exactly.
    titles
        The lists of titles that batches name, by the name they give.
    origins
        Where each row was read, by table name and row id, for messages.
    """

    name: str
    folder: Path
    depots: tuple[Depot, ...]
    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    batches: tuple[Batch, ...] = ()
    listed: tuple[Batch, ...] = ()
    visits: tuple[PastVisit, ...] = ()
    requests: tuple[Request, ...] = ()
    closures: tuple[Closure, ...] = ()
    calendar: tuple[CalendarEntry, ...] = ()
    timetable: tuple[TimetableEntry, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    events: tuple[Event, ...] = ()
    pools: tuple[Pool, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    areas: tuple[Area, ...] = ()
    titles: Mapping[str, tuple[Title, ...]] = msgspec.field(default_factory=dict)
    settings: Settings = msgspec.field(default_factory=Settings)
    name_en: str = ""
    language: Language = "en"
    time_zone: str = "UTC"
    dispatch_phone: str = ""
    inputs: Mapping[str, str] = msgspec.field(default_factory=dict)
    origins: Mapping[str, Mapping[str, Where]] = msgspec.field(default_factory=dict)

    @cached_property
    def depots_by_id(self) -> Mapping[str, Depot]:
        """The depots by id."""
        return by_id(self.depots)

    @cached_property
    def stops_by_id(self) -> Mapping[str, Stop]:
        """The stops by id, the places of events among them."""
        return {**by_id(event.stop for event in self.events), **by_id(self.stops)}

    def place_of(self, stop: str) -> str:
        """Return the id of a stop, or of the event of which it is a load (`load_id`)."""
        event, slash, number = stop.rpartition(LOAD_MARK)
        return event if slash and number.isdigit() and event in self.events_by_id else stop

    @property
    def country(self) -> str:
        """The ISO 3166 code of the country, empty where nothing tells it."""
        return country_of(self.time_zone, self.language)

    @cached_property
    def vehicles_by_id(self) -> Mapping[str, Vehicle]:
        """The vehicles by id."""
        return by_id(self.vehicles)

    @cached_property
    def batches_by_id(self) -> Mapping[str, Batch]:
        """The batches by id."""
        return by_id(self.batches)

    @cached_property
    def campaigns_by_id(self) -> Mapping[str, Campaign]:
        """The campaigns by id."""
        return by_id(self.campaigns)

    @cached_property
    def events_by_id(self) -> Mapping[str, Event]:
        """The events by id."""
        return by_id(self.events)

    @cached_property
    def pools_by_id(self) -> Mapping[str, Pool]:
        """The pools by id."""
        return by_id(self.pools)

    @cached_property
    def carriers_by_id(self) -> Mapping[str, Carrier]:
        """The carriers by id."""
        return by_id(self.carriers)

    @cached_property
    def requests_by_id(self) -> Mapping[str, Request]:
        """The requests by id."""
        return by_id(self.requests)

    def with_stops(self, ids: Collection[str]) -> District:
        """Return the district with only the stops of these ids, everything else as it is."""
        stops = tuple(stop for stop in self.stops if stop.id in ids)
        return msgspec.structs.replace(self, stops=stops)

    def saving_car_days(self) -> District:
        """Return the district with car-days to be saved before kilometres, all else as it is."""
        settings = msgspec.structs.replace(self.settings, fewest_car_days=True)
        return msgspec.structs.replace(self, settings=settings)

    def where(self, table: str, row_id: str) -> Where:
        """Return where a row was read, or the table's name alone if it was not read from a file."""
        return self.origins.get(table, {}).get(row_id, Where(table))
