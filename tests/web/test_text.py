"""Names made safe to print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookcar.web.text import BREAK, cut, printable, wrapped


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("a\nb\tc\rd", "a b c d"),
        ("abc\u202edef\u2066ghi\u200f", "abcdefghi"),
        ("e\u0301", "é"),
        ("x\x00y\x1bz", "x y z"),
        ("\ufeff塆\ufffe塝", "塆 塝"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_printable(given_text: str, shown: str) -> None:
    assert printable(given_text) == shown


@given(st.text())
def test_printable_is_one_line_and_stays_as_it_is(text: str) -> None:
    once = printable(text)
    assert printable(once) == once
    assert len(once.splitlines()) <= 1


@given(st.text(), st.floats(5, 20))
def test_wrapping_only_adds_places_to_break(text: str, ems: float) -> None:
    plain = printable(text).replace(BREAK, "")
    assert wrapped(plain, ems).replace(BREAK, "") == plain


def test_only_words_too_long_get_places_to_break() -> None:
    assert wrapped("Sant Julià de Lòria", 10) == "Sant Julià de Lòria"
    assert wrapped("花" * 300, 10) == "花" * 300  # may break anywhere as it is
    pieces = wrapped("W" * 300, 10).split(BREAK)
    assert max(map(len, pieces)) == 9


def test_no_break_parts_a_letter_from_its_mark() -> None:
    text = wrapped("a\u0323" * 40, 6)
    assert BREAK in text
    assert f"{BREAK}\u0323" not in text


def test_cut() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
