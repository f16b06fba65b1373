"""Scenarios kept by name beside the tables, in ``scenarios.json``."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bookcar.errors import UsageError
from bookcar.files import write_bytes
from bookcar.inputs.folder import find
from bookcar.phrases import Figure
from bookcar.phrases.sentence import Sentence
from bookcar.scenarios.changes import Scenario

FILE = "scenarios.json"


def home_of(folder: Path) -> Path:
    """Return the folder in which a district's tables stand."""
    return find(folder).where


def load(home: Path, name: str) -> Scenario:
    """Return a scenario by its name.

    Raises
    ------
    UsageError
        If none of that name was saved, or the file cannot be read.
    """
    every = _every(home)
    for scenario in every:
        if scenario.name == name:
            return scenario
    names = tuple(scenario.name for scenario in every)
    figures: dict[str, Figure] = {"name": name, "names": names, "file": (home / FILE).as_posix()}
    raise UsageError(Sentence(key="usage.what-if-unknown", figures=figures))


def save(home: Path, scenario: Scenario) -> None:
    """Keep a scenario; one of the same name is replaced.

    Raises
    ------
    UsageError
        If the file that is there cannot be read: it is not written over.
    files.WriteError
        If it cannot be written.
    """
    others = [one for one in _every(home) if one.name != scenario.name]
    every = sorted([*others, scenario], key=lambda one: one.name)
    write_bytes(home / FILE, msgspec.json.format(msgspec.json.encode(every), indent=1) + b"\n")


def _every(home: Path) -> list[Scenario]:
    path = home / FILE
    if not path.exists():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Scenario])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        figures = {"file": path.as_posix(), "detail": str(error)}
        raise UsageError(Sentence(key="usage.what-if-file", figures=figures)) from None
