"""Koha's stock rotation becomes pools, and batches where its copies are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from inputs import folders

from bookcar.cli import main
from bookcar.crates.crating import Crating, prepare
from bookcar.errors import InputError, UsageError
from bookcar.inputs.reader import read, read_district
from bookcar.model import District
from bookcar.pages.rota_koha import koha_tables

ROTAS = "rota_id,title,description,cyclical,active\n1,Tea houses,,1,1\n2,Old,,1,0\n3,Once,,0,1\n"
STAGES = (
    "stage_id,position,rota_id,branchcode_id,duration\n"
    "11,2,1,S2,28\n10,1,1,S1,20\n20,1,2,S1,7\n30,1,3,S3,7\n31,2,3,LIB,7\n"
)
ITEMS = (
    "itemnumber_id,barcode,stage_id,indemand,fresh\n"
    "1,0041,10,0,0\n2,0042,10,0,1\n3,0043,11,0,0\n4,0044,11,0,0\n5,0045,20,0,0\n6,0046,31,0,0\n"
)
COPIES = "barcode,title,itemcallnumber\n" + "".join(
    f"00{n},Book {n},863 GAR\n" for n in range(41, 48)
)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return folders.write(tmp_path / "county", requests=None)


def _koha(folder: Path, **changed: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in ({"rotas": ROTAS, "stages": STAGES, "items": ITEMS} | changed).items():
        (folder / f"stockrotation{name}.csv").write_text(text, "utf-8")
    return folder


def _prepared(
    county: Path, *, books: int | None = None, copies: str = COPIES, **tables: str
) -> Crating:
    items = county.parent / "items.csv"
    items.write_text(copies, "utf-8")
    return prepare([items], county, books=books, rotas=_koha(county.parent / "koha", **tables))


def _rules(crating: Crating) -> list[str]:
    return sorted(fault.rule for fault in crating.faults)


def _state(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _collections(district: District) -> set[tuple[str, str, tuple[str, ...]]]:
    """Return pool, place and barcodes of every batch that has a pool."""
    return {
        (b.pool, b.at, tuple(sorted(title.barcode for title in district.titles[b.titles])))
        for b in district.batches
        if b.pool
    }


def test_a_rota_is_a_pool_and_what_is_at_a_stage_a_batch(county: Path) -> None:
    crating = _prepared(county)
    crating.write()
    district = read(county)
    store = district.depots[0].id
    assert _collections(district) == {
        ("Tea-houses", "S1", ("0041",)),
        ("Tea-houses", store, ("0042",)),
        ("Tea-houses", "S2", ("0043", "0044")),
        ("Once", "LIB", ("0046",)),
    }
    pools = {pool.id: pool for pool in district.pools}
    tea, once = pools["Tea-houses"], pools["Once"]
    assert (tea.name, tea.stops, tea.weeks, tea.order) == ("Tea houses", ("S1", "S2"), 4, "ring")
    assert (once.stops, once.weeks, once.order) == (("S3",), 1, "free")
    assert (tea.no_repeat_months, once.no_repeat_months) == (0, None)
    assert not [f for f in read_district(county).faults if f.rule == "ring-repeats"]
    assert _rules(crating) == ["copy-of-no-rota", "rota-ends", "rota-left-out", "rota-stays"]
    (rest,) = (fault for fault in crating.faults if fault.rule == "copy-of-no-rota")
    assert (rest.value, rest.figures["count"]) == ("0045", 2)


def test_a_stage_with_many_copies_becomes_several_batches(county: Path) -> None:
    copies = "barcode,title\n" + "".join(f"{n},Book {n}\n" for n in range(100, 150))
    items = "barcode,stage_id\n" + "".join(f"{n},10\n" for n in range(100, 150))
    crating = _prepared(county, books=20, copies=copies, items=items)
    assert [len(c.copies) for c in crating.crates.values()] == [17, 17, 16]
    assert {(c.at, c.pool) for c in crating.crates.values()} == {("S1", "Tea-houses")}


@pytest.mark.parametrize(
    ("tables", "rule"),
    [
        ({"stages": STAGES.replace("S2", "S9")}, "rota-branch"),
        ({"stages": STAGES.replace("11,2,1,", "11,2,8,")}, "rota-reference"),
        ({"items": ITEMS.replace(",31,", ",99,")}, "rota-reference"),
        ({"items": ITEMS + "7,0099,10,0,0\n"}, "rota-copy-unknown"),
        ({"items": ITEMS + "7,0041,11,0,0\n"}, "barcode-twice"),
        ({"stages": STAGES.replace(",28", ",four")}, "bad-number"),
        ({"items": "itemnumber_id,stage_id\n1,10\n"}, "missing-column"),
    ],
)
def test_what_does_not_fit_is_refused(county: Path, tables: dict[str, str], rule: str) -> None:
    before = _state(county)
    with pytest.raises(InputError) as raised:
        _prepared(county, **tables)
    assert rule in {fault.rule for fault in raised.value.faults if fault.severity == "error"}
    after = _state(county)
    assert after == before


def test_stages_in_another_order_than_the_stops_are_told(county: Path) -> None:
    stages = STAGES.replace("11,2,1,", "11,0,1,")
    assert "rota-order" in _rules(_prepared(county, stages=stages))


def test_all_three_tables_must_be_there(county: Path) -> None:
    (county.parent / "items.csv").write_text(COPIES)
    koha = _koha(county.parent / "koha")
    (koha / "stockrotationstages.csv").unlink()
    with pytest.raises(UsageError, match="stockrotationstages"):
        prepare([county.parent / "items.csv"], county, rotas=koha)


def test_what_a_rota_writes_for_koha_goes_in_again(county: Path, tmp_path: Path) -> None:
    _prepared(county).write()
    district = read(county)
    koha = tmp_path / "again"
    koha.mkdir()
    for name, data in koha_tables(district).items():
        (koha / name).write_bytes(data)
    other = folders.write(tmp_path / "other", requests=None)
    prepare([tmp_path / "items.csv"], other, rotas=koha).write()
    found = read(other)
    ring = {one for one in _collections(district) if one[0] == "Tea-houses"}
    assert {one for one in _collections(found) if one[0] == "Tea-houses"} == ring
    assert {p.id: (p.stops, p.weeks) for p in found.pools} == {
        p.id: (p.stops, p.weeks) for p in district.pools
    }


@pytest.mark.parametrize(("lang", "words"), [("en", "2 pools of rotas"), ("zh", "2 个轮换")])
def test_the_command_tells_of_pools(county: Path, lang: str, words: str) -> None:
    toml = (county / "district.toml").read_text("utf-8").replace('"zh"', f'"{lang}"')
    (county / "district.toml").write_text(toml, "utf-8")
    (county.parent / "items.csv").write_text(COPIES)
    koha = _koha(county.parent / "koha")
    arguments = ["crate", county.parent / "items.csv", "--into", county, "--rotas", koha]
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    with (county / "pools.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 2
    assert words in result.output
    assert "Tea-houses" in result.output


def test_neither_books_nor_rotas_is_a_mistake(county: Path) -> None:
    (county.parent / "items.csv").write_text(COPIES)
    arguments = ["crate", str(county.parent / "items.csv"), "--into", str(county)]
    result = CliRunner().invoke(main, arguments, env={"LANG": "en_GB"})
    assert result.exit_code == 2
    assert "--rotas" in result.output
