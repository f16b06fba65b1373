"""The stock over the weeks to come."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from builders import MONDAY, batch, district, holiday, past_visit, stop
from hypothesis import given, settings
from hypothesis import strategies as st

import bookcar as bc
from bookcar.inputs.reader import read
from bookcar.inputs.starter import write_starter
from bookcar.model import BatchSettings, Settings
from bookcar.pages.stock_lines import stock_lines, stock_rows
from bookcar.phrases import Phrases
from bookcar.planning.forecast import StockWeek, after_visits, forecast
from bookcar.recurrence import EveryWeeks
from bookcar.weeks import week_name


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
    """Two villages swap two batches by a third; who has had all gets the one that left it again."""
    shelf = (batch("A"), batch("B"), batch("C"))
    tables = district(_weekly("S1"), _weekly("S2"), batches=shelf)
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
    tables = district(_weekly("S1"), _weekly("S2"), batches=(*held, batch("C")))
    (week,) = forecast(tables, MONDAY, weeks=1)
    assert (week.due, week.lacking, week.left) == (("S1", "S2"), (), 1)


def test_with_nothing_in_the_store_nobody_brings_anything_back() -> None:
    """What stops hold does not come to each other by itself: a batch more sets it going."""
    held = (batch("A", at="S1"), batch("B", at="S2"))
    tables = district(_weekly("S1"), _weekly("S2"), batches=held)
    (week,) = forecast(tables, MONDAY, weeks=1)
    assert (week.due, week.lacking, week.made, week.left) == (("S1", "S2"), ("S1",), (), 1)


def test_what_the_second_visits_bring_back_is_there_in_the_next_week() -> None:
    """One batch in store serves one of four in turn, what that brings back one more."""
    stops = [_weekly(f"S{n}") for n in range(1, 5)]
    held = [batch(f"H{n}", at=f"S{n}") for n in range(1, 5)]
    (week,) = forecast(district(*stops, batches=[*held, batch("A")]), MONDAY, weeks=1)
    assert len(week.made) == 2
    assert len(week.lacking) == 1  # what it brings back serves the fourth


@pytest.mark.parametrize("store", range(4))
def test_the_weeks_turn_out_as_foretold(store: int) -> None:
    """Planned week after week, and driven, as many visits are made as without more batches."""
    stops = [stop(f"S{n}", every_weeks=2) for n in range(1, 5)]
    held = [batch(f"H{n}", at=f"S{n}") for n in range(1, 5)]
    tables = district(*stops, batches=[*held, *(batch(f"B{n}") for n in range(store))])
    foretold = [len(week.made) for week in forecast(tables, MONDAY, weeks=5)]
    made = []
    for n in range(5):
        plan = bc.plan_week(tables, week_name(MONDAY + dt.timedelta(weeks=n)), effort="quick")
        rows = [
            past_visit(visit.stop, route.date, **more)
            for route in plan.routes
            for visit in route.visits
            for more in (
                {},
                *({"batch": one, "action": "collected", "depot": "D"} for one in visit.collects),
                *({"batch": one, "action": "dropped"} for one in visit.drops),
            )
        ]
        tables = after_visits(tables, rows, store="D")
        made.append(plan.totals.served)
    assert sum(foretold) <= sum(made) <= sum(foretold) + store
    assert foretold[0] <= made[0]


def test_a_batch_made_up_goes_round_with_the_others() -> None:
    """With one batch for two villages two are needed, and no more: one lies in the store."""
    setting = Settings(batches=BatchSettings(no_repeat_months=0))
    tables = district(_weekly("S1"), _weekly("S2"), batches=(batch("A"),), settings=setting)
    weeks = forecast(tables, MONDAY, weeks=6)
    assert [len(week.lacking) for week in weeks] == [1, 1, 0, 0, 0, 0]


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
            "The batches run out in 2026-W53 if every due stop is visited: 3 stops find none that "
            "week. Until 2027-W08 5 more batches are needed, with 408 books: school 3, bookhouse "
            "1, tea house 1."
        ),
        (
            "Without more batches 10 of 27 visits are made until 2027-W08: on average of these "
            "weeks one every 10.8 weeks instead of every 4 weeks."
        ),
    ]
    zh, _ = stock_lines(tables, weeks, Phrases("zh"))
    assert zh.startswith("若到期的站点全部服务，图书在 2026-W53 用完：当周 3 个站点没有可送的书。")
    assert stock_rows(weeks)[4] == {
        "week": "2026-W53",
        "due": 6,
        "again": (),
        "lacking": ("S1", "S2", "S4"),
        "left": 3,
        "made": 2,
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
