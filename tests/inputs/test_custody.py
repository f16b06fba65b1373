"""Records that cannot be are refused, and odd ones that can be are not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from inputs import folders as given

from bookcar.errors import Fault
from bookcar.inputs.reader import read_district

HEAD = "date,stop,vehicle,batch,action,books,status,arrive,leave,km\n"
CUSTODY = {
    "visit-in-future", "leaves-before-arrives", "day-km-differ", "visit-twice",
    "more-books-than-batch", "batch-not-there",
}  # fmt: skip


def _found(folder: Path, *rows: str, today: dt.date | None = None, **changed: str) -> list[Fault]:
    """Return what the rules of custody find in visits of these rows."""
    given.write(folder, visits=HEAD + "".join(f"{row}\n" for row in rows), **changed)
    return [f for f in read_district(folder, today=today).faults if f.rule in CUSTODY]


def _told(faults: list[Fault]) -> list[tuple[str, str, int | None, str]]:
    return [(f.rule, f.variant, f.row, f.severity) for f in faults]


def test_a_visit_is_in_the_future_only_by_a_day_that_is_given(tmp_path: Path) -> None:
    row = "2026-11-30,S1,V1,,,,done"
    assert _found(tmp_path / "a", row) == []
    assert _found(tmp_path / "b", row, today=dt.date(2026, 11, 30)) == []
    (fault,) = _found(tmp_path / "c", row, today=dt.date(2026, 11, 29))
    assert (fault.rule, fault.row, fault.column) == ("visit-in-future", 2, "date")
    assert "today is Sun 29 Nov" in fault.problem


def test_a_car_leaves_when_it_has_arrived(tmp_path: Path) -> None:
    rows = ("2026-10-05,S1,V1,,,,done,09:00,08:50,", "2026-10-06,S1,V1,,,,done,09:00,09:00,")
    assert _told(_found(tmp_path / "d", *rows)) == [("leaves-before-arrives", "", 2, "error")]


def test_a_day_of_a_vehicle_has_one_distance(tmp_path: Path) -> None:
    days = enumerate((("V1", 80), ("V1", 80), ("V2", 90), ("V1", 81)), 1)
    rows = [f"2026-10-05,S{i},{car},,,,done,,,{km}" for i, (car, km) in days]
    (fault,) = _found(tmp_path / "d", *rows)
    assert (fault.rule, fault.row, fault.value) == ("day-km-differ", 5, "81")
    assert "by row 2: 80.0 km" in fault.problem


def test_a_row_twice_is_an_error_where_it_moves_a_batch(tmp_path: Path) -> None:
    moves = "2026-10-05,S1,V1,B1,dropped,60,done"
    assert _told(_found(tmp_path / "a", moves, moves)) == [("visit-twice", "", 3, "error")]
    bare = "2026-10-05,S1,V1,,,,done"
    assert _told(_found(tmp_path / "b", bare, bare)) == [("visit-twice", "", 3, "warning")]
    morning_and_evening = (bare + ",09:00,,", bare + ",17:00,,")
    assert _found(tmp_path / "c", *morning_and_evening) == []


def test_more_books_than_the_batch_has_is_told(tmp_path: Path) -> None:
    found = _found(tmp_path / "d", "2026-10-05,S1,V1,B1,dropped,61,done")
    assert _told(found) == [("more-books-than-batch", "", 2, "warning")]


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        (("10-05,S1,dropped", "10-06,S3,dropped"), [("", 3)]),
        (("10-05,S1,dropped", "10-06,S1,dropped"), [("", 3)]),
        (("10-05,S1,dropped", "10-06,S1,collected", "10-06,S3,dropped"), []),
        (("10-05,S1,dropped", "10-06,S3,collected"), [("elsewhere", 3)]),
        (("10-05,S1,collected", "10-06,S1,collected"), [("away", 3)]),
        (("10-06,S3,dropped", "10-05,S1,dropped"), [("", 2)]),
        (("10-05,S1,collected",), []),
    ],
)  # fmt: skip
def test_a_batch_is_in_one_place_at_a_time(
    tmp_path: Path, rows: tuple[str, ...], faults: list[tuple[str, int]]
) -> None:
    """B1 has no since: nobody says where it was before its first movement."""
    days = [row.split(",") for row in rows]
    found = _found(tmp_path / "d", *(f"2026-{d},{s},V1,B1,{a},60,done" for d, s, a in days))
    assert [(f.variant, f.row) for f in found] == faults
    assert all(f.rule == "batch-not-there" and f.severity == "error" for f in found)


def test_a_missed_visit_moves_nothing(tmp_path: Path) -> None:
    rows = ("2026-10-05,S1,V1,B1,dropped,60,done", "2026-10-06,S3,V1,B1,dropped,60,missed")
    assert _found(tmp_path / "d", *rows) == []


def test_the_batches_table_overrules_what_moved_before_its_day(tmp_path: Path) -> None:
    """B2 is at S2 since 1 September, by its row."""
    history = ("2026-08-01,S1,V1,B2,dropped,120,done", "2026-09-01,S3,V1,B2,dropped,120,done")
    assert _found(tmp_path / "a", *history, "2026-09-02,S2,V1,B2,collected,120,done") == []
    dropped = [f"2026-09-{day},S{day},V1,B2,dropped,120,done" for day in ("03", "04")]
    (fault,) = _found(tmp_path / "b", *history, *(row.replace("S0", "S") for row in dropped))
    assert (fault.variant, fault.row) == ("", 5)
    assert "where it has been since Thu 3 Sep (row 4)" in fault.problem
