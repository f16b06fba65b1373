"""The commands as a person types them, mistakes included."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest
from cli.county import write_county
from click.testing import CliRunner, Result

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.cli import COMMANDS, main
from bookcar.optimiser.problem import Problem, Solution
from bookcar.phrases.sentence import Sentence
from bookcar.plan_file import load
from bookcar.progress import Progress


def run(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in args])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a starter district written by ``bookcar init``."""
    folder = tmp_path_factory.mktemp("here") / "county"
    assert run("init", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def planned(starter: Path) -> Path:
    """Return the folder above ``routes`` and ``maps`` of the starter's planned week."""
    top = starter.parent
    args = ("--routes", top / "routes", "--maps", top / "maps", "--effort", "quick")
    result = run("plan", starter, "--week", "2026-W49", *args)
    assert result.exit_code == 0, result.output
    return top


def _week(top: Path) -> Path:
    return top / "routes" / "county" / "2026-W49"


def test_help_lists_every_command() -> None:
    output = run("--help").output
    assert all(command in output for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    assert f" {command} [" in run(command, "--help").output


def test_the_starter_checks_without_a_fault(starter: Path) -> None:
    result = run("check", starter)
    assert result.exit_code == 0
    assert "0 errors" in result.output


def test_init_does_not_overwrite(starter: Path) -> None:
    before = (starter / "stops.csv").read_bytes()
    result = run("init", starter)
    assert result.exit_code == 2
    assert (starter / "stops.csv").read_bytes() == before


def test_init_again_leaves_the_extract_where_it_is(root: Path, tmp_path: Path) -> None:
    extract = next((root / "examples" / "fuhuan").glob("*.osm.pbf"))
    folder = tmp_path / "county"
    assert run("init", folder, "--from-osm", extract).exit_code == 0
    assert run("init", folder, "--from-osm", extract).exit_code == 2
    assert (folder / extract.name).read_bytes() == extract.read_bytes()
    (folder / extract.name).write_bytes(b"another")
    assert run("init", folder, "--from-osm", extract).exit_code == 2
    assert (folder / extract.name).read_bytes() == b"another"


def test_init_that_fails_leaves_nothing(tmp_path: Path, root: Path) -> None:
    extract = next((root / "examples" / "fuhuan").glob("*.osm.pbf"))
    result = run("init", tmp_path / "x", "--from-osm", extract, "--time-zone", "Nowhere/Land")
    assert result.exit_code == 2
    assert not (tmp_path / "x").exists()


def test_plan_writes_everything_it_names(planned: Path) -> None:
    names = {p.name for p in _week(planned).iterdir()}
    assert {"plan.json", "manifests.pdf", "week.xlsx", "visits.csv", "unserved.csv"} <= names
    assert {"index.html", "manifests", "gpx", "SHA256SUMS"} <= names
    maps = {p.name for p in (planned / "maps" / "county" / "2026-W49").iterdir()}
    assert {"routes.html", "coverage.html"} <= maps


def test_plan_says_what_it_did(starter: Path, tmp_path: Path) -> None:
    args = ("--routes", tmp_path / "r", "--maps", tmp_path / "m", "--effort", "quick")
    output = run("plan", starter, "--week", "2026-W49", *args).output
    assert "R01" in output
    assert "due stops served" in output
    assert "estimated" in output
    assert "Next: open" in output


def test_plan_answers_in_json(starter: Path, tmp_path: Path) -> None:
    args = ("--routes", tmp_path / "r", "--maps", tmp_path / "m", "--effort", "quick", "--json")
    result = run("plan", starter, "--week", "2026-W49", *args)
    data = json.loads(result.stdout)
    assert data["schema_version"] == 1
    assert data["totals"]["served"] > 0
    assert all(Path(name).exists() for name in data["files"])


def test_the_same_plan_again_is_the_same_bytes(
    starter: Path, planned: Path, tmp_path: Path
) -> None:
    args = ("--routes", tmp_path / "routes", "--maps", tmp_path / "maps", "--effort", "quick")
    assert run("plan", starter, "--week", "2026-W49", *args).exit_code == 0
    sums = (_week(planned) / "SHA256SUMS").read_text()
    assert (_week(tmp_path) / "SHA256SUMS").read_text() == sums


def test_audit_finds_a_fresh_plan_clean(planned: Path) -> None:
    result = run("audit", _week(planned))
    assert result.exit_code == 0
    assert "is clean" in result.output


def test_audit_finds_a_change_by_hand(planned: Path, tmp_path: Path) -> None:
    plan = json.loads((_week(planned) / "plan.json").read_bytes())
    plan["routes"][0]["back"] += 60
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))
    result = run("audit", path, "--json")
    assert result.exit_code == 2
    findings = json.loads(result.stdout)["findings"]
    assert any(finding.startswith("plan-id") for finding in findings)
    assert any(finding.startswith("clock-adds-up") for finding in findings)


