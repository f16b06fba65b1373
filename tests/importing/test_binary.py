"""Binary workbooks that claim more than they hold are refused before a reader makes room for it."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from fuzz.spoilt import spoil

from bookcar.importing.files import read_file
from bookcar.inputs.binary import BrokenError, cells_of_xls, cells_of_xlsb_sheet

SAMPLES = Path(__file__).parent / "samples"
SHEET = "xl/worksheets/sheet1.bin"


def _xls() -> bytearray:
    return bytearray((SAMPLES / "stops.xls").read_bytes())


def _cells(data: bytearray) -> list[int]:
    """Return where the records of cells stand, found by their kind and size."""
    marks = {struct.pack("<HH", *one) for one in ((0x0203, 14), (0x00BD, 18), (0x00FD, 10))}
    return [at for at in range(len(data)) if bytes(data[at : at + 4]) in marks]


def test_a_sound_workbook_covers_the_rows_and_columns_of_its_cells() -> None:
    assert cells_of_xls(bytes(_xls())) == 5 * 7
    with zipfile.ZipFile(SAMPLES / "stops.xlsb") as archive:
        assert cells_of_xlsb_sheet(archive.read(SHEET)) == 5 * 7


def _variant(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    begun = time.process_time()
    sheets, (fault,) = read_file(path)
    assert not sheets
    assert time.process_time() - begun < 2
    assert fault.rule == "import-unreadable"
    return fault.variant


def test_rows_that_go_back_or_columns_beyond_are_refused(tmp_path: Path) -> None:
    back, wide = _xls(), _xls()
    last = [at for at in _cells(back) if struct.unpack_from("<H", back, at + 4) == (4,)]
    struct.pack_into("<H", back, last[-1] + 4, 0)
    assert _variant(tmp_path / "back.xls", back) == ""
    for at in last:
        struct.pack_into("<H", wide, at + 4, 65_000)
    (number,) = [at for at in last[3:] if wide[at] == 3][:1]
    struct.pack_into("<H", wide, number + 6, 16_000)
    assert _variant(tmp_path / "wide.xls", wide) == "bomb"


def test_more_strings_than_bytes_are_refused(tmp_path: Path) -> None:
    data = _xls()
    at = data.index(struct.pack("<H", 0x00FC) + data[data.index(b"\xfc\x00") + 2 :][:2])
    struct.pack_into("<I", data, at + 8, 0xFFFFFFF0)
    assert _variant(tmp_path / "a.xls", data) == ""


def test_chains_of_sectors_without_an_end_are_refused(tmp_path: Path) -> None:
    data = _xls()
    (table,) = struct.unpack_from("<I", data, 76)
    entries = (table + 1) * 512
    for n in range(8):
        struct.pack_into("<I", data, entries + 4 * n, (n + 1) % 8)
    assert _variant(tmp_path / "a.xls", data) == ""


@pytest.mark.parametrize("cut", [0, 100, 511, 512, 1500, 4000, 5000])
def test_a_workbook_that_was_cut_off_is_refused_or_read(cut: int) -> None:
    with suppress(BrokenError):
        assert cells_of_xls(bytes(_xls()[:cut])) >= 0


def test_rows_of_an_xlsb_sheet_far_apart_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsb"
    with (
        zipfile.ZipFile(SAMPLES / "stops.xlsb") as sound,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in sound.namelist():
            data = bytearray(sound.read(name))
            if name == SHEET:
                rows = [at for at in range(len(data) - 6) if data[at] == 0 and data[at + 1] == 25]
                struct.pack_into("<I", data, rows[-1] + 2, 4_000_000_000)
            archive.writestr(name, bytes(data))
    assert _variant(path, path.read_bytes()) == "bomb"


@pytest.mark.parametrize("seed", [273, 320, 354])
def test_the_panic_of_a_reader_is_not_seen(tmp_path: Path, seed: int) -> None:
    """It is written past Python, to the standard error of the process itself."""
    path = tmp_path / "a.xls"
    path.write_bytes(spoil(bytes(_xls()), random.Random(seed)))
    alone = _told(
        f"import python_calamine\npython_calamine.CalamineWorkbook.from_path({str(path)!r})"
    )
    assert "panicked" in alone
    code = "from pathlib import Path\nfrom bookcar.importing.files import read_file\n"
    assert _told(f"{code}assert read_file(Path({str(path)!r}))[1]") == ""


def _told(code: str) -> str:
    """Return what a process that runs some code writes to its standard error."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr
