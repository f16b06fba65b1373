"""A batch that no car carries is told by what really fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from inputs import folders as given

from bookcar.errors import Fault
from bookcar.inputs.reader import read_district

ROOMY, STRONG = "V1,,LIB,1200,100,200,8,,\n", "V2,,LIB,300,400,200,8,,\n"
HEAD = "id,name,depot,books,kg,max_km,max_hours,days,profile\n"


def _found(folder: Path, cars: str, batch: str) -> list[Fault]:
    batches = f"id,books,kg,at\n{batch}\nB2,120,40,S2\n"
    given.write(folder, vehicles=HEAD + cars, batches=batches)
    faults = read_district(folder).faults
    return [fault for fault in faults if fault.rule == "batch-larger-than-any-car"]


@pytest.mark.parametrize("batch", ["B1,1200,100,LIB", "B1,300,400,LIB", "B1,100,100,LIB"])
def test_what_one_car_carries_is_not_too_large(tmp_path: Path, batch: str) -> None:
    assert _found(tmp_path / "d", ROOMY + STRONG, batch) == []


@pytest.mark.parametrize(
    ("batch", "where", "said"),
    [
        ("B1,1201,90,LIB", ":books", ["1,201 books", "most is 1,200 books"]),
        ("B1,200,401,LIB", "kg:kg", ["401 kg", "most is 400 kg"]),
        ("B1,1201,401,LIB", "both:books", ["1,200 books, and 400 kg"]),
        ("B1,800,200,LIB", "apart:kg", ["(V1) carry at most 100 kg", "(V2) at most 300 books"]),
    ],
)
def test_each_limit_that_fails_is_told_and_no_other(
    tmp_path: Path, batch: str, where: str, said: list[str]
) -> None:
    (fault,) = _found(tmp_path / "d", ROOMY + STRONG, batch)
    assert (f"{fault.variant}:{fault.column}", fault.row) == (where, 2)
    for text in said:
        assert text in fault.problem
    assert ("kg" in fault.problem) == (where != ":books")


def test_a_car_without_a_limit_of_weight_fails_by_books_alone(tmp_path: Path) -> None:
    (fault,) = _found(tmp_path / "d", ROOMY + "V3,,LIB,500,,200,8,,\n", "B1,800,200,LIB")
    assert "those with room for the books (V1) carry at most 100 kg" in fault.problem
    assert "those that carry the weight (V3) at most 500 books" in fault.problem
