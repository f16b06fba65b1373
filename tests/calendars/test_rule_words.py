"""A rule of recurrence in words, in every language, and on everything that shows it."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from builders import MONDAY, district, prepared, stop
from maps.plans import make_plan as map_plan

from bookcar.calendars.rule_words import how_often, rule_of, rule_sentence
from bookcar.due import due_stops
from bookcar.inputs.rules_dates import every
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.tables import unserved_csv
from bookcar.maps.coverage import coverage_map
from bookcar.maps.exports import stop_features
from bookcar.maps.routes import route_map
from bookcar.plan import PlanStop
from bookcar.planning.compose import plan_stop
from bookcar.recurrence import rrule

FIRST = dt.date(2026, 11, 30)  # a Monday

WORDS = {
    "2 weeks": ("every 2 weeks", "每 2 周一次"),
    "weekly": ("every week", "每周一次"),
    "odd weeks": ("odd weeks", "单周"),
    "even weeks": ("even weeks", "双周"),
    "1st Tue": ("1st Tuesday of the month", "每月第一个周二"),
    "1st and 3rd Mon": ("1st and 3rd Monday of the month", "每月第一、第三个周一"),
    "last Fri": ("last Friday of the month", "每月最后一个周五"),
    "1st Tue, 3rd Thu": (
        "1st Tuesday and 3rd Thursday of the month",
        "每月第一个周二和第三个周四",
    ),
    "FREQ=WEEKLY;INTERVAL=4": ("every 4 weeks, on Monday", "每 4 周的周一"),
    "FREQ=WEEKLY;BYDAY=TU,FR": ("every week, on Tuesday and Friday", "每周的周二和周五"),
    "FREQ=MONTHLY;BYDAY=1TU": ("1st Tuesday of the month", "每月第一个周二"),
    "RRULE:FREQ=MONTHLY;BYDAY=-2WE": ("2nd last Wednesday of the month", "每月倒数第二个周三"),
    "FREQ=MONTHLY;BYMONTHDAY=15": (
        "by the rule FREQ=MONTHLY;BYMONTHDAY=15",
        "按规则 FREQ=MONTHLY;BYMONTHDAY=15",
    ),
    "FREQ=MONTHLY;BYDAY=1TU;COUNT=3": (
        "by the rule FREQ=MONTHLY;BYDAY=1TU;COUNT=3",
        "按规则 FREQ=MONTHLY;BYDAY=1TU;COUNT=3",
    ),
}


@pytest.mark.parametrize("cell", WORDS)
def test_a_rule_is_said_as_it_was_written(cell: str) -> None:
    rule = every(cell).beginning(FIRST)
    assert rule is not None
    said = rule_sentence(rule)
    assert (said.text_in("en"), said.text_in("zh")) == WORDS[cell]
    assert msgspec.json.decode(msgspec.json.encode(said), type=type(said)) == said


@pytest.mark.parametrize("number", ["", "1", "2", "3", "4", "5", "-1", "-2", "-3", "-4", "-5"])
def test_every_weekday_of_the_month_has_its_words(number: str) -> None:
    said = rule_sentence(rrule(f"FREQ=MONTHLY;BYDAY={number}SU", FIRST))
    for language, word in (("en", "Sunday of the month"), ("zh", "个周日")):
        assert (word in said.text_in(language)) == bool(number)  # type: ignore[arg-type]


def test_without_a_rule_the_weeks_are_said() -> None:
    assert rule_of(stop("S1", every_weeks=3)) is None
    assert how_often(msgspec.UNSET, weeks=3, language="en") == "every 3 weeks"
    assert how_often(msgspec.UNSET, weeks=1, language="zh") == "每周一次"


def _by_rule() -> PlanStop:
    """Return the stop of a plan whose rule leaves five weeks at the most."""
    rule = every("1st Tue").beginning(None)
    tables = district(stop("S1", recurs=rule, every_weeks=5), stop("S2"))
    first, second = (plan_stop(d) for d in due_stops(prepared(tables).district, MONDAY))
    assert second.rule is msgspec.UNSET
    assert b'"rule"' not in msgspec.json.encode(second)
    return first


@pytest.mark.parametrize(
    ("language", "said"), [("en", WORDS["1st Tue"][0]), ("zh", "每月第一个周二")]
)
def test_everything_that_shows_how_often_says_the_rule(language: str, said: str) -> None:
    rule = _by_rule().rule
    plan = map_plan(stops=6, routes=1, visits=2, unserved=1, language=language)
    stops = [msgspec.structs.replace(s, rule=rule, every_weeks=5) for s in plan.stops]
    plan = msgspec.structs.replace(plan, stops=tuple(stops))
    for page in (coverage_map(plan, None), route_map(plan, None)):
        assert page.count(f'"every":"{said}"') == len(stops)
        assert "5" not in {part[:1] for part in page.split('"every":"')[1:]}
    assert {f["properties"]["every"] for f in stop_features(plan) if "kind" in f["properties"]} == {
        said
    }
    sheet = week_sheet(plan)
    assert [row.every for row in sheet.unserved] == [said]
    assert said in unserved_csv(sheet).decode("utf-8-sig")
