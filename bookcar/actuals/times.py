"""Planned against real times, where arrival and departure were recorded, and what they propose.

A leg counts where a plan has the car drive from one visit straight to the next, and both were made
in that order with nothing recorded between: what lies between leaving the one and beginning the
other is then driving, and whatever the buffer is for. Service is from arrival to departure.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from bookcar.actuals.plans import PlannedRoute, Plans, legs
from bookcar.actuals.spread import Spread, spread
from bookcar.actuals.visits import RecordedVisit
from bookcar.model import District, Kind

FEWEST_LEGS = 20
"""Legs of a car, or of all cars, from which its speed, or the buffer, is proposed."""
FEWEST_AT_STOP = 10
FEWEST_OF_KIND = 20
"""Visits with both times from which the minutes of a stop, or of a kind of stop, are proposed."""

_SETTINGS = "district.toml"
_FACTOR_STEP = 0.05
_FACTORS = (0.3, 2.0)
_SERVICE_STEP = 300
_MINUTE = 60
_MOST_LEGS = 1_000  # the latest ones: a slope is of all pairs


class LegSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A leg as it was planned, with the buffer, and as it was driven, in seconds."""

    vehicle: str
    date: dt.date
    planned: int
    real: int


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A setting that the records speak for.

    Attributes
    ----------
    of
        A vehicle, a kind of stop or a stop; empty for the district.
    seen
        What was observed: real by planned driving, seconds of service, or seconds by which a leg
        took longer than its driving time.
    now, proposed
        The setting as it is, and as it would be; None where too little was seen, or it fits.
    """

    of: str
    seen: Spread
    now: float
    planned: float | None = None
    proposed: float | None = None


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """What the recorded times of a period tell.

    Attributes
    ----------
    visits
        Visits with both times, of all that were done.
    with_plan
        Those of them of which a plan says how long they were to last.
    older
        Legs left out, as the vehicles or settings have changed since their plan was made: they say
        nothing of the speed and buffer that are set today.
    cars
        Real by planned driving of each car, and its ``speed_factor``.
    buffer
        What a leg takes beyond driving, and ``week.buffer_min`` in seconds.
    kinds, stops
        Seconds of service by kind of stop and by stop, and ``service_min`` in seconds.
    """

    visits: int
    of: int
    with_plan: int
    older: int = 0
    cars: tuple[Proposal, ...] = ()
    buffer: Proposal | None = None
    kinds: tuple[Proposal, ...] = ()
    stops: tuple[Proposal, ...] = ()

    @property
    def legs(self) -> int:
        """How many legs were seen."""
        return sum(car.seen.count for car in self.cars)


def times_of(district: District, done: Sequence[RecordedVisit], plans: Plans) -> Times | None:
    """Return what the times of some visits tell; None if no visit has both."""
    timed = [visit for visit in done if visit.seconds is not None]
    if not timed:
        return None
    seen = legs_seen(timed, plans.made_from(_settings(district)))
    slopes = _slopes(district, seen)
    kinds = _kinds(district, timed, plans)
    return Times(
        visits=len(timed),
        of=len(done),
        with_plan=sum(plans.of(visit) is not None for visit in timed),
        older=len(legs_seen(timed, plans)) - len(seen),
        cars=_cars(district, seen, slopes),
        buffer=_buffer(district, seen, slopes),
        kinds=kinds,
        stops=_stops(district, timed, plans, kinds),
    )


def _settings(district: District) -> Mapping[str, str]:
    """Return the sums of the files that hold speed factors and the buffer: a workbook is one."""
    cars = {district.where("vehicles", car.id).file.partition(": ")[0] for car in district.vehicles}
    names = {_SETTINGS, *cars} & district.inputs.keys()
    return {name: district.inputs[name] for name in sorted(names)}


def legs_seen(timed: Sequence[RecordedVisit], plans: Plans) -> list[LegSeen]:
    """Return the legs that were driven as planned, one visit straight after the other."""
    days: dict[tuple[dt.date, str], list[RecordedVisit]] = defaultdict(list)
    for visit in timed:
        days[visit.date, visit.vehicle].append(visit)
    return [
        leg for key in sorted(days) if key in plans.routes
        for leg in _of_day(plans.routes[key], days[key])
    ]  # fmt: skip


def _of_day(route: PlannedRoute, visits: list[RecordedVisit]) -> Iterator[LegSeen]:
    ordered = sorted(visits, key=_arrival)
    after = {a.stop: b for a, b in pairwise(ordered)}
    by_stop = {visit.stop: visit for visit in ordered}
    if len(by_stop) < len(ordered):
        return  # twice at one stop: which leg is which cannot be told
    for before, call in legs(route):
        here, there = by_stop.get(before.stop), by_stop.get(call.stop)
        if here is None or there is None or after.get(before.stop) is not there or not call.leg:
            continue
        real = _arrival(there) - here.told["leave"].value
        if real >= 0:
            yield LegSeen(
                vehicle=route.vehicle, date=route.date, planned=call.leg.seconds, real=real
            )


def _arrival(visit: RecordedVisit) -> int:
    return visit.told["arrive"].value


def _slopes(district: District, seen: Sequence[LegSeen]) -> Mapping[str, _Slope]:
    """Return by car how much longer a second of driving takes than planned.

    What is the same on every leg, like parking, is left to the buffer: only the difference between
    long and short legs tells of speed (the median of the slopes of all pairs, after Theil and Sen).
    """
    cars = {leg.vehicle for leg in seen}
    found = {}
    for car in sorted(cars):
        of_car = [leg for leg in seen if leg.vehicle == car][-_MOST_LEGS:]
        slope = _slope(of_car, district.settings.buffer_s)
        if slope is not None:
            found[car] = slope
    return found


class _Slope(msgspec.Struct, frozen=True):
    value: float
    surely_low: float
    surely_high: float


def _slope(legs: Sequence[LegSeen], buffer_s: int) -> _Slope | None:
    from scipy.stats import theilslopes  # noqa: PLC0415  heavy

    driving = [leg.planned - buffer_s for leg in legs]
    if len(legs) < FEWEST_LEGS or len(set(driving)) < 3:
        return None
    slope, _, low, high = theilslopes([leg.real for leg in legs], driving)
    return _Slope(float(slope), float(low), float(high)) if slope > 0 else None


def _cars(
    district: District, seen: Sequence[LegSeen], slopes: Mapping[str, _Slope]
) -> tuple[Proposal, ...]:
    factors = {vehicle.id: vehicle.speed_factor for vehicle in district.vehicles}
    found = []
    for car in sorted({leg.vehicle for leg in seen}):
        ratios = spread([x.real / x.planned for x in seen if x.vehicle == car and x.planned > 0])
        if ratios is not None and car in factors:
            proposed = _factor(factors[car], slopes.get(car))
            found.append(Proposal(of=car, seen=ratios, now=factors[car], proposed=proposed))
    return tuple(found)


def _factor(now: float, slope: _Slope | None) -> float | None:
    """Return the speed factor that fits, if the present one surely does not."""
    if slope is None or slope.surely_low <= 1 <= slope.surely_high:
        return None
    low, high = _FACTORS
    fits = min(high, max(low, now / slope.value))
    rounded = round(round(fits / _FACTOR_STEP) * _FACTOR_STEP, 2)
    return rounded if abs(rounded - now) >= _FACTOR_STEP - 1e-9 else None


def _buffer(
    district: District, seen: Sequence[LegSeen], slopes: Mapping[str, _Slope]
) -> Proposal | None:
    """Return what legs take beyond driving, at the speed that each car really has.

    A speed that is not quite known could be taken for a buffer: what is proposed holds at the
    slowest and the fastest that each car may have.
    """
    now = district.settings.buffer_s
    at_speeds = [
        spread([leg.real - (leg.planned - now) * _at(slopes, leg, which) for leg in seen])
        for which in ("value", "surely_low", "surely_high")
    ]
    beyond = at_speeds[0]
    if beyond is None:
        return None
    low = min(one.surely_low for one in at_speeds if one)
    high = max(one.surely_high for one in at_speeds if one)
    fits = max(0, round(beyond.median / _MINUTE)) * _MINUTE
    sure = beyond.count >= FEWEST_LEGS and not low <= now <= high
    proposed = float(fits) if sure and abs(fits - now) >= _MINUTE else None
    return Proposal(of="", seen=beyond, now=now, proposed=proposed)


def _at(slopes: Mapping[str, _Slope], leg: LegSeen, which: str) -> float:
    return float(getattr(slopes[leg.vehicle], which)) if leg.vehicle in slopes else 1.0


def _kinds(
    district: District, timed: Sequence[RecordedVisit], plans: Plans
) -> tuple[Proposal, ...]:
    kinds: Mapping[str, Kind] = {stop.id: stop.kind for stop in district.stops}
    usual: dict[str, Counter[int]] = defaultdict(Counter)
    for stop in district.stops:
        usual[stop.kind][stop.service_s] += 1
    parted: dict[str, list[RecordedVisit]] = defaultdict(list)
    for visit in timed:
        if visit.stop in kinds:  # what a load of an event takes says nothing of stops
            parted[kinds[visit.stop]].append(visit)
    now = {kind: float(min(c, key=lambda s: (-c[s], s))) for kind, c in usual.items()}
    return tuple(
        _service(kind, parted[kind], plans, now=now[kind], fewest=FEWEST_OF_KIND)
        for kind in sorted(parted)
    )


def _stops(
    district: District,
    timed: Sequence[RecordedVisit],
    plans: Plans,
    kinds: Sequence[Proposal],
) -> tuple[Proposal, ...]:
    """Return the stops; one that its kind's proposal fits has none of its own."""
    parted: dict[str, list[RecordedVisit]] = defaultdict(list)
    for visit in timed:
        parted[visit.stop].append(visit)
    of_kind = {kind.of: kind.proposed for kind in kinds}
    found = []
    for stop in district.stops:
        if stop.id in parted:
            now = float(stop.service_s)
            one = _service(stop.id, parted[stop.id], plans, now=now, fewest=FEWEST_AT_STOP)
            if one.proposed is not None and one.proposed == of_kind.get(stop.kind):
                one = msgspec.structs.replace(one, proposed=None)
            found.append(one)
    return tuple(found)


def _service(
    of: str, visits: Sequence[RecordedVisit], plans: Plans, *, now: float, fewest: int
) -> Proposal:
    seen = spread([visit.seconds or 0 for visit in visits])
    assert seen is not None  # each has a visit at least
    planned = spread([plan.seconds for visit in visits if (plan := plans.of(visit)) is not None])
    fits = max(_SERVICE_STEP, round(seen.median / _SERVICE_STEP) * _SERVICE_STEP)
    sure = seen.count >= fewest and seen.excludes(now)
    return Proposal(
        of=of,
        seen=seen,
        now=now,
        planned=None if planned is None else planned.median,
        proposed=float(fits) if sure and abs(fits - now) >= _SERVICE_STEP else None,
    )
