"""Cells about dates: how often a stop is visited, and what becomes of a visit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from inputs import folders as given

from bookcar.inputs.rules_cells import BadCell
from bookcar.inputs.rules_dates import Does, Every, does, every
from bookcar.model import CalendarEntry
from bookcar.recurrence import EveryWeeks, IsoWeeks, MonthWeekdays

D = dt.date


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2 weeks", Every(weeks=2)),
        ("every 3 weeks", Every(weeks=3)),
        ("1 Week", Every(weeks=1)),
        ("fortnightly", Every(weeks=2)),
        ("每２周", Every(weeks=2)),
        ("每三周一次", Every(weeks=3)),
        ("两周一次", Every(weeks=2)),
        ("隔周", Every(weeks=2)),
        ("odd weeks", Every(named=IsoWeeks(odd=True))),
        ("双周", Every(named=IsoWeeks(odd=False))),
        ("1st Tue", Every(named=MonthWeekdays(nth=((1, 1),)))),
        ("Third Monday of the month", Every(named=MonthWeekdays(nth=((3, 0),)))),
        ("1st and 3rd Wed", Every(named=MonthWeekdays(nth=((1, 2), (3, 2))))),
        ("1st Mon, 2nd Tue", Every(named=MonthWeekdays(nth=((1, 0), (2, 1))))),
        ("last Fri", Every(named=MonthWeekdays(nth=((-1, 4),)))),
        ("每月第一个周二", Every(named=MonthWeekdays(nth=((1, 1),)))),
        ("第2个星期三、第4个星期三", Every(named=MonthWeekdays(nth=((2, 2), (4, 2))))),
        ("最后一个周五", Every(named=MonthWeekdays(nth=((-1, 4),)))),
        ("FREQ=WEEKLY;INTERVAL=4", Every(rrule="FREQ=WEEKLY;INTERVAL=4")),
        ("RRULE:FREQ=MONTHLY;BYDAY=2MO", Every(named=MonthWeekdays(nth=((2, 0),)))),
        ("freq=monthly;byday=1TU,-1FR", Every(named=MonthWeekdays(nth=((-1, 4), (1, 1))))),
        ("FREQ=MONTHLY;BYDAY=MO", Every(rrule="FREQ=MONTHLY;BYDAY=MO")),
        ("le 1er mardi du mois", Every(named=MonthWeekdays(nth=((1, 1),)))),
        ("alle zwei Wochen", Every(weeks=2)),
    ],
)
def test_how_often_is_understood_as_people_write_it(text: str, rule: Every) -> None:
    assert every(text) == rule


@pytest.mark.parametrize("text", ["2", "monthly", "Tue", "3rd", "6th Mon", "第三周", "often"])
def test_what_says_nothing_of_how_often_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="bad-recurrence"):
        every(text)


def test_a_rule_begins_with_its_first_visit() -> None:
    first = D(2027, 1, 5)
    assert every("2 weeks").beginning(first) == EveryWeeks(weeks=2, first=first)
    assert every("2 weeks").beginning(None) is None
    assert every("odd weeks").beginning(first) == IsoWeeks(odd=True, first=first)
    weekly = every("FREQ=WEEKLY;INTERVAL=4").beginning(first)
    assert weekly == EveryWeeks(weeks=4, first=first, weekdays=(1,))


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("drop", Does("drop")),
        ("Halt", Does("halt")),
        ("取消", Does("drop")),
        ("顺延", Does("halt")),
        ("move 2026-05-04", Does("move", D(2026, 5, 4))),
        ("move to 2026/5/4", Does("move", D(2026, 5, 4))),
        ("改到2026年5月4日", Does("move", D(2026, 5, 4))),
    ],
)
def test_what_becomes_of_a_visit_is_understood(text: str, effect: Does) -> None:
    assert does(text) == effect


STOPS = """\
id,name,kind,lon,lat,books,首次服务,服务频率,every_weeks,仅上课日
S1,x,village,106.61,28.95,60,2027-01-05,,3,
S2,y,school,106.62,28.95,60,,第一个周二,,是
S3,z,village,106.63,28.95,60,,2 weeks,,
"""
CALENDAR = """\
开始日期,结束日期,事项,适用于,处理,备注
2027-02-06,2027-02-12,节假日,,改到 2027-02-20,春节
2027-01-18,2027-02-21,学校放假,学校,暂停,
2027-03-01,,车辆停驶,V1 V2,,年检
2027-03-02,,shut,S1 teahouse,drop,
"""
BARE = {"visits": None, "requests": None, "batches": None}


def test_rules_and_calendar_are_read_from_the_tables(tmp_path: Path) -> None:
    stops = STOPS.replace(",60,", ",0,") + "S4,t,teahouse,106.64,28.95,0,,,,\n"
    checked = given.check(tmp_path, stops=stops, calendar=CALENDAR, **BARE)
    district = checked.district
    assert district is not None
    assert [fault.rule for fault in checked.faults] == []
    rules = [(stop.recurs, stop.every_weeks, stop.school_days) for stop in district.stops]
    assert rules == [
        (EveryWeeks(weeks=3, first=D(2027, 1, 5)), 3, False),
        (MonthWeekdays(nth=((1, 1),)), 5, True),
        (None, 2, False),
        (None, 4, False),
    ]
    assert district.calendar == (
        CalendarEntry(
            first=D(2027, 2, 6),
            last=D(2027, 2, 12),
            what="holiday",
            does="move",
            to=D(2027, 2, 20),
            note="春节",
            row=2,
        ),
        CalendarEntry(
            first=D(2027, 1, 18),
            last=D(2027, 2, 21),
            what="school holiday",
            kinds=("school",),
            does="halt",
            row=3,
        ),
        CalendarEntry(
            first=D(2027, 3, 1),
            last=D(2027, 3, 1),
            what="car off",
            vehicles=("V1", "V2"),
            note="年检",
            row=4,
        ),
        CalendarEntry(
            first=D(2027, 3, 2),
            last=D(2027, 3, 2),
            what="shut",
            kinds=("teahouse",),
            stops=("S1",),
            row=5,
        ),
    )


def test_all_faults_of_a_calendar_are_told_at_once_in_both_languages(tmp_path: Path) -> None:
    rows = (
        "from,to,what,applies,does\n"
        "2027-13-01,,holiday,,\n"
        "2027-01-01,2026-01-01,rest,,\n"
        "2027-01-01,,car off,S1,postpone\n"
        "2027-01-01,,shut,nobody,\n"
    )
    found = given.check(tmp_path, calendar=rows).errors
    assert [(fault.row, fault.rule) for fault in found] == [
        (2, "bad-date"),
        (3, "ends-before-begins"),
        (4, "bad-effect"),
        (4, "wrong-applies"),
        (5, "unknown-applies"),
    ]
    assert found[4].problem == "'nobody' is no kind of stop, no vehicle and no stop."
    assert found[4].problem_in("zh") == "“nobody”既不是站点类型，也不是车辆或站点。"