def test_manifest_and_map_refuse_a_broken_plan(planned: Path, tmp_path: Path) -> None:
    plan = json.loads((_week(planned) / "plan.json").read_bytes())
    plan["routes"][0]["wait_s"] += 1
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan))
    for command in ("manifest", "map"):
        where = ("--routes", tmp_path / "r", "--maps", tmp_path / "m")
        result = run(command, path, *where)
        assert result.exit_code == 2
        assert "bug" not in result.output  # whoever changed the plan knows why
    assert not (tmp_path / "r").exists()
    assert not (tmp_path / "m").exists()


def test_a_plan_is_printed_again_after_its_week_began(tmp_path: Path) -> None:
    """A sheet gets lost on Wednesday, and Monday's visits are in the tables already."""
    folder = write_county(tmp_path / "county")
    where = ("--routes", tmp_path / "r", "--maps", tmp_path / "m")
    assert run("plan", folder, "--week", "2026-W49", "--effort", "quick", *where).exit_code == 0
    week = tmp_path / "r" / "county" / "2026-W49"
    before = (week / "plan.json").read_bytes()
    visits = "date,stop,batch,action,status\n2026-11-30,S1,B1,dropped,done\n"
    (folder / "visits.csv").write_text(visits, "utf-8")
    assert run("audit", week, "--district", folder).exit_code == 2
    result = run("manifest", week, "--district", folder, *where)
    assert result.exit_code == 0, result.output
    assert "the tables have changed since" in result.output
    assert (week / "plan.json").read_bytes() == before


@pytest.mark.parametrize("command", ["manifest", "map"])
def test_one_step_can_be_redone(planned: Path, tmp_path: Path, command: str) -> None:
    where = ("--routes", tmp_path / "routes", "--maps", tmp_path / "maps")
    result = run(command, _week(planned), *where)
    assert result.exit_code == 0, result.output
    top = "routes" if command == "manifest" else "maps"
    tail = Path(top, "county", "2026-W49", "SHA256SUMS")
    assert (tmp_path / tail).read_text() == (planned / tail).read_text()


def test_of_very_many_unserved_stops_the_first_are_tried_and_the_rest_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookcar.cli.plan._MOST_WHYS", 1)
    more = ("S3,Far,village,1.03,45.02,900,road", "S4,Further,village,1.04,45.02,900,road")
    county = write_county(tmp_path / "county", stops=more)
    top = ("--routes", tmp_path / "r", "--maps", tmp_path / "m", "--effort", "quick")
    result = run("plan", county, "--week", "2026-W49", *top)
    plan = load(tmp_path / "r" / "county" / "2026-W49" / "plan.json")
    told = json.loads((tmp_path / "r" / "county" / "2026-W49" / "why.json").read_text("utf-8"))
    assert len(plan.unserved) == 2
    assert [why["id"] for why in told["stops"]] == [plan.unserved[0].stop]
    assert "tried for the first 1 of them" in " ".join(result.output.split())
    assert "bookcar why" in result.output


def test_strict_tells_of_unserved_stops(tmp_path: Path) -> None:
    folder = write_county(tmp_path / "county", stops=["S3,Road's end,village,1.02,45.02,40,foot"])
    args = ("--routes", tmp_path / "r", "--maps", tmp_path / "m", "--effort", "quick")
    assert run("plan", folder, "--week", "2026-W49", *args).exit_code == 0
    assert run("plan", folder, "--week", "2026-W49", *args, "--strict").exit_code == 4


def test_nothing_feasible_has_its_own_exit_code(tmp_path: Path) -> None:
    folder = write_county(tmp_path / "county", batches=[])
    args = ("--routes", tmp_path / "r", "--maps", tmp_path / "m", "--effort", "quick")
    result = run("plan", folder, "--week", "2026-W49", *args)
    assert result.exit_code == 3
    assert "no batch for it" in result.output
    assert (tmp_path / "r" / "county" / "2026-W49" / "unserved.csv").exists()


