"""What may be changed about who carries books on foot: the way, the day, one carrier more.

The ways on foot of carriers whom nobody has yet are measured beforehand: those like one who is
there live where that one does, others at the stop itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from bookcar.model import Carrier, District, Stop
from bookcar.roads.sources import travel_for
from bookcar.why.levers import Lever, Steps, clock_text, days_text, free_id, km_text
from bookcar.why.standing import Standing
from bookcar.whys import ON_FOOT, Change, LeverKind

_MOST_KM, _MOST_MINUTES = 30, 180
_DAY_S = 86_400


def with_ways(standing: Standing, reasons: Mapping[str, str]) -> Standing:
    """Return the same week with the ways on foot of carriers whom nobody has yet."""
    prepared = standing.prepared
    asked = {stop for stop, reason in reasons.items() if reason in ON_FOOT}
    hired = [
        *(one_like(prepared.district, carrier) for carrier in _serving(prepared.district, reasons)),
        *(living_at(prepared.district, s) for s in prepared.district.stops if s.id in asked),
    ]
    if not hired:
        return standing
    wider = msgspec.structs.replace(
        prepared.district, carriers=(*prepared.district.carriers, *hired)
    )
    travel = travel_for(wider, stops=standing.stops, dates=prepared.horizon.dates)
    return standing.changed(standing.given, travel=travel)


def carrier_levers(district: District, reasons: Mapping[str, str]) -> Iterator[Lever]:
    """Yield the levers of each carrier who serves some stop that lacks a visit on foot."""
    for carrier in _serving(district, reasons):
        yield _amount(carrier, "carrier-km")
        yield _amount(carrier, "carrier-hours")
        for weekday in district.settings.weekdays:
            if weekday not in carrier.weekdays:
                yield _weekday(carrier, weekday)
        yield _one_more(carrier)


def serves(district: District, carrier: str, stop: str) -> bool:
    """Tell whether a carrier serves a stop."""
    return any(one.id == carrier and stop in one.stops for one in district.carriers)


def _serving(district: District, reasons: Mapping[str, str]) -> list[Carrier]:
    asked = {stop for stop, reason in reasons.items() if reason in ON_FOOT}
    return [carrier for carrier in district.carriers if asked & set(carrier.stops)]


def _with_carrier(district: District, carrier: Carrier) -> District:
    every = (carrier if one.id == carrier.id else one for one in district.carriers)
    return msgspec.structs.replace(district, carriers=tuple(every))


def _of(district: District, name: str) -> Carrier:
    return next(one for one in district.carriers if one.id == name)


def _amount(carrier: Carrier, kind: LeverKind) -> Lever:
    field, step, most = {
        "carrier-km": ("metres", 1_000, _MOST_KM),
        "carrier-hours": ("ends", 60, min(_MOST_MINUTES, (_DAY_S - carrier.ends) // 60)),
    }[kind]

    def value(district: District, steps: int) -> int:
        return int(getattr(_of(district, carrier.id), field)) + steps * step

    def of(district: District, steps: int) -> District:
        own = _of(district, carrier.id)
        return _with_carrier(
            district, msgspec.structs.replace(own, **{field: value(district, steps)})
        )

    def told(district: District, steps: int) -> Change:
        after = value(district, steps)
        cell = f"km={km_text(after)}" if field == "metres" else f"ends={clock_text(after)}"
        return Change(
            lever=kind,
            carrier=carrier.id,
            amount=steps,
            after=after,
            changes=(f"carriers.{carrier.id}.{cell}",),
        )

    return Lever(kind=kind, most=most, of=of, told=told)


def _weekday(carrier: Carrier, weekday: int) -> Lever:
    days = tuple(sorted({*carrier.weekdays, weekday}))

    def of(district: District, _steps: int) -> District:
        own = msgspec.structs.replace(_of(district, carrier.id), weekdays=days)
        return _with_carrier(district, own)

    def told(_district: District, _steps: int) -> Change:
        text = f"carriers.{carrier.id}.days={days_text(days)}"
        return Change(lever="carrier-day", carrier=carrier.id, weekday=weekday, changes=(text,))

    return Lever(kind="carrier-day", most=1, of=of, told=told)


def _one_more(carrier: Carrier) -> Lever:
    def of(district: District, _steps: int) -> District:
        new = one_like(district, carrier)
        return msgspec.structs.replace(district, carriers=(*district.carriers, new))

    def told(district: District, _steps: int) -> Change:
        text = f"+carrier {one_like(district, carrier).id} like {carrier.id}"
        return Change(lever="carrier", carrier=carrier.id, changes=(text,))

    return Lever(kind="carrier", most=1, of=of, told=told)


def one_like(district: District, carrier: Carrier) -> Carrier:
    """Return a carrier like another, by an id that nobody has, nor one like somebody else."""
    taken, new = {one.id for one in district.carriers}, ""
    for one in district.carriers:
        new = free_id(one.id, taken)
        if one.id == carrier.id:
            break
        taken.add(new)
    return msgspec.structs.replace(carrier, id=new, name="", phone="")


def living_at(district: District, stop: Stop) -> Carrier:
    """Return a carrier who lives at a stop and serves it alone, as an empty row would have it."""
    taken = {one.id for one in district.carriers}
    name = f"K-{stop.id}"
    return Carrier(
        id=name if name not in taken else free_id(name, taken),
        name="",
        at=stop.id,
        lon=stop.lon,
        lat=stop.lat,
        weekdays=district.settings.weekdays,
        stops=(stop.id,),
    )


@dataclass(frozen=True)
class LivingThere:
    """Somebody more at each stop itself: pulled for all of them at once."""

    reasons: Collection[str] = ON_FOOT

    def most(self, _district: District, stop: Stop) -> int:
        """Return 1: somebody is found, or nobody."""
        return 0 if stop.load is not None else 1

    def pulled(self, district: District, steps: Steps) -> District:
        """Return a district in which somebody carries to some stops."""
        new = (living_at(district, stop) for stop in district.stops if stop.id in steps)
        return msgspec.structs.replace(district, carriers=(*district.carriers, *new))

    def change(self, district: District, stop: Stop, _steps: int) -> Change:
        """Return the change as it is told."""
        one = living_at(district, stop)
        cells = f"at={stop.id} serves={stop.id} days={days_text(one.weekdays)}"
        hours = f"starts={clock_text(one.starts)} ends={clock_text(one.ends)}"
        text = f"+carrier {one.id} {cells} {hours}"
        return Change(lever="carrier", stop=stop.id, changes=(text,))
