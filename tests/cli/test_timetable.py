"""``bookcar timetable`` on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from bookcar.cli import main
from bookcar.inputs.reader import read
from bookcar.inputs.starter import write_starter
from bookcar.timetable import timetable_schema
from bookcar.timetable_file import load_timetable

SPAN = ("--from", "2027-01-04", "--weeks", "4", "--effort", "quick")


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["timetable", *map(str, args)])


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the starter district and its timetable."""
    folder = tmp_path_factory.mktemp("timetable")
    write_starter(folder / "county", name="County", language="en")
    done = run(folder / "county", *SPAN, "--routes", folder / "routes")
    assert done.exit_code == 0, done.output
    return folder


def test_what_is_written_can_be_adopted(written: Path) -> None:
    made = written / "routes" / "county" / "timetable-2027-01-04"
    table = load_timetable(made)
    jsonschema.validate(
        json.loads((made / "timetable.json").read_text("utf-8")), timetable_schema()
    )
    (written / "county" / "timetable.csv").write_bytes((made / "timetable.csv").read_bytes())
    promises = read(written / "county").timetable
    told = {(one.stop, one.date, one.vehicle, one.arrive, one.leave) for one in promises}
    assert told == {
        (v.stop, r.date, r.vehicle, v.begin, v.leave) for r in table.routes for v in r.visits
    }
    with (made / "timetable.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["status"] for row in csv.DictReader(file)} == {"promised"}


def test_it_is_audited_again_and_a_changed_one_is_found(written: Path, tmp_path: Path) -> None:
    made = written / "routes" / "county" / "timetable-2027-01-04"
    county = ("--district", written / "county", "--json")
    clean = CliRunner().invoke(main, ["audit", str(made), *map(str, county)])
    assert clean.exit_code == 0, clean.output
    assert json.loads(clean.output)["findings"] == []
    table = json.loads((made / "timetable.json").read_text("utf-8"))
    table["routes"][0]["back"] += 60
    (tmp_path / "mine.json").write_text(json.dumps(table), "utf-8")
    broken = CliRunner().invoke(main, ["audit", str(tmp_path / "mine.json"), *map(str, county)])
    assert broken.exit_code == 2
    rules = {finding.partition(":")[0] for finding in json.loads(broken.output)["findings"]}
    assert {"timetable-id", "times-add-up"} <= rules


@pytest.mark.parametrize("what", ["plan", "timetable", "campaign"])
def test_schemas_are_printed(what: str) -> None:
    told = CliRunner().invoke(main, ["schema", what])
    assert told.exit_code == 0
    assert f"bookcar {what}, version" in json.loads(told.output)["title"]


def test_the_timetable_before_is_kept_and_what_changes_is_said(written: Path) -> None:
    made = written / "routes" / "county" / "timetable-2027-01-04"
    then = ("--from", "2027-02-01", "--weeks", "4", "--effort", "quick", "--keep-days", "100")
    done = run(written / "county", *then, "--before", made, "--routes", written / "r", "--json")
    assert done.exit_code == 0, done.output
    assert set(json.loads(done.output)["changes"].values()) <= {"same", "car", "time"}


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("--from", "2027-01-04"), "--to or --weeks"),
        (("--from", "2027-01-04", "--to", "2027-01-01"), "no span of days"),
        (("--from", "2027-01-04", "--to", "2029-01-01"), "53 weeks"),
        (("--from", "monday", "--weeks", "4"), "monday"),
        ((*SPAN, "--keep-days", "50"), "--before"),
        ((*SPAN, "--before", "nowhere.json"), "cannot be read"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, args: tuple[str, ...], word: str) -> None:
    write_starter(tmp_path / "county", name="County", language="en")
    done = run(tmp_path / "county", *args, "--routes", tmp_path / "routes")
    assert done.exit_code == 2
    assert word in done.stderr
    assert not (tmp_path / "routes").exists()


def test_a_timetable_that_was_changed_is_refused(written: Path, tmp_path: Path) -> None:
    made = written / "routes" / "county" / "timetable-2027-01-04" / "timetable.json"
    (tmp_path / "t.json").write_text(
        made.read_text("utf-8").replace('"County"', '"Shire"'), "utf-8"
    )
    done = run(written / "county", *SPAN, "--before", tmp_path / "t.json", "--routes", tmp_path)
    assert done.exit_code == 2
    assert "was changed since it was written" in done.stderr
