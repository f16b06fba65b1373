"""Which bundle each stop takes, when every batch can be had once: set packing with CP-SAT."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from bookcar.batches.cost import Ints
from bookcar.batches.prices import Columns, Prices

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

_WHOLE = 3_000
_SWEEPS = 3
_NEIGHBOURS = 30
_EACH = 24
_EFFORT = 0.5  # CP-SAT's deterministic time for one model, in its own unit


def choose(
    columns: Columns, counts: Ints, *, duals: Prices, hint: Sequence[int], seed: int
) -> tuple[list[int], bool]:
    """Return the column each stop takes, and whether no other choice of columns costs less.

    Columns whose reduced cost alone exceeds what the best choice so far costs above the bound
    cannot be in a better one. If few are left they go to CP-SAT together, which proves the
    choice; if many, in neighbourhoods of stops that want the same batches.

    Parameters
    ----------
    hint
        A column per stop that keeps the counts; the answer costs no more.
    """
    taken = list(hint)
    for sweep in range(_SWEEPS):
        if len(_useful(columns, duals, taken)) > _WHOLE:
            taken = _improve(columns, counts, duals=duals, taken=taken, seed=seed + sweep)
    useful = _useful(columns, duals, taken)
    if len(useful) == len(taken):
        return taken, True
    if len(useful) > _WHOLE:
        return taken, False
    return best_of(columns, counts, useful, hint=taken, seed=seed)


def _useful(columns: Columns, duals: Prices, taken: Sequence[int]) -> list[int]:
    slack = columns.points(taken) - duals.bound
    return sorted({*map(int, np.flatnonzero(duals.reduced < slack)), *taken})


def _improve(
    columns: Columns, counts: Ints, *, duals: Prices, taken: list[int], seed: int
) -> list[int]:
    """Choose again around every stop once, the other stops left alone.

    The stops worst off come first; a second sweep, with another seed, draws its own order.
    """
    stops = np.array(columns.stops)
    wishes = _wishes(columns, duals, len(taken), len(counts))
    waiting = np.ones(len(taken), dtype=np.bool_)
    for stop in _order(duals.reduced[taken], seed):
        if waiting[stop]:
            group = _group(wishes, int(stop), waiting)
            waiting[group] = False
            rows = np.flatnonzero(np.isin(stops, group))
            some = rows[np.argsort(duals.reduced[rows], kind="stable")[: _EACH * len(group)]]
            hint = [taken[i] for i in group]
            left = counts - _used(columns, set(taken) - set(hint), len(counts))
            free = [int(j) for j in some if (left[list(columns.bundles[j].lots)] > 0).all()]
            useful = sorted({*free, *hint})
            for j in best_of(columns, left, useful, hint=hint, seed=seed)[0]:
                taken[columns.stops[j]] = j
    return taken


def _order(regret: Ints, seed: int) -> Ints:
    drawn = np.random.default_rng(seed).permutation(len(regret))
    return drawn if seed % 2 else np.lexsort((drawn, -regret))


def _group(wishes: npt.NDArray[np.float32], stop: int, waiting: npt.NDArray[np.bool_]) -> Ints:
    """Return a stop and those that most want the same lots, of the waiting ones first if alike."""
    alike = 2 * (wishes @ wishes[stop]) + waiting  # whole numbers, so exact in any order
    alike[stop] = np.inf
    return np.sort(np.argsort(-alike, kind="stable")[:_NEIGHBOURS])


def _wishes(columns: Columns, duals: Prices, stops: int, lots: int) -> npt.NDArray[np.float32]:
    """Return, as 0 or 1 of shape (stops, lots), which lots a stop's best columns use."""
    wishes = np.zeros((stops, lots), dtype=np.float32)
    for j in np.argsort(duals.reduced, kind="stable")[: _EACH * stops]:
        wishes[columns.stops[j], list(columns.bundles[j].lots)] = 1
    return wishes


def _used(columns: Columns, taken: Collection[int], lots: int) -> Ints:
    uses = [lot for j in taken for lot in columns.bundles[j].lots]
    return np.bincount(np.array(uses, dtype=np.int64), minlength=lots)


def best_of(
    columns: Columns,
    counts: Ints,
    useful: Sequence[int],
    *,
    hint: Sequence[int],
    seed: int,
) -> tuple[list[int], bool]:
    """Return the best choice of a column per stop among the useful ones, and whether it is proved.

    Parameters
    ----------
    hint
        A column per stop that keeps the counts; the answer costs no more, and is it if all else
        costs as much.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415  heavy

    model, variables = _model(columns, counts, useful)
    hinted = set(hint)
    for j, variable in variables.items():
        model.add_hint(variable, j in hinted)
    solver = _solver(seed)
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return list(hint), False
    taken = [j for j, variable in variables.items() if solver.boolean_value(variable)]
    if columns.points(taken) >= columns.points(hint):
        taken = list(hint)
    return sorted(taken, key=lambda j: columns.stops[j]), status == cp_model.OPTIMAL


def _model(
    columns: Columns, counts: Ints, useful: Sequence[int]
) -> tuple[cp_model.CpModel, dict[int, cp_model.IntVar]]:
    from ortools.sat.python import cp_model  # noqa: PLC0415  heavy

    model = cp_model.CpModel()
    variables = {j: model.new_bool_var("") for j in useful}
    of_stop: dict[int, list[cp_model.IntVar]] = {}
    of_lot: dict[int, list[cp_model.IntVar]] = {}
    for j, variable in variables.items():
        of_stop.setdefault(columns.stops[j], []).append(variable)
        for lot in columns.bundles[j].lots:
            of_lot.setdefault(lot, []).append(variable)
    for stop in sorted(of_stop):
        model.add_exactly_one(of_stop[stop])
    for lot in sorted(of_lot):
        if counts[lot] == 1:
            model.add_at_most_one(of_lot[lot])
        elif len(of_lot[lot]) > counts[lot]:
            model.add(cp_model.LinearExpr.sum(of_lot[lot]) <= int(counts[lot]))
    points = [columns.bundles[j].points for j in variables]
    model.minimize(cp_model.LinearExpr.weighted_sum(list(variables.values()), points))
    return model, variables


def _solver(seed: int) -> cp_model.CpSolver:
    """Return a solver whose answer depends on nothing but the model: one worker, no clock."""
    from ortools.sat.python import cp_model  # noqa: PLC0415  heavy

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    # Else it leaves Ctrl-C set to end the process at once, files half written or not.
    solver.parameters.catch_sigint_signal = False
    solver.parameters.linearization_level = 2  # set packing: the relaxation is nearly whole
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = _EFFORT
    return solver
