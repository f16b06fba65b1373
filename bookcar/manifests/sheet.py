"""What the manifests say, worked out once: PDF, HTML, workbook and week's page all show these.

Every text is ready to print (`bookcar.web.text.printable`) and in the chosen language; every
number is the plan's own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from bookcar.model import Clock, Paper
from bookcar.phrases import Language


class Figure(msgspec.Struct, frozen=True):
    """A quantity as a spreadsheet takes it (times as a part of a day) and as people read it."""

    value: float
    text: str


class BatchLine(msgspec.Struct, frozen=True, kw_only=True):
    """A batch to drop, collect or load.

    ``text`` gives its books in words, ``detail`` its audience, and its crates if there are several.
    The ``audience`` of one that belongs to a pool is the name of that.
    """

    id: str
    books: int
    kg: int
    crates: int
    audience: str
    text: str
    detail: str


class BreakRow(msgspec.Struct, frozen=True, kw_only=True):
    """The driver's break; ``text`` says how long it lasts, ``where`` at which stop."""

    begin: Figure
    end: Figure
    text: str
    where: str


class LoadRow(msgspec.Struct, frozen=True, kw_only=True):
    """A batch to load; ``order`` counts from the first one loaded, for the last stop."""

    order: int
    number: int
    stop: str
    name: str
    batch: BatchLine


class LoadPart(msgspec.Struct, frozen=True, kw_only=True):
    """What is loaded at once: at the depot (``number`` 0) or at a reload, in loading order.

    ``title`` says where, ``mark`` so in a word; both are empty where nothing is loaded elsewhere.
    ``stays_text`` lists what is aboard besides and is dropped nowhere; it is not in the sums.
    """

    number: int
    title: str
    mark: str
    rows: tuple[LoadRow, ...]
    books: int
    kg: int
    crates: int
    stays_text: str = ""


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """What every call of a route has, at a stop or at a store.

    Attributes
    ----------
    number
        Order on the route, from 1; stops and reloads count apart.
    begin
        When service starts; ``begin_text`` says so in words where it is later than the arrival.
    leg_text
        Minutes of driving to it, in words.
    aboard_text
        What is aboard on leaving, in words.
    called
        Its name where only one stands: in English the English one.
    lon, lat
        Degrees, WGS-84.
    amap
        Whether AMap leads there.
    code, link
        Navigation: the address its QR code holds, and the one a page links to.
    height
        Metres above the sea in words; empty where they are not known.
    break_before, break_after
        The driver's break before or after the service.
    """

    number: int
    name: str
    name_en: str
    called: str
    lon: float
    lat: float
    amap: bool
    phone: str
    leg_km: Figure
    leg_text: str
    total_km: Figure
    arrive: Figure
    begin: Figure
    begin_text: str
    depart: Figure
    minutes_text: str
    aboard: int
    aboard_text: str
    code: str
    link: str
    height: str = ""
    break_before: BreakRow | None = None
    break_after: BreakRow | None = None


class ReloadRow(CallRow, frozen=True, kw_only=True):
    """A call at a store during the day, on the way to a stop; or at a car that stands, a ``fetch``.

    ``title`` is its number or that car in words, ``off`` is put off, ``on`` comes aboard.
    """

    title: str
    fetch: bool = False
    place: str
    off: tuple[BatchLine, ...]
    on: tuple[BatchLine, ...]
    off_books: int
    on_books: int


