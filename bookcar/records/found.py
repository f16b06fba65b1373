"""Which files of a week's folder came back: those that somebody changed or added."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bookcar.errors import Fault
from bookcar.files import sums_of
from bookcar.files.atomic import sha256
from bookcar.records.known import Known
from bookcar.records.phone import NAMES, read_phone
from bookcar.records.sheet import read_sheet
from bookcar.records.visits import ToldVisit

SHEETS = ("visits.csv", "visits.xlsx", "week.xlsx")
_LIKE = ("*visits*", "*week*")
_TABLES = (".csv", ".xlsx", ".xlsm")


def came_back(folder: Path) -> tuple[Path, ...]:
    """Return the sheets of a week's folder that are not as they were written, and phone files."""
    sums = sums_of(folder)
    sheets = [folder / name for name in SHEETS if (folder / name).is_file()]
    changed = [path for path in sheets if sums.get(path.name) != sha256(path)]
    return (*changed, *sorted(path for name in NAMES for path in folder.glob(name)))


def set_aside(folder: Path) -> tuple[Path, ...]:
    """Return what else in the folder may be a sheet that came back, and is not read unasked.

    Such are those kept from an earlier plan of the week, and those that a browser or a mailer gave
    another name: ``visits (1).csv``.
    """
    written = sums_of(folder)
    like = (path for name in _LIKE for path in folder.glob(name) if path.suffix in _TABLES)
    return tuple(sorted({path for path in like if path.name not in (*SHEETS, *written)}))


def read_all(paths: Sequence[Path], known: Known) -> tuple[list[ToldVisit], list[Fault]]:
    """Return what some files tell, and every fault in them."""
    told: list[ToldVisit] = []
    faults: list[Fault] = []
    for path in paths:
        read = read_phone if path.suffix.lower() in (".json", ".txt") else read_sheet
        visits, more = read(path, known)
        told += visits
        faults += more
    return told, faults
