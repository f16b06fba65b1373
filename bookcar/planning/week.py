"""A week as it was found: routes over its errands, and what each of them calls at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.plan import NoBound
from bookcar.planning.errands import Call, Errand, Fleet


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week's routes over its errands.

    `SolvedRoute.tasks` are indices into ``errands``, and beyond them into the fleet's calls.

    Attributes
    ----------
    unsupplied
        The errands no batch could be found for; they are on no route.
    left_out
        Ids of the stops that somebody took out by hand.
    bound
        No routes for ``problem`` cost less; None if no such figure is known.
    no_bound
        Why it is not, or would say nothing.
    fewest_car_days
        Whether the search was to save car-days before kilometres.
    interrupted
        Whether Ctrl-C ended the search.
    """

    fleet: Fleet
    errands: tuple[Errand, ...]
    unsupplied: tuple[Errand, ...]
    problem: Problem
    routes: tuple[SolvedRoute, ...]
    iterations: int
    left_out: frozenset[str] = frozenset()
    bound: float | None = None
    no_bound: NoBound = ""
    fewest_car_days: bool = False
    interrupted: bool = False

    def calls(self, route: SolvedRoute) -> tuple[Errand | Call, ...]:
        """Return what a route does at each of its tasks: an errand, or a call at a store."""
        every: tuple[Errand | Call, ...] = (*self.errands, *self.fleet.calls)
        return tuple(every[task] for task in route.tasks)

    def made(self, route: SolvedRoute) -> tuple[Errand, ...]:
        """Return the errands of a route in order."""
        return tuple(call for call in self.calls(route) if isinstance(call, Errand))

    def dates(self) -> dict[str, dt.date]:
        """Return the day of every errand made, by its key."""
        return {
            errand.key: self.fleet.days[route.car_day].date
            for route in self.routes
            for errand in self.made(route)
        }

    def loaded_at(self) -> dict[str, str]:
        """Return the store where the batches of every errand made came aboard, by its key."""
        return {
            errand.key: store
            for route in self.routes
            for errand, store, _ in self._with_stores(route)
        }

    def put_off_at(self) -> dict[str, str]:
        """Return the store where what every errand made collected is put off, by its key."""
        return {
            errand.key: store
            for route in self.routes
            for errand, _, store in self._with_stores(route)
        }

    def _with_stores(self, route: SolvedRoute) -> Iterator[tuple[Errand, str, str]]:
        """Yield the errands of a route, each with the stores before and after it."""
        home = self.fleet.days[route.car_day].vehicle.depot
        calls = self.calls(route)
        for place, call in enumerate(calls):
            if isinstance(call, Errand):
                yield call, _last_store(calls[:place], home), _first_store(calls[place:], home)


def _last_store(calls: tuple[Errand | Call, ...], home: str) -> str:
    return _first_store(calls[::-1], home)


def _first_store(calls: tuple[Errand | Call, ...], home: str) -> str:
    return next((call.place for call in calls if isinstance(call, Call)), home)
