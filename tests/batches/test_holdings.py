import datetime as dt

import pytest
from builders import MONDAY, batch, district, past_visit, stop

from bookcar.batches.holdings import at_stop, collectable, had_before, months_before
from bookcar.model import BatchSettings, Settings


def _had(*visits, batches=(), months=24):
    given = district(
        stop("s1"),
        stop("s2"),
        visits=visits,
        batches=batches,
        settings=Settings(batches=BatchSettings(no_repeat_months=months)),
    )
    return had_before(given, MONDAY)


def _moved(action, date, **fields):
    return past_visit("s1", date, batch="B1", action=action, **fields)


def test_at_stop_lists_what_is_there_in_the_order_of_the_table():
    here = (batch("B2", at="s1"), batch("B1", at="s1"))
    given = district(stop("s1"), batches=(*here, batch("B3"), batch("B4", at="s2")))
    assert at_stop(given, "s1") == here


def test_bookhouses_keep_what_they_get_and_the_other_kinds_rotate():
    village, bookhouse = stop("s1"), stop("s2", kind="bookhouse")
    given = district(
        village, bookhouse, batches=(batch("B1", at="s1"), batch("B2", at="s2"), batch("B3"))
    )
    assert [b.id for b in collectable(given, village, MONDAY)] == ["B1"]
    assert collectable(given, bookhouse, MONDAY) == ()


def test_the_district_says_which_kinds_rotate():
    settings = Settings(batches=BatchSettings(rotate=("bookhouse",)))
    bookhouse = stop("s1", kind="bookhouse")
    given = district(bookhouse, batches=(batch("B1", at="s1"),), settings=settings)
    assert [b.id for b in collectable(given, bookhouse, MONDAY)] == ["B1"]


def test_what_is_there_now_counts_however_old():
    old = batch("B1", at="s1", since=dt.date(1999, 1, 1))
    assert _had(_moved("dropped", dt.date(1999, 1, 1)), batches=(old,)) == {"s1": frozenset({"B1"})}


def test_a_batch_at_a_depot_is_had_by_nobody():
    assert _had(batches=(batch("B1"),)) == {}


def test_months_are_counted_from_the_day_it_was_collected():
    dropped = _moved("dropped", dt.date(2024, 6, 1))
    assert _had(dropped, _moved("collected", dt.date(2024, 12, 1)))["s1"] == {"B1"}
    assert _had(dropped, _moved("collected", dt.date(2024, 11, 30))) == {}


def test_a_batch_never_recorded_as_collected_counts_from_its_drop():
    elsewhere = (batch("B1", at="s2"),)
    assert "s1" in _had(_moved("dropped", dt.date(2025, 1, 7)), batches=elsewhere)
    assert "s1" not in _had(_moved("dropped", dt.date(2024, 1, 7)), batches=elsewhere)


def test_a_batch_dropped_again_after_it_was_collected_counts_from_the_later_day():
    rows = (_moved("collected", dt.date(2024, 1, 1)), _moved("dropped", dt.date(2025, 1, 1)))
    assert _had(*rows)["s1"] == {"B1"}


def test_rows_that_moved_no_batch_do_not_count():
    recent = dt.date(2026, 11, 1)
    assert _had(_moved("dropped", recent, status="missed")) == {}
    assert _had(_moved("", recent)) == {}
    assert _had(past_visit("s1", recent, action="dropped")) == {}


def test_the_no_repeat_time_is_the_district_s():
    rows = (_moved("collected", dt.date(2026, 8, 31)),)
    assert _had(*rows, months=3)["s1"] == {"B1"}
    assert _had(*rows, months=2) == {}
    assert _had(*rows, months=0) == {}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 11, 30), 24, dt.date(2024, 11, 30)),
        (dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2024, 2, 29), 12, dt.date(2023, 2, 28)),
        (dt.date(2026, 1, 5), 1, dt.date(2025, 12, 5)),
        (dt.date(2026, 12, 28), 12, dt.date(2025, 12, 28)),
        (dt.date(2026, 12, 28), 0, dt.date(2026, 12, 28)),
        (dt.date(2026, 12, 28), 99_999, dt.date.min),
    ],
)
def test_months_before_goes_by_the_calendar(day, months, expected):
    assert months_before(day, months) == expected
