"""The stock over the weeks to come."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from builders import MONDAY, batch, district, holiday, past_visit, stop
from hypothesis import given, settings
from hypothesis import strategies as st

from bookcar.inputs.reader import read
from bookcar.inputs.starter import write_starter
from bookcar.model import BatchSettings, Settings
from bookcar.pages.stock_lines import stock_lines, stock_rows
from bookcar.phrases import Phrases
from bookcar.planning.forecast import StockWeek, forecast
from bookcar.recurrence import EveryWeeks


def _lacking(weeks: tuple[StockWeek, ...]) -> dict[int, tuple[str, ...]]:
    """Return the stops that find none, by how many weeks ahead."""
    return {n: week.lacking for n, week in enumerate(weeks) if week.lacking}


def _weekly(id: str, **fields: Any):
    return stop(id, every_weeks=1, **fields)


def test_what_stays_is_used_up_and_then_made_up() -> None:
    """Three batches for a bookhouse that keeps one each week."""
    tables = district(_weekly("S1", kind="bookhouse"), batches=[batch(f"B{n}") for n in range(3)])
    weeks = forecast(tables, MONDAY, weeks=5)
    assert [week.left for week in weeks] == [2, 1, 0, 0, 0]
    assert _lacking(weeks) == {3: ("S1",), 4: ("S1",)}


def test_what_goes_round_lasts_until_everybody_has_had_it() -> None:
    """Two villages swap two batches; then each has had both, and the one that left comes again."""
    tables = district(_weekly("S1"), _weekly("S2"), batches=(batch("A"), batch("B")))
    weeks = forecast(tables, MONDAY, weeks=3)
    assert _lacking(weeks[:2]) == {}
    assert [week.again for week in weeks[:2]] == [(), ()]
    spare = district(_weekly("S1"), batches=(batch("A"), batch("B")))
    assert [week.again for week in forecast(spare, MONDAY, weeks=4)] == [(), (), ("S1",), ("S1",)]


def test_months_without_a_repeat_end() -> None:
    """A batch that left two months ago is new again where none is had twice within one."""
    setting = Settings(batches=BatchSettings(no_repeat_months=1))
    tables = district(stop("S1", every_weeks=8), batches=(batch("A"), batch("B")), settings=setting)
    weeks = forecast(tables, MONDAY, weeks=26)
    assert not any(week.again or week.lacking for week in weeks)


def test_what_the_first_visits_bring_back_serves_the_others_of_the_week() -> None:
    held = (batch("A", at="S1"), batch("B", at="S2"))
    tables = district(_weekly("S1"), _weekly("S2"), batches=held)
    (week,) = forecast(tables, MONDAY, weeks=1)
    assert (week.due, week.lacking, week.left) == (("S1", "S2"), (), 0)


def test_a_batch_made_up_goes_round_with_the_others() -> None:
    """With one batch for two villages one is needed, and no more: they swap."""
    setting = Settings(batches=BatchSettings(no_repeat_months=0))
    tables = district(_weekly("S1"), _weekly("S2"), batches=(batch("A"),), settings=setting)
    weeks = forecast(tables, MONDAY, weeks=6)
    assert [len(week.lacking) for week in weeks] == [1, 0, 0, 0, 0, 0]


def test_only_stops_that_a_car_can_visit_ask_for_books() -> None:
    tables = district(
        _weekly("S1", access="foot"),
        _weekly("S2", books=0),
        _weekly("S3", weekdays=(6,)),
        _weekly("S4"),
    )
    (week,) = forecast(tables, MONDAY, weeks=1)
    assert week.due == ("S4",)


def test_rules_and_the_calendar_say_who_is_due() -> None:
    rule = EveryWeeks(weeks=2, first=MONDAY)
    rest = holiday(MONDAY + dt.timedelta(weeks=2), MONDAY + dt.timedelta(days=20), does="halt")
    tables = district(stop("S1", recurs=rule), calendar=(rest,))
    weeks = forecast(tables, MONDAY, weeks=6)
    assert [n for n, week in enumerate(weeks) if week.due] == [0, 3, 5]


def test_a_week_that_has_begun_is_forecast_from_its_monday() -> None:
    done = past_visit("S1", MONDAY, batch="B001", action="dropped")
    listed = (batch("B001"),)
    tables = district(stop("S1"), visits=(done,), listed=listed, batches=(batch("B001", at="S1"),))
    (week,) = forecast(tables, MONDAY, weeks=1)
    assert (week.due, week.left) == (("S1",), 0)


@settings(max_examples=25, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(["village", "bookhouse"]), min_size=1, max_size=5),
    count=st.integers(0, 6),
    months=st.sampled_from([0, 1, 24]),
)
def test_no_batch_is_lost_or_in_two_places(kinds: list[str], count: int, months: int) -> None:
    """Those in the depots and those at stops are all there were and all that was made up."""
    stops = [stop(f"S{n}", kind=kind, every_weeks=1 + n % 3) for n, kind in enumerate(kinds)]
    setting = Settings(batches=BatchSettings(no_repeat_months=months))
    shelf = tuple(batch(f"B{n}") for n in range(count))
    weeks = forecast(district(*stops, batches=shelf, settings=setting), MONDAY, weeks=8)
    made, kept = 0, [0] * len(stops)
    for week in weeks:
        made += len(week.lacking)
        for n, place in enumerate(stops):
            if place.id in week.due and (place.id not in week.again):
                kept[n] = 1 if place.kind == "village" else kept[n] + 1
            elif place.id in week.again and place.kind == "bookhouse":
                kept[n] += 1
        assert week.left == count + made - sum(kept)


def _starter(folder: Path) -> Path:
    write_starter(folder, name="County", language="en")
    return folder


def test_check_says_when_the_starters_books_run_out_in_both_languages(tmp_path: Path) -> None:
    """As it does when it is lived through; nothing said so."""
    tables = read(_starter(tmp_path / "county"))
    weeks = forecast(tables, MONDAY, weeks=13)
    assert list(stock_lines(tables, weeks, Phrases("en"))) == [
        (
            "The batches run out in 2027-W02 if every due stop is visited: 1 stop finds none that "
            "week. Until 2027-W08 2 more batches are needed, with 200 books: school 2."
        ),
        (
            "Without more batches 13 of 27 visits are made until 2027-W08: on average of these "
            "weeks one every 8.3 weeks instead of every 4 weeks."
        ),
    ]
    zh, _ = stock_lines(tables, weeks, Phrases("zh"))
    assert zh.startswith("若到期的站点全部服务，图书在 2027-W02 用完：当周 1 个站点没有可送的书。")
    assert stock_rows(weeks)[6] == {
        "week": "2027-W02",
        "due": 1,
        "again": (),
        "lacking": ("S2",),
        "left": 1,
        "made": 0,
    }


@pytest.mark.parametrize(("count", "said"), [(8, "The batches last until"), (0, "")])
def test_check_says_when_the_books_last(count: int, said: str) -> None:
    shelf = tuple(batch(f"B{n}") for n in range(count))
    tables = district(_weekly("S1"), batches=shelf)
    weeks = forecast(tables, MONDAY, weeks=4) if count else ()
    assert "".join(stock_lines(tables, weeks, Phrases("en"))).startswith(said)


def test_without_more_batches_the_visits_that_are_made_lie_further_apart() -> None:
    """Two bookhouses want one each week for six weeks: of twelve visits three find a batch."""
    tables = district(
        _weekly("S1", kind="bookhouse"),
        _weekly("S2", kind="bookhouse"),
        batches=[batch(f"B{n}") for n in range(3)],
    )
    weeks = forecast(tables, MONDAY, weeks=6)
    assert sum(len(week.due) for week in weeks) == 12
    assert [len(week.made) for week in weeks] == [2, 1, 0, 0, 0, 0]
    said = list(stock_lines(tables, weeks, Phrases("en")))
    assert said[1] == (
        "Without more batches 3 of 12 visits are made until 2027-W01: on average of these "
        "weeks one every 4.0 weeks instead of every week."
    )
    assert "12 次服务中只能完成 3 次" in list(stock_lines(tables, weeks, Phrases("zh")))[1]


def test_who_finds_none_gives_nothing_back() -> None:
    """Of two villages one gets the only batch, and nobody comes again."""
    settings_ = Settings(batches=BatchSettings(no_repeat_months=0))
    tables = district(_weekly("S1"), _weekly("S2"), batches=[batch("B1")], settings=settings_)
    weeks = forecast(tables, MONDAY, weeks=4)
    assert [len(week.made) for week in weeks] == [1, 0, 0, 0]
    none = district(_weekly("S1"), batches=[batch("B1", at="S2")], settings=settings_)
    assert [week.made for week in forecast(none, MONDAY, weeks=2)] == [(), ()]
    (_, said) = stock_lines(none, forecast(none, MONDAY, weeks=2), Phrases("en"))
    assert said == "Without more batches 0 of 2 visits are made until 2026-W50."
