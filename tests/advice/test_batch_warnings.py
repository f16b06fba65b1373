"""Stops that want books, and no batch at all: told once, before a week is planned."""

from __future__ import annotations

from pathlib import Path

import builders
from inputs import folders

from bookcar.advice.batch_warnings import batch_warnings
from bookcar.check import check_district


def test_stops_that_want_books_without_a_batch_are_told_once() -> None:
    tables = builders.district(builders.stop("S1"), builders.stop("S2", books=30), batches=())
    (fault,) = batch_warnings(tables)
    assert fault.rule == "no-batches"
    assert fault.figures == {"count": 2, "books": 80}
    assert "0" in fault.fix


def test_one_batch_or_no_wish_is_nothing_to_tell() -> None:
    assert not list(batch_warnings(builders.district(builders.stop("S1"))))
    bare = builders.district(builders.stop("S1", books=0), batches=())
    assert not list(batch_warnings(bare))


def test_check_tells_it_at_the_first_such_stop(tmp_path: Path) -> None:
    folder = folders.write(tmp_path / "d", batches=None, visits=None)
    faults = [f for f in check_district(folder, roads=False).faults if f.rule == "no-batches"]
    assert [(f.file, f.row, f.value, f.severity) for f in faults] == [
        ("stops.csv", 2, "60", "warning")
    ]
