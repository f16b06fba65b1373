"""Covering and median problems, exactly: all choices tried where they are few, else by CP-SAT.

Maximal covering after Church and ReVelle (1974), the p-median after Hakimi (1964), and the least
dominating set with weights. Each has two aims, the second among the solutions best by the first, so
that the answer does not hang on the order of the sites. The search is one worker with a fixed seed
and a limit in its own units of work: the same input gives the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from ortools.sat.python import cp_model

Near = Sequence[Mapping[int, int]]
"""Of each place to be reached, the sites within reach, with the seconds to them."""

TRIED = 3 * 10**9
"""Of so many pairs of a choice and a place, all choices are tried instead of searched."""
_WORK = 60.0
"""Deterministic time of a search, in CP-SAT's units of about a second."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Sites that were chosen, ascending.

    Attributes
    ----------
    site_of
        The site that each place goes to; None where it goes to none of them.
    proven
        Whether there is no better choice.
    """

    sites: tuple[int, ...]
    site_of: tuple[int | None, ...]
    proven: bool


def best_cover(people: Sequence[int], near: Near, *, sites: int, count: int) -> Chosen:
    """Return at most some sites that reach most people, by the shortest ways.

    Parameters
    ----------
    people
        Of each place that no site reaches yet.
    """
    model = cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in range(sites)]
    goes = _goes(model, near, opened)
    model.add(sum(opened) <= count)
    for own in goes:
        model.add(sum(own.values()) <= 1)
    reached = sum(people[k] * goes_to for k, own in enumerate(goes) for goes_to in own.values())
    model.maximize(reached)
    first, proven = _solved(model)
    model.add(reached == round(first.objective_value))
    ways = sum(
        people[k] * near[k][site] * goes_to
        for k, own in enumerate(goes)
        for site, goes_to in own.items()
    )
    model.minimize(ways * (sites + 1) + sum(opened))
    solver, also = _solved(model, first, [*opened, *(v for own in goes for v in own.values())])
    return _chosen(solver, opened, goes, proven=proven and also)


def best_median(
    weights: Sequence[int], near: Near, otherwise: Sequence[int], *, sites: int, count: int
) -> Chosen:
    """Return at most some sites that save most of the weighted seconds to the nearest one.

    Where all choices are few enough, each is tried; else CP-SAT searches. Of equal ones it is the
    one of the fewest sites.

    Parameters
    ----------
    otherwise
        The seconds from each place to where it goes as it is.
    """
    gains = [
        {site: weights[k] * (otherwise[k] - s) for site, s in own.items() if s < otherwise[k]}
        for k, own in enumerate(near)
    ]
    if comb(sites, min(count, sites)) * len(gains) <= TRIED:
        return _of_all(gains, sites=sites, count=min(count, sites))
    model = cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in range(sites)]
    goes = _goes(model, gains, opened)
    model.add(sum(opened) <= count)
    for own in goes:
        model.add(sum(own.values()) <= 1)
    saved = sum(
        gains[k][site] * goes_to for k, own in enumerate(goes) for site, goes_to in own.items()
    )
    model.maximize(saved * (sites + 1) - sum(opened))
    solver, proven = _solved(model)
    return _chosen(solver, opened, goes, proven=proven)


def _of_all(gains: Near, *, sites: int, count: int) -> Chosen:
    """Return the best of all choices of at most some sites, the first of equal ones."""
    table = np.zeros((len(gains), sites), dtype=np.int64)
    for place, own in enumerate(gains):
        table[place, list(own)] = list(own.values())
    best = 0
    chosen: tuple[int, ...] = ()
    for size in range(1, count + 1):
        for some in combinations(range(sites), size - 1):
            first = some[-1] + 1 if some else 0
            held = table[:, list(some)].max(axis=1, initial=0)
            saved = np.maximum(held[:, None], table[:, first:]).sum(axis=0)
            if saved.size and saved.max() > best:
                best, chosen = int(saved.max()), (*some, first + int(saved.argmax()))
    own_of = [max(chosen, key=lambda site: own.get(site, 0), default=None) for own in gains]
    return Chosen(
        sites=chosen,
        site_of=tuple(
            site if site in own else None for site, own in zip(own_of, gains, strict=True)
        ),
        proven=True,
    )


def fewest(people: Sequence[int], near: Near, *, stay: Collection[int] = ()) -> Chosen:
    """Return the fewest sites that reach every place, by the shortest ways of all people.

    The sites are the places themselves; each reaches itself, in no time. Those that ``stay`` are
    chosen in any case.
    """
    model = cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in people]
    goes = _goes(model, near, opened)
    for k, own in enumerate(goes):
        model.add(sum(own.values()) == 1)
        model.add_implication(opened[k], own[k])  # who has a stop of its own goes to it
    for k in sorted(stay):
        model.add(opened[k] == 1)
    model.minimize(sum(opened))
    first, proven = _solved(model)
    model.add(sum(opened) == round(first.objective_value))
    ways = sum(
        (people[k] + 1) * near[k][site] * goes_to  # so that a place without people counts, too
        for k, own in enumerate(goes)
        for site, goes_to in own.items()
    )
    model.minimize(ways)
    solver, also = _solved(model, first, [*opened, *(v for own in goes for v in own.values())])
    return _chosen(solver, opened, goes, proven=proven and also)


_Goes = list[dict[int, cp_model.IntVar]]


def _goes(model: cp_model.CpModel, near: Near, opened: Sequence[cp_model.IntVar]) -> _Goes:
    """Return, of each place, whether it goes to each site in reach: only to one that is open."""
    goes: _Goes = []
    for own in near:
        goes.append({site: model.new_bool_var("") for site in sorted(own)})
        for site, goes_to in goes[-1].items():
            model.add_implication(goes_to, opened[site])
    return goes


def _solved(
    model: cp_model.CpModel,
    hint: cp_model.CpSolver | None = None,
    variables: Sequence[cp_model.IntVar] = (),
) -> tuple[cp_model.CpSolver, bool]:
    for variable in variables:
        if hint is not None:
            model.add_hint(variable, hint.value(variable))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = _WORK
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):  # none open, or all, always is one
        raise AssertionError(f"no sites were found: {solver.status_name(status)}")
    return solver, status == cp_model.OPTIMAL


def _chosen(
    solver: cp_model.CpSolver,
    opened: Sequence[cp_model.IntVar],
    goes: _Goes,
    *,
    proven: bool,
) -> Chosen:
    return Chosen(
        sites=tuple(k for k, is_open in enumerate(opened) if solver.value(is_open)),
        site_of=tuple(
            next((site for site, goes_to in own.items() if solver.value(goes_to)), None)
            for own in goes
        ),
        proven=proven,
    )
