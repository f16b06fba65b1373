"""The result: a plan of routes and visits, and the stops left unserved, as ``plan.json`` holds it.

A plan repeats of the district whatever is printed or drawn, so that manifests and maps need
nothing but the plan. Units as in `bookcar.model`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec

from bookcar import files
from bookcar.errors import Fault
from bookcar.lookups import by_id
from bookcar.model import Access, Clock, Kind, Paper, Place, RequestKind, Title, Window
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence

SCHEMA_VERSION = 7

LoadCode = Literal[
    "too-far-on-foot",
    "too-heavy-on-foot",
    "after-dusk",
    "carrier-hours",
    "shut-on-foot",
]
"""Why those who could carry a load to a stop cannot carry it in time."""

FootCode = Literal[
    "foot-only",
    "no-footpath",
    "no-carrier-day",
    LoadCode,
    "carrier-taken",
]
"""Why nobody carries books to a stop that no car reaches."""

NoCargo = Literal[
    "no-batch",
    "batch-elsewhere",
    "batch-too-late",
    "pool-empty",
    "pool-reserve",
    "pool-mending",
    "pool-turn",
    "pool-promised",
    "kept-for-promises",
]
"""Why there is no batch for a visit, whoever gets what there is."""

ReasonCode = Literal[
    "left-out",
    "shut",
    "fell-away",
    FootCode,
    "carrier-not-met",
    "off-road",
    "disconnected",
    "ferry-only",
    "only-others-reach",
    "no-road-to-meeting",
    "no-day",
    "day-closed",
    "no-vehicle",
    NoCargo,
    "batch-taken",
    "too-close",
    "before-hand-on",
    "too-many-books",
    "too-heavy",
    "too-far",
    "too-long",
    "back-too-late",
    "closed",
    "no-break",
    "leg-beyond-break",
    "no-single-car",
    "not-worth",
    "would-fit",
    "needs-reload",
    "full",
]
"""Why a due stop is unserved; docs/reasons.md says what each means and how it is found."""

Carried = Literal["batch", "single", "along", "none"]
"""How a request comes: see `PlanRequest`."""

Becomes = Literal["same", "day", "car", "time", "gone"]
"""What becomes of a promise: see `PlanPromise`."""

NoBound = Literal["", "unknown", "by-hand", "fewest-car-days", "required"]
"""Why a plan has no gap: see `Objective`."""


class PlanStop(Place, frozen=True, kw_only=True):
    """A stop of the district as the printed pages need it, due this week or not.

    ``weeks_since`` is None for a stop never visited; ``overdue`` counts weeks past its target and
    is negative while it is not yet due. One with ``in_all`` is delivered in parts, so many books in
    all, ``books`` at each of its visits. ``why_not`` tells why it is not due this week, if its rule
    or the calendar is the reason, and is left out otherwise; ``rule`` says the rule of recurrence
    of a stop that has one, whose longest gap ``every_weeks`` then is.
    """

    kind: Kind
    area: str = ""
    people: int = 0
    access: Access = "road"
    books: int = 0
    every_weeks: int = 4
    visits_a_week: int = 1
    days_between: int = 2
    in_all: int | msgspec.UnsetType = msgspec.UNSET
    windows: tuple[Window, ...] = ()
    contact: str = ""
    landmark: str = ""
    note: str = ""
    weeks_since: int | None = None
    overdue: int = 0
    due: bool = False
    why_not: Sentence | msgspec.UnsetType = msgspec.UNSET
    required: bool = False
    rule: Sentence | msgspec.UnsetType = msgspec.UNSET


class PlanBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that moves this week; ``at`` is where it is before the week.

    ``contents`` are its titles, if the district lists them; ``pool`` is the id of its pool
    (`Plan.pools`), left out where it belongs to none.
    """

    id: str
    books: int
    kg: int
    crates: int
    at: str
    audience: str = ""
    mix: Mapping[str, float] = msgspec.field(default_factory=dict)
    contents: tuple[Title, ...] = ()
    pool: str | msgspec.UnsetType = msgspec.UNSET


class PlanPool(msgspec.Struct, frozen=True, kw_only=True):
    """A pool that batches of the plan belong to."""

    id: str
    name: str


class EventBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch that is at an event when the week begins, as `PlanBatch`."""

    id: str
    books: int
    kg: int
    crates: int
    contents: tuple[Title, ...] = ()
    pool: str | msgspec.UnsetType = msgspec.UNSET


class PlanEvent(Place, frozen=True, kw_only=True):
    """An event of whose books some lie there, are brought or are fetched in the plan's week.

    Attributes
    ----------
    books
        Wanted there when it opens.
    bring_from, bring_by, fetch_from, fetch_by
        The first and the last day on which they are brought, and fetched.
    trips
        Ids of the stops of the plan that stand for its loads; ``brings`` tells which way they go.
    there
        What is there when the week begins, with what it holds.
    lent_by
        Names of the pools that lend them.
    """

    first: dt.date
    last: dt.date
    books: int
    bring_from: dt.date
    bring_by: dt.date
    fetch_from: dt.date
    fetch_by: dt.date
    trips: tuple[str, ...]
    brings: bool
    there: tuple[EventBatch, ...] = ()
    opens: int | None = None
    closes: int | None = None
    stays: tuple[str, ...] = ()
    lent_by: tuple[str, ...] = ()
    contact: str = ""
    landmark: str = ""
    note: str = ""


class PlanVehicle(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle with the limits the manifests print."""

    id: str
    books: int
    max_metres: int
    max_seconds: int
    starts: int
    ends: int
    kg: int | None = None
    name: str = ""
    driver: str = ""
    phone: str = ""


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """The way to a visit or back to the depot.

    ``seconds`` is driving time with the buffer; ``line`` the road as an encoded polyline (Google's
    algorithm, 5 decimals, lat-lon), or empty where only the ends are known. ``delay`` is what a car
    that is late has lost on it (`Plan.replanned`).
    """

    seconds: int
    metres: int
    line: str = ""
    delay: int = 0


class PlanCarrier(msgspec.Struct, frozen=True, kw_only=True):
    """Who carries books on foot this week."""

    id: str
    name: str
    phone: str = ""


class CarrierTour(msgspec.Struct, frozen=True, kw_only=True):
    """What one carrier walks for a visit.

    Leaves home at ``leaves`` and is back at ``home``, with ``metres`` walked. ``up`` trips with
    what is brought and ``down`` trips with what is collected have so many kg each, rounded up, and
    take so many seconds each, estimated.
    """

    carrier: str
    leaves: int
    home: int
    metres: int
    up: int = 0
    up_kg: int = 0
    up_s: int = 0
    down: int = 0
    down_kg: int = 0
    down_s: int = 0


class FootLeg(msgspec.Struct, frozen=True, kw_only=True):
    """How books come from the road to a stop that no car reaches, and back.

    Attributes
    ----------
    choice
        Which of the stop's meeting places it is, the nearest to walk to being 1.
    road
        Name of the road there; empty where it has none, or no roads are known.
    metres, climb, descent
        From the road to the stop; None where heights are not known.
    line
        The path as an encoded polyline from the road to the stop.
    waits
        Whether the car stands there until the carriers are back; else they bring down before it
        comes what is collected, and go up when it has gone on.
    again
        Where the car comes by a second time for what is collected (`Again`): then the carriers go
        up when it has gone on, bring that down, and are home after the second call. Else left out.
    tours
        Of every carrier who comes.
    """

    choice: int
    lon: float
    lat: float
    metres: int
    tours: tuple[CarrierTour, ...]
    road: str = ""
    climb: int | None = None
    descent: int | None = None
    line: str = ""
    waits: bool = False
    again: Literal[True] | msgspec.UnsetType = msgspec.UNSET


class Visit(msgspec.Struct, frozen=True, kw_only=True, tag="visit", tag_field="kind"):
    """One vehicle at one stop.

    Service runs from ``begin`` (after waiting for the opening or taking the break) to ``depart``.
    ``requests`` are brought; nothing aboard has those ``to_find``, which the store may look for on
    its shelves. ``repeats`` are the drops that the stop has had before, as it has had every batch.
    ``books`` and ``kg`` are what is aboard on leaving, single books for readers not counted. Of a
    stop that no car reaches, ``foot`` tells where the car meets who carries the books, and all
    times are those at that place.
    """

    stop: str
    leg: Leg
    arrive: int
    begin: int
    depart: int
    drops: tuple[str, ...] = ()
    collects: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    to_find: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    books: int = 0
    kg: int = 0
    foot: FootLeg | msgspec.UnsetType = msgspec.UNSET

    @property
    def collects_now(self) -> tuple[str, ...]:
        """What comes aboard at this call: what it collects, but where the car comes by again."""
        return () if self.comes_again else self.collects

    @property
    def comes_again(self) -> bool:
        """Whether what it collects comes aboard at a later call (`Again`)."""
        return bool(self.foot and self.foot.again)


