"""The sets of batches that are worth considering for one stop: a beam search over lots.

With prices on the lots it finds what a stop would choose if it had to pay for what others want
too: the pricing step of column generation. Up to `COMPLETE` lots it lists every set worth having.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bookcar.batches import cost
from bookcar.batches.cost import Ints
from bookcar.batches.lots import Choice, Lots, Want

COMPLETE = 8
_COMPLETE_WIDTH = 256  # more than the 70 sets of 4 out of 8: nothing is cut off
_WIDTH = 12
_POOL = 160
_FAR = np.iinfo(np.int64).max // 4


class Bundle(NamedTuple):
    """A set of batches for one stop: its points and its lots, ascending, repeated if need be."""

    points: int
    lots: tuple[int, ...]


@dataclass(frozen=True)
class _Pool:
    """The lots one stop looks at, all at one depot.

    Arrays of shape (lots,); ``held`` is by class as well, ``wished`` by wish, ``loads`` by the
    loads that are checked.
    """

    lots: Ints
    books: Ints
    held: Ints
    wished: Ints
    unsuited: Ints
    extra: Ints
    price: Ints
    loads: Ints
    left: Ints


@dataclass(frozen=True)
class _Beam:
    """Partial sets, a row each: positions in the pool, and their sums."""

    members: tuple[tuple[int, ...], ...]
    books: Ints
    held: Ints
    wished: Ints
    unsuited: Ints
    extra: Ints
    price: Ints
    loads: Ints


def nothing(want: Want) -> Bundle:
    """Return the empty bundle."""
    missed = cost.points_of_none(
        want.weight,
        want.books,
        int(want.need.sum()),
        required=want.demand.stop.required,
        wished=int(want.readers.sum()),
    )
    return Bundle(missed, ())


def search(want: Want, lots: Lots, *, price: Ints, left: Ints, keep: int) -> list[Bundle]:
    """Return up to ``keep`` bundles for a stop, the cheapest with the lots' prices added first.

    Parameters
    ----------
    price, left
        Shape (lots,): points to pay for a batch of each lot, and how many are still to be had.
    """
    found: dict[Bundle, int] = {}
    for choice in want.choices:
        pool = _pool(want, lots, choice=choice, price=price, left=left)
        found.update(_bundles(want, pool, keep, most=choice.most))
    best = sorted(found, key=lambda bundle: (found[bundle], bundle))
    return best if _is_small(want, left) else best[:keep]


def _is_small(want: Want, left: Ints) -> bool:
    return all(int(left[choice.lots].sum()) <= COMPLETE for choice in want.choices)


def _pool(want: Want, lots: Lots, *, choice: Choice, price: Ints, left: Ints) -> _Pool:
    every = choice.lots
    allowed = every[left[every] > 0]
    pool = _Pool(
        lots=allowed,
        books=lots.books[allowed],
        held=lots.classes[allowed][:, want.classes],
        wished=lots.wished[allowed][:, want.wishes],
        unsuited=np.where(want.suited[lots.audience[allowed]], 0, lots.books[allowed])
        + want.doubled(allowed),
        extra=lots.age[allowed],
        price=price[allowed],
        loads=lots.loads[allowed][:, choice.checked],
        left=left[allowed],
    )
    if len(allowed) <= _POOL:
        return pool
    rows = _most_useful(want, pool)
    return _Pool(*(field[rows] for field in vars(pool).values()))


def _most_useful(want: Want, pool: _Pool) -> Ints:
    """Return the positions of the lots best alone, best per book, and best per book of a class.

    Those with what readers wish for are among them. Every stop tends to want the same best lots;
    the prices tell them apart, and among equals each stop looks at others first.
    """
    first = _extend(pool, _start(pool))
    burden = 1_000 * (_ratio_points(want, first)[0] + pool.extra + pool.price)
    views = [_priced(want, first)[0], burden // pool.books]
    views += [np.where(some > 0, burden // np.maximum(some, 1), _FAR) for some in pool.held.T]
    salt = 7919 * sum(map(ord, want.demand.stop.id))
    shuffled = (np.arange(len(pool.lots)) * 40_503 + salt) % 1_021
    chosen = pool.wished.sum(axis=1) > 0
    for view in views:
        chosen[np.lexsort((shuffled, view))[: _POOL // len(views)]] = True
    rows: Ints = np.flatnonzero(chosen)
    return rows


def _start(pool: _Pool) -> _Beam:
    zero = np.zeros(1, dtype=np.int64)
    held = np.zeros((1, pool.held.shape[1]), dtype=np.int64)
    wished = np.zeros((1, pool.wished.shape[1]), dtype=np.int64)
    loads = np.zeros((1, pool.loads.shape[1]), dtype=np.int64)
    return _Beam(((),), zero, held, wished, zero, zero, zero, loads)


def _bundles(want: Want, pool: _Pool, keep: int, *, most: Ints) -> Iterator[tuple[Bundle, int]]:
    """Grow sets by a batch at a time until the stop has all its books; yield the best each time.

    A set with more than ``most`` of a load grows into none that has less.
    """
    complete = int(pool.left.sum()) <= COMPLETE
    width = _COMPLETE_WIDTH if complete else _WIDTH
    beam = _start(pool)
    while beam.members and len(pool.lots):
        grown = _extend(pool, beam)
        priced = _priced(want, grown)
        points = priced - grown.price
        priced[~_allowed(pool, beam)] = _FAR
        priced[(grown.loads > most).any(axis=-1)] = _FAR
        some = priced.size if complete else keep
        for row, column in _best(priced, beam, some):
            members = tuple(sorted((*beam.members[row], column)))
            lots = tuple(int(pool.lots[m]) for m in members)
            yield Bundle(int(points[row, column]), lots), int(priced[row, column])
        beam = _narrow(want, beam, grown, priced=priced, width=width)


def _extend(pool: _Pool, beam: _Beam) -> _Beam:
    """Return the sums of every partial set with every lot added: shape (sets, lots)."""
    return _Beam(
        beam.members,
        beam.books[:, None] + pool.books,
        beam.held[:, None, :] + pool.held,
        beam.wished[:, None, :] + pool.wished,
        beam.unsuited[:, None] + pool.unsuited,
        beam.extra[:, None] + pool.extra,
        beam.price[:, None] + pool.price,
        beam.loads[:, None, :] + pool.loads,
    )


def _priced(want: Want, beam: _Beam) -> Ints:
    unmet = np.maximum(want.need - beam.held, 0).sum(axis=-1)
    points = cost.points(
        weight=want.weight,
        wanted=want.books,
        books=beam.books,
        unmet=unmet,
        unsuited=beam.unsuited,
        unwished=_unwished(want, beam),
    )
    return points + beam.extra + beam.price


def _unwished(want: Want, beam: _Beam) -> Ints:
    unwished: Ints = np.maximum(want.readers - beam.wished, 0).sum(axis=-1)
    return unwished


def _ratio_points(want: Want, beam: _Beam) -> Ints:
    """Return points lost for good, whatever is added: books of no use here or badly suited.

    What readers wish for counts too, though it may still be added: rather now.
    """
    open_share = want.books - want.need.sum()
    used = np.minimum(beam.held, want.need).sum(axis=-1)
    waste = np.maximum(beam.books - used - open_share, 0)
    lost = waste + beam.unsuited + cost.wishes(_unwished(want, beam))
    result: Ints = want.weight * cost.SCALE * lost // want.books
    return result


def _allowed(pool: _Pool, beam: _Beam) -> npt.NDArray[np.bool_]:
    allowed = np.ones((len(beam.members), len(pool.lots)), dtype=np.bool_)
    for row, members in enumerate(beam.members):
        for member in set(members):
            allowed[row, member] = members.count(member) < pool.left[member]
    return allowed


def _best(score: Ints, beam: _Beam, some: int) -> list[tuple[int, int]]:
    """Return (row, column) of the lowest scores, each set once, without the forbidden ones."""
    flat = score.ravel()
    size = len(beam.members[0]) + 1
    order = _lowest(flat, min(flat.size, some * size))
    seen: set[tuple[int, ...]] = set()
    result = []
    for place in order:
        row, column = divmod(int(place), score.shape[1])
        members = tuple(sorted((*beam.members[row], column)))
        if flat[place] < _FAR and members not in seen:
            seen.add(members)
            result.append((row, column))
    return result[:some]


def _lowest(flat: Ints, some: int) -> Ints:
    """Return the positions of the lowest values in order, the same on every machine for ties."""
    if some < flat.size:
        limit = np.partition(flat, some)[some]
        candidates = np.flatnonzero(flat <= limit)
        return candidates[np.argsort(flat[candidates], kind="stable")][:some]
    return np.argsort(flat, kind="stable")


def _narrow(want: Want, beam: _Beam, grown: _Beam, *, priced: Ints, width: int) -> _Beam:
    """Keep the partial sets that promise most: cheapest per book so far, and cheapest as they are.

    A set with all its books is done: a further batch only costs.
    """
    unfinished = (priced < _FAR) & (grown.books < want.books)
    if not unfinished.any():
        return _Beam((), *(field[:0, 0] for field in _sums(grown)))
    so_far = _ratio_points(want, grown) + grown.extra + grown.price
    per_book = np.where(unfinished, 1_000 * so_far // grown.books, _FAR)
    as_is = np.where(unfinished, priced, _FAR)
    kept = dict.fromkeys(_best(per_book, beam, width) + _best(as_is, beam, width))
    unique: dict[tuple[int, ...], tuple[int, int]] = {}
    for row, column in kept:
        unique.setdefault(tuple(sorted((*beam.members[row], column))), (row, column))
    rows = np.array([row for row, _ in unique.values()], dtype=np.int64)
    columns = np.array([column for _, column in unique.values()], dtype=np.int64)
    return _Beam(tuple(unique), *(field[rows, columns] for field in _sums(grown)))


def _sums(beam: _Beam) -> tuple[Ints, ...]:
    return beam.books, beam.held, beam.wished, beam.unsuited, beam.extra, beam.price, beam.loads
