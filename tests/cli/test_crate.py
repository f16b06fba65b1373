"""``bookcar crate``: what a clerk types, mistakes included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from inputs import folders

from benchmarks.marc_records import cnmarc, iso2709
from bookcar.cli import main


def _run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def county(tmp_path: Path) -> Path:
    toml = folders.TOML.replace('"zh"', '"en"')
    return folders.write(tmp_path / "county", district=toml, requests=None)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "items.mrc"
    path.write_bytes(b"".join(iso2709(made.fields, "gb18030") for made in cnmarc(30, 1)))
    return path


def test_crates_are_made_and_the_next_step_named(county: Path, records: Path) -> None:
    told = _run("crate", records, "--into", county, "--books", 40)
    assert told.exit_code == 0, told.output
    assert "copies in 2 crates" in told.output
    assert "C001 to C002" in told.output
    assert f"Next: bookcar check {county}" in told.output
    assert "--encoding" in told.output  # how to correct the encoding that was taken
    assert (county / "titles" / "C002.csv").is_file()
    assert _run("check", county, "--no-roads").exit_code == 0


def test_a_dry_run_writes_nothing(county: Path, records: Path) -> None:
    told = _run("crate", records, "--into", county, "--books", 40, "--dry-run")
    assert told.exit_code == 0
    assert "Nothing was written." in told.output
    assert not (county / "titles").exists()


def test_json_lists_the_crates_and_what_is_left_out(county: Path, records: Path) -> None:
    data = iso2709([("200", [("a", "x")])], "utf-8")
    records.write_bytes(records.read_bytes() + data + b"broken\x1d")
    args = ("crate", records, "--into", county, "--books", 40, "--json")
    refused = _run(*args)
    assert refused.exit_code == 2
    assert {"record-broken"} <= {f["rule"] for f in json.loads(refused.stdout)["faults"]}
    told = json.loads(_run(*args, "--skip-broken").stdout)
    assert told["records"] == 32
    assert told["left_out"] == {"bare": 1, "broken": 1}
    assert sum(crate["books"] for crate in told["crates"]) == told["copies"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--books", "0"), "whole number from 1 up"),
        (("--books", "forty"), "whole number from 1 up"),
        (("--books", "40", "--encoding", "gbx"), "no such encoding"),
        (("--books", "40", "--encoding", "hex"), "no such encoding"),
        (("--books", "40", "--prefix", "../x"), "letters, digits"),
        (("--books", "40", "--at", "nowhere"), "no depot or stop"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    county: Path, records: Path, args: tuple[str, ...], said: str
) -> None:
    told = _run("crate", records, "--into", county, *args)
    assert told.exit_code == 2
    assert said in told.output
    assert not (county / "titles").exists()


def test_a_file_that_is_named_twice_is_refused(county: Path, records: Path) -> None:
    told = _run("crate", records, records, "--into", county, "--books", 40)
    assert told.exit_code == 2
    assert "named twice" in told.output


def test_a_file_or_district_that_is_not_there_is_named(county: Path, tmp_path: Path) -> None:
    told = _run("crate", tmp_path / "none.mrc", "--into", county, "--books", 40)
    assert told.exit_code == 2
    assert "none.mrc" in told.output
    nowhere = _run("crate", tmp_path / "none.mrc", "--into", tmp_path / "no", "--books", 40)
    assert nowhere.exit_code == 2
    assert "missing-folder" in nowhere.output


def test_a_chinese_district_is_spoken_to_in_chinese(tmp_path: Path, records: Path) -> None:
    county = folders.write(tmp_path / "zh", requests=None)
    told = _run("crate", records, "--into", county, "--books", 40)
    assert "装成 2 箱" in told.output
    assert "bookcar check" in told.output
