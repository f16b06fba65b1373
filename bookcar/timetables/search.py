"""The search for patterns: a greedy start, then ruin and recreate of whole stops.

All visits of a stop are removed together and put back by the best of its options, whose price has
the kilometres and hours of every date and what it makes uneven (ruin and recreate: Schrimpf et al.,
"Record breaking optimization results using the ruin and recreate principle", Journal of
Computational Physics 159(2), 2000; of patterns: Vidal et al., "A hybrid genetic algorithm for
multidepot and periodic vehicle routing problems", Operations Research 60(3), 2012).
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from bookcar.progress import SILENT, Progress
from bookcar.timetables.draft import Draft
from bookcar.timetables.options import Habit
from bookcar.timetables.routed import route_anew

RUINED = 8
"""Stops removed together at most."""

DEVIATION = 0.01
"""A timetable that costs more than the best one by this part of it is gone on with, at first."""


def begun(draft: Draft, *, kept: Mapping[str, Habit] = MappingProxyType({})) -> None:
    """Fill an empty draft: those with the least choice and the most visits first, then the far.

    Parameters
    ----------
    kept
        What people were told of before: these stops come first, on the days and cars and in the
        order they had. A stop for which those have no room gets others.
    """
    _as_before(draft, kept)
    for stop in _in_order(draft, kept):
        if stop in kept and stop not in draft.chosen:
            draft.insert(stop, allowed=0)
    for stop in _in_order(draft, kept):
        if stop not in draft.chosen:
            draft.insert(stop)


def _as_before(draft: Draft, kept: Mapping[str, Habit]) -> None:
    """Put stops on their days and cars in the order of the times that people were told."""
    for stop in sorted(kept, key=lambda stop: (kept[stop].begin, stop)):
        habit = kept[stop]
        options = (o for o in draft.options.get(stop, ()) if not o.changes)
        option = next((o for o in options if o.vehicle == habit.vehicle), None)
        if option is None:
            continue
        orders = {k: (*draft.orders[k], stop) for k in option.car_days}
        if all(draft.fits(k, order) for k, order in orders.items()):
            draft.put(option, orders)


def _in_order(draft: Draft, kept: Collection[str]) -> list[str]:
    def least_choice(stop: str) -> tuple[object, ...]:
        options = draft.options[stop]
        task = draft.grid.tasks[stop]
        patterns = len({option.pattern.dates for option in options})
        visits = max((len(option.car_days) for option in options), default=0)
        far = draft.metres[0][draft.grid.car_days[0].start][task.location]
        return (stop not in kept, not task.required, patterns > 1, -visits, -far, stop)

    return sorted((stop for stop, options in draft.options.items() if options), key=least_choice)


def improve(
    draft: Draft,
    *,
    seed: int,
    rounds: int,
    iterations: int,
    allowed: int | None = None,
    progress: Progress = SILENT,
) -> None:
    """Better a draft by rounds of ruin and recreate, with all routes searched anew half-way.

    Parameters
    ----------
    iterations
        Of the search for routes.
    allowed
        Stops that may change the days people were told of at most; None for any number.
    """
    search = _Search(draft, seed=seed, allowed=allowed)
    half = rounds // 2
    for number in range(rounds):
        if number == half:
            search.restore()
            route_anew(draft, seed=seed, iterations=iterations, allowed=search.allowed)
            search.go_on()
        within = number % half if half else number
        search.step(1 - within / max(half, 1))
        if number % 20 == 0:
            progress.advance(100 * number // rounds)
    search.restore()


class _Search:
    def __init__(self, draft: Draft, *, seed: int, allowed: int | None) -> None:
        self.draft = draft
        self.random = random.Random(seed)
        self.allowed = None if allowed is None else max(allowed, draft.changed)
        self.stops = [stop for stop, options in draft.options.items() if options]
        self.near = _near(draft, self.stops)
        self.cost = self.best_cost = self.limit = draft.cost()
        self.best = self.draft.snapshot()

    def step(self, heat: float) -> None:
        """Ruin and recreate once; keep it if it costs little more than the best."""
        if not self.stops:
            return
        before = self.draft.snapshot()
        out = self._ruined()
        for stop in out:
            if stop in self.draft.chosen:
                self.draft.remove(stop)
        left = [stop for stop in self.stops if stop not in self.draft.chosen]
        for stop in self._recreated(left):
            self.draft.insert(stop, allowed=self.allowed)
        cost = self.draft.cost()
        if cost < self.best_cost - 1e-9:
            self.best, self.best_cost = self.draft.snapshot(), cost
        self.limit = min(self.limit, cost)
        if cost < self.limit * (1 + DEVIATION * heat * heat) + 1e-9:
            self.cost = cost
        else:
            self.draft.restore(before)

    def go_on(self) -> None:
        """Go on from the draft as it is, whatever it costs; the best one stays known."""
        self.cost = self.draft.cost()
        if self.cost < self.best_cost:
            self.best, self.best_cost = self.draft.snapshot(), self.cost
        self.limit = self.cost

    def restore(self) -> None:
        """Go back to the best draft."""
        self.draft.restore(self.best)

    def _ruined(self) -> list[str]:
        """Return stops near one stop, those of one car-day, or some of the fullest week."""
        count = self.random.randint(1, RUINED)
        kind = self.random.random()
        if kind < 0.2:
            used = [order for order in self.draft.orders if order]
            return list(self.random.choice(used)) if used else []
        if kind < 0.35:
            return self._of_fullest_week(count)
        first = self.random.choice(self.stops)
        return [first, *self.near[first][: count - 1]]

    def _of_fullest_week(self, count: int) -> list[str]:
        draft, total = self.draft, sum(self.draft.week_hours)
        over = [own - s * total for own, s in zip(draft.week_hours, draft.week_share, strict=True)]
        week = over.index(max(over))
        stops = sorted({s for k, o in enumerate(draft.orders) if draft.week[k] == week for s in o})
        return self.random.sample(stops, min(count, len(stops)))

    def _recreated(self, left: Sequence[str]) -> list[str]:
        """Return stops in the order in which they are put back."""
        order = list(left)
        self.random.shuffle(order)
        if self.random.random() < 0.6:
            order.sort(key=lambda stop: -len(self.draft.options[stop][0].car_days))
        return order


def _near(draft: Draft, stops: Sequence[str]) -> dict[str, list[str]]:
    metres = draft.metres[0]
    found = {}
    for stop in stops:
        row = metres[draft.row[stop]]
        order = sorted((s for s in stops if s != stop), key=lambda s: (row[draft.row[s]], s))
        found[stop] = order[: 3 * RUINED]
    return found
