"""The ways between all places of the board, packed as text that the page unpacks again.

Written out as figures, the ways between 3,000 places are 190 MB of page; packed they are 5 to 30.
Places stand in a chain, each beside its nearest. Two that are near each other are about as much
farther from any third place as from the next, so what is left of the figures after two differences,
down the columns and along the rows, is small, and on roads mostly nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from bookcar.optimiser.problem import Problem

ALPHABET = "".join(c for c in map(chr, range(32, 127)) if c not in '"\\&<>')
"""Characters that JSON in a page has as they are."""

LAST = 66
"""The first so many characters are a number's last digit, the others are digits before it."""

_MORE = len(ALPHABET) - LAST
_ROWS = 256  # packed at a time: the figures of all would be many times the text
_FAR = 2**31 - 1

_Ints = npt.NDArray[np.int64]
_Figures = np.ndarray[Any, np.dtype[np.int32]]


def board_places(problem: Problem) -> list[int]:
    """Return the locations the board needs: the lowest, then always the nearest one left."""
    ends = (place for car in problem.car_days for place in (car.start, car.end))
    places = sorted({*ends, *(task.location for task in problem.tasks)})
    if not places:
        return []
    metres = problem.tables[0].metres[np.ix_(places, places)]
    return [places[k] for k in _chain(metres)]


def _chain(metres: _Figures) -> Iterator[int]:
    waiting = np.ones(len(metres), dtype=np.bool_)
    at = 0
    for _ in range(len(metres)):
        yield at
        waiting[at] = False
        near = np.where(metres[at] < 0, _FAR - 1, metres[at])
        at = int(np.where(waiting, near, _FAR).argmin())


def packed_tables(problem: Problem, places: Iterable[int]) -> dict[str, Any]:
    """Return the texts of the tables, and by table the numbers of those of its two sides.

    Figures that two tables share stand there once.
    """
    rows = np.array(list(places), dtype=np.int64)
    shared = {id(side): side for one in problem.tables for side in (one.seconds, one.metres)}
    texts = {key: packed(side[np.ix_(rows, rows)]) for key, side in shared.items()}
    numbers = {text: k for k, text in enumerate(dict.fromkeys(texts.values()))}
    number = {key: numbers[text] for key, text in texts.items()}
    return {
        "size": len(rows),
        "alphabet": ALPHABET,
        "last": LAST,
        "packed": list(numbers),
        "tables": [
            {"seconds": number[id(one.seconds)], "metres": number[id(one.metres)]}
            for one in problem.tables
        ],
    }


def packed(figures: _Figures) -> str:
    """Return a square table as text.

    Of every figure stands there what is left of it after the one above it, the one to the left and
    the one between those two: as a whole number without sign (0, -1, 1, -2, ...), in digits, the
    last one from the front part of the alphabet. After a 0 stands how many more of them follow.
    """
    above = np.zeros((1, figures.shape[1]), dtype=np.int64)
    parts = []
    for first in range(0, len(figures), _ROWS):
        block = figures[first : first + _ROWS].astype(np.int64)
        down = np.diff(block, axis=0, prepend=above)
        parts.append(_digits(_counted(_unsigned(np.diff(down, axis=1, prepend=0).ravel()))))
        above = block[-1:]
    return b"".join(parts).decode("ascii")


def _unsigned(numbers: _Ints) -> _Ints:
    return np.where(numbers < 0, -2 * numbers - 1, 2 * numbers)


def _counted(numbers: _Ints) -> _Ints:
    """Return the numbers with every run of zeros as one zero and the count of the others."""
    zero = numbers == 0
    begins = np.flatnonzero(zero & ~np.concatenate(([False], zero[:-1])))
    ends = np.flatnonzero(zero & ~np.concatenate((zero[1:], [False])))
    kept = ~zero
    kept[begins] = True
    place = np.cumsum(kept) - 1
    return np.insert(numbers[kept], place[begins] + 1, ends - begins)


def _digits(numbers: _Ints) -> bytes:
    """Return numbers as characters: their low digits first, the last one below `LAST`."""
    letters = np.frombuffer(ALPHABET.encode("ascii"), dtype=np.uint8)
    ends = np.cumsum(_lengths(numbers))
    text = np.empty(int(ends[-1]) if len(ends) else 0, dtype=np.uint8)
    at, left = np.concatenate(([0], ends[:-1])), numbers
    while len(left):
        last = left < LAST
        text[at[last]] = letters[left[last]]
        at, left = at[~last], left[~last]
        text[at] = letters[LAST + left % _MORE]
        at, left = at + 1, left // _MORE
    return text.tobytes()


def _lengths(numbers: _Ints) -> _Ints:
    lengths = np.ones(len(numbers), dtype=np.int64)
    least, most = LAST, int(numbers.max(initial=0))
    while least <= most:
        lengths += numbers >= least
        least *= _MORE
    return lengths
