"""ISBNs as library systems and spreadsheets hand them out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given as forall
from hypothesis import strategies as some
from inputs import folders

from bookcar.inputs.isbns import is_isbn, isbn, with_zeros
from bookcar.inputs.reader import read_district

BATCHES = folders.BATCHES.replace("LIB,,,", "LIB,,,b1.csv")


def _ten(nine: str) -> str:
    """Return an ISBN of 10 digits by the other way to reckon: weights 1 to 9, remainder of 11."""
    check = sum(int(c) * (i + 1) for i, c in enumerate(nine)) % 11
    return nine + "0123456789X"[check]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("9787506365437", "9787506365437"),
        ("978-7-5063-6543-7", "978-7-5063-6543-7"),
        ("0679735771", "0679735771"),
        ("679735771", "0679735771"),
        ("375700455", "0375700455"),
        ("679735771.0", "0679735771"),
        ("9788437604947 (rústica) | 8437604947", "9788437604947"),
        ("ISBN 843760494X (pbk.)", "843760494X"),
        ("843760494X ; 9788437604947", "843760494X"),
        ("978-7-5063-6543-7 : CNY28.00", "978-7-5063-6543-7"),
        ("9788437604948 | 843760494X", "843760494X"),
        ("679735772", "679735772"),
        ("unknown", "unknown"),
        ("12", "12"),
    ],
)
def test_the_isbn_that_is_meant_is_read(text: str, read: str) -> None:
    assert isbn(text) == read


@forall(some.text("0123456789", min_size=9, max_size=9))
def test_zeros_that_a_spreadsheet_took_come_back(nine: str) -> None:
    whole = _ten(nine)
    assert is_isbn(whole)
    assert isbn(whole) == whole
    lost = whole.lstrip("0")
    if len(lost) in (8, 9):
        assert isbn(lost) == whole


@forall(some.text(max_size=30))
def test_nothing_but_an_isbn_is_made_of_a_text(text: str) -> None:
    restored = with_zeros(text)
    assert restored is None or is_isbn(restored)


def test_zeros_are_restored_and_told_once_a_list(tmp_path: Path) -> None:
    rows = "".join(f"Book {n},{_ten(f'{n:09d}').lstrip('0')},1\n" for n in range(1000000, 1000060))
    folder = folders.write(tmp_path / "d", batches=BATCHES, b1__csv="title,isbn,copies\n" + rows)
    checked = read_district(folder)
    (fault,) = checked.faults
    assert (fault.rule, fault.row, fault.figures["count"]) == ("isbn-zeros", 2, 60)
    assert checked.district is not None
    titles = checked.district.titles["b1.csv"]
    assert [title.isbn for title in titles] == [_ten(f"{n:09d}") for n in range(1000000, 1000060)]
