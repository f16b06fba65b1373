"""Time and quality of the assignment of batches.

Prints, for made-up counties: processor seconds, batches moved, books missing, fit, and points per
stop above a bound. Where every stop wants one batch the bound is the optimum of
`scipy.optimize.linear_sum_assignment` over the whole matrix, timed too, or where that is too large
what the prices prove; elsewhere the package's own, over the bundles it considered.

Run: python benchmarks/batches.py [--large] [--others NAME ...]
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from bookcar.batches import cost
from bookcar.batches.assign import Assignment, Demand, Supply, assign_batches
from bookcar.batches.lots import group
from bookcar.model import Batch, Stop

CLASSES = ("children", "farming", "culture", "science", "life")
WHOLE = 10_000_000
"""Stops x batches up to which the whole matrix is made."""

SIZES, SEVERAL = (40, 50, 60, 68, 80), (40, 50, 68, 100, 136, 200)
"""Books of batches, and books wanted, where stops take one batch to five each."""

Had = dict[str, frozenset[str]]
County = tuple[list[Demand], list[Supply], Had]


def equal_county(stops: int, batches: int) -> County:
    """Return bookhouses that want 68 books each, and equal batches of 68."""
    demands = [Demand(stop=_stop(i, 68, {}, "bookhouse")) for i in range(stops)]
    supplies = [
        Supply(batch=Batch(id=f"B{i}", books=68, at="D"), depot="D") for i in range(batches)
    ]
    return demands, supplies, {}


def mixed_county(
    stops: int, batches: int, *, sizes: Sequence[int], wanted: Sequence[int], county: str = ""
) -> County:
    """Return stops and batches of one to three classes each; a stop has had six of them."""
    draw = random.Random(f"{stops} {batches}{county}")
    demands = [
        Demand(
            stop=_stop(i, draw.choice(wanted), _mix(draw), draw.choice(["village", "school"])),
            weight=60.0 + 20 * draw.randint(0, 9),
        )
        for i in range(stops)
    ]
    supplies = [
        Supply(
            batch=Batch(
                id=f"B{i}",
                books=draw.choice(sizes),
                at="D",
                mix=_mix(draw),
                audience=draw.choice(["", "", "children", "farming"]),
                since=dt.date(2026, 1, 1) + dt.timedelta(days=draw.randint(0, 300)),
            ),
            depot="D",
        )
        for i in range(batches)
    ]
    had = {d.stop.id: frozenset(f"B{draw.randrange(batches)}" for _ in range(6)) for d in demands}
    return demands, supplies, had


def _stop(number: int, books: int, mix: dict[str, float], kind: Any) -> Stop:
    name = f"s{number}"
    return Stop(id=name, name=name, lon=0.0, lat=0.0, kind=kind, books=books, mix=mix)


def _mix(draw: random.Random) -> dict[str, float]:
    classes = draw.sample(CLASSES, draw.randint(1, 3))
    shares = [draw.randint(1, 5) for _ in classes]
    return {c: round(n / sum(shares), 2) for c, n in zip(classes, shares, strict=True)}


def one_batch_optimum(demands: list[Demand], supplies: list[Supply], had: Had) -> int:
    """Return the least points where one batch is all any stop can use, over all pairs."""
    wants, lots = group(sorted(demands, key=lambda d: d.stop.id), supplies, had)
    rows = np.full((len(wants), int(lots.counts.sum())), 2**40, dtype=np.int64)
    column_of = np.repeat(np.arange(len(lots)), lots.counts)
    for row, want in zip(rows, wants, strict=True):
        held = lots.classes[:, want.classes]
        points = cost.points(
            weight=want.weight,
            wanted=want.books,
            books=lots.books,
            unmet=np.maximum(want.need - held, 0).sum(axis=1),
            unsuited=np.where(want.suited[lots.audience], 0, lots.books),
            unwished=np.maximum(want.readers - lots.wished[:, want.wishes], 0).sum(axis=1),
        )
        allowed = np.isin(column_of, np.concatenate([choice.lots for choice in want.choices]))
        row[allowed] = (points + lots.age)[column_of][allowed]
    return int(rows[linear_sum_assignment(rows)].sum())


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begin = time.process_time()
    return work(), time.process_time() - begin


def report(name: str, county: County, *, one_each: bool, groups: int | None = None) -> None:
    """Print a line on one county."""
    demands, supplies, had = county
    done: Assignment
    done, seconds = _timed(lambda: assign_batches(demands, supplies, had=had, groups=groups))
    bound, note = done.bound, "proved" if done.proved else "own bound"
    if one_each and len(demands) * len(supplies) <= WHOLE:
        bound, matching = _timed(lambda: one_batch_optimum(demands, supplies, had))
        note = f"linear_sum_assignment {matching:.1f} s"
    moved = sum(map(len, done.drops.values()))
    above = (done.cost - bound) / len(demands)
    share = f"{(done.cost - bound) / bound:.2%}" if bound else "none"
    print(
        f"{name:<26} {seconds:6.1f} s {done.cost:>11,} points {moved:>6} batches "
        f"{sum(done.short.values()):>6} short fit {done.fit:.3f}, "
        f"{above:6.1f} points a stop ({share}) above bound; {note}",
        flush=True,
    )


def _report_others(names: Sequence[str], groups: int | None) -> None:
    for name in names:
        other = mixed_county(302, 600, sizes=SIZES, wanted=SEVERAL, county=name)
        report(f"302 / 600 one to five, {name}", other, one_each=False, groups=groups)


def main() -> None:
    """Print a line per county."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="up to 10,000 stops")
    parser.add_argument(
        "--others", nargs="+", default=[], metavar="NAME", help="other counties, one to five each"
    )
    parser.add_argument("--groups", type=int, help="how many groups of stops choose again")
    given = parser.parse_args()
    if given.others:
        _report_others(given.others, given.groups)
        return
    sizes = [(302, 600), (2_000, 4_000)] if given.large else [(302, 600)]
    for stops, batches in sizes:
        size = f"{stops:,} / {batches:,}"
        report(f"{size} equal", equal_county(stops, batches), one_each=False)
        single = mixed_county(stops, batches, sizes=(50,), wanted=(50,))
        report(f"{size} one each", single, one_each=True)
        mixed = mixed_county(stops, batches, sizes=SIZES, wanted=SEVERAL)
        report(f"{size} one to five", mixed, one_each=False, groups=given.groups)
    if given.large:
        largest = mixed_county(10_000, 20_000, sizes=(50,), wanted=(50,))
        report("10,000 / 20,000 one each", largest, one_each=True)


if __name__ == "__main__":
    main()
