"""Adding to a CSV table leaves what stands in it as it is."""

from __future__ import annotations

import csv
import io

import pytest

from bookcar.inputs.sources import read_csv
from bookcar.records.csv_table import CsvTable

TEXT = 'date,stop,note\n# a comment, kept\n2026-01-05,S1,"one, two"\n\n2026-01-06,S2\n'


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("note", "备注").encode("gb18030"),
        TEXT.replace(",", ";").replace("one; two", "one, two").encode(),
        TEXT.encode("utf-16"),
        TEXT.rstrip("\n").encode(),
        ("sep=,\n" + TEXT).encode(),
    ],
    ids=["plain", "bom crlf", "gb18030", "semicolons", "utf-16", "no end", "sep"],
)
def test_rows_are_appended_in_the_form_of_the_file(data: bytes) -> None:
    table = CsvTable(data, "visits", "CN")
    numbers = table.append([{0: "2026-01-07", 1: "S3", 2: 'say "hi", 书'}])
    after = table.to_bytes()
    assert after.startswith(data)
    raw, faults = read_csv(after, name="visits", file="visits.csv", country="CN")
    assert faults == []
    assert raw.rows[-1] == (numbers[0], ["2026-01-07", "S3", 'say "hi", 书'])
    end = "\r\n" if b"\r\n" in data else "\n"
    tail = after[-16:].decode("utf-16-le" if data[:2] == b"\xff\xfe" else "latin-1")
    assert tail.endswith(end)
    assert not tail.endswith(end * 2)


def test_a_column_is_added_to_every_row_and_no_comment() -> None:
    table = CsvTable(TEXT.encode(), "visits", "CN")
    table.add_column("depot", "D;1")
    table.add_column("who")
    assert table.to_bytes().decode() == (
        "date,stop,note,depot,who\n# a comment, kept\n"
        '2026-01-05,S1,"one, two",D;1,\n\n2026-01-06,S2,,D;1,\n'
    )


def test_only_the_record_of_a_cell_is_written_anew() -> None:
    text = 'id,title,status\r\nQ1,"two\r\nlines",open\r\n"Q2", x ,open\r\n'
    table = CsvTable(text.encode(), "requests", "CN")
    table.set_cell(2, 2, "brought")
    assert table.to_bytes().decode() == text.replace('lines",open', 'lines",brought')
    rows = list(csv.reader(io.StringIO(table.to_bytes().decode(), newline="")))
    assert rows[1] == ["Q1", "two\r\nlines", "brought"]
    table.set_cell(3, 3, "more")
    assert table.to_bytes().decode().endswith("Q2, x ,open,more\r\n")


def test_a_character_that_the_encoding_lacks_is_an_error() -> None:
    table = CsvTable(TEXT.encode("gb18030").replace(b"one", "一".encode("gb18030")), "visits", "CN")
    table.append([{2: "\ud800"}])
    with pytest.raises(UnicodeEncodeError):
        table.to_bytes()