def test_stops_that_get_one_of_two_visits_are_no_empty_week(tmp_path: Path) -> None:
    """No stop gets every visit it wants, and yet there is a week to drive."""
    folder = write_county(tmp_path / "county")
    head, *rows = (folder / "stops.csv").read_text("utf-8").splitlines()
    twice = [f"{head},visits_a_week,every_weeks", *(f"{row},2,1" for row in rows)]
    (folder / "stops.csv").write_text("\n".join(twice) + "\n", "utf-8")
    args = ("--routes", tmp_path / "r", "--maps", tmp_path / "m", "--effort", "quick")
    result = run("plan", folder, "--week", "2026-W49", *args)
    plan = load(tmp_path / "r" / "county" / "2026-W49")
    assert (plan.totals.served, bool(plan.routes)) == (0, True)
    assert result.exit_code == 0
    assert run("plan", folder, "--week", "2026-W49", *args, "--strict").exit_code == 4


def _no_books(_case: Case) -> Iterator[Sentence]:
    """No plan is right."""
    yield breach("terms-add-up")


@pytest.mark.parametrize("as_json", [False, True])
def test_a_plan_that_the_audit_refuses_is_said_to_be_a_bug(
    as_json: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookcar.audit.RULES", (_no_books,))
    args = ("--routes", tmp_path / "r", "--maps", tmp_path / "m", "--effort", "quick")
    more = ("--json",) if as_json else ()
    folder = write_county(tmp_path / "county")
    result = run("plan", folder, "--week", "2026-W49", *args, *more)
    assert result.exit_code == 1
    assert "no-books: the plan does not say what it costs." in result.output
    assert "This is a bug of bookcar" in result.output
    assert "bookcar doctor" in result.output
    assert not (tmp_path / "r").exists()


def test_a_week_without_cars_is_infeasible(tmp_path: Path) -> None:
    folder = write_county(tmp_path / "county", days="Sun", week_days='["Mon"]')
    assert run("plan", folder, "--week", "2026-W49").exit_code in (2, 3)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("plan", "{dir}", "--week", "2026-W60"), "Write it like 2026-W49"),
        (("plan", "{dir}/nowhere", "--week", "2026-W49"), "fix:"),
        (("plan", "{dir}"), "--week"),
        (("audit", "{dir}"), "no plan.json in this folder"),
        (("manifest", "{dir}"), "e.g. routes/mycounty/2026-W49"),
        (("audit", "{dir}/nowhere"), "cannot be read"),
        (("check", "{dir}/.."), "holds no district"),
        (("coverage", "{dir}", "--as-of", "tomorrow"), "Write it like 2026-11-20"),
        (("check", "{dir}/nowhere"), "fix:"),
        (("map", "{dir}/stops.csv"), "is not a plan"),
        (("nonsense",), "No such command"),
    ],
)
def test_a_mistake_is_told_in_words(starter: Path, args: tuple[str, ...], message: str) -> None:
    result = run(*(arg.format(dir=starter) for arg in args))
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output


def test_the_folder_above_the_weeks_names_one(planned: Path) -> None:
    result = run("audit", _week(planned).parent)
    assert result.exit_code == 2
    assert f"e.g. {_week(planned)}" in result.output