class Again(msgspec.Struct, frozen=True, kw_only=True, tag="again", tag_field="kind"):
    """A second call where carriers are met, for what an earlier visit of the route collects.

    It is no visit: the visit to the ``stop`` on foot is the earlier one, between whose two calls
    the car does not reload. The carriers are back down when it begins; what they bring comes
    aboard, the batches ``takes``. ``books`` and ``kg`` are what is aboard on leaving.
    """

    stop: str
    leg: Leg
    arrive: int
    begin: int
    depart: int
    takes: tuple[str, ...] = ()
    books: int = 0
    kg: int = 0


class Reload(msgspec.Struct, frozen=True, kw_only=True, tag="reload", tag_field="kind"):
    """A call at a depot during the day.

    What was collected since the last one is unloaded; what is dropped until the next one is loaded.
    Both run from ``begin`` to ``depart``; ``books`` and ``kg`` are what is aboard on leaving.
    ``stays_aboard`` are those of ``loads`` that no visit drops, as in `Route`.
    """

    depot: str
    leg: Leg
    arrive: int
    begin: int
    depart: int
    unloads: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    books: int = 0
    kg: int = 0
    stays_aboard: tuple[str, ...] = ()


class Fetch(msgspec.Struct, frozen=True, kw_only=True, tag="fetch", tag_field="kind"):
    """A call at a car that stands on its way and drives no more (`Plan.replanned`).

    What the car ``vehicle`` had aboard for others comes aboard: the batches ``takes``. Nothing goes
    off. ``place`` is the stop or depot at which it stands; ``books`` and ``kg`` are what is aboard
    on leaving.
    """

    place: str
    vehicle: str
    leg: Leg
    arrive: int
    begin: int
    depart: int
    takes: tuple[str, ...] = ()
    books: int = 0
    kg: int = 0


class Break(msgspec.Struct, frozen=True, kw_only=True, tag="break", tag_field="kind"):
    """The driver's break: before the service of the halt that follows it, or after the one before.

    It is taken at that halt, so no leg leads to it.
    """

    moment: Literal["before", "after"]
    begin: int
    end: int


Halt = Visit | Again | Reload | Fetch
"""A call that the car drives to."""

Call = Visit | Again | Reload | Fetch | Break
"""What a car does on its way, told apart by ``kind`` in ``plan.json``."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One vehicle on one day, depot to depot.

    ``calls`` are in the order in which they are made. ``books_out`` and ``kg_out`` are aboard on
    leaving the depot, ``peak_books`` and ``peak_kg`` the most aboard at any time; ``metres`` and
    the seconds are sums over the route, in which reloads and fetches count as service.
    ``stays_aboard`` are the batches with which a car has left and that no visit drops any more:
    they are unloaded unopened, at the next reload or at the end. Of a week replanned, the first
    ``done`` halts had been reached by then, and a car that ``stands`` drives no further than its
    last halt.
    """

    id: str
    date: dt.date
    vehicle: str
    depot: str
    depart: int
    back: int
    calls: tuple[Call, ...]
    last_leg: Leg
    metres: int
    drive_s: int
    service_s: int
    wait_s: int
    books_out: int
    kg_out: int
    peak_books: int
    peak_kg: int
    stays_aboard: tuple[str, ...] = ()
    done: int = 0
    stands: bool = False

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The visits in order."""
        return tuple(call for call in self.calls if isinstance(call, Visit))

    @property
    def reloads(self) -> tuple[Reload, ...]:
        """The reloads in order."""
        return tuple(call for call in self.calls if isinstance(call, Reload))

    @property
    def fetches(self) -> tuple[Fetch, ...]:
        """The calls at cars that stand, in order."""
        return tuple(call for call in self.calls if isinstance(call, Fetch))

    @property
    def second_calls(self) -> tuple[Again, ...]:
        """The second calls where carriers are met, in order."""
        return tuple(call for call in self.calls if isinstance(call, Again))

    @property
    def fetched(self) -> frozenset[str]:
        """What comes aboard from cars that stand."""
        return frozenset(batch for call in self.fetches for batch in call.takes)

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The breaks in order."""
        return tuple(call for call in self.calls if isinstance(call, Break))

    @property
    def halts(self) -> tuple[Halt, ...]:
        """The calls that the car drives to, in order."""
        return tuple(call for call in self.calls if not isinstance(call, Break))

    @property
    def undropped(self) -> tuple[str, ...]:
        """What stays aboard until it is unloaded, from the start and from every reload."""
        return (*self.stays_aboard, *(b for call in self.reloads for b in call.stays_aboard))

    @property
    def legs(self) -> tuple[Leg, ...]:
        """Every leg in order, the return last."""
        return (*(halt.leg for halt in self.halts), self.last_leg)

    @property
    def end(self) -> str:
        """Id of the place where it ends: its depot, or where the car stands."""
        return place_of(self.halts[-1]) if self.stands else self.depot

    @property
    def places(self) -> tuple[str, ...]:
        """Ids of the places in order, from the depot to its end."""
        return (self.depot, *(place_of(halt) for halt in self.halts), self.end)


