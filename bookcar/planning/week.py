"""A week as it was found: routes over its options, and what each of them calls at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bookcar.model import Batch
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.plan import NoBound
from bookcar.plan_index import Part, parts
from bookcar.planning.fleet import Aboard, Fleet, ReloadOption
from bookcar.planning.visit_options import VisitOption


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week's routes over its options.

    `SolvedRoute.tasks` are indices into ``options``, and beyond them into the fleet's calls.

    Attributes
    ----------
    unsupplied
        The options no batch could be found for; they are on no route.
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
    options: tuple[VisitOption, ...]
    unsupplied: tuple[VisitOption, ...]
    problem: Problem
    routes: tuple[SolvedRoute, ...]
    iterations: int
    left_out: frozenset[str] = frozenset()
    bound: float | None = None
    no_bound: NoBound = ""
    fewest_car_days: bool = False
    interrupted: bool = False

    def calls(self, route: SolvedRoute) -> tuple[VisitOption | ReloadOption, ...]:
        """Return what a route does at each of its tasks: an option, or a call at a store."""
        every: tuple[VisitOption | ReloadOption, ...] = (*self.options, *self.fleet.reloads)
        return tuple(every[task] for task in route.tasks)

    def made(self, route: SolvedRoute) -> tuple[VisitOption, ...]:
        """Return the options of a route in order."""
        return tuple(call for call in self.calls(route) if isinstance(call, VisitOption))

    def parts(self, route: SolvedRoute) -> tuple[Part[VisitOption, ReloadOption], ...]:
        """Return the options of a route between its loads."""
        return parts(self.calls(route), ReloadOption)

    def stays_aboard(self, route: SolvedRoute) -> tuple[tuple[Batch, ...], ...]:
        """Return for each part of a route what came aboard for it and no visit drops."""
        day = self.fleet.days[route.car_day]
        return tuple(
            _undropped((part.before or day).aboard, part.visits) for part in self.parts(route)
        )

    def dates(self) -> dict[str, dt.date]:
        """Return the day of every option made, by its key."""
        return {
            option.key: self.fleet.days[route.car_day].date
            for route in self.routes
            for option in self.made(route)
        }

    def loaded_at(self) -> dict[str, str]:
        """Return the store where the batches of every option made came aboard, by its key."""
        return {
            option.key: store
            for route in self.routes
            for option, store, _ in self._with_stores(route)
        }

    def put_off_at(self) -> dict[str, str]:
        """Return the store where what every option made collected is put off, by its key."""
        return {
            option.key: store
            for route in self.routes
            for option, _, store in self._with_stores(route)
        }

    def _with_stores(self, route: SolvedRoute) -> Iterator[tuple[VisitOption, str, str]]:
        """Yield the options of a route, each with the stores before and after it."""
        day = self.fleet.days[route.car_day]
        for part in self.parts(route):
            loaded = part.before.store if part.before else day.store
            unloaded = part.after.place if part.after else day.vehicle.depot
            yield from ((option, loaded, unloaded) for option in part.visits)


def _undropped(aboard: Aboard | None, visits: Iterable[VisitOption]) -> tuple[Batch, ...]:
    dropped = {batch.id for option in visits for batch in option.drops}
    known = aboard.batches if aboard else ()
    return tuple(batch for batch in known if batch.id not in dropped)
