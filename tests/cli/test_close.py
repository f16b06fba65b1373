"""``bookcar close`` as a person types it, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from records.weeks import WEEK, fill_in, plan_again

from bookcar.cli import close, main

ENGLISH = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}\b")
COMMAND = re.compile(r"bookcar [a-z]+ \S+( --[a-z]+( \S+)?)*")


@pytest.fixture
def folder(top: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a planned week, with its county in the folder above, and go there."""
    monkeypatch.chdir(top)
    return Path("routes", "county", WEEK)


def _run(*line: object, answer: str | None = None) -> Result:
    words = [str(word) for word in line]
    return CliRunner().invoke(
        main, ["close", *words, "--district", "county", "--today", "2026-12-06"], input=answer
    )


def test_what_will_be_recorded_is_shown_and_with_yes_it_is_written(folder: Path) -> None:
    shown = _run(folder, "--done-except", "S1", "--dry-run")
    assert shown.exit_code == 0
    assert "missed  S1 Aldea, Mon 30 Nov" in shown.output
    assert "1 done (1 of them by the plan: nothing was said), 1 missed" in shown.output
    assert not Path("county", "visits.csv").exists()
    written = _run(folder, "--done-except", "S1", "--yes")
    assert written.exit_code == 0, written.output
    assert Path("county", "visits.csv").exists()
    assert "2026-W49 is closed" in written.output
    assert "Next: bookcar plan county --week 2026-W50" in written.output
    again = _run(folder, "--done-except", "S1")
    assert (again.exit_code, again.output.count("\n")) == (0, 1)
    assert "closed already" in again.output
    taken = _run(folder, "--undo")
    assert "2026-W49 is open again" in taken.output
    assert not Path("county", "visits.csv").exists()


def test_a_closed_week_is_not_planned_over_its_plan(folder: Path) -> None:
    assert _run(folder, "--yes").exit_code == 0
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    plan = ["plan", "county", "--week", WEEK, "--effort", "quick"]
    replan = ["replan", str(folder), "--from", "2026-11-30 06:00", "--shut", "S1"]
    for line in (plan, [*replan, "--district", "county"]):
        result = CliRunner().invoke(main, line)
        assert result.exit_code == 2, result.output
        assert f"{WEEK} is closed" in result.output
        assert f"bookcar close {folder.as_posix()} --undo" in result.output
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    result = CliRunner().invoke(main, [*plan, "--routes", "tried", "--maps", "drawn"])
    assert result.exit_code == 0, result.output
    assert "[week-closed]" in result.output
    assert _run(folder, "--undo").exit_code == 0
    assert CliRunner().invoke(main, plan).exit_code == 0


def test_nothing_is_written_where_nobody_can_be_asked(folder: Path) -> None:
    result = _run(folder)
    assert result.exit_code == 2
    assert "say --yes" in result.output
    assert not Path("county", "visits.csv").exists()


@pytest.mark.parametrize(("answer", "is_written"), [("y\n", True), ("n\n", False)])
def test_it_asks_on_a_terminal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, is_written: bool
) -> None:
    monkeypatch.setattr(close, "is_terminal", lambda: True)
    result = _run(folder, answer=answer)
    assert result.exit_code == 0
    assert "Record this? [Y/n]" in result.output
    assert Path("county", "visits.csv").exists() == is_written
    assert ("Nothing was written" in result.output) != is_written


def test_a_chinese_district_is_told_no_english_sentence(folder: Path) -> None:
    settings = Path("county", "district.toml")
    settings.write_text(settings.read_text("utf-8").replace('"en"', '"zh"'), "utf-8")
    plan_again(Path(), Path("county"), WEEK)
    fill_in(
        folder / "visits.csv",
        ("S1", {"status": "done", "books": "0", "readers": "12", "km": "66.5"}),
        ("S2", {"status": "done", "date": "2/12/2026", "vehicle": "X", "books": "38"}),
    )  # fmt: skip
    results = [_run(folder, "--dry-run"), _run(folder), _run(folder, "--yes"), _run(folder)]
    fill_in(folder / "visits.csv", ("S1", {"books": "40"}))
    results += [_run(folder), _run(folder, "--undo"), _run(folder, "--undo")]
    assert [result.exit_code for result in results] == [0, 2, 0, 0, 2, 0, 2]
    for result in results:
        assert ENGLISH.findall(COMMAND.sub(" ", result.output)) == []
    assert "未送达" in results[0].output


def test_json_tells_what_became_of_every_visit(folder: Path) -> None:
    fill_in(folder / "visits.csv", ("S1", {"status": "done", "books": "0"}))
    data = json.loads(_run(folder, "--yes", "--json").stdout)
    assert (data["week"], data["done"], data["missed"]) == ("2026-W49", 2, 0)
    assert (data["closed"], data["was_closed"]) == (True, False)
    kept = {visit["stop"]: [m["batch"] for m in visit["not_moved"]] for visit in data["visits"]}
    assert kept == {"S2": [], "S1": ["B1"]}
    assert [Path(name).name for name in data["files"]] == ["visits.csv", "closed.json"]
    again = json.loads(_run(folder, "--json").stdout)
    assert (again["was_closed"], again["files"]) == (True, [])
    undone = json.loads(_run(folder, "--undo", "--json").stdout)
    assert (undone["week"], undone["undone"]) == ("2026-W49", True)


def test_a_day_that_is_none_is_refused(folder: Path) -> None:
    result = CliRunner().invoke(main, ["close", str(folder), "--today", "Friday"])
    assert result.exit_code == 2
    assert "2026-12-04" in result.output


def test_a_closed_week_is_audited_as_before_until_somebody_edits_a_table(folder: Path) -> None:
    requests = Path("county", "requests.csv")
    requests.write_text("id,date,stop,title\nQ1,2026-11-20,S1,Iliad\n")
    plan_again(Path(), Path("county"), WEEK)
    _run(folder, "--yes")
    assert "brought" in requests.read_text()
    audit = CliRunner().invoke(main, ["audit", str(folder), "--district", "county", "--json"])
    assert (audit.exit_code, json.loads(audit.stdout)["findings"]) == (0, [])
    with Path("county", "visits.csv").open("a") as stream:
        stream.write("2026-12-08,S1,V,,,,done\n")
    audit = CliRunner().invoke(main, ["audit", str(folder), "--district", "county", "--json"])
    (finding,) = json.loads(audit.stdout)["findings"]
    assert finding.startswith("inputs-unchanged: visits.csv is new")
