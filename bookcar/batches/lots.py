"""The batches and the stops in plain numbers; batches that are alike for every stop form a lot.

A county that buys 600 equal batches has one lot of 600: a choice among a few lots instead of among
600 batches.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.batches import cost
from bookcar.batches.cost import Ints
from bookcar.batches.terms import Demand, Room, Supply


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
    loads
        Shape (lots, loads): what each of its batches adds to each load of a car.
    wished
        Shape (lots, wishes): copies of what readers wish for in each of its batches.
    counts
        Batches in each lot.
    audience
        Shape (lots,): index into `Want.suited`.
    """

    members: tuple[tuple[Supply, ...], ...]
    books: Ints
    classes: Ints
    age: Ints
    loads: Ints
    wished: Ints
    counts: Ints
    audience: Ints

    def __len__(self) -> int:
        return len(self.members)


@dataclass(frozen=True)
class Choice:
    """Lots of one depot, and what a set of their batches may add to the loads of a car.

    ``checked`` are the loads that matter, ``most`` their limits; of loads that no set a stop could
    want exceeds there are none. The lots are all ``shared`` ones but those in ``without``: in a
    large county thousands of stops share the same array.
    """

    depot: str
    shared: Ints
    without: Ints
    checked: Ints
    most: Ints

    @property
    def lots(self) -> Ints:
        """Return the lots, ascending."""
        if not len(self.without):
            return self.shared
        places = np.searchsorted(self.shared, self.without)
        return np.delete(self.shared, places)


@dataclass(frozen=True, kw_only=True)
class Want:
    """A demand in plain numbers.

    Attributes
    ----------
    classes, need
        Columns of `Lots.classes` it wants, and the books of each.
    wishes, readers
        Columns of `Lots.wished` that are its own, and the readers of each.
    choices
        By depot, in the order of their ids, then by car: the lots it may take from, all from one.
    suited
        By the index of an audience, whether books for it suit the stop.
    double_lots, double_books
        Lots, ascending, of whose batches it has some titles already, and the books of these.
    """

    demand: Demand
    weight: int
    books: int
    classes: Ints
    need: Ints
    wishes: Ints
    readers: Ints
    choices: tuple[Choice, ...]
    suited: npt.NDArray[np.bool_]
    double_lots: Ints
    double_books: Ints

    def doubled(self, some: Ints) -> Ints:
        """Return the books of each of some lots whose titles the stop has already."""
        found = np.zeros(len(some), dtype=np.int64)
        if len(self.double_lots):
            last = len(self.double_lots) - 1
            places = np.minimum(np.searchsorted(self.double_lots, some), last)
            double = self.double_lots[places] == some
            found[double] = self.double_books[places[double]]
        return found


class _Like(NamedTuple):
    """What makes two batches alike; ``had`` are the stops that may not get them."""

    books: int
    classes: tuple[tuple[str, int], ...]
    audience: str
    loads: tuple[int, ...]
    depot: str
    since: dt.date | None
    had: tuple[int, ...]
    wished: tuple[tuple[int, int], ...]
    doubles: tuple[tuple[int, int], ...]
    age: int
    mark: str


def group(
    demands: Sequence[Demand], supplies: Sequence[Supply], had: Mapping[str, frozenset[str]]
) -> tuple[list[Want], Lots]:
    """Return the demands in plain numbers, in their order, and the lots they choose from."""
    classes = [cost.wanted_classes(demand.stop) for demand in demands]
    columns = _numbered({name for own in classes for name in own})
    groups = _alike(demands, supplies, had, columns)
    audiences = _numbered({like.audience for like in groups})
    weights = cost.weights([demand.weight for demand in demands])
    first = [0, *accumulate(len(demand.wishes) for demand in demands)]
    doubles = _double_lots(len(demands), groups)
    wants = [
        Want(
            demand=demand,
            weight=weight,
            books=demand.stop.books,
            classes=np.array([columns[c] for c in own], dtype=np.int64),
            need=np.array(list(own.values()), dtype=np.int64),
            wishes=first[i] + np.arange(len(demand.wishes), dtype=np.int64),
            readers=np.array([wish.readers for wish in demand.wishes], dtype=np.int64),
            choices=choices,
            suited=np.array([cost.suits(name, demand.stop) for name in audiences], dtype=np.bool_),
            double_lots=doubles[i][0],
            double_books=doubles[i][1],
        )
        for i, (demand, own, weight, choices) in enumerate(
            zip(demands, classes, weights, _choices(demands, groups), strict=True)
        )
    ]
    return wants, _lots(groups, columns, audiences, wishes=first[-1])


