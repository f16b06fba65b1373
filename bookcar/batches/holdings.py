"""What a stop holds now, what a visit collects, and what it has had too recently to get again."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Mapping

from bookcar.model import Batch, District, Stop
from bookcar.weeks import weeks_between


def at_stop(district: District, stop_id: str) -> tuple[Batch, ...]:
    """Return the batches that are at a stop now, in the district's order."""
    return tuple(batch for batch in district.batches if batch.at == stop_id)


def collectable(district: District, stop: Stop, monday: dt.date) -> tuple[Batch, ...]:
    """Return the batches that a visit in the week of ``monday`` collects.

    At the kinds of stop that rotate these are all that are there. One of a pool that says for how
    many weeks a batch stays is collected once these are over, at any kind of stop, and not before.
    A load that is fetched from an event takes all that is at its stop, one that is brought nothing.
    """
    if stop.load is not None:
        return () if stop.load.brings else at_stop(district, stop.id)
    rotates = stop.kind in district.settings.batches.rotate
    here = at_stop(district, stop.id)
    if not district.pools:
        return here if rotates else ()
    return tuple(batch for batch in here if _leaves(district, batch, monday, rotates=rotates))


def _leaves(district: District, batch: Batch, monday: dt.date, *, rotates: bool) -> bool:
    weeks = district.pools_by_id[batch.pool].weeks if batch.pool else None
    if weeks is None:
        return rotates
    return batch.since is None or weeks_between(batch.since, monday) >= weeks


def had_before(district: District, monday: dt.date) -> Mapping[str, frozenset[str]]:
    """Return, by stop, the batches it must not get in the week of ``monday``.

    These are the batches there now, and those that left it less than ``no_repeat_months`` before
    that Monday, counted by the calendar: those of their pool, or else of the district. A batch
    leaves when it is collected; if that was never recorded although it is elsewhere now, the day it
    was dropped counts. Only visits that were done count; stops that have had nothing are left out.
    """
    first = _no_repeat_from(district, monday)
    had: defaultdict[str, set[str]] = defaultdict(set)
    for visit in district.visits:
        moved = visit.status == "done" and visit.action and visit.batch
        if moved and visit.date > first(visit.batch):
            had[visit.stop].add(visit.batch)
    stops = {stop.id for stop in district.stops}
    for batch in district.batches:
        if batch.at in stops:
            had[batch.at].add(batch.id)
    return {stop: frozenset(had[stop]) for stop in sorted(had)}


def seen_longest_ago(district: District, monday: dt.date) -> Mapping[str, tuple[str, ...]]:
    """Return, by stop, the batches of `had_before` that are not there now, longest ago first.

    Those that may come again if there is nothing else: what a pool forbids for some months is not
    among them where the district lets the oldest come again.
    """
    last: defaultdict[str, dict[str, dt.date]] = defaultdict(dict)
    for visit in district.visits:
        if visit.status == "done" and visit.action and visit.batch:
            days = last[visit.stop]
            days[visit.batch] = max(visit.date, days.get(visit.batch, visit.date))
    at = {batch.id: batch.at for batch in district.batches}
    never = _never_again(district)
    return {
        stop: tuple(
            sorted(
                (b for b in had if at.get(b) != stop and b not in never),
                key=lambda b: (last[stop][b], b),
            )
        )
        for stop, had in had_before(district, monday).items()
    }


def _never_again(district: District) -> frozenset[str]:
    """Return the batches of pools whose months hold without exception, where there are some."""
    if district.settings.batches.when_seen_all != "oldest":
        return frozenset()
    own = {pool.id for pool in district.pools if pool.no_repeat_months is not None}
    return frozenset(batch.id for batch in district.batches if batch.pool in own)


def _no_repeat_from(district: District, monday: dt.date) -> Callable[[str], dt.date]:
    """Return what gives for a batch the day after which no stop may have had it."""
    usual = months_before(monday, district.settings.batches.no_repeat_months)
    own = {
        pool.id: months_before(monday, pool.no_repeat_months)
        for pool in district.pools
        if pool.no_repeat_months is not None
    }
    days = {batch.id: own[batch.pool] for batch in district.batches if batch.pool in own}
    return lambda batch: days.get(batch, usual)


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day of the month, ``months`` earlier; the month's last if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < dt.MINYEAR:
        return dt.date.min
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
