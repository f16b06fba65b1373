"""The linear programme over the routes found so far: its duals tell what a visit is worth."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from time import monotonic
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.optimiser.bound.build import Relaxation
from bookcar.optimiser.bound.layout import FAR_FUTURE, Numbers, Records

_PARAMETERS = "use_preprocessing: false change_status_to_imprecise: false"
"""Of GLOP: preprocessing drops columns that the basis of the solution before has, and the next
solution fails; and as any duals are valid, those of an optimum that is not quite precise do."""

Stops = npt.NDArray[np.int32]


class Column(NamedTuple):
    """A relaxed route: its kind, its stops (one may come more than once), its cost.

    ``over``: by how much it exceeds each limit of the kind (negative: what it leaves unused).
    """

    kind: int
    stops: Stops
    cost: float
    over: Numbers


class Duals(NamedTuple):
    """What a visit to each stop is worth, and per kind what exceeding each limit costs."""

    visits: Numbers
    over: Numbers

    def towards(self, other: Duals, part: float) -> Duals:
        """Return the duals a part of the way to others."""
        return Duals(*(a + part * (b - a) for a, b in zip(self, other, strict=True)))


def column(relaxation: Relaxation, kind: int, stops: Stops) -> Column:
    """Return a route with what it costs on a kind of car-day."""
    k, net = relaxation.kinds[kind], relaxation.net
    way = np.array([k["start"], *stops, k["end"]])
    metres = net.metres[k["table"]][way[:-1], way[1:]].sum(dtype=np.int64)
    seconds = net.seconds[k["table"]][way[:-1], way[1:]].sum(dtype=np.int64)
    cost = k["fixed"] + k["per_metre"] * metres + k["per_second"] * seconds
    records = net.stops[stops]
    uses = [
        records["drop"].sum(),
        records["collect"].sum(),
        seconds + records["service"].sum(dtype=np.int64),
        metres,
    ]
    over = np.where(limits(k) < FAR_FUTURE, uses - limits(k), 0.0)
    return Column(kind, stops, float(cost + relaxation.charges[kind, stops].sum()), over)


def shares(relaxation: Relaxation, known: Column) -> Numbers:
    """Share the cost of a route among its stops by what the way would be cheaper without each."""
    k, net = relaxation.kinds[known.kind], relaxation.net
    way = np.array([k["start"], *known.stops, k["end"]])
    metres = net.metres[k["table"]].astype(np.float64)
    cost = k["per_metre"] * metres + k["per_second"] * net.seconds[k["table"]]
    before, here, after = way[:-2], way[1:-1], way[2:]
    saved = np.maximum(0.0, cost[before, here] + cost[here, after] - cost[before, after])
    saved += relaxation.charges[known.kind, known.stops] + 1e-6
    return np.asarray(saved * known.cost / saved.sum())


def limits(kind: Records) -> Numbers:
    """Return the most a route of a kind may drop, collect, work and drive."""
    return np.array([kind["room"], kind["room"], kind["work"], kind["metres"]], dtype=np.float64)


class Master:
    """Visit each stop at least once or lose its prize, with so many car-days of each kind.

    What exceeds a limit is counted in parts of the limit, so that all figures are of one size.
    ``expensive`` is what leaving out a required stop costs while no route is known that has it.
    """

    def __init__(self, relaxation: Relaxation, expensive: float, deadline: float = inf) -> None:
        self.relaxation, self.expensive, self.deadline = relaxation, expensive, deadline
        self.columns: list[Column] = []
        self.known: set[tuple[int, bytes]] = set()
        self.units = np.maximum(1.0, [limits(k) for k in relaxation.kinds])
        self.endless = np.array([limits(k) >= FAR_FUTURE for k in relaxation.kinds])
        self.cost = 0.0
        self._begin()

    def _begin(self) -> None:
        """Write the programme anew."""
        from ortools.linear_solver import pywraplp  # noqa: PLC0415  (heavy)

        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.solver.SetSolverSpecificParametersAsString(_PARAMETERS)
        endless = self.solver.infinity()
        self.goal = self.solver.Objective()
        self.visits = [self.solver.Constraint(1, endless) for _ in self.relaxation.prizes]
        self.cars = [self.solver.Constraint(-endless, int(m)) for m in self.relaxation.cars]
        self.over = [[self.solver.Constraint(-endless, 0) for _ in range(4)] for _ in self.cars]
        for row, prize in zip(self.visits, self.relaxation.prizes.tolist(), strict=True):
            left = self.solver.NumVar(0, endless, "")
            self.goal.SetCoefficient(left, min(prize, self.expensive))
            row.SetCoefficient(left, 1)
        for known in self.columns:
            self._write(known)

    def add(self, columns: Sequence[Column]) -> int:
        """Take in routes that are not known yet; return how many they are."""
        before = len(self.columns)
        for new in columns:
            key = new.kind, new.stops.tobytes()
            if key not in self.known:
                self.known.add(key)
                self.columns.append(new)
                self._write(new)
        return len(self.columns) - before

    def _write(self, new: Column) -> None:
        used = self.solver.NumVar(0, self.solver.infinity(), "")
        self.goal.SetCoefficient(used, new.cost)
        self.cars[new.kind].SetCoefficient(used, 1)
        parts = new.over / self.units[new.kind]
        for row, part in zip(self.over[new.kind], parts.tolist(), strict=True):
            row.SetCoefficient(used, part)
        for stop, times in zip(*np.unique(new.stops, return_counts=True), strict=True):
            self.visits[stop].SetCoefficient(used, int(times))

    def duals(self) -> Duals | None:
        """Return the duals, each within what makes a bound valid; None without them in time."""
        if not self._solved():
            if monotonic() >= self.deadline:
                return None
            self._begin()  # from a basis that has become too imprecise, or without one
            if not self._solved():
                return None
        self.cost = self.goal.Value()
        visits = np.array([row.dual_value() for row in self.visits])
        over = np.array([[-row.dual_value() for row in rows] for rows in self.over])
        over = np.where(self.endless, 0.0, over / self.units)
        return Duals(np.clip(visits, 0.0, self.relaxation.prizes), np.maximum(0.0, over))

    def _solved(self) -> bool:
        left = self.deadline - monotonic()
        if left <= 0:
            return False
        if left < inf:
            self.solver.SetTimeLimit(max(1, int(1000 * left)))
        return bool(self.solver.Solve() == self.solver.OPTIMAL)

    def prices(self, duals: Duals) -> Numbers:
        """Return the lowest cost less duals of the known routes of each kind; 0 if none is less."""
        lowest = np.zeros(len(self.cars))
        if self.columns:
            lengths = [len(c.stops) for c in self.columns]
            froms = np.concatenate([[0], np.cumsum(lengths)[:-1]])
            kinds = np.array([c.kind for c in self.columns])
            earned = np.add.reduceat(
                duals.visits[np.concatenate([c.stops for c in self.columns])], froms
            )
            paid = (np.array([c.over for c in self.columns]) * duals.over[kinds]).sum(axis=1)
            costs = np.array([c.cost for c in self.columns])
            np.minimum.at(lowest, kinds, costs - earned + paid)
        return lowest
