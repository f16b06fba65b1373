"""What the recorded times speak for, as warnings of the check: proposed, and never applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bookcar.actuals.plans import find_plans
from bookcar.actuals.times import Proposal, times_of
from bookcar.actuals.visits import lines_of, recorded_visits
from bookcar.errors import Fault
from bookcar.model import District, Where

YEAR = dt.timedelta(days=364)
"""How far back from the last visit records speak for a setting; older ones are of other days."""

_SETTINGS = "district.toml"
_MINUTE = 60


def time_warnings(district: District, plans: Path | None = None) -> Iterator[Fault]:
    """Yield what the last year's times propose: speed factors, the buffer and minutes of service.

    Parameters
    ----------
    plans
        The folder of the district's weeks, e.g. ``routes/mycounty``; without its plans driving
        times cannot be compared.
    """
    done = [visit for visit in recorded_visits(lines_of(district)) if visit.done]
    if not any(visit.seconds is not None for visit in done):
        return
    last = done[-1].date
    recent = [visit for visit in done if visit.date > last - YEAR]
    found = find_plans(plans, recent[0].date, last, stops=district.stops_by_id)
    times = times_of(district, recent, found)
    if times is None:
        return
    yield from (_speed(district, car) for car in times.cars if car.proposed is not None)
    if times.buffer is not None and times.buffer.proposed is not None:
        yield _buffer(times.buffer)
    yield from (_kind(district, kind) for kind in times.kinds if kind.proposed is not None)
    yield from (_stop(district, stop) for stop in times.stops if stop.proposed is not None)


def _speed(district: District, car: Proposal) -> Fault:
    where = district.where("vehicles", car.of)
    told = _proposed(where, car, rule="learned-speed", column="speed_factor", unit=1, digits=2)
    return msgspec.structs.replace(told, figures={**told.figures, "car": car.of})


def _buffer(buffer: Proposal) -> Fault:
    where = Where(_SETTINGS)
    return _proposed(
        where, buffer, rule="learned-buffer", column="week.buffer_min", unit=_MINUTE, digits=1
    )


def _kind(district: District, kind: Proposal) -> Fault:
    """Return the proposal for a kind of stop, at the file that has its first one."""
    first = next(stop for stop in district.stops if stop.kind == kind.of)
    where = Where(district.where("stops", first.id).file)
    told = _proposed(where, kind, rule="learned-service", column="service_min", unit=_MINUTE)
    return msgspec.structs.replace(told, variant="kind", figures={**told.figures, "kind": kind.of})


def _stop(district: District, stop: Proposal) -> Fault:
    where, name = district.where("stops", stop.of), district.stops_by_id[stop.of].name
    told = _proposed(where, stop, rule="learned-service", column="service_min", unit=_MINUTE)
    return msgspec.structs.replace(told, figures={**told.figures, "stop": stop.of, "name": name})


def _proposed(
    where: Where,
    proposal: Proposal,
    *,
    rule: str,
    column: str,
    unit: int,
    digits: int | None = None,
) -> Fault:
    """Return a proposal with what it rests on, seconds in a ``unit`` and rounded to ``digits``."""
    seen = proposal.seen
    return Fault(
        rule=rule,
        file=where.file,
        row=where.row,
        column=column,
        value=f"{proposal.now / unit:g}",
        severity="warning",
        figures={
            "count": seen.count,
            "median": round(seen.median / unit, digits),
            "low": round(seen.low / unit, digits),
            "high": round(seen.high / unit, digits),
            "proposed": round((proposal.proposed or 0) / unit, None if unit > 1 else 4),
        },
    )
