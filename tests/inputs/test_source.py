"""A district read from something that is neither a folder nor a workbook."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from inputs.folders import SOUND

from bookcar.errors import Fault
from bookcar.inputs import settings
from bookcar.inputs.reader import read, read_source
from bookcar.inputs.settings import Given
from bookcar.inputs.sources import RawTable


@dataclass
class Memory:
    """A source that holds its tables as rows, as a database would."""

    given: Given
    tables: dict[str, RawTable]
    where: Path = Path("nowhere")
    areas: bytes | None = None
    shapes: bytes | None = None
    faults: list[Fault] = field(default_factory=list)
    missing: bool = False
    asked: list[str] = field(default_factory=list)

    def read(self, name: str) -> bytes:
        self.asked.append(name)
        raise FileNotFoundError(2, "not kept", name)

    def fingerprint(self) -> dict[str, str]:
        return {
            n: hashlib.sha256(repr(t.rows).encode()).hexdigest() for n, t in self.tables.items()
        }


def _memory(**tables: list[list[str]]) -> Memory:
    """Return the sound district of the folders, its tables as rows."""
    given, faults = settings.read_toml(SOUND["district.toml"].encode(), "the settings")
    assert faults == []
    rows = {
        name.removesuffix(".csv"): [line.split(",") for line in text.splitlines()]
        for name, text in SOUND.items()
        if name.endswith(".csv")
    }
    return Memory(
        given=given,
        tables={
            name: RawTable(name=name, file=f"table {name}", rows=list(enumerate(cells, start=1)))
            for name, cells in (rows | tables).items()
        },
    )


def _folder(top: Path) -> Path:
    for name, text in SOUND.items():
        (top / name).write_text(text, "utf-8")
    return top


def test_a_source_of_rows_gives_the_district_that_the_files_give(tmp_path: Path) -> None:
    found = read_source(_memory(), name=tmp_path).district
    assert found is not None
    same = {"inputs": {}, "origins": {}}
    assert msgspec.structs.replace(found, **same) == msgspec.structs.replace(
        read(_folder(tmp_path)), **same
    )


def test_faults_name_the_rows_of_the_source() -> None:
    source = _memory(vehicles=[["id", "books", "max_km", "max_hours"], ["V1", "many", "9", "8"]])
    (fault,) = (f for f in read_source(source, name=Path("x")).errors if f.rule == "bad-number")
    assert (fault.file, fault.row, fault.value) == ("table vehicles", 2, "many")


def test_a_list_that_the_source_does_not_have_is_told() -> None:
    source = _memory(batches=[["id", "books", "at", "titles"], ["B1", "60", "LIB", "b1.csv"]])
    checked = read_source(source, name=Path("x"))
    assert "missing-titles" in {fault.rule for fault in checked.faults}


def test_the_fingerprint_of_the_source_is_that_of_the_district() -> None:
    source = _memory()
    district = read_source(source, name=Path("x")).district
    assert district is not None
    assert district.inputs == source.fingerprint()
