"""A lower bound on the cost of solutions, by duals of which any choice is valid.

The cost of a solution is the sum of its routes' costs and the prizes of the stops it leaves. Let
each stop have a dual, at least 0 and at most its prize, and each kind of car-day a dual for each of
its limits, at least 0. The *price* of a route is its cost, less the duals of its stops, plus for
each limit the dual times what it exceeds it by. A route that keeps the limits exceeds them by
nothing or less, so it costs at least its stops' duals plus its price; a stop that is left costs at
least its dual. The duals of all stops, plus for each kind its number of car-days times the lowest
price, where that is negative, are therefore a lower bound whatever the duals are, as long as no
price is taken for higher than it is (Lagrangian duality; Fisher, "The Lagrangian relaxation method
for solving integer programming problems", Management Science 27(1), 1981).

A solution loses nothing by a required stop that it misses. One that misses at most so many is
bounded by what is left if as many of the required stops with the largest duals count nothing.

What is relaxed besides: a car-day that may call at a store has no limit of load; breaks count as
working time only; fixed routes and days between visits are ignored, and so is the cost of balance.
A kind may be made of car-days that differ, with the loosest of their limits and the least of their
costs: every route of theirs is a route of the kind then, and no dearer there. Their number is added
up, so any solution is still one of the relaxation.

Good duals come from a linear programme over the routes found so far (column generation), pulled
towards the best ones known (Wentges, "Weighted Dantzig-Wolfe decomposition for linear mixed-integer
programming", International Transactions in Operational Research 4(2), 1997).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from math import inf
from threading import Event
from time import monotonic
from typing import NamedTuple

import numpy as np

from bookcar.optimiser.bound.build import Fineness, kind_of_cars, relax
from bookcar.optimiser.bound.floor import half_legs, reachable
from bookcar.optimiser.bound.layout import Numbers
from bookcar.optimiser.bound.master import Column, Duals, Master, column, shares
from bookcar.optimiser.bound.pricer import Pricer
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.sisr.times import timed

_ROUNDING = 1e-9
"""Part of the figures in a sum that floating point may be wrong by, with room to spare."""

_CLOSE = 1e-4
"""Part of its cost by which the linear programme may be above the value of the best duals."""

_KINDS_A_ROUND = 3
"""Kinds of car-day that are priced between two linear programmes."""

_SKETCHES = 12
"""Rounds with the legs between neighbours for one with all legs, which takes far longer."""

_ROUGH, _ROUGH_LABELS = 3, 2
"""Quarters of the rounds with near legs that have few labels a cell, and how many."""

_SLACK = 0.05
"""Routes that are dearer than known ones by this part of a route's usual cost are of use, too."""

_PULL = 0.5
"""How far the duals go from the best known ones towards those of the linear programme, at first."""

_ROUNDS_AN_ITERATION = 10
"""Of the search: as many rounds, for a square of the stops and a kind, take some 40 microseconds of
a processor, while an iteration of two chains takes 40 to 300."""

_ROUNDS_AN_UNTIMED_ITERATION = 1
"""Where neither hours nor windows matter, an iteration takes 5 to 20 microseconds only."""

_CHEAP = 500_000
"""Rounds times stops squared times kinds that any search can afford: about two seconds."""

_FEWEST_ROUNDS, _MOST_ROUNDS = 20, 120

_SHRUNK = (1.0, 0.999, 0.997, 0.995, 0.99, 0.985, 0.98, 0.97, 0.95, 0.9, 0.8, 0.6, 0.4)