def place_of(halt: Halt) -> str:
    """Return the id of the stop or depot of a halt."""
    if isinstance(halt, Fetch):
        return halt.place
    return halt.depot if isinstance(halt, Reload) else halt.stop


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that keeps a stop off a vehicle.

    Attributes
    ----------
    date
        The day whose route it keeps it off; None if off every day's, even with no other stop.
    code
        That of the limit (`bookcar.optimiser.limits`), ``time`` for working time and latest return
        together, ``spacing``, ``fixed`` or ``depot``.
    unit
        Of both figures; empty where there are none.
    figure, limit
        What the route with the stop would have, and what it may have.
    """

    vehicle: str
    code: str
    unit: str = ""
    date: dt.date | None = None
    figure: int = 0
    limit: int = 0


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that makes room if it is left out of a vehicle's route of a day."""

    stop: str
    vehicle: str
    date: dt.date


class MissingVisit(msgspec.Struct, frozen=True, kw_only=True):
    """Why a visit is not made; the fields are those of `Unserved`."""

    reason: ReasonCode
    figures: Mapping[str, int | float | str] = msgspec.field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()
    together: bool = False
    dear: bool = False
    swap: Swap | None = None


class Unserved(msgspec.Struct, frozen=True, kw_only=True):
    """A due stop that gets no visit, or ``made`` ones of those it wants, and why.

    ``required`` stops stand first, then by weeks overdue.

    Attributes
    ----------
    figures
        The numbers the reason's phrase needs.
    obstacles
        The limits in the way. Each alone: with it raised to its figure the visit fits in, all else
        as it is; the nearest to fitting first. If ``together``, only with all those of a vehicle.
    dear
        Whether the visit would cost more than it is worth even then.
    swap
        What would make room for it, if that was looked for and found.
    lost
        What the missing visits would have been worth, in cost units: 0 where they were required, or
        no plan could have made them with the batches given out as they were for its routes.
    second
        Of a stop that lacks two visits or more, why the next is not made; the reason above is that
        of the first it lacks. Absent for every other stop.
    further
        Of the visits that it lacks beside these, the reasons that are others. Absent if there is
        none.
    """

    stop: str
    reason: ReasonCode
    figures: Mapping[str, int | float | str] = msgspec.field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()
    together: bool = False
    dear: bool = False
    swap: Swap | None = None
    made: int = 0
    lost: float = 0.0
    second: MissingVisit | msgspec.UnsetType = msgspec.UNSET
    further: tuple[MissingVisit, ...] | msgspec.UnsetType = msgspec.UNSET


class PlanRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A reader's request that a visit brings, or that is to find for it.

    Attributes
    ----------
    carried
        ``batch``: it is in ``in_batch``, which the visit drops; ``single``: it lies ready in the
        depot by itself; ``along``: no batch has a list, so the store takes it along if it has it;
        ``none``: nothing aboard has it, and it is to find.
    """

    id: str
    stop: str
    title: str
    isbn: str = ""
    reader: str = ""
    kind: RequestKind = "title"
    copy: str = ""
    carried: Carried = "none"
    in_batch: str | None = None


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """The week in figures.

    ``served`` counts the due stops that get every visit they want, ``visits`` all visits.
    """

    stops: int
    due: int
    served: int
    unserved: int
    routes: int
    metres: int
    seconds: int
    books: int
    batches_dropped: int
    batches_collected: int
    visits: int = 0


class Objective(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan costs in the unit of `Vehicle.cost_km`, and how near that is to the best.

    Attributes
    ----------
    terms
        ``fixed``, ``km`` and ``hours`` of the routes, ``changes`` of weekday and driver, and of
        what people were told (`Plan.kept_near`),
        ``balance`` of the drivers' hours, ``prizes_lost`` with unserved stops (`Unserved.lost`);
        ``uneven`` of days and cars, where these are to be level.
    cost
        Their sum.
    bound
        No routes cost less, with the batches given out as they are.
    gap
        The cost is at most this part above the best possible, 0.042 for 4.2 %.
    no_bound
        Why there is neither.
    """

    terms: Mapping[str, float]
    cost: float
    bound: float | None = None
    gap: float | None = None
    no_bound: NoBound = ""


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What the plan was made from and how, so that the same call gives the same bytes.

    ``folder`` is as the user named it, but always with its own name: ``../mycounty`` for ``.``;
    ``inputs`` has the SHA-256 of every file read. A plan that was ``interrupted``, or whose search
    was given a number of seconds (``by_clock``), cannot be made again.
    """

    bookcar: str
    folder: str
    inputs: Mapping[str, str]
    seed: int
    effort: str
    iterations: int
    fewest_car_days: bool = False
    interrupted: bool = False
    by_clock: bool = False

    def changed(self, inputs: Mapping[str, str]) -> tuple[str, ...]:
        """Return the files that are new, gone or not what they were, held against these sums."""
        names = sorted(self.inputs.keys() | inputs.keys())
        return tuple(name for name in names if self.inputs.get(name) != inputs.get(name))


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that people were told of; its service begins at ``begin``, in seconds of the day."""

    stop: str
    date: dt.date
    vehicle: str
    begin: int


