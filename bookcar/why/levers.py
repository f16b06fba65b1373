"""What staff may change so that a stop is served: each a number of steps, and a district with it.

A lever of a car or of the store is pulled for everybody; one of a stop for each of some stops by as
many steps as it needs, as none of them bears on another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from bookcar.model import Batch, District, Stop, Vehicle
from bookcar.whys import Change, LeverKind

_DAY_S = 86_400
_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Steps = Mapping[str, int]
"""By stop, how many steps a lever of stops is pulled for it."""


@dataclass(frozen=True, kw_only=True)
class Lever:
    """Something that staff may change, by 1 to ``most`` steps.

    Attributes
    ----------
    kind
        What is changed.
    of
        The car's lever or the store's: the district with so many steps.
    told
        The change of so many steps, as it is told.
    codes
        The limits that it moves; a stop that none of them keeps out alone need not be tried. None
        where that is not known beforehand.
    """

    kind: LeverKind
    most: int
    of: Callable[[District, int], District]
    told: Callable[[District, int], Change]
    codes: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class StopLever:
    """Something of stops that may be changed, for each by 1 to ``most`` steps of its own."""

    kind: LeverKind
    most: Callable[[District, Stop], int]
    of: Callable[[Stop, int], Stop]
    told: Callable[[Stop, int], Change]
    reasons: frozenset[str] | None = None

    def pulled(self, district: District, steps: Steps) -> District:
        """Return a district in which it is pulled for some stops."""
        stops = (self.of(s, steps[s.id]) if s.id in steps else s for s in district.stops)
        return msgspec.structs.replace(district, stops=tuple(stops))

    def change(self, _district: District, stop: Stop, steps: int) -> Change:
        """Return the change of a stop as it is told."""
        return self.told(stop, steps)


def car_levers(district: District) -> Iterator[Lever]:
    """Yield the levers of each car: its day, its kilometres, its stops, reloads and weekdays."""
    for vehicle in district.vehicles:
        for field_ in _FIELDS:
            if field_.read(vehicle) is not None:
                yield _of_field(vehicle.id, field_)
        for weekday in district.settings.weekdays:
            if weekday not in vehicle.weekdays:
                yield _weekday_of_car(vehicle.id, weekday)
    seen: set[Vehicle] = set()
    for vehicle in district.vehicles:
        alike = msgspec.structs.replace(vehicle, id="", name="", driver="", phone="")
        if alike not in seen:
            seen.add(alike)
            yield _one_more(vehicle.id)


@dataclass(frozen=True, kw_only=True)
class _Field:
    """A figure of a vehicle: its step in the model's unit, and how a table writes it."""

    kind: LeverKind
    columns: tuple[str, ...]
    names: tuple[str, ...]
    step: int
    most: int
    written: tuple[Callable[[int], str], ...]
    codes: frozenset[str]
    highest: int = 10**9

    def read(self, vehicle: Vehicle) -> int | None:
        value = getattr(vehicle, self.names[0])
        assert value is None or isinstance(value, int)
        return value

    def room(self, vehicle: Vehicle) -> int:
        """Return how many steps it may be pulled."""
        left = (
            (self.highest - getattr(vehicle, name)) // self.step
            if self.step > 0
            else getattr(vehicle, name) // -self.step
            for name in self.names
        )
        return max(0, min(self.most, *map(int, left)))


def _hours_text(seconds: int) -> str:
    return f"{seconds / 3600:.4f}".rstrip("0").rstrip(".")