class StopRow(CallRow, frozen=True, kw_only=True):
    """One visit of a route; ``reload`` is the call at a store on the way to it.

    ``requests`` say what each of ``request_ids`` asks for, and come with it; nothing aboard has
    those ``to_find``. ``part`` tells which it is of the parts in which its stop is delivered. Of a
    stop ``on_foot`` place and times are where the car meets who carries, whom the note names. Where
    the car comes by ``again`` for what such a visit collects, that is a row of its own, with the
    number of the visit; the batches ``later`` of the visit are those that it collects then.
    """

    stop: str
    kind: str
    is_school: bool
    area: str
    landmark: str
    contact: str
    note: str
    requests: tuple[str, ...]
    request_ids: tuple[str, ...]
    drops: tuple[BatchLine, ...]
    collects: tuple[BatchLine, ...]
    drop_books: int
    collect_books: int
    to_find: tuple[str, ...] = ()
    to_find_ids: tuple[str, ...] = ()
    reload: ReloadRow | None = None
    part: str = ""
    on_foot: bool = False
    again: bool = False
    later: tuple[BatchLine, ...] = ()

    @property
    def asked(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """What readers asked for, each as (id, words), by the heading it stands under."""
        return {
            "requests": tuple(zip(self.request_ids, self.requests, strict=True)),
            "to-find": tuple(zip(self.to_find_ids, self.to_find, strict=True)),
        }


class RouteSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One route on paper.

    Attributes
    ----------
    stem
        File name of the route's manifest and track, without its ending.
    header
        One line that tells the route, for the top of every page.
    hours, max_hours
        From departure to return, as a part of a day and as ``H:MM``.
    rest
        Waiting and break.
    peak_kg, max_kg
        None for a vehicle without a weight limit.
    parts
        Batches to load at the depot and at each reload, in loading order: the last stop's first.
    climb, climb_text
        All rises of the way in metres, and in words with its highest and lowest point; None and
        empty where heights are not known.
    """

    id: str
    stem: str
    header: str
    date: dt.date
    date_text: str
    weekday: str
    vehicle_id: str
    vehicle: str
    driver: str
    driver_phone: str
    depot: str
    depart: Figure
    back: Figure
    start_text: str
    back_label: str
    return_text: str
    km: Figure
    max_km: Figure
    hours: Figure
    max_hours: Figure
    driving: Figure
    service: Figure
    rest: Figure
    peak_books: int
    max_books: int
    peak_kg: int | None
    max_kg: int | None
    dropped: int
    drop_books: int
    collected: int
    collect_books: int
    rows: tuple[StopRow, ...]
    return_km: Figure
    return_leg_text: str
    parts: tuple[LoadPart, ...]
    climb: int | None = None
    climb_text: str = ""

    @property
    def load(self) -> tuple[LoadRow, ...]:
        """Every batch to load, wherever."""
        return tuple(row for part in self.parts for row in part.rows)

    @property
    def visits(self) -> tuple[StopRow, ...]:
        """Every visit in order, without the second calls."""
        return tuple(row for row in self.rows if not row.again)

    @property
    def calls(self) -> tuple[StopRow | ReloadRow, ...]:
        """Every call in order, at stops and at stores."""
        return tuple(call for row in self.rows for call in (row.reload, row) if call is not None)


class TitleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A title in a batch."""

    number: int
    title: str
    author: str
    call_number: str
    isbn: str
    copies: int


class TitleList(msgspec.Struct, frozen=True, kw_only=True):
    """The titles of a batch; ``moves`` say where it goes or comes from this week."""

    batch: BatchLine
    moves: tuple[str, ...]
    rows: tuple[TitleRow, ...]

    @property
    def copies(self) -> int:
        """Books on the list."""
        return sum(row.copies for row in self.rows)


class UnservedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A due stop that no route serves, with the reason and what would help in words."""

    stop: str
    name: str
    name_en: str
    called: str
    kind: str
    area: str
    people: int
    every_weeks: int
    every: str
    weeks_since: int | None
    overdue: int
    required: bool
    reason: str
    explanation: str
    help: str


class WeekSheet(msgspec.Struct, frozen=True, kw_only=True):
    """All routes of a week, the stops left over, and what stands on every page.

    Attributes
    ----------
    language
        Of the labels.
    emergency
        Public emergency numbers, empty where they are not known.
    warning
        The sentence that distances are estimated; empty where they are not.
    single_sided
        Whether two drivers may share a sheet of paper that is printed on both sides.
    """

    language: Language
    paper: Paper
    clock: Clock
    header: str
    district: str
    district_en: str
    week: str
    monday: dt.date
    plan: str
    version: str
    plan_text: str
    road_note: str
    warning: str
    dispatch: str
    emergency: str
    stops: int
    due: int
    served: int
    km: Figure
    hours: Figure
    books: int
    dropped: int
    collected: int
    routes: tuple[RouteSheet, ...]
    unserved: tuple[UnservedRow, ...]
    single_sided: bool = False
