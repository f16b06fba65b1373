"""Where single copies are after a week, by the records alone."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from inputs import folders

from bookcar.cli import main
from bookcar.crates.places import moved_in, write_moved
from bookcar.inputs.reader import read
from bookcar.model import District

MONDAY = dt.date(2026, 11, 30)
BATCHES = (
    "id,books,at,titles\nB1,2,LIB,titles/B1.csv\nB2,1,LIB,titles/B2.csv\n"
    "B3,60,LIB,\nB4,1,LIB,titles/B4.csv\n"
)
VISITS = (
    "date,stop,vehicle,batch,action,books,status\n"
    "2026-11-24,S1,V1,B4,dropped,1,done\n"
    "2026-12-01,S1,V1,B1,dropped,2,done\n"
    "2026-12-01,S1,V1,B4,collected,1,done\n"
    "2026-12-02,S2,V1,B2,dropped,1,done\n"
    "2026-12-03,S2,V1,B2,collected,1,done\n"
    "2026-12-03,S4,V1,B3,dropped,60,done\n"
    "2026-12-08,S3,V1,B2,dropped,1,done\n"
)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    toml = folders.TOML.replace('"zh"', '"en"')
    folder = folders.write(
        tmp_path / "county", district=toml, batches=BATCHES, visits=VISITS, requests=None
    )
    (folder / "titles").mkdir()
    for name, rows in {
        "B1": "0012,活着,I247\n0011,兄弟,I247\n",
        "B2": "0021,秋,I246\n",
        "B4": "0041,家,I246\n",
    }.items():
        (folder / "titles" / f"{name}.csv").write_text(
            "barcode,title,call_number\n" + rows, "utf-8"
        )
    return folder


def _run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_copies_that_are_elsewhere_after_the_week_are_listed(county: Path) -> None:
    moved = moved_in(read(county), MONDAY)
    told = [(r["barcode"], r["batch"], r["from"], r["to"], r["date"]) for r in moved.rows]
    assert told == [
        ("0041", "B4", "S1", "LIB", "2026-12-01"),
        ("0011", "B1", "LIB", "S1", "2026-12-01"),
        ("0012", "B1", "LIB", "S1", "2026-12-01"),
    ]
    assert moved.batches == ("B1", "B3", "B4")
    assert moved.unlisted == ("B3",)


def test_week_by_week_every_copy_ends_where_the_district_has_it(county: Path) -> None:
    """Followed through all weeks, the lists lead to where each batch is now."""
    district = read(county)
    weeks = [MONDAY + dt.timedelta(weeks=n) for n in (-1, 0, 1)]
    at: dict[str, str] = {}
    for monday in weeks:
        at |= {row["barcode"]: row["to"] for row in moved_in(district, monday).rows}
    assert at == _now(district)


def _now(district: District) -> dict[str, str]:
    return {t.barcode: b.at for b in district.batches for t in district.titles.get(b.titles, ())}


def test_a_table_and_a_list_for_each_place_are_written_and_old_lists_go(
    county: Path, tmp_path: Path
) -> None:
    district, out = read(county), tmp_path / "out"
    write_moved(moved_in(district, MONDAY), out, language="zh")
    with (out / "moved.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["条码号"] for row in rows] == ["0041", "0011", "0012"]
    assert (out / "to-S1.txt").read_bytes() == b"0011\r\n0012\r\n"
    assert (out / "to-LIB.txt").read_bytes() == b"0041\r\n"
    write_moved(moved_in(district, MONDAY + dt.timedelta(weeks=1)), out, language="zh")
    assert sorted(p.name for p in out.glob("*.txt")) == ["to-S3.txt"]


def test_the_command_tells_what_moved_and_what_is_not_known(county: Path, tmp_path: Path) -> None:
    told = _run("barcodes", county, "--week", "2026-W49", "--routes", tmp_path / "routes")
    assert told.exit_code == 0
    assert "3 copies in 2 batches moved in 2026-W49." in told.output
    assert "B3" in told.output
    folder = tmp_path / "routes" / "county" / "barcodes-2026-W49"
    assert (folder / "to-S1.txt").is_file()
    data = json.loads(
        _run("barcodes", county, "--week", "2026-W49", "--into", folder, "--json").stdout
    )
    assert [row["barcode"] for row in data["copies"]] == ["0041", "0011", "0012"]


def test_a_week_without_records_says_so_and_writes_nothing(county: Path, tmp_path: Path) -> None:
    told = _run("barcodes", county, "--week", "2027-W10", "--routes", tmp_path / "routes")
    assert told.exit_code == 0
    assert "Nothing is recorded" in told.output
    assert not (tmp_path / "routes").exists()
