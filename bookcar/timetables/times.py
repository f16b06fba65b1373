"""The times of day that the public is told: for each stop the same on all its dates, or nearly.

The fullest days come first and settle the times of their stops; every later day is held to the
times that are settled, exactly where that can be, else within ``same_time_min``. Where its order
does not allow that, it is driven the other way round, or its stops are put in order anew (template
routes: Groer, Golden and Wasil, "The consistent vehicle routing problem", Manufacturing & Service
Operations Management 11(4), 2009). A stop that fits on no day so is taken off, and put back where
it fits with all its dates, if there is such an option.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bookcar.model import Window
from bookcar.optimiser.problem import Problem, Schedule, Task
from bookcar.optimiser.search import solve
from bookcar.optimiser.timing import schedule
from bookcar.timetables.draft import Draft
from bookcar.timetables.options import Option

ROUNDS = 400
"""Rounds of the search that puts the stops of one day in another order."""

Span = tuple[int, int]
"""The earliest and the latest begin of a stop's visits so far."""


@dataclass(frozen=True)
class Day:
    """The route of a car-day with its times; begins are on the clock."""

    order: tuple[str, ...]
    times: Schedule


class Times:
    """The days of a draft with times that are alike from date to date."""

    def __init__(self, draft: Draft, same_time_s: int) -> None:
        self.draft = draft
        self.most = same_time_s
        self.days: dict[int, Day] = {}

    def settle(self) -> list[str]:
        """Time every day of the draft; return the stops that were taken off."""
        used = [k for k, order in enumerate(self.draft.orders) if order]
        off: list[str] = []
        for k in sorted(used, key=lambda k: (-self.draft.hours(k, self.draft.orders[k]), k)):
            while self.draft.orders[k]:
                day = self.day(k, self.draft.orders[k])
                if day is not None:
                    self.days[k] = day
                    self.draft.set_order(k, day.order)
                    break
                off += self._easiest_off(k)
        return off

    def put_back(self, stop: str, *, allowed: int | None = None) -> bool:
        """Put a stop on the cheapest option with batches with which all times stay alike."""
        draft = self.draft
        draft.uneven_now = draft.uneven()
        spent = allowed is not None and draft.changed >= allowed
        left = draft.batches_left()
        priced = []
        for number, option in enumerate(draft.options[stop]):
            if not draft.stock.lasts(stop, draft.days_of(option), left):
                continue
            firsts = [draft.places(k, stop) for k in option.car_days]
            if all(firsts) and not (option.changes and spent):
                priced.append((draft.price(option, [places[0] for places in firsts]), number))
        for _, number in sorted(priced):
            option = draft.options[stop][number]
            found = self._days_with(option)
            if found is not None:
                draft.put(option, {k: day.order for k, day in found.items()})
                self.days.update(found)
                return True
        return False

    def day(
        self,
        k: int,
        order: tuple[str, ...],
        more: Mapping[int, Day] | None = None,
        *,
        anew: bool = True,
    ) -> Day | None:
        """Return a car-day with times that are alike those of the other days; None if none are.

        Parameters
        ----------
        more
            Days that stand in for those settled.
        anew
            Whether its stops may come in any other order.
        """
        told = self._told(k, order, more or {})
        for most in sorted({0, self.most}):
            problem = self._held(k, order, told, most)
            if problem is None:
                continue
            numbers = tuple(range(len(order)))
            for way in (numbers, numbers[::-1]):
                times = schedule(problem, 0, way)
                if times is not None:
                    return Day(tuple(order[i] for i in way), times)
            if anew and most == self.most:
                return _anew(problem, order)
        return None

    def _days_with(self, option: Option) -> dict[int, Day] | None:
        """Return the days of an option with its stop on them; None if one has no such times."""
        found: dict[int, Day] = {}
        for k in option.car_days:
            day = self._day_with(k, option.stop, found)
            if day is None:
                return None
            found[k] = day
        return found

    def _day_with(self, k: int, stop: str, more: Mapping[int, Day]) -> Day | None:
        order = self.draft.orders[k]
        for place in self.draft.places(k, stop):
            longer = (*order[: place.at], stop, *order[place.at :])
            day = self.day(k, longer, more, anew=False)
            if day is not None:
                return day
        return None

    def _told(self, k: int, order: Sequence[str], more: Mapping[int, Day]) -> dict[str, Span]:
        """Return the begins on other days of the stops of a day."""
        wanted, begins = set(order), dict[str, list[int]]()
        for other, day in (self.days | dict(more)).items():
            if other != k:
                for stop, begin in zip(day.order, day.times.begin, strict=True):
                    if stop in wanted:
                        begins.setdefault(stop, []).append(begin)
        return {stop: (min(own), max(own)) for stop, own in begins.items()}

    def _held(
        self, k: int, order: Sequence[str], told: Mapping[str, Span], most: int
    ) -> Problem | None:
        """Return the problem of one day with its visits held to what is settled."""
        car = self.draft.grid.car_days[k]
        tasks: list[Task] = []
        for stop in order:
            task = self.draft.grid.tasks[stop]
            windows = task.windows[car.day]
            if stop in told:
                first, last = told[stop]
                allowed = max(most, last - first)
                span = (last - allowed, first + allowed + task.service_s)
                windows = _within(windows, span, task.service_s)
            if not windows:
                return None
            tasks.append(replace(task, car_days=(0,), windows={car.day: windows}, required=True))
        return Problem(tables=self.draft.grid.clock, tasks=tuple(tasks), car_days=(car,))

    def _easiest_off(self, k: int) -> list[str]:
        """Take the stop off that a day is the easiest without, and all its dates.

        Where days that are settled have no times without any of them, those days go with it.
        """
        order = self.draft.orders[k]
        told = self._told(k, order, {})
        ranked = sorted(order, key=lambda s: (s not in told, len(self.draft.chosen[s].car_days), s))
        easy = (s for s in ranked if self._can_do_without(k, s))
        for stop in dict.fromkeys((*easy, *ranked)):
            if self.take_off(stop):
                return [stop]
        return self._with_its_days_off(ranked[0])

    def _can_do_without(self, k: int, stop: str) -> bool:
        rest = tuple(s for s in self.draft.orders[k] if s != stop)
        return not rest or self.day(k, rest, anew=False) is not None

    def take_off(self, stop: str) -> bool:
        """Take a stop off its days; those that are settled keep the times of their other stops.

        Returns
        -------
        Whether it is off. A settled day may have no such times without the stop, where the way past
        it is no shorter or a break no longer comes of use; then nothing is changed.
        """
        again: dict[int, Day] = {}
        emptied = []
        for k in self.draft.chosen[stop].car_days:
            if k not in self.days:
                continue
            rest = tuple(s for s in self.days[k].order if s != stop)
            day = self.day(k, rest, again) if rest else None
            if rest and day is None:
                return False
            if day is None:
                emptied.append(k)
            else:
                again[k] = day
        self.days.update(again)
        for k in emptied:
            del self.days[k]
        self._remove(stop)
        return True

    def _with_its_days_off(self, stop: str) -> list[str]:
        """Take a stop off, and with it all stops of settled days that have no times without."""
        off: list[str] = []
        left = [stop]
        while left:
            one = left.pop()
            if one in off:
                continue
            off.append(one)
            if not self.take_off(one):
                for k in self.draft.chosen[one].car_days:
                    if k in self.days:
                        left += [s for s in self.days.pop(k).order if s != one]
                self._remove(one)
        return off

    def _remove(self, stop: str) -> None:
        self.draft.remove(stop)
        for k, day in self.days.items():
            if self.draft.orders[k] != day.order:
                self.draft.set_order(k, day.order)


def _within(windows: Sequence[Window], span: Window, service_s: int) -> tuple[Window, ...]:
    """Return what of some windows lies in a span and holds a service."""
    cut = ((max(opens, span[0]), min(closes, span[1])) for opens, closes in windows)
    return tuple((opens, closes) for opens, closes in cut if opens + service_s <= closes)


def _anew(problem: Problem, order: Sequence[str]) -> Day | None:
    """Return a day with its stops in another order; None if none is found for all of them."""
    found = solve(problem, seed=1, iterations=ROUNDS, workers=1, bound=False)
    if found.unserved or len(found.routes) != 1:
        return None
    route = found.routes[0]
    return Day(tuple(order[i] for i in route.tasks), route.schedule)
