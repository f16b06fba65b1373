"""Faults of one kind are told in one place: how many, three of them, one thing to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from inputs import folders

from bookcar.cli import main
from bookcar.cli.fault_groups import grouped
from bookcar.errors import Fault
from bookcar.phrases import LANGUAGES, Language, Phrases

SAY = Phrases("en")


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def _bad(row: int, value: str = "x", **more: str) -> Fault:
    given = {"file": "stops.csv", "column": "lat"} | more
    return Fault(rule="bad-number", row=row, value=value, **given)  # type: ignore[arg-type]


def _lines(*faults: Fault) -> list[str]:
    return [line for group in grouped(faults) for line in group.lines(SAY)]


def _stops(rows: int) -> str:
    head = "id,name,kind,lon,lat,books\n"
    return head + "".join(f"S{n},n{n},village,1o{n},28.9,5\n" for n in range(rows))


def test_one_fault_is_told_as_ever() -> None:
    assert _lines(_bad(7)) == [
        "stops.csv row 7, lat 'x' [bad-number]",
        "    This is not a number.",
        "    fix: Write only digits, such as 68 or 8.5, without words or units.",
    ]


def test_many_of_a_kind_are_counted_with_three_of_them_and_one_fix() -> None:
    assert _lines(*(_bad(row, f"x{row}") for row in range(2, 6334))) == [
        "stops.csv, lat, 6,332 times [bad-number]",
        "    This is not a number.",
        "    row 2 'x2'",
        "    row 3 'x3'",
        "    row 4 'x4'",
        "    and 6,329 more",
        "    fix: Write only digits, such as 68 or 8.5, without words or units.",
    ]


def test_of_a_few_more_the_rows_are_named() -> None:
    told = _lines(*(_bad(row, f"x{row}") for row in range(2, 8)))
    assert "    and 3 more (5, 6, 7)" in told


def test_examples_differ_in_their_values() -> None:
    told = _lines(_bad(2), _bad(3), _bad(4, "y"), _bad(5))
    assert told[2:5] == ["    row 2 'x'", "    row 4 'y'", "    and 2 more (3, 5)"]


def test_a_fix_of_its_own_is_told_with_each_example() -> None:
    faults = [
        Fault(
            rule="bad-number",
            variant="whole",
            file="stops.csv",
            row=row,
            column="books",
            value=f"{row}.2",
            figures={"whole": row},
        )
        for row in (2, 3)
    ]
    told = _lines(*faults)
    assert told[2:] == [
        "    row 2 '2.2': Write a whole number: 2.",
        "    row 3 '3.2': Write a whole number: 3.",
    ]


def test_other_columns_rules_severities_and_files_are_told_apart() -> None:
    assert len(grouped([_bad(2), _bad(2, column="lon")])) == 2
    assert len(grouped([_bad(2), _bad(2, file="vehicles.csv")])) == 2
    assert len(grouped([_bad(2), Fault(rule="negative", file="stops.csv", column="lat")])) == 2


def test_many_files_of_one_kind_are_told_together() -> None:
    (group,) = grouped([_bad(2, file=f"titles/B{n}.csv") for n in range(20)])
    first, _, example, *_ = group.lines(SAY)
    assert first.endswith("and 14 more, lat, 20 times [bad-number]")
    assert example.strip() == "titles/B0.csv row 2 'x'"


def test_columns_that_no_table_has_are_named_in_one_group() -> None:
    names = ("Foo", "Bar", "Baz", "Qux", "Quux")
    faults = [
        Fault(rule="unknown-column", file="a.csv", row=1, column=n, value=n, severity="warning")
        for n in names
    ]
    told = _lines(*faults)
    assert told[0] == "a.csv, 5 times [unknown-column]"
    assert told[-2] == "    and 2 more: Qux, Quux"


def test_faults_that_are_all_the_same_are_counted() -> None:
    told = _lines(_bad(2), _bad(2))
    assert told[0] == "stops.csv, lat, 2 times [bad-number]"
    assert told[2:4] == ["    row 2 'x'", "    and 1 more (2)"]


def test_errors_come_first_and_no_fault_is_lost() -> None:
    warned = Fault(rule="isbn-check", file="t.csv", row=2, severity="warning")
    groups = grouped([warned, *map(_bad, range(9))])
    assert [group.first.severity for group in groups] == ["error", "warning"]
    assert sum(len(group.faults) for group in groups) == 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_groups_are_told_in_every_language(language: Language) -> None:
    (group,) = grouped([*map(_bad, range(2, 40))])
    assert "38" in next(iter(group.lines(Phrases(language))))


@pytest.fixture
def many(tmp_path: Path) -> Path:
    return folders.write(tmp_path / "d", district=_english(), stops=_stops(500))


def _english() -> str:
    return folders.TOML.replace('"zh"', '"en"')


def test_check_tells_a_wrong_notation_once_and_json_lists_every_cell(many: Path) -> None:
    told = _run("check", str(many), "--no-roads")
    assert told.output.count("[bad-number]") == 1
    assert "--json" in told.output
    data = json.loads(_run("check", str(many), "--no-roads", "--json").stdout)
    assert sum(fault["rule"] == "bad-number" for fault in data["faults"]) == 500
    (group,) = (group for group in data["groups"] if group["rule"] == "bad-number")
    assert group["count"] == 500
    assert len(group["examples"]) == 3
    assert sum(group["count"] for group in data["groups"]) == len(data["faults"])


def test_other_commands_tell_it_once_as_well(many: Path) -> None:
    told = _run("plan", str(many), "--week", "2026-W49")
    assert told.exit_code == 2
    assert told.output.count("[bad-number]") == 1
