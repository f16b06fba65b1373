"""The objective: what a stop costs that gets a certain set of batches, in points.

With W the weight of the stop, from 10 to 100 (see `weights`), and all counts in books::

    points = W * SCALE * (40 missing + 2 excess + unmet + unsuited + wishes) // wanted + ages
             + W * SCALE * 40, if it gets no batch at all
             + LOST, if besides it is required

``missing`` and ``excess`` compare the books it gets with those it wants. ``unmet`` is summed over
the classes of its mix: what is missing of each. ``unsuited`` counts books for another audience,
and copies of titles that the stop keeps already.
``wishes`` is 20 for each reader of the stop whose wished title is not in the set, 39 at most.
``ages`` adds 0 (longest in the store) to 9 (not there yet) points a batch, to break ties.

So a missing book weighs as twenty too many (two books missing beat a whole batch too many), and a
book too many as two of the wrong class. A wish weighs as half a missing book, and all of a stop as
less than one: they choose among sets that bring as many books. No batch beyond the books wanted
ever pays, but for a wish one of less than twenty books; of sets that have all books without their
largest batch none is considered. A required stop that gets nothing outweighs whatever a dozen
others lose.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from statistics import median_low

import numpy as np
import numpy.typing as npt

from bookcar.model import KINDS, Batch, Kind, Stop
from bookcar.phrases import LANGUAGES, Phrases

Ints = npt.NDArray[np.int64]

SCALE = 1_000
MISSING = 40
EXCESS = 2
WISH, WISHES = 20, 39
NONE = 40
LOST = 100_000_000
OLDEST, NEWEST, NOT_YET = 0, 8, 9
LIGHTEST, USUAL, HEAVIEST = 10, 30, 100

_ALSO: Mapping[Kind, tuple[str, ...]] = {"school": ("children", "少儿")}


def points(
    *, weight: int, wanted: int, books: Ints, unmet: Ints, unsuited: Ints, unwished: Ints | int = 0
) -> Ints:
    """Return the points of sets of at least one batch, ages aside; arrays of one shape.

    ``unwished`` counts the readers whose wishes are not in a set.
    """
    lost = amiss(wanted=wanted, books=books) + unmet + unsuited + wishes(unwished)
    result: Ints = weight * SCALE * lost // wanted
    return result


def amiss(*, wanted: int, books: Ints) -> Ints:
    """Return what books missing and books too many count as, in books of the wrong class."""
    result: Ints = MISSING * np.maximum(wanted - books, 0) + EXCESS * np.maximum(books - wanted, 0)
    return result


def points_of_none(
    weight: int, wanted: int, classed: int, *, required: bool = False, wished: int = 0
) -> int:
    """Return the points of a stop that gets nothing.

    ``classed`` books are wanted by class, and ``wished`` titles by readers.
    """
    missed = weight * SCALE * (MISSING * wanted + classed + int(wishes(wished))) // wanted
    return missed + weight * SCALE * NONE + LOST * required


def wishes(readers: Ints | int) -> Ints:
    """Return what wishes that are not met count as, in books."""
    return np.minimum(WISH * np.asarray(readers, dtype=np.int64), WISHES)


def weights(prizes: Sequence[float]) -> list[int]:
    """Return the weights of stops from their prizes: 30 at the median, never below 10 or above 100.

    The range is kept narrow so that a stop worth more than any cost does not make all the others
    look alike.
    """
    usual = median_low([p for p in prizes if 0 < p < math.inf] or [1.0])
    shares = [0.0 if math.isnan(p) else p / usual for p in prizes]
    return [round(min(max(USUAL * share, LIGHTEST), HEAVIEST)) for share in shares]


def ages(since: Iterable[int]) -> dict[int, int]:
    """Return the points of batches by the day (ordinal) they came into the store: 0 to 8."""
    days = sorted(set(since))
    return {day: OLDEST + i * (NEWEST + 1) // len(days) for i, day in enumerate(days)}


def wanted_classes(stop: Stop) -> dict[str, int]:
    """Return the books a stop wants of each class; shares that sum to less leave the rest open."""
    return split(stop.books, stop.mix)


def held_classes(batch: Batch) -> dict[str, int]:
    """Return the books of each class in a batch; one without a mix is all of its audience."""
    mix = batch.mix or ({batch.audience: 1.0} if batch.audience else {})
    return split(batch.books, mix)


def split(books: int, mix: Mapping[str, float]) -> dict[str, int]:
    """Return whole books per class: rounded down, then up where the most was cut off.

    Shares that sum to more than 1 are scaled down to 1.
    """
    shares: dict[str, float] = {}
    for name, share in mix.items():
        if share > 0:
            shares[key(name)] = shares.get(key(name), 0.0) + share
    total = max(1.0, math.fsum(shares.values()))
    exact = {name: books * share / total for name, share in sorted(shares.items())}
    whole = {name: math.floor(figure) for name, figure in exact.items()}
    spare = round(math.fsum(exact.values())) - sum(whole.values())
    for name in sorted(exact, key=lambda name: whole[name] - exact[name])[: max(0, spare)]:
        whole[name] += 1
    return {name: count for name, count in whole.items() if count}


def suits(audience: str, stop: Stop) -> bool:
    """Tell whether books for an audience suit a stop.

    They do if the audience is not named, is the stop's kind (in any language; for a school also
    ``children``) or is a class of its mix.
    """
    name = key(audience)
    wanted = {key(c) for c, share in stop.mix.items() if share > 0}
    return not name or name in _audiences()[stop.kind] or name in wanted


def key(text: str) -> str:
    """Return a name of a class or an audience in the form in which it is compared."""
    return text.strip().casefold()


@cache
def _audiences() -> dict[Kind, frozenset[str]]:
    catalogues = [Phrases(language) for language in LANGUAGES]
    return {
        kind: frozenset(
            key(name)
            for name in (
                kind,
                *_ALSO.get(kind, ()),
                *(phrase(f"common.kind-{kind}") for phrase in catalogues),
            )
        )
        for kind in KINDS
    }
