"""No file is too spoilt to be told: nothing raised, and every fault can be said.

``PYTHONPATH=tests:. python -m fuzz`` reads many more.
"""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bookcar.crates.items import read_items
from bookcar.inputs import workbook
from fuzz.spoilt import READERS, csv_file, spoil, tried


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=100, deadline=None)
@given(seed=some.integers(0, 2**40))
def test_a_spoilt_file_is_told(reader: str, seed: int) -> None:
    tried(reader, seed)


@pytest.mark.parametrize("reader", READERS)
def test_sound_files_are_among_them(reader: str) -> None:
    """So that what is spoilt is more than rubbish."""
    found = [tried(reader, seed)[1] for seed in range(60)]
    assert any(read.copies for read in found)
    assert any(read.faults for read in found)


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=400))
def test_any_bytes_at_all_are_told(data: bytes) -> None:
    for reader in READERS.values():
        _, _, read = reader
        assert all(fault.problem for fault in read(data).faults)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_UNPACKED", 5_000_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 6_000_000)
    begun = time.process_time()
    read = read_items(stream.getvalue(), "a.xlsx", country="CN", clc=True)
    assert time.process_time() - begun < 1
    assert [fault.rule for fault in read.faults] == ["not-a-workbook"]


def test_spoiling_is_the_same_by_the_same_seed() -> None:
    import random  # noqa: PLC0415  only here

    one, other = (spoil(csv_file(r := random.Random(7)), r) for _ in range(2))
    assert one == other