def affordable_rounds(problem: Problem, iterations: int, *, merged: bool = False) -> int:
    """Return the rounds worth taking after a search of so many iterations; 0 if few would do.

    The time of a round grows with the square of the stops and the kinds of car-day, which are few
    if ``merged``. Where there is time for a few rounds only, the duals are no good yet.
    """
    kinds = set(kind_of_cars(problem, merged=merged).values())
    size = max(1, len(problem.tasks) ** 2 * len(kinds))
    an_iteration = _ROUNDS_AN_ITERATION if timed(problem) else _ROUNDS_AN_UNTIMED_ITERATION
    rounds = max(_CHEAP // size, iterations * an_iteration // size)
    return min(_MOST_ROUNDS, rounds) if rounds >= _FEWEST_ROUNDS else 0


class _GivenUpError(Exception):
    """Nobody asks for the bound any more."""


class Proof(NamedTuple):
    """Duals of all stops, and by kind the lowest price at them of all its car-days."""

    visits: Numbers
    prices: Numbers


class ColumnGeneration:
    """The way to good duals, and what they prove on it.

    Parameters
    ----------
    problem
        With at least one task and one car-day.
    expensive
        What a required stop costs that no known route has: as much as all the rest may.
    deadline
        Ends it early, on the clock of `time.monotonic`: then the bound depends on the machine, and
        is a poor one where the time is not enough to price all legs once.
    given_up
        Set by another thread, it ends `go_on` as soon as the kind is priced that it is at.
    """

    def __init__(
        self,
        problem: Problem,
        fineness: Fineness,
        *,
        expensive: float,
        deadline: float = inf,
        given_up: Event | None = None,
    ) -> None:
        self.given_up = given_up or Event()
        self.relaxation = relaxation = relax(problem, fineness)
        self.kinds = kind_of_cars(problem, merged=fineness.merged)
        lost = np.isinf(relaxation.prizes) & ~reachable(relaxation)
        relaxation.prizes[lost] = 0.0
        self.required = np.isinf(relaxation.prizes)
        self.lost, self.deadline = int(lost.sum()), deadline
        self.all_legs = len(relaxation.kinds) * len(relaxation.prizes) / max(1, fineness.nearest)
        self.all_seconds = 0.0
        self.pricer = Pricer(relaxation, fineness.labels)
        self.master = Master(relaxation, expensive=max(1.0, expensive), deadline=deadline)
        self.plain = np.minimum(half_legs(relaxation), relaxation.prizes)
        self.centre = Duals(self.plain, np.zeros((len(relaxation.kinds), 4)))
        self.slack = 0.0
        self.proofs = [Proof(self.plain, np.zeros(len(relaxation.kinds)))]

    def adopt(self, routes: Iterable[tuple[int, Sequence[int]]]) -> None:
        """Begin with a known solution: share out its routes' costs, take prizes for the rest."""
        known = [
            column(self.relaxation, self.kinds[car], np.array(tasks, dtype=np.int32))
            for car, tasks in routes
        ]
        if not known:
            return
        self.master.add(known)
        self.slack = _SLACK * sum(c.cost for c in known) / len(known)
        prizes = self.relaxation.prizes
        visits = np.where(np.isinf(prizes), self.plain, prizes)
        for route in known:
            visits[route.stops] = shares(self.relaxation, route)
        self.centre = Duals(np.minimum(visits, prizes), self.centre.over)

    def go_on(self, rounds: int) -> None:
        """Prove more, in so many rounds with near legs and a few with all of them.

        What is looked for are duals that prove much where no required stop is missed.
        """
        if rounds == 0:
            return
        with suppress(_GivenUpError):
            self.sketch(rounds)
            self.exact(1 + rounds // _SKETCHES)

    def bound(self, missed: int | None = None) -> float:
        """Return the best bound known by now of solutions that miss no more required stops.

        Parameters
        ----------
        missed
            By default those that no car-day may serve or can come to.
        """
        spare = 0 if missed is None else max(0, missed - self.lost)
        best = max(self.value(proof, spare) for proof in tuple(self.proofs))
        return max(0.0, best)  # no term of a cost is negative

    def priced(self) -> bool:
        """Tell whether more is known than what each stop costs at the least by itself."""
        return len(self.proofs) > 1

    def sketch(self, rounds: int) -> None:
        """Improve the duals with the legs between neighbours, a few kinds in turn.

        With few labels a cell at first, which is quicker, while the duals are far off.
        """
        labels = self.pricer.labels
        coarse = rounds * _ROUGH // 4
        self.pricer.labels = min(_ROUGH_LABELS, labels)
        self._sketch(coarse)
        self.pricer.labels = labels
        self._sketch(rounds - coarse)

    def _sketch(self, rounds: int) -> None:
        kinds = len(self.relaxation.kinds)
        turns = max(1, kinds // _KINDS_A_ROUND)
        quiet = 0
        for number in range(rounds * turns):
            duals = self.master.duals()
            if duals is None or quiet > turns or self.late():
                break
            self.centre = self.centre.towards(duals, _PULL if quiet == 0 else 1.0)
            turn = range(number % turns, kinds, turns)
            _, columns = self.price(self.centre, turn, every=False)
            quiet = 0 if self.master.add(columns) else quiet + 1

    def price(
        self, duals: Duals, kinds: Iterable[int], *, every: bool
    ) -> tuple[Numbers, list[Column]]:
        """Return the lowest prices of some kinds (of the others, of known routes), cheap routes."""
        known = self.master.prices(duals) + (0.0 if every else self.slack)
        prices, columns = np.minimum(0.0, known), []
        for kind in kinds:
            if self.given_up.is_set():
                raise _GivenUpError
            began = monotonic()
            prices[kind] = self.pricer.price(kind, duals, float(prices[kind]), every=every)
            legs = len(self.relaxation.kinds) if every else self.all_legs
            self.all_seconds = legs * (monotonic() - began)
            columns += self.pricer.found(kind)
        return prices, columns

    def exact(self, rounds: int) -> None:
        """Price all legs at the duals, and at a few that follow."""
        highest, pull = -np.inf, 0.0
        for _ in range(rounds):
            if self.late():
                break
            duals = self.master.duals() or self.centre
            at = self.shrunk(self.centre.towards(duals, pull))
            prices, columns = self.price(at, range(len(self.relaxation.kinds)), every=True)
            self.proofs.append(Proof(at.visits, self.relaxation.cars * prices))
            value = self.value(self.proofs[-1])
            if value > highest:
                highest, self.centre = value, at
            new = self.master.add(columns)
            if self.master.cost - highest <= _CLOSE * abs(self.master.cost):
                break
            if new == 0 and pull == 1.0:
                break
            pull = 0.5 if pull == 0.0 else 0.5 + pull / 2 if new else 1.0

    def late(self) -> bool:
        """Tell whether there is no time left to price all legs of all kinds once more."""
        return monotonic() + self.all_seconds > self.deadline

    def shrunk(self, duals: Duals) -> Duals:
        """Shrink the duals of stops a little where the known routes show that the value rises."""
        tried = [Duals(part * duals.visits, duals.over) for part in _SHRUNK]
        cars = self.relaxation.cars
        proofs = [Proof(t.visits, cars * self.master.prices(t)) for t in tried]
        return tried[int(np.argmax([self.value(proof) for proof in proofs]))]

    def value(self, proof: Proof, spare: int = 0) -> float:
        """Return the bound that duals give if so many required stops may be missed."""
        required = np.sort(proof.visits[self.required])
        left = required[max(0, len(required) - spare) :].sum()
        paid, visits = np.minimum(0.0, proof.prices).sum(), proof.visits.sum()
        return float(visits - left + paid - _ROUNDING * (visits - paid))