class PlanPromise(msgspec.Struct, frozen=True, kw_only=True):
    """A promise of the timetable for the plan's week, and what becomes of it.

    Attributes
    ----------
    stop, date, vehicle, arrive, leave
        As the timetable has them; ``vehicle`` is empty for any, the times None where none is named.
    becomes
        ``same``: it is kept; else the first that is true: it is on another ``day``, by another
        ``car``, at another ``time``, or nobody comes (``gone``).
    now
        The visit that is made for it; None if none is.
    why
        Why not on its day, by its car, or at all; absent where that is not known.
    """

    stop: str
    date: dt.date
    vehicle: str = ""
    arrive: int | None = None
    leave: int | None = None
    becomes: Becomes = "same"
    now: Promise | None = None
    why: MissingVisit | msgspec.UnsetType = msgspec.UNSET


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan was kept near: the promises of an earlier plan of its week, by its id."""

    plan: str
    promises: tuple[Promise, ...]


class Replanned(msgspec.Struct, frozen=True, kw_only=True):
    """That a week was planned again from a moment on, and what had happened.

    ``plan`` is the id of the plan until then, ``number`` how often that was done by now, ``late``
    in seconds by vehicle. ``lost`` are the batches aboard cars that are out: nobody has them any
    more this week. ``away`` are the requests whose single books are aboard such cars.
    """

    plan: str
    at: dt.datetime
    number: int = 1
    out: tuple[str, ...] = ()
    late: Mapping[str, int] = msgspec.field(default_factory=dict)
    shut: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    closed_ways: tuple[int, ...] = ()
    lost: tuple[str, ...] = ()
    away: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True, kw_only=True, dict=True):  # for look-ups
    """The routes of a week, the stops left unserved, and what the pages need of the district.

    Attributes
    ----------
    id
        First 12 hex digits of the SHA-256 of everything else in the plan.
    week
        ISO week, e.g. ``2026-W49``.
    estimated
        True if distances are estimated from coordinates: every output says so.
    road_note
        Where distances and times come from, for the foot of every page.
    paper, clock
        The sheet everything is printed on, and how times of day are written for people.
    kept_near
        The earlier plan of the week that its days and cars were kept near; None for none.
    promises
        Those of the timetable for this week that stand, by day and stop, each with what becomes of
        it.
    pools
        Those that batches of the plan belong to; left out where none does.
    events
        Those whose books come, lie or go in this week; left out where there is none.
    carriers
        Those who come this week; left out where none does.
    areas_en
        The English names of the stops' townships that have one; left out where none has, and in
        plans made before it was known.
    replanned
        Since when it differs from the plan that it was, and why; None if it was made for the week.
    """

    district: str
    week: str
    language: Language
    time_zone: str
    estimated: bool
    road_note: tuple[Sentence, ...]
    provenance: Provenance
    depots: tuple[Place, ...]
    vehicles: tuple[PlanVehicle, ...]
    stops: tuple[PlanStop, ...]
    batches: tuple[PlanBatch, ...]
    requests: tuple[PlanRequest, ...]
    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    totals: Totals
    district_en: str = ""
    dispatch_phone: str = ""
    paper: Paper = "a4"
    clock: Clock = "24h"
    warnings: tuple[Fault, ...] = ()
    objective: Objective | None = None
    kept_near: Kept | None = None
    promises: tuple[PlanPromise, ...] = ()
    replanned: Replanned | None = None
    pools: tuple[PlanPool, ...] | msgspec.UnsetType = msgspec.UNSET
    events: tuple[PlanEvent, ...] | msgspec.UnsetType = msgspec.UNSET
    carriers: tuple[PlanCarrier, ...] | msgspec.UnsetType = msgspec.UNSET
    areas_en: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    schema_version: int = SCHEMA_VERSION
    id: str = ""

    @cached_property
    def depots_by_id(self) -> Mapping[str, Place]:
        """The depots by id."""
        return by_id(self.depots)

    @cached_property
    def stops_by_id(self) -> Mapping[str, PlanStop]:
        """The stops by id."""
        return by_id(self.stops)

    @cached_property
    def vehicles_by_id(self) -> Mapping[str, PlanVehicle]:
        """The vehicles by id."""
        return by_id(self.vehicles)

    @cached_property
    def batches_by_id(self) -> Mapping[str, PlanBatch]:
        """The batches by id."""
        return by_id(self.batches)

    @cached_property
    def loads(self) -> frozenset[str]:
        """The ids of the stops that stand for loads of events: nobody waits for a car there."""
        events = () if self.events is msgspec.UNSET else self.events
        return frozenset(stop for event in events for stop in event.trips)

    def area_of(self, stop: PlanStop, language: Language) -> str:
        """Return what the township of a stop is called in a language; empty if it names none."""
        english = {} if self.areas_en is msgspec.UNSET else self.areas_en
        return english.get(stop.area, stop.area) if language == "en" else stop.area

    def with_areas_in(self, language: Language) -> Plan:
        """Return the plan, to be drawn, with the townships of its stops named in a language."""
        named = (msgspec.structs.replace(s, area=self.area_of(s, language)) for s in self.stops)
        return msgspec.structs.replace(self, stops=tuple(named))

    def pool_name(self, batch: PlanBatch) -> str:
        """Return the name of the pool of a batch; empty if it belongs to none."""
        known = () if self.pools is msgspec.UNSET else self.pools
        return next((pool.name for pool in known if pool.id == batch.pool), "")

    @cached_property
    def requests_by_id(self) -> Mapping[str, PlanRequest]:
        """The requests by id."""
        return by_id(self.requests)

    @cached_property
    def carriers_by_id(self) -> Mapping[str, PlanCarrier]:
        """The carriers who come, by id."""
        return by_id(self.carriers or ())

    @cached_property
    def places_by_id(self) -> Mapping[str, Place]:
        """The depots and stops by id."""
        return by_id((*self.depots, *self.stops))

    def with_id(self) -> Plan:
        """Return the plan with its ``id`` made from its content."""
        blank = msgspec.structs.replace(self, id="")
        digest = hashlib.sha256(_canonical(blank)).hexdigest()
        return msgspec.structs.replace(self, id=digest[:12])

    def to_json(self) -> bytes:
        """Return the plan as ``plan.json`` holds it: UTF-8, indented, always the same bytes."""
        return msgspec.json.format(_canonical(self), indent=1) + b"\n"

    def save(self, path: str | Path) -> None:
        """Write ``plan.json``, whole or not at all."""
        files.write_bytes(Path(path), self.to_json())

    def summary(self) -> str:
        """Return the week in one sentence."""
        t = self.totals
        return (
            f"{self.district} {self.week}: {t.served} of {t.due} due stops served in {t.routes} "
            f"routes, {t.metres / 1000:,.0f} km, {t.books:,} books; {t.unserved} unserved."
        )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``plan.json``."""
    schema = msgspec.json.schema(Plan)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bookcar plan, version {SCHEMA_VERSION}",
        **schema,
    }


def _canonical(plan: Plan) -> bytes:
    return msgspec.json.encode(plan, order="deterministic")
