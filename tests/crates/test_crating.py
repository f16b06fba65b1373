"""From files of a library system to a district's batches: whole, or not at all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from inputs import folders

from benchmarks.marc_records import Made, cnmarc, iso2709, marc21
from bookcar.crates.classes import class_of
from bookcar.crates.copies import Copy
from bookcar.crates.crating import Crating, prepare
from bookcar.crates.items import read_items
from bookcar.crates.pack import packed
from bookcar.errors import InputError, UsageError
from bookcar.inputs.reader import read, read_district

KOHA = (
    "barcode,biblio.title,isbn,itemcallnumber,homebranch,location\n"
    "0031,Cien años,9788437604947 (rústica) | 8437604947,863 GAR,MAIN,ADULT\n"
    "0032,Psycho,679735771,813.54 ELL,MAIN,ADULT\n"
    "0033,Momo,,J END,MAIN,Children\n"
)
INTERLIB = [
    ["条码号", "题名", "责任者", "ISBN", "索书号", "馆藏地", "单价"],
    ["0100001", "活着", "余华", "9787506365437", "I247.5/12", "综合书库", 28],
    [100002, "稻田养鱼", "某人", "", "S964/3", "综合书库", 19.5],
    ["0100003", "绘本", "某人", "", "J238/1", "少儿阅览室", 30],
]


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return folders.write(tmp_path / "county", requests=None)


def _marc(path: Path, made: list[Made], encoding: str) -> Path:
    path.write_bytes(b"".join(iso2709(one.fields, encoding) for one in made))
    return path


def _xlsx(path: Path, rows: list[list[object]]) -> Path:
    return folders.workbook(path, {"导出": rows})


def _state(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and "lock" not in p.name and p.name != "bookcar-writes"
    }


def _written(folder: Path, crating: Crating) -> Counter[str]:
    crating.write()
    checked = read_district(folder)
    assert checked.district is not None, checked.faults
    assert [f for f in checked.faults if "titles" in f.file or f.file == "batches.csv"] == []
    lists = checked.district.titles
    sizes = {b.titles: b.books for b in checked.district.batches if b.titles}
    assert {name: len(titles) for name, titles in lists.items()} == sizes
    return Counter(title.barcode for titles in lists.values() for title in titles)


def test_every_barcode_is_in_one_list_and_every_list_in_one_batch(
    county: Path, tmp_path: Path
) -> None:
    made = [list(cnmarc(150, 1)), list(marc21(150, 2))]
    paths = [
        _marc(tmp_path / "a.mrc", made[0], "gb18030"),
        _marc(tmp_path / "b.mrc", made[1], "utf-8"),
    ]
    crating = prepare(paths, county, books=40)
    assert max(len(crate.copies) for crate in crating.crates.values()) <= 40
    wanted = Counter(barcode for files in made for one in files for barcode in one.barcodes)
    assert _written(county, crating) == wanted
    batch = read(county).batches[-1]
    assert batch.at == "LIB"
    assert sum(batch.mix.values()) == pytest.approx(1)


def test_nothing_is_written_until_it_is_asked_for(county: Path, tmp_path: Path) -> None:
    before = _state(county)
    prepare([_marc(tmp_path / "a.mrc", list(cnmarc(20, 1)), "utf-8")], county, books=40)
    assert _state(county) == before


def test_rows_that_were_there_stay_byte_for_byte(county: Path, tmp_path: Path) -> None:
    before = (county / "batches.csv").read_bytes()
    path = _marc(tmp_path / "a.mrc", list(cnmarc(20, 1)), "utf-8")
    prepare([path], county, books=40, at="S1", prefix="箱").write()
    after = (county / "batches.csv").read_bytes()
    assert after.splitlines()[1:3] == [line + b"," for line in before.splitlines()[1:3]]
    batch = read(county).batches[-1]
    assert (batch.id, batch.at, batch.titles) == ("箱001", "S1", "titles/箱001.csv")


def test_tables_of_koha_and_interlib_are_read_with_their_zeros(tmp_path: Path) -> None:
    koha = read_items(KOHA.encode(), "koha.csv", country="ES", clc=False)
    assert [(c.barcode, c.isbn, class_of(c)) for c in koha.copies] == [
        ("0031", "9788437604947", "culture"),
        ("0032", "0679735771", "culture"),
        ("0033", "", "children"),
    ]
    data = _xlsx(tmp_path / "i.xlsx", INTERLIB).read_bytes()
    interlib = read_items(data, "i.xlsx", country="CN", clc=True)
    assert [(c.barcode, c.title, class_of(c)) for c in interlib.copies] == [
        ("0100001", "活着", "culture"),
        ("100002", "稻田养鱼", "technology"),
        ("0100003", "绘本", "children"),
    ]


def test_an_export_in_gb18030_is_read(tmp_path: Path) -> None:
    text = "条码号\t题名\t索书号\n0001\t活着\tI247.5/1\n"
    (copy,) = read_items(text.encode("gb18030"), "a.txt", country="CN", clc=True).copies
    assert (copy.barcode, copy.title) == ("0001", "活着")


def test_a_barcode_twice_across_files_names_both_rows(county: Path, tmp_path: Path) -> None:
    koha = tmp_path / "koha.csv"
    koha.write_text(KOHA, "utf-8")
    again = tmp_path / "again.csv"
    again.write_text("barcode,title\n9,x\n0032,y\n", "utf-8")
    before = _state(county)
    with pytest.raises(InputError) as refused:
        prepare([koha, again], county, books=40)
    (fault,) = (f for f in refused.value.faults if f.severity == "error")
    assert (fault.rule, fault.file, fault.row, fault.value) == (
        "barcode-twice",
        again.as_posix(),
        3,
        "0032",
    )
    assert fault.figures == {"other_file": koha.as_posix(), "other_row": 3}
    assert _state(county) == before


def test_what_is_in_a_crate_already_is_refused(county: Path, tmp_path: Path) -> None:
    path = _marc(tmp_path / "a.mrc", list(cnmarc(5, 1)), "utf-8")
    prepare([path], county, books=40).write()
    with pytest.raises(InputError) as refused:
        prepare([path], county, books=40)
    assert {f.rule for f in refused.value.faults} == {"barcode-known"}
    assert refused.value.faults[0].figures["list"] == "titles/C001.csv"
    more = _marc(tmp_path / "b.mrc", list(cnmarc(5, 2)), "utf-8")
    assert list(prepare([more], county, books=40).crates) == ["C002"]


def test_broken_records_are_left_out_only_by_an_option(county: Path, tmp_path: Path) -> None:
    made = list(cnmarc(5, 1))
    data = [iso2709(one.fields, "utf-8") for one in made]
    data[2] = data[2][:-10] + b"\x1d"
    path = tmp_path / "a.mrc"
    path.write_bytes(b"".join(data))
    with pytest.raises(InputError) as refused:
        prepare([path], county, books=40)
    assert [(f.rule, f.row) for f in refused.value.faults] == [("record-broken", 3)]
    crating = prepare([path], county, books=40, skip_broken=True)
    assert [(f.rule, f.row, f.severity) for f in crating.faults] == [
        ("record-broken", 3, "warning")
    ]
    left = Counter(b for i, one in enumerate(made) if i != 2 for b in one.barcodes)
    assert _written(county, crating) == left


@pytest.mark.parametrize("bad", ["0099,", '0099,"a\x07b"', "0099,#N/A", "0099,b,c,d,e", "1E+12,x"])
def test_a_broken_row_of_a_table_is_left_out_only_by_an_option(
    county: Path, tmp_path: Path, bad: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"barcode,title\n0001,a\n{bad}\n0002,b\n", "utf-8")
    with pytest.raises(InputError) as refused:
        prepare([path], county, books=40)
    assert {f.row for f in refused.value.faults if f.severity == "error"} == {3}
    assert _written(county, prepare([path], county, books=40, skip_broken=True)) == Counter(
        ["0001", "0002"]
    )


def test_titles_that_spreadsheets_take_for_something_else_come_back_whole(
    county: Path, tmp_path: Path
) -> None:
    titles = ["#MeToo", "=1+1", "合计", "-", "'quoted'", "1E+05", 'a "b", c', "12.0"]
    made = [
        Made([("200", [("a", title)]), ("905", [("b", f"00{i}")])], (f"00{i}",))
        for i, title in enumerate(titles)
    ]
    prepare([_marc(tmp_path / "a.mrc", made, "utf-8")], county, books=40).write()
    (list_,) = read(county).titles.values()
    assert {t.barcode: t.title for t in list_} == {f"00{i}": t for i, t in enumerate(titles)}


def test_a_copy_that_no_list_could_hold_is_told(county: Path, tmp_path: Path) -> None:
    made = [Made([("200", [("a", "#N/A")]), ("905", [("b", "001")])], ("001",))]
    with pytest.raises(InputError) as refused:
        prepare([_marc(tmp_path / "a.mrc", made, "utf-8")], county, books=40)
    assert [f.rule for f in refused.value.faults] == ["copy-unwritable"]


def test_a_file_without_copies_is_refused(county: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("barcode,title\n,x\n", "utf-8")
    with pytest.raises(UsageError, match="no copy"):
        prepare([path], county, books=40)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0", b"a,b\n1,2\n"])
def test_files_that_hold_no_table_of_copies_are_refused(
    county: Path, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    with pytest.raises(InputError):
        prepare([path, tmp_path / "none.mrc"], county, books=40)


def test_barcodes_that_may_have_lost_zeros_are_told_once(county: Path, tmp_path: Path) -> None:
    rows = "".join(f"{n:07d},t\n" for n in range(1_000_000, 1_000_040)) + "4711,t\n4712,t\n"
    path = tmp_path / "a.csv"
    path.write_text("barcode,title\n" + rows, "utf-8")
    (fault,) = prepare([path], county, books=50).faults
    assert (fault.rule, fault.row, fault.figures) == (
        "barcode-short",
        42,
        {"count": 2, "usual": 7},
    )


def test_a_batch_that_no_car_carries_is_refused_before_anything_is_written(
    county: Path, tmp_path: Path
) -> None:
    path = _marc(tmp_path / "a.mrc", list(cnmarc(3000, 1)), "utf-8")
    before = _state(county)
    with pytest.raises(InputError) as refused:
        prepare([path], county, books=6000)
    assert {f.rule for f in refused.value.faults} == {"batch-larger-than-any-car"}
    assert _state(county) == before


def test_the_batches_of_a_workbook_get_rows_there(tmp_path: Path) -> None:
    book = tmp_path / "county.xlsx"
    sheets = {name[:-4]: text for name, text in folders.SOUND.items() if name.endswith(".csv")}
    pairs = "key,value\nname,X\ntime_zone,Asia/Shanghai\nlanguage,zh\ndepot.1.id,LIB\n"
    place = "depot.1.name,L\ndepot.1.lon,106.648\ndepot.1.lat,29.023\n"
    del sheets["requests"]
    folders.workbook(book, {"district": pairs + place, **sheets})
    path = _marc(tmp_path / "a.mrc", list(cnmarc(10, 1)), "utf-8")
    crating = prepare([path], book, books=40)
    crating.write()
    rows = [row[0].value for row in openpyxl.load_workbook(book)["batches"].iter_rows()]
    assert rows[-1] == "C001"
    assert read(book).batches[-1].books == crating.copies


@given(
    some.lists(
        some.tuples(some.sampled_from(["I247", "I287", "S66", "F1", "", "823", "J E"])),
        min_size=1,
        max_size=120,
    ),
    some.integers(1, 50),
    some.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_crates_are_few_nearly_equal_and_alike(
    numbers: list[tuple[str]], books: int, by_class: bool
) -> None:
    copies = [
        Copy(barcode=str(i), title="t", number=n, clc=True, file="f", row=i)
        for i, (n,) in enumerate(numbers)
    ]
    crates = packed(copies, books, by_class=by_class)
    assert Counter(c.barcode for crate in crates for c in crate.copies) == Counter(
        c.barcode for c in copies
    )
    sizes = [len(crate.copies) for crate in crates]
    assert max(sizes) <= books
    if by_class:
        assert all(len(set(map(class_of, crate.copies))) == 1 for crate in crates)
        return
    assert len(crates) == -(-len(copies) // books)
    assert max(sizes) - min(sizes) <= 1
    for head in set(map(class_of, copies)):
        counts = [sum(class_of(c) == head for c in crate.copies) for crate in crates]
        assert max(counts) - min(counts) <= 1
    assert packed(copies[::-1], books) == crates


@pytest.mark.parametrize(
    ("number", "clc", "place", "head"),
    [
        ("I287.45/3", True, "", "children"),
        ("I247.5", True, "", "culture"),
        ("I247.5", True, "少儿借阅室", "children"),
        ("S66", True, "", "technology"),
        ("TS972.1/4", True, "", "life"),
        ("TS941", True, "", "technology"),
        ("R212", True, "", "life"),
        ("F323", True, "", "politics"),
        ("Z228.1", True, "", "children"),
        ("Z121", True, "", "other"),
        ("823.914 GRE", False, "", "culture"),
        ("641.5 OLI", False, "", "life"),
        ("630", False, "", "technology"),
        ("J 398.2", False, "", "children"),
        ("JF ROW", False, "", "children"),
        ("FIC ROW", False, "", "culture"),
        ("PR6058", False, "", "other"),
        ("", False, "Children's room", "children"),
        ("", True, "", "other"),
        ("1234", False, "", "other"),
    ],
)
def test_the_class_of_a_copy(number: str, clc: bool, place: str, head: str) -> None:
    copy = Copy(barcode="1", title="t", number=number, clc=clc, place=place, file="f", row=1)
    assert class_of(copy) == head