def clock_text(seconds: int) -> str:
    """Return a time of day as a table writes it."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def km_text(metres: int) -> str:
    """Return metres as a table writes kilometres."""
    return f"{metres / 1000:.3f}".rstrip("0").rstrip(".")


def _minutes_text(seconds: int) -> str:
    return f"{seconds / 60:.4f}".rstrip("0").rstrip(".")


_FIELDS = (
    _Field(
        kind="reload",
        columns=("reloads",),
        names=("reloads",),
        step=1,
        most=2,
        written=(str,),
        codes=frozenset({"reloads", "books", "kg", "depot"}),
        highest=9,
    ),
    _Field(
        kind="stops",
        columns=("max_stops",),
        names=("max_stops",),
        step=1,
        most=5,
        written=(str,),
        codes=frozenset({"stops"}),
        highest=1_000,
    ),
    _Field(
        kind="hours",
        columns=("max_hours",),
        names=("max_seconds",),
        step=60,
        most=240,
        written=(_hours_text,),
        codes=frozenset({"working-time"}),
        highest=_DAY_S,
    ),
    _Field(
        kind="back",
        columns=("ends",),
        names=("ends",),
        step=60,
        most=240,
        written=(clock_text,),
        codes=frozenset({"latest-return"}),
        highest=_DAY_S,
    ),
    _Field(
        kind="day",
        columns=("max_hours", "ends"),
        names=("max_seconds", "ends"),
        step=60,
        most=240,
        written=(_hours_text, clock_text),
        codes=frozenset({"time"}),
        highest=_DAY_S,
    ),
    _Field(
        kind="start",
        columns=("starts",),
        names=("starts",),
        step=-60,
        most=180,
        written=(clock_text,),
        codes=frozenset({"latest-return", "opening-hours"}),
    ),
    _Field(
        kind="driving",
        columns=("max_driving_min",),
        names=("max_driving_s",),
        step=60,
        most=240,
        written=(_minutes_text,),
        codes=frozenset({"driving-time"}),
        highest=_DAY_S,
    ),
    _Field(
        kind="km",
        columns=("max_km",),
        names=("max_metres",),
        step=1_000,
        most=200,
        written=(km_text,),
        codes=frozenset({"distance"}),
        highest=5_000_000,
    ),
)


LEVER_OF = tuple(
    (one.kind, code, one.step) for one in _FIELDS for code in one.codes if one.step > 0
)
"""Each lever that raises a limit, with the limit and the step, in its unit."""


def _with_vehicle(district: District, vehicle: Vehicle) -> District:
    every = (vehicle if v.id == vehicle.id else v for v in district.vehicles)
    return msgspec.structs.replace(district, vehicles=tuple(every))


def _of_field(name: str, given: _Field) -> Lever:
    def values(district: District, steps: int) -> dict[str, int]:
        vehicle = district.vehicles_by_id[name]
        return {one: getattr(vehicle, one) + steps * given.step for one in given.names}

    def of(district: District, steps: int) -> District:
        vehicle = district.vehicles_by_id[name]
        changed = msgspec.structs.replace(vehicle, **values(district, steps))
        return _with_vehicle(district, changed)

    def told(district: District, steps: int) -> Change:
        after = values(district, steps)
        texts = (
            f"vehicles.{name}.{column}={written(after[one])}"
            for column, one, written in zip(given.columns, given.names, given.written, strict=True)
        )
        return Change(
            lever=given.kind,
            vehicle=name,
            amount=steps,
            after=after[given.names[0]],
            changes=tuple(texts),
        )

    return Lever(kind=given.kind, most=given.most, of=of, told=told, codes=given.codes)


def room(district: District, lever: Lever, vehicle: str) -> int:
    """Return how many steps a lever of a car may be pulled before its column holds no more."""
    own = next((one for one in _FIELDS if one.kind == lever.kind), None)
    return lever.most if own is None else own.room(district.vehicles_by_id[vehicle])


def _weekday_of_car(name: str, weekday: int) -> Lever:
    def days(district: District) -> tuple[int, ...]:
        return tuple(sorted({*district.vehicles_by_id[name].weekdays, weekday}))

    def of(district: District, _steps: int) -> District:
        vehicle = district.vehicles_by_id[name]
        return _with_vehicle(district, msgspec.structs.replace(vehicle, weekdays=days(district)))

    def told(district: District, _steps: int) -> Change:
        text = f"vehicles.{name}.days={days_text(days(district))}"
        return Change(lever="car-day", vehicle=name, weekday=weekday, changes=(text,))

    return Lever(kind="car-day", most=1, of=of, told=told)


def _one_more(name: str) -> Lever:
    def like(district: District) -> Vehicle:
        return one_like(district, name)

    def of(district: District, _steps: int) -> District:
        return msgspec.structs.replace(district, vehicles=(*district.vehicles, like(district)))

    def told(district: District, _steps: int) -> Change:
        text = f"+vehicle {like(district).id} like {name}"
        return Change(lever="car", vehicle=name, changes=(text,))

    return Lever(kind="car", most=1, of=of, told=told)


def one_like(district: District, name: str) -> Vehicle:
    """Return a car like another, by an id that nobody has, with a driver of its own."""
    vehicle = district.vehicles_by_id[name]
    return msgspec.structs.replace(
        vehicle, id=free_id(name, district.vehicles_by_id), name="", driver="", phone=""
    )


def free_id(like: str, taken: Collection[str]) -> str:
    """Return an id of the same letters with the next number that nobody has."""
    head = like.rstrip("0123456789")
    width = len(like) - len(head)
    number = int(like[len(head) :] or 1)
    while True:
        number += 1
        found = f"{head}{number:0{width}d}"
        if found not in taken:
            return found


def days_text(days: Sequence[int]) -> str:
    """Return days of the week as a table writes them."""
    return ",".join(_DAY_NAMES[day] for day in days)


def stop_levers() -> tuple[StopLever, ...]:
    """Return the levers of stops: how much they matter, who may come, their hours and days."""
    return (
        StopLever(
            kind="priority",
            most=lambda _, stop: 9 - stop.priority,
            of=lambda stop, steps: msgspec.structs.replace(stop, priority=stop.priority + steps),
            told=lambda stop, steps: _cell(
                stop, "priority", ("priority", str(stop.priority + steps)), steps
            ),
            reasons=_DEAR,
        ),
        StopLever(
            kind="required",
            most=lambda _, stop: 0 if stop.required else 1,
            of=lambda stop, _: msgspec.structs.replace(stop, required=True),
            told=lambda stop, steps: _cell(stop, "required", ("required", "yes"), steps),
            reasons=_DEAR,
        ),
        StopLever(
            kind="allow",
            most=lambda _, stop: 1 if stop.vehicles else 0,
            of=lambda stop, _: msgspec.structs.replace(stop, vehicles=()),
            told=lambda stop, steps: _cell(stop, "allow", ("vehicles", ""), steps),
        ),
        StopLever(
            kind="apart",
            most=lambda _, stop: stop.days_between - 1 if stop.visits_a_week > 1 else 0,
            of=lambda stop, steps: msgspec.structs.replace(
                stop, days_between=stop.days_between - steps
            ),
            told=lambda stop, steps: _cell(
                stop, "apart", ("days_between", str(stop.days_between - steps)), steps
            ),
        ),
        StopLever(
            kind="opens",
            most=lambda _, stop: min(180, stop.windows[0][0] // 60),
            of=_opened,
            told=lambda stop, steps: _hours(stop, "opens", _opened(stop, steps), steps),
        ),
        StopLever(
            kind="closes",
            most=lambda _, stop: min(180, (_DAY_S - stop.windows[-1][1]) // 60),
            of=_closed,
            told=lambda stop, steps: _hours(stop, "closes", _closed(stop, steps), steps),
        ),
        *(_weekday_of_stop(weekday) for weekday in range(7)),
    )


_DEAR = frozenset({"not-worth", "full", "needs-reload"})
"""Reasons with which a stop may fit after all, only at a cost."""


def _cell(stop: Stop, kind: LeverKind, cell: tuple[str, str], steps: int) -> Change:
    column, text = cell
    after = int(text) if text.isdecimal() else None
    return Change(
        lever=kind,
        stop=stop.id,
        amount=steps,
        after=after,
        changes=(f"stops.{stop.id}.{column}={text}",),
    )


def _opened(stop: Stop, steps: int) -> Stop:
    (opens, closes), *others = stop.windows
    return msgspec.structs.replace(stop, windows=((opens - 60 * steps, closes), *others))


def _closed(stop: Stop, steps: int) -> Stop:
    *others, (opens, closes) = stop.windows
    return msgspec.structs.replace(stop, windows=(*others, (opens, closes + 60 * steps)))


def _hours(stop: Stop, kind: LeverKind, after: Stop, steps: int) -> Change:
    """Return a change of opening hours; a cell has all times of a day that is parted."""
    at = 0 if kind == "opens" else 1
    text = ";".join(clock_text(window[at]) for window in after.windows)
    return Change(
        lever=kind,
        stop=stop.id,
        amount=steps,
        after=after.windows[0][0] if kind == "opens" else after.windows[-1][1],
        changes=(f"stops.{stop.id}.{kind}={text}",),
    )


def _weekday_of_stop(weekday: int) -> StopLever:
    def most(district: District, stop: Stop) -> int:
        own = stop.recurs is None and stop.weekdays and not stop.month_days
        new = weekday in district.settings.weekdays and weekday not in stop.weekdays
        return 1 if own and new else 0

    def days(stop: Stop) -> tuple[int, ...]:
        return tuple(sorted({*stop.weekdays, weekday}))

    def told(stop: Stop, _steps: int) -> Change:
        text = f"stops.{stop.id}.days={days_text(days(stop))}"
        return Change(lever="weekday", stop=stop.id, weekday=weekday, changes=(text,))

    return StopLever(
        kind="weekday",
        most=most,
        of=lambda stop, _: msgspec.structs.replace(stop, weekdays=days(stop)),
        told=told,
    )


@dataclass(frozen=True)
class _Wanted:
    """A batch that a stop could do with."""

    pool: str
    books: int
    depot: str


def batch_levers(district: District, stops: Collection[Stop]) -> Iterator[Lever]:
    """Yield one more batch of each size that some stops want, by pool and depot."""
    found: dict[_Wanted, None] = {}
    for stop in stops:
        pools = [pool.id for pool in district.pools if pool.serves(stop)] or [stop.pool]
        for pool in pools:
            for depot in district.depots:
                if stop.books:
                    found[_Wanted(pool, stop.books, depot.id)] = None
    for wanted in found:
        yield _batch(wanted)


def _batch(wanted: _Wanted) -> Lever:
    def one(district: District) -> Batch:
        like = district.batches[0].id if district.batches else "N0"
        books = sum(batch.books for batch in district.batches)
        kg = sum(batch.kg for batch in district.batches)
        return Batch(
            id=free_id(like, district.batches_by_id),
            at=wanted.depot,
            books=wanted.books,
            kg=-(-kg * wanted.books // books) if books else 0,
            pool=wanted.pool,
        )

    def of(district: District, _steps: int) -> District:
        new = one(district)
        return msgspec.structs.replace(
            district, batches=(*district.batches, new), listed=(*district.listed, new)
        )

    def told(district: District, _steps: int) -> Change:
        new = one(district)
        cells = [f"books={new.books}", f"kg={new.kg}", f"at={new.at}"]
        cells += [f"pool={new.pool}"] if new.pool else []
        return Change(
            lever="batch",
            depot=wanted.depot,
            pool=wanted.pool,
            amount=wanted.books,
            changes=(f"+batch {new.id} {' '.join(cells)}",),
        )

    return Lever(kind="batch", most=1, of=of, told=told)
