"""Compiled files that are not what was written are compiled anew, and not read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numba.core.errors import NumbaError

from bookcar.compiled import by_address, called, compiled

# A small kernel of its own, kept in a folder of its own.
KERNEL = """\
import sys
from bookcar.compiled import entry

@entry
def double(n):
    return 2 * n

print(double(21), sum(double.stats.cache_hits.values()))
"""


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    path = tmp_path / "kernel.py"
    path.write_text(KERNEL)
    return path


def _run(kernel: Path) -> str:
    done = subprocess.run([sys.executable, str(kernel)], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _kept(kernel: Path) -> list[Path]:
    return sorted((kernel.parent / "__pycache__").glob("*.nb[ci]"))


def test_what_was_compiled_is_kept_for_the_next_start(kernel: Path) -> None:
    assert [_run(kernel) for _ in range(2)] == ["42 0", "42 1"]


@pytest.mark.parametrize("content", [b"", b"garbage", None])
@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_file_is_compiled_anew(kernel: Path, which: int, content: bytes | None) -> None:
    _run(kernel)
    path = _kept(kernel)[which]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert [_run(kernel) for _ in range(2)] == ["42 0", "42 1"]


def test_without_a_list_of_what_was_written_nothing_is_trusted(kernel: Path) -> None:
    _run(kernel)
    (kernel.parent / "__pycache__" / "kernel.json").write_bytes(b"{")
    assert [_run(kernel) for _ in range(2)] == ["42 0", "42 1"]


def test_other_code_beside_it_compiles_it_anew(kernel: Path) -> None:
    _run(kernel)
    (kernel.parent / "more.py").write_text("NOTHING = 0\n")
    assert [_run(kernel) for _ in range(2)] == ["42 0", "42 1"]


def test_no_cache_at_all_is_no_trouble(kernel: Path) -> None:
    _run(kernel)
    shutil.rmtree(kernel.parent / "__pycache__")
    assert _run(kernel) == "42 0"


@by_address
class Shelf(NamedTuple):
    """Arrays of one and two axes, and a figure."""

    counts: np.ndarray
    table: np.ndarray
    factor: float


@by_address
class Room(NamedTuple):
    """Another such tuple, records, and an array of nothing."""

    shelf: Shelf
    books: np.ndarray
    none: np.ndarray


BOOK = np.dtype([("pages", "i4"), ("price", "f8")], align=True)


@compiled
def _turn(room: Room, book: int) -> float:
    room.shelf.counts[book] += len(room.none) + room.shelf.counts.size
    record = room.books[book]
    record.pages += 1
    return record.pages * room.shelf.factor + room.shelf.table[book, 1] + room.shelf.table.shape[0]


@compiled
def turn_all(room: Room) -> float:
    total = 0.0
    for book in range(len(room.books)):
        total += _turn(room, book)
    return total


def _room() -> Room:
    books = np.array([(10, 1.0), (20, 2.0), (30, 3.0)], dtype=BOOK)
    table = np.arange(12, dtype=np.int32).reshape(3, 4)
    shelf = Shelf(counts=np.zeros(3, dtype=np.int64), table=table, factor=0.5)
    return Room(shelf=shelf, books=books, none=np.zeros((0, 4), dtype=np.uint8))


def _in_python(room: Room) -> float:
    total = 0.0
    for book in range(len(room.books)):
        room.shelf.counts[book] += len(room.none) + room.shelf.counts.size
        room.books["pages"][book] += 1
        total += room.books["pages"][book] * room.shelf.factor + room.shelf.table[book, 1]
        total += room.shelf.table.shape[0]
    return total


def test_a_kernel_reads_and_writes_by_address_what_python_does() -> None:
    ours, pythons = _room(), _room()
    turn = called(turn_all)
    for _ in range(3):
        assert turn(ours) == _in_python(pythons)
    assert ours.shelf.counts.tolist() == pythons.shelf.counts.tolist() == [9, 9, 9]
    assert ours.books.tolist() == pythons.books.tolist()


def test_a_tuple_of_other_arrays_is_compiled_for_those() -> None:
    room = _room()
    halves = room.shelf.table.astype(np.float64) + 0.5
    other = room._replace(shelf=room.shelf._replace(table=halves))
    turn = called(turn_all)
    assert turn(_room()) == _in_python(_room())
    assert turn(other) == _in_python(_room()) + 1.5


def test_what_is_no_array_is_refused() -> None:
    with pytest.raises(NumbaError):
        called(turn_all)(_room()._replace(books=None))  # type: ignore[arg-type]


def test_python_calls_no_inner_function() -> None:
    with pytest.raises(SystemError):
        turn_all(_room())
