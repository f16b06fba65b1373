"""The table of promises: read with all its columns, and its faults told at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from inputs import folders as given

from bookcar.inputs.reader import read_district
from bookcar.model import TimetableEntry
from bookcar.phrases import LANGUAGES

BARE = {"visits": None, "requests": None}
D = dt.date

TABLE = """\
站点,日期,车辆,到达,离开,状态,原定日期,通知日期,备注
S1,2027-01-04,V1,09:30,10:00,,,,
S2,2027-01-05,,,,改期,2027-01-04,2026-12-20,修路
S3,2027-01-06,V1,14:00,,取消,,2026-12-20,
"""


def test_promises_are_read_with_what_became_of_them(tmp_path: Path) -> None:
    checked = given.check(tmp_path, timetable=TABLE, **BARE)
    assert [fault.rule for fault in checked.faults] == []
    assert checked.district is not None
    assert checked.district.timetable == (
        TimetableEntry(
            stop="S1", date=D(2027, 1, 4), vehicle="V1", arrive=34_200, leave=36_000, row=2
        ),
        TimetableEntry(
            stop="S2",
            date=D(2027, 1, 5),
            status="moved",
            was=D(2027, 1, 4),
            told=D(2026, 12, 20),
            note="修路",
            row=3,
        ),
        TimetableEntry(
            stop="S3",
            date=D(2027, 1, 6),
            vehicle="V1",
            arrive=50_400,
            status="cancelled",
            told=D(2026, 12, 20),
            row=4,
        ),
    )
    assert [entry.stands for entry in checked.district.timetable] == [True, True, False]


def test_all_faults_of_a_timetable_are_told_at_once_in_both_languages(tmp_path: Path) -> None:
    rows = (
        "stop,date,arrive,leave,status,was,told\n"
        "S1,2027-02-30,,,,,\n"
        "S1,2027-01-04,10:00,09:00,,,\n"
        "S1,2027-01-04,,,,,\n"
        "S9,2027-01-04,,,,,\n"
        "S2,2027-01-05,,,moved,,2026-12-01\n"
    )
    found = given.check(tmp_path, timetable=rows, **BARE).errors
    assert [(fault.row, fault.rule) for fault in found] == [
        (2, "bad-date"),
        (3, "leaves-before-arrives"),
        (4, "promise-twice"),
        (5, "unknown-stop"),
        (6, "moved-from-where"),
    ]
    for language in LANGUAGES:
        assert all(fault.problem_in(language) and fault.fix_in(language) for fault in found)


def test_a_promise_may_be_moved_onto_the_day_that_another_left(tmp_path: Path) -> None:
    rows = "stop,date,status,was,told\nS1,2027-01-12,moved,2027-01-05,2026-12-01\n"
    rows += "S1,2027-01-19,moved,2027-01-12,2026-12-01\nS2,2027-01-06,moved,2027-01-06,2026-12-01\n"
    assert given.check(tmp_path, timetable=rows, **BARE).faults == ()


def test_nobody_was_told_on_a_day_to_come(tmp_path: Path) -> None:
    rows = "stop,date,status,told\nS1,2027-01-05,cancelled,2026-12-02\n"
    folder = given.write(tmp_path / "d", timetable=rows, **BARE)
    assert read_district(folder, today=D(2026, 12, 2)).faults == ()
    (fault,) = read_district(folder, today=D(2026, 12, 1)).faults
    assert (fault.rule, fault.row, fault.column) == ("told-in-future", 2, "told")
    assert "today is Tue 1 Dec" in fault.problem
