"""Times of day as people and spreadsheets write them: single ones, spans, columns of them."""

from __future__ import annotations

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from bookcar.inputs import rules_times as times
from bookcar.inputs.columns import tables
from bookcar.inputs.rules_cells import BadCell, Noted

H, M = 3600, 60


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("8:00", 8 * H),
        ("08：30", 8 * H + 30 * M),
        ("08:30:00", 8 * H + 30 * M),
        ("10.30", 10 * H + 30 * M),
        ("10h30", 10 * H + 30 * M),
        ("10h", 10 * H),
        ("1030", 10 * H + 30 * M),
        ("930", 9 * H + 30 * M),
        ("1.30pm", 13 * H + 30 * M),
        ("10:30 a.m.", 10 * H + 30 * M),
        ("12:00 AM", 0),
        ("4pm", 16 * H),
        ("12 noon", 12 * H),
        ("10.30 Uhr", 10 * H + 30 * M),
        ("kl. 10.30", 10 * H + 30 * M),
        ("09:30:00Z", 9 * H + 30 * M),
        ("1899-12-30 10:30:00", 10 * H + 30 * M),
        ("0.4375", 10 * H + 30 * M),
        ("8点", 8 * H),
        ("8点半", 8 * H + 30 * M),
        ("8点15分", 8 * H + 15 * M),
        ("下午2:00", 14 * H),
        ("上午12:30", 30 * M),
        ("24:00", 24 * H),
    ],
)
def test_times_in_every_spelling(text: str, seconds: int) -> None:
    assert times.time(text) == seconds


@pytest.mark.parametrize(
    "text", ["8", "24:01", "08:60", "13:00 pm", "-1:00", "2500", "10:30:99x", "0.5", "noonish", ""]
)
def test_what_is_not_a_time_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="bad-time"):
        times.time(text)


def test_several_times_stand_in_one_cell() -> None:
    assert times.times("08:00 14:00") == (8 * H, 14 * H)
    assert times.times("08：00、14：00") == (8 * H, 14 * H)
    assert times.times("8:00 AM 2:00 pm") == (8 * H, 14 * H)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("10:30-11:15", "10:30 11:15"),
        ("10:30 – 11:15", "10:30 11:15"),
        ("1.30 - 2.00pm", "13:30 14:00"),
        ("11.30 - 12.30pm", "11:30 12:30"),
        ("11am - 1.30", "11:00 13:30"),
        ("9-10.30", "09:00 10:30"),
        ("10h à 11h30", "10:00 11:30"),
        ("von 10 bis 11.30 Uhr", "10:00 11:30"),
        ("de 9h30 a 10h15", "09:30 10:15"),
        ("上午8:30至11:30", "08:30 11:30"),
    ],
)
def test_a_span_is_two_times_in_their_halves_of_the_day(text: str, span: str) -> None:
    (found,) = times.spans(text)
    assert " ".join(map(times.text_of, found)) == span
    assert times.without_spans(text) == ""


@pytest.mark.parametrize("text", ["10-11", "2019-01-14", "Mon 3-4", "tel. 01234-567890"])
def test_what_is_no_span_of_time_is_none(text: str) -> None:
    assert times.spans(text) == []


def test_what_stands_beside_a_span_is_kept() -> None:
    assert times.without_spans("3.10 - 3.20pm on Wednesdays") == "on wednesdays"


def _column(*texts: str) -> list[object]:
    """Return what a column of times makes of its cells: seconds, a note's time, or a fault."""
    column = tables()["stops"].columns["opens"]
    assert column.settle
    parse = column.settle(column.parse, texts)
    return [_read(parse, text) for text in texts]


def _read(parse: object, text: str) -> object:
    try:
        value = parse(text)  # type: ignore[operator]
    except BadCell as bad:
        return bad.variant
    return (value.told.rule, value.value) if isinstance(value, Noted) else value


def test_a_lost_nought_is_told_where_the_column_says_it_was_one() -> None:
    half_past = ("time-lost-zero", (10 * H + 30 * M,))
    assert _column("10.3", "9.45") == [half_past, (9 * H + 45 * M,)]
    assert _column("10.3") == [half_past]
    assert _column("11", "10.30")[0] == ("time-lost-zero", (11 * H,))


def test_half_past_ten_or_ten_to_eleven_is_an_error_with_both() -> None:
    assert _column("10.5") == ["two"]
    assert _column("10.5", "10.45")[0] == ("time-lost-zero", (10 * H + 50 * M,))


@over(st.text(alphabet="0123456789.:h -amp点半下午到", max_size=12))
def test_no_text_is_a_time_beyond_the_day(text: str) -> None:
    try:
        seconds = times.time(text)
    except BadCell:
        return
    assert 0 <= seconds <= 86_400
    assert times.time(times.text_of(seconds)) == seconds
