"""What the recorded times speak for, as warnings of the check: proposed, and never applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from bookcar.actuals.plans import find_plans
from bookcar.actuals.times import Proposal, times_of
from bookcar.actuals.visits import lines_of, recorded_visits
from bookcar.errors import Fault
from bookcar.model import District

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
    where, seen = district.where("vehicles", car.of), car.seen
    return Fault(
        rule="learned-speed",
        file=where.file,
        row=where.row,
        column="speed_factor",
        value=f"{car.now:g}",
        severity="warning",
        figures={
            "car": car.of,
            "count": seen.count,
            "median": round(seen.median, 2),
            "low": round(seen.low, 2),
            "high": round(seen.high, 2),
            "proposed": car.proposed or 0,
        },
    )


def _buffer(buffer: Proposal) -> Fault:
    return Fault(
        rule="learned-buffer",
        file=_SETTINGS,
        column="week.buffer_min",
        value=f"{buffer.now / _MINUTE:g}",
        severity="warning",
        figures={
            "count": buffer.seen.count,
            "median": round(buffer.seen.median / _MINUTE, 1),
            "low": round(buffer.seen.low / _MINUTE, 1),
            "high": round(buffer.seen.high / _MINUTE, 1),
            "proposed": round((buffer.proposed or 0) / _MINUTE),
        },
    )


def _kind(district: District, kind: Proposal) -> Fault:
    first = next(stop for stop in district.stops if stop.kind == kind.of)
    return Fault(
        rule="learned-service",
        variant="kind",
        file=district.where("stops", first.id).file,
        column="service_min",
        value=f"{kind.now / _MINUTE:g}",
        severity="warning",
        figures={
            "kind": kind.of,
            "count": kind.seen.count,
            "median": round(kind.seen.median / _MINUTE),
            "low": round(kind.seen.low / _MINUTE),
            "high": round(kind.seen.high / _MINUTE),
            "proposed": round((kind.proposed or 0) / _MINUTE),
        },
    )


def _stop(district: District, stop: Proposal) -> Fault:
    where = district.where("stops", stop.of)
    return Fault(
        rule="learned-service",
        file=where.file,
        row=where.row,
        column="service_min",
        value=f"{stop.now / _MINUTE:g}",
        severity="warning",
        figures={
            "stop": stop.of,
            "name": district.stops_by_id[stop.of].name,
            "count": stop.seen.count,
            "median": round(stop.seen.median / _MINUTE),
            "low": round(stop.seen.low / _MINUTE),
            "high": round(stop.seen.high / _MINUTE),
            "proposed": round((stop.proposed or 0) / _MINUTE),
        },
    )
