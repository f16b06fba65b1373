"""What people were told of a week held against what they are to be told now."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from bookcar.model import TimetableEntry
from bookcar.plan import Becomes, Plan, PlanPromise, Promise

TOLD_S = 15 * 60
"""Whoever waits for a car counts on its time so nearly; less is no change."""

EARLY_S = 5 * 60
"""Nobody has missed a car that comes so much before the time of the timetable."""

ChangeKind = Literal["day", "car", "time", "gone", "new", "same"]
"""What becomes of a visit: of several changes, the first of these names it."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A visit before and after; one of the two is None where it is new, or falls away."""

    kind: ChangeKind
    before: Promise | None
    after: Promise | None

    @property
    def stop(self) -> str:
        """Id of its stop."""
        promise = self.before or self.after
        assert promise is not None
        return promise.stop


def promises_of(plan: Plan) -> tuple[Promise, ...]:
    """Return what a plan tells people, in its order."""
    return tuple(
        Promise(stop=visit.stop, date=route.date, vehicle=route.vehicle, begin=visit.begin)
        for route in plan.routes
        for visit in route.visits
    )


def changes(before: Iterable[Promise], after: Iterable[Promise]) -> tuple[Change, ...]:
    """Return what becomes of every visit, by stop in the order of what was told.

    Of two visits to a stop, those of one day are held against each other, then those left over.
    """
    was, now = _by_stop(before), _by_stop(after)
    return tuple(
        change
        for stop in dict.fromkeys((*was, *now))
        for change in _of_stop(was.get(stop, []), now.get(stop, []))
    )


def promises_kept(
    entries: Iterable[TimetableEntry], made: Iterable[Promise]
) -> tuple[PlanPromise, ...]:
    """Return what becomes of every promise of a timetable in a week, by day and stop."""
    was, now = _by_stop(entries), _by_stop(made)
    found = [
        _kept(entry, visit)
        for stop, own in was.items()
        for entry, visit in _paired(own, now.get(stop, []))[0]
    ]
    return tuple(sorted(found, key=lambda promise: (promise.date, promise.stop)))


def _kept(entry: TimetableEntry, visit: Promise | None) -> PlanPromise:
    return PlanPromise(
        stop=entry.stop,
        date=entry.date,
        vehicle=entry.vehicle,
        arrive=entry.arrive,
        leave=entry.leave,
        becomes="gone" if visit is None else _becomes(entry, visit),
        now=visit,
    )


def _becomes(entry: TimetableEntry, visit: Promise) -> Becomes:
    if entry.date != visit.date:
        return "day"
    if entry.vehicle not in ("", visit.vehicle):
        return "car"
    late = 0 if entry.arrive is None else visit.begin - entry.arrive
    return "same" if -EARLY_S <= late <= TOLD_S else "time"


class _Dated(Protocol):
    """Something of a stop on a day."""

    @property
    def stop(self) -> str: ...

    @property
    def date(self) -> dt.date: ...


_D = TypeVar("_D", bound=_Dated)


def _by_stop(promises: Iterable[_D]) -> dict[str, list[_D]]:
    found: defaultdict[str, list[_D]] = defaultdict(list)
    for promise in promises:
        found[promise.stop].append(promise)
    return found


def _paired(
    was: Sequence[_D], now: Sequence[Promise]
) -> tuple[list[tuple[_D, Promise | None]], list[Promise]]:
    """Return what was told of a stop, each with what it becomes, and what is new."""
    days = {promise.date: promise for promise in now}
    pairs: list[tuple[_D, Promise | None]] = [
        (old, days[old.date]) for old in was if old.date in days
    ]
    left = [old for old in was if old.date not in days]
    free = [new for new in now if new not in [pair[1] for pair in pairs]]
    pairs += [(old, free[k] if k < len(free) else None) for k, old in enumerate(left)]
    return pairs, free[len(left) :]


def _of_stop(was: list[Promise], now: list[Promise]) -> Iterator[Change]:
    pairs, more = _paired(was, now)
    for old, new in pairs:
        yield Change(kind="gone" if new is None else _kind(old, new), before=old, after=new)
    yield from (Change(kind="new", before=None, after=new) for new in more)


def _kind(old: Promise, new: Promise) -> ChangeKind:
    if old.date != new.date:
        return "day"
    if old.vehicle != new.vehicle:
        return "car"
    return "time" if abs(old.begin - new.begin) > TOLD_S else "same"
