"""The batches and the stops in plain numbers; batches that are alike for every stop form a lot.

A county that buys 600 equal batches has one lot of 600: a choice among a few lots instead of among
600 batches.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.batches import cost
from bookcar.batches.cost import Ints
from bookcar.batches.terms import Demand, Supply


@dataclass(frozen=True, kw_only=True)
class Lots:
    """All lots, in the order of their first batch's id.

    Attributes
    ----------
    members
        Supplies of each lot, the batch longest in the store first.
    books, classes, age
        Shape (lots,), (lots, classes) and (lots,): books of each of its batches in all and of each
        class that any stop wants, and the points its age costs.
    counts
        Batches in each lot.
    audience
        Shape (lots,): index into `Want.suited`.
    """

    members: tuple[tuple[Supply, ...], ...]
    books: Ints
    classes: Ints
    age: Ints
    counts: Ints
    audience: Ints

    def __len__(self) -> int:
        return len(self.members)


@dataclass(frozen=True, kw_only=True)
class Want:
    """A demand in plain numbers.

    Attributes
    ----------
    classes, need
        Columns of `Lots.classes` it wants, and the books of each.
    choices
        By depot, in the order of their ids: the lots it may take from.
    suited
        By the index of an audience, whether books for it suit the stop.
    """

    demand: Demand
    weight: int
    books: int
    classes: Ints
    need: Ints
    choices: Mapping[str, Ints]
    suited: npt.NDArray[np.bool_]


class _Like(NamedTuple):
    """What makes two batches alike; ``had`` are the stops that may not get them."""

    books: int
    classes: tuple[tuple[str, int], ...]
    audience: str
    depot: str
    since: dt.date | None
    had: tuple[int, ...]
    age: int


def group(
    demands: Sequence[Demand], supplies: Sequence[Supply], had: Mapping[str, frozenset[str]]
) -> tuple[list[Want], Lots]:
    """Return the demands in plain numbers, in their order, and the lots they choose from."""
    groups = _alike(demands, supplies, had)
    columns = _numbered({name for demand in demands for name in _classes(demand)})
    audiences = _numbered({like.audience for like in groups})
    weights = cost.weights([demand.weight for demand in demands])
    wants = [
        Want(
            demand=demand,
            weight=weight,
            books=demand.stop.books,
            classes=np.array([columns[c] for c in _classes(demand)], dtype=np.int64),
            need=np.array(list(_classes(demand).values()), dtype=np.int64),
            choices=choices,
            suited=np.array([cost.suits(name, demand.stop) for name in audiences], dtype=np.bool_),
        )
        for demand, weight, choices in zip(demands, weights, _choices(demands, groups), strict=True)
    ]
    return wants, _lots(groups, columns, audiences)


def _numbered(names: set[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(sorted(names))}


def _choices(demands: Sequence[Demand], groups: Iterable[_Like]) -> list[dict[str, Ints]]:
    """Return, for each demand, the lots it may take from each depot; depots with none left out."""
    by_depot: defaultdict[str, list[int]] = defaultdict(list)
    had: defaultdict[int, set[int]] = defaultdict(set)
    since: list[dt.date] = []
    for lot, like in enumerate(groups):
        since.append(like.since or dt.date.min)
        if like.books > 0:
            by_depot[like.depot].append(lot)
        for i in like.had:
            had[i].add(lot)
    result: list[dict[str, Ints]] = []
    for i, demand in enumerate(demands):
        day = demand.day or dt.date.max
        lots = {
            depot: [lot for lot in by_depot[depot] if since[lot] <= day and lot not in had[i]]
            for depot in sorted(by_depot)
            if demand.depots is None or depot in demand.depots
        }
        result.append({d: np.array(some, dtype=np.int64) for d, some in lots.items() if some})
    return result


def _alike(
    demands: Sequence[Demand], supplies: Sequence[Supply], had: Mapping[str, frozenset[str]]
) -> dict[_Like, list[Supply]]:
    had_by: defaultdict[str, list[int]] = defaultdict(list)
    for i, demand in enumerate(demands):
        for batch in had.get(demand.stop.id, ()):
            had_by[batch].append(i)
    ages = cost.ages(_since(s) for s in supplies if s.since is None)
    wanted = {c for d in demands for c in _classes(d)}
    groups: defaultdict[_Like, list[Supply]] = defaultdict(list)
    for supply in sorted(supplies, key=lambda s: s.batch.id):
        held = cost.held_classes(supply.batch)
        like = _Like(
            books=supply.batch.books,
            classes=tuple((name, count) for name, count in sorted(held.items()) if name in wanted),
            audience=cost.key(supply.batch.audience),
            depot=supply.depot,
            since=supply.since,
            had=tuple(had_by[supply.batch.id]),
            age=cost.NOT_YET if supply.since else ages[_since(supply)],
        )
        groups[like].append(supply)
    return groups


def _classes(demand: Demand) -> dict[str, int]:
    return cost.wanted_classes(demand.stop)


def _since(supply: Supply) -> int:
    """Return the day a batch came to where it is; one without a date has been there the longest."""
    return supply.batch.since.toordinal() if supply.batch.since else 0


def _lots(
    groups: Mapping[_Like, list[Supply]], columns: Mapping[str, int], audiences: Mapping[str, int]
) -> Lots:
    classes = np.zeros((len(groups), len(columns)), dtype=np.int64)
    for row, like in enumerate(groups):
        for name, count in like.classes:
            classes[row, columns[name]] = count
    return Lots(
        members=tuple(
            tuple(sorted(members, key=lambda s: (_since(s), s.batch.id)))
            for members in groups.values()
        ),
        books=np.array([like.books for like in groups], dtype=np.int64),
        classes=classes,
        age=np.array([like.age for like in groups], dtype=np.int64),
        counts=np.array([len(members) for members in groups.values()], dtype=np.int64),
        audience=np.array([audiences[like.audience] for like in groups], dtype=np.int64),
    )
