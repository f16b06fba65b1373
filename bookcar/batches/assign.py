"""Which batch goes to which stop: every stop enough books of the right kind, no batch twice.

Column generation: each stop proposes bundles of batches at the prices the others' wishes put on
them, Lagrangian steps over all bundles set the prices anew, and at last CP-SAT takes one bundle
per stop. Where that is not proved the best, stops choose again in small groups. Where a batch each
is all there is to have, `bookcar.batches.single` gives them out, or sets the first
prices. See ``docs/batches.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bookcar.batches.again import choose_again, groups_of
from bookcar.batches.bundles import Bundle, nothing, search
from bookcar.batches.choice import choose
from bookcar.batches.cost import Ints
from bookcar.batches.lots import Lots, Want, group
from bookcar.batches.prices import Columns, Prices, prices
from bookcar.batches.single import each_takes_one, one_each
from bookcar.batches.terms import Assignment, Demand, Supply
from bookcar.progress import SILENT, Progress

__all__ = ["Assignment", "Demand", "Supply", "assign_batches"]

_ROUNDS = 10
_WORK = 12_000_000  # stops x lots x rounds: what keeps the largest counties within a minute
_FEW = 40_000  # stops x lots: up to here the rounds alone are as quick
_KEEP = 8


def assign_batches(
    demands: Sequence[Demand],
    supplies: Sequence[Supply],
    *,
    had: Mapping[str, frozenset[str]],
    seed: int = 0,
    groups: int | None = None,
    progress: Progress = SILENT,
) -> Assignment:
    """Return which batches go to which stop, at the least total of `bookcar.batches.cost`.

    The order of the demands and supplies does not matter. A demand for no books gets none.

    Parameters
    ----------
    had
        By stop id, the batches it must not get.
    groups
        How many groups of stops choose again where the choice is not proved the best; None for a
        few, which take a second or two.

    Raises
    ------
    ValueError
        If two demands are of one stop, or two supplies of one batch.

    Notes
    -----
    Column generation: Gilmore and Gomory, A linear programming approach to the cutting-stock
    problem, Operations Research 9(6), 1961.
    """
    _check_unique("demands of stop", (demand.stop.id for demand in demands))
    _check_unique("supplies of batch", (supply.batch.id for supply in supplies))
    wanting = sorted((d for d in demands if d.stop.books > 0), key=lambda d: d.stop.id)
    wants, lots = group(wanting, supplies, had)
    progress.start("steps.batches", total=_rounds(wants, lots) + 1)
    again = groups_of(len(wants)) if groups is None else groups
    taken, bound = _solve(wants, lots, groups=again, seed=seed, progress=progress)
    result = _assignment(wants, lots, taken, bound)
    moved = sum(map(len, result.drops.values()))
    progress.finish("steps.batches-done", batches=moved, served=len(result.drops), stops=len(wants))
    return result


def _check_unique(what: str, ids: Iterable[str]) -> None:
    twice = sorted(name for name, times in Counter(ids).items() if times > 1)
    if twice:
        raise ValueError(f"two {what} {twice[0]!r}")


def _rounds(wants: Sequence[Want], lots: Lots) -> int:
    return max(6, min(_ROUNDS, _WORK // max(1, len(wants) * len(lots))))


def _solve(
    wants: Sequence[Want], lots: Lots, *, groups: int, seed: int, progress: Progress
) -> tuple[list[Bundle], int]:
    """Return a bundle for every stop, and what no choice of the bundles considered undercuts."""
    if not wants or not len(lots):
        none = [nothing(want) for want in wants]
        return none, sum(bundle.points for bundle in none)
    many = len(wants) * len(lots) > _FEW
    single = one_each(wants, lots) if many or each_takes_one(wants, lots) else None
    if single and single.enough:
        return single.bundles, single.bound
    given = single.bundles if single else []
    price = single.price if single else np.zeros(len(lots), dtype=np.int64)
    columns = Columns()
    for stop, want in enumerate(wants):
        for bundle in (
            nothing(want),
            *search(want, lots, price=price, left=lots.counts, keep=_KEEP),
        ):
            columns.add(stop, bundle)
    fixed = {stop: columns.add(stop, bundle) for stop, bundle in enumerate(given)}
    best = _fill(wants, lots, columns, fixed=fixed, price=price)
    duals, best = _generate(wants, lots, columns, best=best, start=price, progress=progress)
    taken, proved = choose(columns, lots.counts, duals=duals, hint=best, seed=seed)
    bundles = [columns.bundles[j] for j in taken]
    if proved:
        return bundles, columns.points(taken)
    return choose_again(wants, lots, bundles, duals=duals, groups=groups, seed=seed)


def _generate(
    wants: Sequence[Want],
    lots: Lots,
    columns: Columns,
    *,
    best: list[int],
    start: Ints,
    progress: Progress,
) -> tuple[Prices, list[int]]:
    """Add bundles until none pays at the prices, or the rounds are spent.

    Every stop has been asked at the prices it starts with. Returns the last prices and the best
    choice met on the way.
    """
    asked = everyone = list(range(len(wants)))
    known = start
    for done in range(_rounds(wants, lots)):
        duals = prices(columns, lots.counts, start=start, target=columns.points(best))
        if duals.bound >= columns.points(best) and (duals.lots == known).all():
            return duals, best
        best = _cheaper(columns, best, _near(wants, lots, columns, duals))
        start = duals.lots
        progress.advance(done, "steps.bundles", count=len(columns.bundles))
        found = _propose(wants, lots, columns, asked=asked, duals=duals)
        if not found and asked == everyone:
            break
        asked = found or everyone  # a stop that found nothing better is not asked again at once
    duals = prices(columns, lots.counts, start=start, target=columns.points(best))
    return duals, best


def _propose(
    wants: Sequence[Want], lots: Lots, columns: Columns, *, asked: Sequence[int], duals: Prices
) -> list[int]:
    """Let stops add the bundles they like best; return those that like one more than before."""
    better = set()
    for stop in asked:
        for bundle in search(wants[stop], lots, price=duals.lots, left=lots.counts, keep=_KEEP):
            columns.add(stop, bundle)
            if bundle.points + duals.lots[list(bundle.lots)].sum() < duals.cheapest[stop]:
                better.add(stop)
    return sorted(better)


def _near(wants: Sequence[Want], lots: Lots, columns: Columns, duals: Prices) -> list[int]:
    """Return a choice near the prices: favourites while they last, the others from what is left."""
    left = lots.counts.copy()
    fixed: dict[int, int] = {}
    for j in np.flatnonzero(duals.reduced == 0):
        stop, uses = columns.stops[j], list(columns.bundles[j].lots)
        if stop not in fixed and _take(left, uses):
            fixed[stop] = int(j)
    return _fill(wants, lots, columns, fixed=fixed, price=duals.lots)


def _fill(
    wants: Sequence[Want],
    lots: Lots,
    columns: Columns,
    *,
    fixed: Mapping[int, int],
    price: Ints,
) -> list[int]:
    """Return a column for every stop: the fixed ones, the others by rank from what is left."""
    taken = dict(fixed)
    left = lots.counts.copy()
    for j in taken.values():
        _take(left, list(columns.bundles[j].lots))
    for stop in sorted(range(len(wants)), key=lambda i: _rank(wants[i])):
        if stop not in taken:
            best = _best_left(wants[stop], lots, price=price, left=left)
            _take(left, list(best.lots))
            taken[stop] = columns.add(stop, best)
    return [taken[stop] for stop in range(len(wants))]


def _rank(want: Want) -> tuple[bool, int]:
    """Return what sorts the stops: those that are required first, then by weight."""
    return not want.demand.stop.required, -want.weight


def _take(left: Ints, uses: list[int]) -> bool:
    """Take batches off what is left, all or none; tell whether there were enough."""
    np.subtract.at(left, uses, 1)
    if all(left[lot] >= 0 for lot in uses):
        return True
    np.add.at(left, uses, 1)
    return False


def _best_left(want: Want, lots: Lots, *, price: Ints, left: Ints) -> Bundle:
    found = search(want, lots, price=price, left=left, keep=1)
    return min([*found[:1], nothing(want)], key=lambda bundle: bundle.points)


def _cheaper(columns: Columns, one: list[int], other: list[int]) -> list[int]:
    return min(one, other, key=columns.points)


def _assignment(
    wants: Sequence[Want], lots: Lots, taken: Sequence[Bundle], bound: int
) -> Assignment:
    drops = _hand_out(wants, lots, taken)
    got = {want.demand.stop.id: _books(lots, b) for want, b in zip(wants, taken, strict=True)}
    return Assignment(
        drops={stop: tuple(sorted(s.batch.id for s in some)) for stop, some in drops.items()},
        depot={stop: some[0].depot for stop, some in drops.items()},
        short={
            want.demand.stop.id: want.books - got[want.demand.stop.id]
            for want in wants
            if got[want.demand.stop.id] < want.books
        },
        fit=_fit(wants, lots, taken),
        cost=sum(bundle.points for bundle in taken),
        bound=bound,
    )


def _hand_out(
    wants: Sequence[Want], lots: Lots, taken: Sequence[Bundle]
) -> dict[str, list[Supply]]:
    """Return the batches themselves: of each lot the oldest first, to the stops in their order."""
    rest = [iter(members) for members in lots.members]
    return {
        want.demand.stop.id: [next(rest[lot]) for lot in bundle.lots]
        for want, bundle in zip(wants, taken, strict=True)
        if bundle.lots
    }


def _books(lots: Lots, bundle: Bundle) -> int:
    return int(lots.books[list(bundle.lots)].sum())


def _fit(wants: Sequence[Want], lots: Lots, taken: Sequence[Bundle]) -> float:
    useful = matched = brought = suited = 0
    for want, bundle in zip(wants, taken, strict=True):
        rows = list(bundle.lots)
        books = _books(lots, bundle)
        held = lots.classes[rows][:, want.classes].sum(axis=0)
        in_class = int(np.minimum(held, want.need).sum()) + want.books - int(want.need.sum())
        useful += min(books, want.books)
        matched += min(books, in_class)
        brought += books
        suited += int(lots.books[rows][want.suited[lots.audience[rows]]].sum())
    return (matched / useful + suited / brought) / 2 if brought else 1.0
