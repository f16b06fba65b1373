"""Tables of copies in old Excel workbooks, as library systems still export them."""

from __future__ import annotations

import random
from pathlib import Path

from fuzz.spoilt import spoil

from bookcar.crates.items import read_items

SAMPLE = Path(__file__).parent / "samples" / "interlib.xls"
"""Written by xlwt: a sheet with a note, and one with three copies."""


def test_an_export_as_xls_gives_its_copies_with_their_zeros() -> None:
    read = read_items(SAMPLE.read_bytes(), "interlib.xls", country="CN", clc=True)
    assert [fault for fault in read.faults if fault.severity == "error"] == []
    assert [(c.barcode, c.title, c.isbn, c.call_number, c.place) for c in read.copies] == [
        ("0000123", "活着", "9787506365437", "I247.5/1", "少儿阅览室"),
        ("0000124", "活着", "9787506365437", "I247.5/1", "综合外借室"),
        ("0000125", "地方志", "0679735771", "K297/2", "综合外借室"),
    ]
    assert {c.file for c in read.copies} == {"interlib.xls: 馆藏"}


def test_a_spoilt_one_is_read_or_refused() -> None:
    data = SAMPLE.read_bytes()
    for seed in range(300):
        read = read_items(spoil(data, random.Random(seed)), "a.xls", country="CN", clc=True)
        assert read.copies or read.faults or read.rows == 0
        assert all(fault.problem and fault.fix for fault in read.faults)
