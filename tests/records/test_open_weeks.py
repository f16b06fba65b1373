"""An earlier week that is planned and not closed is told when a later one is planned."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner
from records.weeks import WEEK

import bookcar as bc
from bookcar.cli import main
from bookcar.errors import Fault
from bookcar.records.open_weeks import open_weeks

LATER = "2026-W53"


def _told(top: Path, name: str = LATER) -> tuple[Fault, ...]:
    return open_weeks(bc.read(top / "county"), name, top / "routes" / "county")


def test_a_week_that_is_planned_and_not_closed_is_told(top: Path) -> None:
    (fault,) = _told(top)
    assert (fault.rule, fault.severity, fault.file) == ("week-open", "warning", f"{WEEK}/plan.json")
    assert "2026-W49 is planned and not closed: 2 stops of it have no record" in fault.problem
    assert _told(top, WEEK) == _told(top, "2026-W48") == ()


def test_a_closed_week_is_not_and_one_taken_back_is_again(top: Path) -> None:
    bc.close_week(top / "routes" / "county" / WEEK, top / "county")
    assert _told(top) == ()
    bc.undo_close(top / "county")
    assert len(_told(top)) == 1


def test_a_week_that_was_recorded_by_hand_is_not_open(top: Path) -> None:
    visits = top / "county" / "visits.csv"
    visits.write_text("date,stop\n2026-11-30,S1\n")
    (fault,) = _told(top)
    assert fault.figures["stops"] == 1
    visits.write_text("date,stop,status\n2026-11-30,S1,done\n2026-12-04,S2,missed\n")
    assert _told(top) == ()


def test_a_closed_district_may_be_copied_without_its_plans_and_plans_without_it(
    top: Path,
) -> None:
    bc.close_week(top / "routes" / "county" / WEEK, top / "county")
    shutil.copytree(top / "county", top / "copy")
    plans = top / "routes" / "county"
    assert open_weeks(bc.read(top / "copy"), LATER, plans) == ()
    shutil.rmtree(top / "copy" / "closed")
    assert open_weeks(bc.read(top / "copy"), LATER, plans) == ()


def test_folders_that_are_no_weeks_of_this_district_are_passed_over(top: Path) -> None:
    plans = top / "routes" / "county"
    plan = json.loads((plans / WEEK / "plan.json").read_bytes())
    for name, text in {
        "2026-W40": "{",
        "trash": json.dumps(plan),
        "2026-W41": json.dumps(plan),
        "2026-W42": json.dumps(plan | {"week": "2026-W42", "district": "another"}),
        "2026-W43": json.dumps(plan | {"week": "2026-W43", "schema_version": 1}),
    }.items():
        (plans / name).mkdir()
        (plans / name / "plan.json").write_text(text, "utf-8")
    (fault,) = _told(top)
    assert fault.figures["weeks"] == ("2026-W43", WEEK)


def test_the_plan_carries_the_warning_whatever_folder_it_stands_in(top: Path) -> None:
    shutil.copytree(top / "routes", top / "other")
    for routes in ("routes", "other"):
        line = ["plan", str(top / "county"), "--week", LATER, "--effort", "quick"]
        folders = ["--routes", str(top / routes), "--maps", str(top / "maps")]
        result = CliRunner().invoke(main, [*line, *folders])
        assert result.exit_code == 0, result.output
        assert "[week-open]" in result.output
    plans = [(top / r / "county" / LATER / "plan.json").read_bytes() for r in ("routes", "other")]
    assert plans[0] == plans[1]
    assert b"week-open" in plans[0]


def test_a_records_table_that_is_gone_is_an_error_of_every_plan(top: Path) -> None:
    """Without it every stop would be due again, and nobody would know why."""
    bc.close_week(top / "routes" / "county" / WEEK, top / "county")
    (top / "county" / "visits.csv").unlink()
    for command in (("check",), ("plan", "--week", LATER)):
        found = CliRunner().invoke(main, [command[0], str(top / "county"), *command[1:]])
        assert found.exit_code == 2, found.output
        assert "[records-gone]" in found.output
        assert f"The week {WEEK} was recorded in this file" in found.output
    shutil.rmtree(top / "county" / "closed")
    assert CliRunner().invoke(main, ["check", str(top / "county"), "--no-roads"]).exit_code == 0
