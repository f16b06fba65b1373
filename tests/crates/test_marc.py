"""MARC records: of both formats, in every encoding, and broken in every way."""

from __future__ import annotations

import io

import pymarc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from benchmarks.marc_records import Fields, cnmarc, iso2709, marc21
from bookcar.crates.copies import Copy, Read
from bookcar.crates.marc import is_marc, read_marc

LIVE: Fields = [
    ("010", [("a", "978-7-5063-6543-7"), ("d", "CNY28.00")]),
    ("200", [("a", "活着"), ("e", "长篇小说"), ("f", "余华著")]),
    ("690", [("a", "I247.5"), ("v", "5")]),
    ("701", [("a", "余华"), ("4", "著")]),
    ("905", [("a", "QJ"), ("b", "0001234"), ("b", "0001235"), ("d", "I247.5"), ("e", "12")]),
]


def _read(data: bytes, *, chinese: bool = True, encoding: str | None = None) -> Read:
    return read_marc(data, "a.mrc", chinese=chinese, encoding=encoding)


def _broken(read: Read) -> list[tuple[int | None, str]]:
    return [(f.row, f.variant) for f in read.faults if f.rule == "record-broken"]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_cnmarc_gives_a_copy_for_each_barcode(encoding: str) -> None:
    data = iso2709(LIVE, encoding)
    assert is_marc(data)
    read = _read(data)
    assert [copy.barcode for copy in read.copies] == ["0001234", "0001235"]
    assert read.copies[0] == Copy(
        barcode="0001234",
        title="活着 长篇小说",
        author="余华",
        isbn="978-7-5063-6543-7",
        call_number="I247.5/12",
        number="I247.5",
        clc=True,
        place="QJ",
        file="a.mrc",
        row=1,
        is_record=True,
    )
    taken = [(f.rule, f.figures) for f in read.faults]
    assert taken == (
        []
        if encoding == "utf-8"
        else [("encoding-taken", {"encoding": "GB18030", "words": "活着 长篇小说"})]
    )


@pytest.mark.parametrize("marc8", [False, True])
def test_marc21_as_pymarc_writes_it(marc8: bool) -> None:
    """Written by pymarc in UTF-8, and by hand in MARC-8: the accent comes before its letter."""
    record = pymarc.Record(force_utf8=True)
    field, sub = pymarc.Field, pymarc.Subfield
    record.add_field(field("020", [" ", " "], [sub("a", "0679735771 (pbk.)")]))
    record.add_field(field("082", ["0", "4"], [sub("a", "863/.64"), sub("2", "20")]))
    record.add_field(field("100", ["1", " "], [sub("a", "García Márquez, Gabriel,")]))
    record.add_field(
        field("245", ["1", "0"], [sub("a", "Café :"), sub("b", "a novel /"), sub("c", "G. G. M.")])
    )
    for barcode in ("31000001", "31000002"):
        item = [sub("p", barcode), sub("o", "863 GAR"), sub("c", "ADULT"), sub("b", "MAIN")]
        record.add_field(field("952", [" ", " "], item))
    data = record.as_marc()
    if marc8:
        data = _marc8(data, {"í": b"\xe2i", "á": b"\xe2a", "é": b"\xe2e"})
        assert b"Caf\xe2e" in data
    copies = _read(data, chinese=False).copies
    assert [copy.barcode for copy in copies] == ["31000001", "31000002"]
    assert copies[0].title == "Café : a novel"
    assert copies[0].author == "García Márquez, Gabriel"
    assert copies[0].isbn == "0679735771"
    assert (copies[0].number, copies[0].call_number, copies[0].place) == (
        "863/.64",
        "863 GAR",
        "ADULT",
    )


def _marc8(data: bytes, table: dict[str, bytes]) -> bytes:
    """Return a record of UTF-8 in MARC-8: an accented letter takes two bytes there, too."""
    for letter, two in table.items():
        data = data.replace(letter.encode(), two)
    return data[:9] + b" " + data[10:]


def test_leaders_that_claim_nothing_are_read_by_most_records() -> None:
    """One damaged record does not turn the others into another language."""
    good = [iso2709(made.fields, "utf-8") for made in cnmarc(30, 1)]
    bad = iso2709(LIVE, "utf-8").replace("余".encode(), b"\xff\xfe\xff")
    read = _read(b"".join([*good[:10], bad, *good[10:]]))
    assert _broken(read) == [(11, "encoding")]
    made = [barcode for one in cnmarc(30, 1) for barcode in one.barcodes]
    assert [copy.barcode for copy in read.copies] == made


