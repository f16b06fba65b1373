"""``bookcar check`` and ``plan`` on a county with rules of recurrence and a calendar."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from cli.county import write_county
from click.testing import CliRunner, Result

import bookcar.cli.check
from bookcar.cli import main
from bookcar.plan_file import load

RULES = (
    "id,name,kind,lon,lat,books,first_visit,every\n"
    "S1,Aldea,village,1.02,45.01,40,2026-11-30,2 weeks\n"
    "S2,Bourg,village,1.01,44.97,40,,1st Tue\n"
    "S3,Cour,village,1.03,45.02,40,2026-11-24,FREQ=WEEKLY;INTERVAL=1\n"
    "S4,Dôle,village,1.03,45.03,40,,\n"
)
CALENDAR = (
    "from,to,what,applies,does,note\n"
    "2026-12-01,,holiday,,move 2026-12-03,Fair\n"
    "2026-12-14,2027-01-02,rest,all,halt,\n"
    "2027-01-05,,car off,V,,\n"
)


def _run(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(arg) for arg in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bookcar.cli.check, "latest_today", lambda: dt.date(2026, 11, 27))
    folder = write_county(tmp_path / "county", batches=[f"B{n},40,LIB" for n in range(1, 6)])
    (folder / "stops.csv").write_text(RULES, "utf-8")
    (folder / "calendar.csv").write_text(CALENDAR, "utf-8")
    return folder


def test_check_lists_the_visits_that_the_calendar_meets(county: Path) -> None:
    result = _run("check", county, "--no-roads")
    assert result.exit_code == 0, result.output
    told = [line.strip() for line in result.stdout.splitlines()]
    moved = "Tue 1 Dec, holiday (Fair): 2 visits are moved to Thu 3 Dec"
    assert told[:5] == [
        "What the calendar does to visits until 2027-05-23:",
        f"calendar.csv row 2 {moved}: S2 Bourg, S3 Cour.",
        "calendar.csv row 3 Mon 14 Dec, the service rests: the cycle of 1 stop halts: S1 Aldea.",
        "calendar.csv row 3 Tue 15 Dec, the service rests: the cycle of 1 stop halts: S3 Cour.",
        "calendar.csv row 4 Tue 5 Jan, its car is off: 2 visits fall away: S2 Bourg, S3 Cour.",
    ]


def test_check_lists_them_in_the_language_of_the_county_and_as_json(county: Path) -> None:
    toml = county / "district.toml"
    toml.write_text(toml.read_text("utf-8").replace('"en"', '"zh"'), "utf-8")
    told = _run("check", county, "--no-roads").stdout
    assert (
        "12月1日（周二），节假日（Fair）：2 次服务改到12月3日（周四）：S2 Bourg、S3 Cour。" in told
    )
    rows = json.loads(_run("check", county, "--no-roads", "--json").stdout)["calendar"]
    assert rows[0] == {
        "stop": "S2",
        "day": "2026-12-01",
        "becomes": "moved",
        "to": "2026-12-03",
        "what": "holiday",
        "row": 2,
    }
    assert [row["becomes"] for row in rows] == ["moved"] * 2 + ["halted"] * 2 + ["dropped"] * 2


def test_check_says_nothing_of_a_calendar_that_no_rule_meets(county: Path) -> None:
    (county / "stops.csv").write_text(RULES.replace("2026-11-24,FREQ=WEEKLY;INTERVAL=1", ","))
    (county / "calendar.csv").write_text("from,what\n2029-01-01,rest\n")
    assert "The calendar meets no visit" in _run("check", county, "--no-roads").stdout
    (county / "calendar.csv").unlink()
    assert "calendar" not in _run("check", county, "--no-roads").stdout


def test_a_week_is_planned_by_the_rules_and_says_what_the_calendar_did(county: Path) -> None:
    top = county.parent
    args = ("--routes", top / "routes", "--maps", top / "maps", "--effort", "quick")
    plans = {}
    for week in ("2026-W49", "2026-W50"):
        result = _run("plan", county, "--week", week, *args)
        assert result.exit_code == 0, result.output
        plans[week] = load(top / "routes" / "county" / week / "plan.json")
    days = {v.stop: str(r.date) for r in plans["2026-W49"].routes for v in r.visits}
    assert days["S2"] == days["S3"] == "2026-12-03"
    assert {"S1", "S4"} <= days.keys()
    warned = [w.problem for w in plans["2026-W49"].warnings if w.rule == "calendar-moved"]
    assert warned == [
        "Visits of Tue 1 Dec are made on Thu 3 Dec, holiday (Fair): S2 Bourg, S3 Cour."
    ]
    later = plans["2026-W50"]
    why = {s.id: s.why_not.text_in("en") for s in later.stops if s.why_not}
    assert why == {
        "S1": "Its rule gives no visit this week; the next is on Mon 4 Jan.",
        "S2": "Its rule gives no visit this week; the next is on Tue 2 Feb.",
    }
    page = (top / "maps" / "county" / "2026-W50" / "routes.html").read_text("utf-8")
    assert "the next is on Mon 4 Jan" in page