def _numbered(names: set[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(sorted(names))}


def _choices(demands: Sequence[Demand], groups: Iterable[_Like]) -> list[tuple[Choice, ...]]:
    """Return, for each demand, the lots it may take from each depot; depots with none left out."""
    likes = list(groups)
    by_depot: defaultdict[str, list[int]] = defaultdict(list)
    had: defaultdict[int, set[int]] = defaultdict(set)
    for lot, like in enumerate(likes):
        if like.books > 0:
            by_depot[like.depot].append(lot)
        for i in like.had:
            had[i].add(lot)
    shelves = {depot: _Shelf.of(depot, by_depot[depot], likes) for depot in sorted(by_depot)}
    return [
        tuple(
            choice
            for depot, shelf in shelves.items()
            if demand.depots is None or depot in demand.depots
            for choice in shelf.choices(demand, np.array(sorted(had[i]), dtype=np.int64))
        )
        for i, demand in enumerate(demands)
    ]


@dataclass(frozen=True)
class _Shelf:
    """The lots of a depot: their numbers, the ordinals of the days they are there, their loads.

    ``marks`` has the lots by the mark of their batches, as truth values of shape (lots,).
    """

    depot: str
    lots: Ints
    since: Ints
    books: Ints
    loads: Ints
    marks: Mapping[str, npt.NDArray[np.bool_]]
    _known: dict[tuple[object, ...], Ints] = field(default_factory=dict)

    @classmethod
    def of(cls, depot: str, lots: Sequence[int], likes: Sequence[_Like]) -> _Shelf:
        some = [likes[lot] for lot in lots]
        every = sorted({like.mark for like in some})
        return cls(
            depot,
            np.array(lots, dtype=np.int64),
            np.array([(like.since or dt.date.min).toordinal() for like in some], dtype=np.int64),
            np.array([like.books for like in some], dtype=np.int64),
            _loads(some),
            {m: np.array([like.mark == m for like in some], dtype=np.bool_) for m in every},
        )

    def choices(self, demand: Demand, had: Ints) -> Iterator[Choice]:
        """Yield what a demand may take, for each car that could bring it; not the lots it ``had``.

        Those must be ascending.
        """
        day = demand.day or dt.date.max
        for room in demand.rooms.get(self.depot, (Room(()),)):
            checked, most = self._limits(room, demand.stop.books)
            there = self._there(min(day, room.day).toordinal(), demand.marks, checked, most)
            without = _common(had, there)
            if len(there) > len(without):
                yield Choice(self.depot, there, without, checked, most)

    def _there(self, day: int, marks: frozenset[str] | None, checked: Ints, most: Ints) -> Ints:
        """Return the lots that are there by a day, of some marks, each alone within the limits."""
        key = (min(day, self._last), marks, tuple(checked), tuple(most))
        if key not in self._known:
            there = self.since <= day
            if marks is not None:
                there &= self._marked(marks)
            there &= (self.loads[:, checked] <= most).all(axis=1)
            self._known[key] = self.lots[there]
        return self._known[key]

    @cached_property
    def _last(self) -> int:
        return int(self.since.max())

    def _marked(self, marks: Collection[str]) -> npt.NDArray[np.bool_]:
        """Return which lots are marked with one of some marks."""
        own = [rows for mark, rows in self.marks.items() if mark in marks]
        return np.logical_or.reduce(own) if own else np.zeros(len(self.lots), dtype=np.bool_)

    def _limits(self, room: Room, wanted: int) -> tuple[Ints, Ints]:
        """Return the loads that could be too much, and their limits.

        A set has fewer batches than books are wanted, and none is added to one that is enough.
        """
        bound = [
            (load, most)
            for load, most in enumerate(room.loads[: self.loads.shape[1]])
            if most is not None and self._most(load, wanted) > most
        ]
        numbers, limits = zip(*bound, strict=True) if bound else ((), ())
        return np.array(numbers, dtype=np.int64), np.array(limits, dtype=np.int64)

    def _most(self, load: int, wanted: int) -> int:
        """Return a figure that no set of batches exceeds for a stop that wants so many books."""
        batches = -(-wanted // max(1, int(self.books.min())))
        return batches * int(self.loads[:, load].max())


def _common(some: Ints, others: Ints) -> Ints:
    """Return the numbers that are in both; both ascending."""
    if not len(some) or not len(others):
        return some[:0]
    places = np.minimum(np.searchsorted(others, some), len(others) - 1)
    both: Ints = some[others[places] == some]
    return both


def _loads(likes: Sequence[_Like]) -> Ints:
    """Return what a batch of each group adds to each load, shape (groups, loads)."""
    loads = len(likes[0].loads) if likes else 0
    return np.array([like.loads for like in likes], dtype=np.int64).reshape(len(likes), loads)


def _alike(
    demands: Sequence[Demand],
    supplies: Sequence[Supply],
    had: Mapping[str, frozenset[str]],
    wanted: Collection[str],
) -> dict[_Like, list[Supply]]:
    had_by: defaultdict[str, list[int]] = defaultdict(list)
    for i, demand in enumerate(demands):
        for batch in had.get(demand.stop.id, ()):
            had_by[batch].append(i)
    wished, doubles = _wished_of(demands), _doubles_of(demands)
    ages = cost.ages(_since(s) for s in supplies if s.since is None)
    told_apart = any(d.rooms for d in demands)
    groups: defaultdict[_Like, list[Supply]] = defaultdict(list)
    for supply in sorted(supplies, key=lambda s: s.batch.id):
        held = cost.held_classes(supply.batch)
        like = _Like(
            books=supply.batch.books,
            classes=tuple((name, count) for name, count in sorted(held.items()) if name in wanted),
            audience=cost.key(supply.batch.audience),
            loads=supply.loads if told_apart else (),
            depot=supply.depot,
            since=supply.since,
            had=tuple(had_by[supply.batch.id]),
            wished=tuple(wished[supply.batch.id]),
            doubles=tuple(doubles[supply.batch.id]),
            age=cost.NOT_YET if supply.since else ages[_since(supply)],
            mark=supply.mark,
        )
        groups[like].append(supply)
    return groups


def _wished_of(demands: Sequence[Demand]) -> Mapping[str, list[tuple[int, int]]]:
    """Return, by batch, the columns of the wishes it meets, with copies that some reader wants."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for column, wish in enumerate(wish for demand in demands for wish in demand.wishes):
        for batch, copies in wish.copies.items():
            found[batch].append((column, min(copies, wish.readers)))
    return found


def _doubles_of(demands: Sequence[Demand]) -> Mapping[str, list[tuple[int, int]]]:
    """Return, by batch, the demands of stops that have some of its titles, with the copies."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for i, demand in enumerate(demands):
        for batch, copies in demand.doubles.items():
            found[batch].append((i, copies))
    return found


def _double_lots(demands: int, groups: Iterable[_Like]) -> list[tuple[Ints, Ints]]:
    """Return, by demand, the lots of whose titles it has some, and the books of these."""
    found: list[tuple[list[int], list[int]]] = [([], []) for _ in range(demands)]
    for lot, like in enumerate(groups):
        for i, copies in like.doubles:
            found[i][0].append(lot)
            found[i][1].append(copies)
    return [(np.array(a, dtype=np.int64), np.array(b, dtype=np.int64)) for a, b in found]


def _since(supply: Supply) -> int:
    """Return the day a batch came to where it is; one without a date has been there the longest."""
    return supply.batch.since.toordinal() if supply.batch.since else 0


def _lots(
    groups: Mapping[_Like, list[Supply]],
    columns: Mapping[str, int],
    audiences: Mapping[str, int],
    *,
    wishes: int,
) -> Lots:
    classes = np.zeros((len(groups), len(columns)), dtype=np.int64)
    for row, like in enumerate(groups):
        for name, count in like.classes:
            classes[row, columns[name]] = count
    wished = np.zeros((len(groups), wishes), dtype=np.int64)
    for row, like in enumerate(groups):
        for column, copies in like.wished:
            wished[row, column] = copies
    return Lots(
        members=tuple(
            tuple(sorted(members, key=lambda s: (_since(s), s.batch.id)))
            for members in groups.values()
        ),
        books=np.array([like.books for like in groups], dtype=np.int64),
        classes=classes,
        age=np.array([like.age for like in groups], dtype=np.int64),
        loads=_loads(list(groups)),
        wished=wished,
        counts=np.array([len(members) for members in groups.values()], dtype=np.int64),
        audience=np.array([audiences[like.audience] for like in groups], dtype=np.int64),
    )