@pytest.mark.parametrize("odd", [b"\xff\xfe", b"\x1b$1!0"])
def test_what_is_no_marc8_is_broken_and_not_made_blanks(
    odd: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    held = "x" * len(odd)
    record = [("245", [("a", f"Caf{held}")]), ("952", [("p", "0012")])]
    data = iso2709(record, "ascii").replace(held.encode(), odd, 1)
    read = _read(data, chinese=False)
    assert _broken(read) == [(1, "encoding")]
    assert capfd.readouterr() == ("", "")


def test_an_encoding_that_is_named_is_taken_and_not_doubted() -> None:
    record = [("200", [("a", "邊城"), ("f", "沈從文著")]), ("905", [("b", "0012")])]
    read = _read(iso2709(record, "big5"), encoding="big5")
    assert read.faults == ()
    assert (read.copies[0].title, read.copies[0].author) == ("邊城", "沈從文著")


def _length(data: bytes) -> bytes:
    return b"%05d" % (int(data[:5]) + 7) + data[5:]


@pytest.mark.parametrize(
    ("spoilt", "variant"),
    [
        (_length(iso2709(LIVE, "utf-8")), "length"),
        (iso2709(LIVE, "utf-8")[:-40] + b"\x1d", "length"),
        (iso2709(LIVE, "gb18030").decode("gb18030").encode(), "length"),
        (b"x" + iso2709(LIVE, "utf-8")[1:], "leader"),
        (b"short\x1d", "leader"),
        (iso2709(LIVE, "utf-8").replace(b"010003200000", b"010003100000"), "directory"),
        (iso2709([f for f in LIVE if f[0] != "200"], "utf-8"), "title"),
    ],
)
def test_a_broken_record_is_named_by_its_number_and_the_others_are_read(
    spoilt: bytes, variant: str
) -> None:
    good = iso2709(LIVE, "utf-8")
    read = _read(good + b"\r\n" + spoilt + b"\r\n" + iso2709(LIVE, "utf-8"))
    assert _broken(read) == [(2, variant)]
    assert [copy.row for copy in read.copies] == [1, 1, 3, 3]
    (fault,) = (f for f in read.faults if f.rule == "record-broken")
    assert fault.where() == "a.mrc record 2"


def test_a_file_that_was_cut_off_is_broken_at_its_last_record() -> None:
    read = _read((iso2709(LIVE, "utf-8") * 2)[:-30])
    assert _broken(read) == [(2, "length")]


def test_a_record_without_a_barcode_is_told_and_left_out() -> None:
    read = _read(iso2709(LIVE[:-1], "utf-8") + iso2709(LIVE, "utf-8"))
    assert [(f.rule, f.row, f.severity) for f in read.faults] == [
        ("record-without-barcode", 1, "warning")
    ]
    assert len(read.copies) == 2


def test_pymarc_reads_what_the_benchmark_makes() -> None:
    """The records of the benchmark are right by a reader that is not ours."""
    for made, encoding in ((cnmarc, "utf-8"), (marc21, "utf-8")):
        ours = list(made(50, 3))
        data = b"".join(iso2709(one.fields, encoding) for one in ours)
        theirs = list(pymarc.MARCReader(io.BytesIO(data), to_unicode=True, force_utf8=True))
        fields = [
            [(f.tag, [(s.code, s.value) for s in f.subfields]) for f in r.fields]
            for r in theirs
            if r is not None
        ]
        assert fields == [[(tag, list(subs)) for tag, subs in one.fields] for one in ours]


@settings(max_examples=300, deadline=None)
@given(
    some.lists(
        some.tuples(
            some.sampled_from(["010", "020", "200", "245", "690", "905", "952", "995", "852"]),
            some.lists(
                some.tuples(
                    some.sampled_from("abdefopcht"),
                    some.text(some.characters(exclude_characters="\x1d\x1e\x1f"), max_size=9),
                ),
                max_size=4,
            ),
        ),
        min_size=1,
        max_size=6,
    ),
    some.lists(some.tuples(some.integers(0, 400), some.integers(0, 255)), max_size=3),
)
def test_no_record_is_too_odd_to_be_told(
    fields: list[tuple[str, list[tuple[str, str]]]], changes: list[tuple[int, int]]
) -> None:
    data = bytearray(_encoded(fields))
    for place, byte in changes:
        data[place % len(data)] = byte
    for chinese in (True, False):
        read = read_marc(bytes(data), "a.mrc", chinese=chinese)
        assert all(fault.problem and fault.fix for fault in read.faults)
        assert all(copy.barcode and copy.title for copy in read.copies)


def _encoded(fields: Fields) -> bytes:
    return iso2709(
        [(t, [(c, v.encode("utf-8", "replace").decode()) for c, v in subs]) for t, subs in fields],
        "utf-8",
    )
