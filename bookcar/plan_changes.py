"""What people were told of a week held against what they are to be told now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bookcar.plan import Plan, Promise

TOLD_S = 15 * 60
"""Whoever waits for a car counts on its time so nearly; less is no change."""

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


def _by_stop(promises: Iterable[Promise]) -> dict[str, list[Promise]]:
    found: defaultdict[str, list[Promise]] = defaultdict(list)
    for promise in promises:
        found[promise.stop].append(promise)
    return found


def _of_stop(was: list[Promise], now: list[Promise]) -> Iterator[Change]:
    days = {promise.date: promise for promise in now}
    pairs = [(old, days[old.date]) for old in was if old.date in days]
    left = [old for old in was if old.date not in days]
    free = [new for new in now if new not in [pair[1] for pair in pairs]]
    pairs += zip(left, free, strict=False)
    yield from (Change(kind=_kind(old, new), before=old, after=new) for old, new in pairs)
    yield from (Change(kind="gone", before=old, after=None) for old in left[len(free) :])
    yield from (Change(kind="new", before=None, after=new) for new in free[len(left) :])


def _kind(old: Promise, new: Promise) -> ChangeKind:
    if old.date != new.date:
        return "day"
    if old.vehicle != new.vehicle:
        return "car"
    return "time" if abs(old.begin - new.begin) > TOLD_S else "same"
