"""The title lists that batches name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from inputs import folders as given

from bookcar.inputs.reader import read, read_district
from bookcar.model import Title

BATCHES = given.BATCHES.replace("LIB,,,", "LIB,,,lists/b1.csv")
LIST = "书名,作者,ISBN,索书号,册数\n活着,余华,9787506365437,I247.5/12,59\nTo Live,,,,\n"


def _folder(tmp_path: Path, text: str | bytes = LIST) -> Path:
    folder = given.write(tmp_path / "d", batches=BATCHES)
    (folder / "lists").mkdir()
    data = text.encode() if isinstance(text, str) else text
    (folder / "lists" / "b1.csv").write_bytes(data)
    return folder


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read_by_chinese_names_and_its_bytes_are_named(
    tmp_path: Path, encoding: str
) -> None:
    data = LIST.encode(encoding)
    checked = read_district(_folder(tmp_path, data))
    assert checked.faults == ()
    district = checked.district
    assert district is not None
    assert district.titles["lists/b1.csv"] == (
        Title(
            title="活着", author="余华", isbn="9787506365437", call_number="I247.5/12", copies=59
        ),
        Title(title="To Live"),
    )
    assert district.inputs["lists/b1.csv"] == hashlib.sha256(data).hexdigest()


def test_two_batches_may_share_a_list(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "batches.csv").write_text(BATCHES.replace("01,,\n", "01,,lists/b1.csv\n"))
    district = read(folder)
    assert [batch.titles for batch in district.batches] == ["lists/b1.csv"] * 2
    assert list(district.titles) == ["lists/b1.csv"]


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (tmp_path / "secret.csv").write_text("title\nsecret\n")
    (folder / "lists" / "b1.csv").unlink()
    (folder / "lists" / "b1.csv").symlink_to(tmp_path / "secret.csv")
    checked = read_district(folder)
    assert [fault.rule for fault in checked.errors] == ["titles-outside"]


def test_an_empty_list_is_told_and_prints_nothing(tmp_path: Path) -> None:
    checked = read_district(_folder(tmp_path, ""))
    assert [fault.rule for fault in checked.faults] == ["empty-file"]
    assert checked.district is not None
    assert checked.district.titles == {"lists/b1.csv": ()}