def test_a_plan_cut_in_half_is_told_to_be_damaged(planned: Path, tmp_path: Path) -> None:
    data = (_week(planned) / "plan.json").read_bytes()
    (tmp_path / "plan.json").write_bytes(data[: len(data) // 2])
    result = run("manifest", tmp_path)
    assert result.exit_code == 2
    assert "is damaged: plan the week again" in result.output


def test_what_bookcar_wrote_of_a_week_is_no_district_to_plan(planned: Path) -> None:
    result = run("plan", _week(planned), "--week", "2026-W49")
    assert result.exit_code == 2
    assert "holds what bookcar wrote for a week" in result.output
    assert result.output.count("fix:") == 1


def test_faults_come_as_json_too(tmp_path: Path) -> None:
    (tmp_path / "district.toml").write_text('name = "X"\n')
    result = run("check", tmp_path, "--json")
    assert result.exit_code == 2
    data = json.loads(result.stdout)
    assert data["errors"] > 0
    assert {"rule", "file", "problem", "fix"} <= data["faults"][0].keys()
    again = run("plan", tmp_path, "--week", "2026-W49", "--json")
    assert again.exit_code == 2
    assert json.loads(again.stdout)["faults"]


def test_doctor_looks_around() -> None:
    result = run("doctor", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == (2 if report["problems"] else 0)
    assert report["libraries"]["ortools"]


def test_doctor_looks_for_everything_that_bookcar_is_installed_with(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {re.split("[<>=]", line)[0] for line in project["dependencies"]}
    assert {"numba", "openpyxl", "xlsxwriter", "msgspec"} <= wanted
    assert json.loads(run("doctor", "--json").stdout)["libraries"].keys() == wanted


@pytest.mark.parametrize("missing", ["numba", "bookcar"])
def test_doctor_tells_what_is_missing(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    find = metadata.distribution

    def without(name: str) -> metadata.Distribution:
        if name == missing:
            raise metadata.PackageNotFoundError(name)
        return find(name)

    monkeypatch.setattr(metadata, "distribution", without)
    result = run("doctor")
    assert result.exit_code == 2
    assert f"The library {missing} is not installed" in result.output
    assert "Everything a week needs is here" not in result.output


def test_names_cannot_steer_the_terminal(tmp_path: Path, starter: Path) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    (folder / "district.toml").write_bytes((starter / "district.toml").read_bytes())
    (folder / "stops.csv").write_text("id,name,kind,lon,lat,books\nS\x1b[31m,x,y,z,0,1\n", "utf-8")
    result = run("check", folder)
    assert result.exit_code == 2
    assert "\x1b" not in result.output


def test_a_space_before_a_mark_is_one_in_the_terminal(tmp_path: Path, starter: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree(starter, folder)
    stops = (folder / "stops.csv").read_text("utf-8-sig").splitlines()
    (folder / "stops.csv").write_text("\n".join([*stops, stops[-1]]), "utf-8")
    text = (folder / "district.toml").read_text("utf-8")
    (folder / "district.toml").write_text(re.sub('"en"', '"fr"', text, count=1), "utf-8")
    result = run("check", folder)
    assert result.exit_code == 2
    assert "remède\u00a0:" in result.output
    assert "\\xa0" not in result.output


# A test run in the background ignores Ctrl-C, and what it starts would too. The line tells that the
# chains are at work: a busy machine takes its time until then.
IN_A_TERMINAL = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from bookcar.cli import main, terminal

def tell(lines, part, *_note, **_found):
    if part > 0 and lines.step == "steps.routes":
        print("searching", file=sys.stderr, flush=True)

terminal._Lines.advance = terminal._Lines.search = tell
main()
"""


def _interrupted(county: Path, out: Path, *, times: int) -> tuple[int, str]:
    """Plan thoroughly, send Ctrl-C while the chains search; return the exit code and stderr."""
    args = ["--week", "2026-W49", "--effort", "thorough"]
    args += ["--routes", str(out / "r"), "--maps", str(out / "m")]
    process = subprocess.Popen(
        [sys.executable, "-c", IN_A_TERMINAL, "plan", str(county), *args],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("searching"):
            break
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    _, rest = process.communicate(timeout=300)
    return process.returncode, rest


@pytest.fixture
def wide_county(tmp_path: Path) -> Path:
    """Return a county of 80 villages: a thorough search of it takes a while."""
    rows = [f"T{i},n{i},village,{1 + i % 9 / 50},{45 + i // 9 / 50},40,road" for i in range(80)]
    batches = [f"C{i},40,LIB" for i in range(90)]
    return write_county(tmp_path / "county", stops=rows, batches=batches)


def test_interrupting_twice_leaves_nothing_half_written(wide_county: Path, tmp_path: Path) -> None:
    code, said = _interrupted(wide_county, tmp_path, times=2)
    assert code == 130, said
    assert "nothing was written" in said
    assert not (tmp_path / "r").exists()
    assert not (tmp_path / "m").exists()


def test_interrupting_once_writes_the_best_plan_so_far(wide_county: Path, tmp_path: Path) -> None:
    code, said = _interrupted(wide_county, tmp_path, times=1)
    assert code == 130, said
    assert "the best plan found by then" in said
    week = tmp_path / "r" / "county" / "2026-W49"
    plan = load(week)
    assert plan.provenance.interrupted
    assert plan.totals.served > 0
    assert run("audit", week).exit_code == 0


PRESSED_WHILE_LOADING = """
import importlib.abc, signal, sys

class Press(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == sys.argv[1]:
            signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Press())
from bookcar.__main__ import start
start()
"""


@pytest.mark.parametrize("module", ["bookcar.cli", "click", "msgspec", "bookcar.cli.speech"])
def test_ctrl_c_while_the_command_line_is_loaded_ends_in_one_sentence(module: str) -> None:
    command = [sys.executable, "-c", PRESSED_WHILE_LOADING, module, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "Interrupted; nothing was written.\n"


def test_ctrl_c_before_a_command_is_known_ends_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("click.Group.parse_args", pressed)
    result = run("doctor")
    assert (result.exit_code, result.output) == (130, "Interrupted; nothing was written.\n")


@pytest.mark.parametrize("makes", [KeyboardInterrupt, ImportError, SystemError])
def test_ctrl_c_before_the_search_ends_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, makes: type[BaseException]
) -> None:
    """A compiled module that is being loaded makes another error of it."""

    def pressed(*_: object, **__: object) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise makes("initialization failed") from None

    monkeypatch.setattr("bookcar.pipeline.planned_week", pressed)
    args = ("--week", "2026-W49", "--routes", tmp_path / "r", "--maps", tmp_path / "m")
    result = run("plan", write_county(tmp_path / "county"), *args)
    assert result.exit_code == 130, result.output
    assert result.stderr.strip().splitlines()[-1] == "Interrupted; nothing was written."
    assert sorted(p.name for p in tmp_path.iterdir()) == ["county"]


def test_a_module_that_cannot_be_loaded_is_no_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ImportError("initialization failed")

    monkeypatch.setattr("bookcar.pipeline.planned_week", broken)
    with pytest.raises(ImportError):
        run("plan", write_county(tmp_path / "county"), "--week", "2026-W49")


def test_a_ctrl_c_that_was_lost_ends_the_run_at_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raised in a callback from C it goes no further than that."""

    def lost(*_: object, progress: Progress, **__: object) -> None:
        progress.start("steps.audit")
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        progress.finish("steps.clean")
        progress.start("steps.batches")
        raise AssertionError("it went on")

    monkeypatch.setattr("bookcar.pipeline.planned_week", lost)
    args = ("--week", "2026-W49", "--routes", tmp_path / "r", "--maps", tmp_path / "m")
    result = run("plan", write_county(tmp_path / "county"), *args)
    assert result.exit_code == 130, result.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["county"]


def _stopped(problem: Problem, **_how: object) -> Solution:
    """Serve nobody, as a search that Ctrl-C ended at once."""
    left = tuple(range(len(problem.tasks)))
    return Solution(routes=(), unserved=left, cost=0.0, iterations=0, interrupted=True)


def test_an_interrupted_search_is_written_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookcar.pipeline.solve", _stopped)
    args = ("--week", "2026-W49", "--routes", tmp_path / "r", "--maps", tmp_path / "m")
    result = run("plan", write_county(tmp_path / "county"), *args)
    assert result.exit_code == 130, result.output
    assert "Interrupted: what follows is the best plan found by then" in result.stderr
    assert "The search was interrupted" in result.stdout
    folder = tmp_path / "r" / "county" / "2026-W49"
    assert load(folder).provenance.interrupted
    assert "The search was interrupted" in (folder / "index.html").read_text("utf-8")
    asked = json.loads(run("plan", tmp_path / "county", *args, "--json").stdout)
    assert asked["interrupted"] is True


def test_the_cost_is_said_with_its_terms_and_why_it_has_no_gap(tmp_path: Path) -> None:
    args = ("--week", "2026-W49", "--effort", "quick", "--fewest-car-days")
    where = ("--routes", tmp_path / "r", "--maps", tmp_path / "m")
    county = write_county(tmp_path / "county")
    result = run("plan", county, *args, *where)
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert re.search(r"the plan costs [0-9.]+: [0-9.]+ for kilometres\.", said), said
    assert "The fewest car-days were asked for" in said
    assert load(tmp_path / "r" / "county" / "2026-W49").provenance.fewest_car_days
