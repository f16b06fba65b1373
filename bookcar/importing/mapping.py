"""``import.toml``: how lists were read, so that next year's is read in the same way."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from bookcar.errors import Fault, InputError
from bookcar.importing.headings import IGNORED, Taken
from bookcar.importing.stops import Options

FILE = "import.toml"


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said, or was understood, of lists: fields by heading, sheets, and options."""

    columns: dict[str, str] = {}
    sheets: tuple[str, ...] = ()
    coordinates: str = ""
    hours: str = ""
    cycle: int | None = None
    cycle_start: dt.date | None = None

    @property
    def options(self) -> Options:
        """The options of reading stops."""
        return Options(
            coordinates=self.coordinates,
            hours=self.hours,
            cycle=self.cycle,
            cycle_start=self.cycle_start,
        )


def read_mapping(folder: Path) -> Mapping | None:
    """Return what the import into a folder was made with; None if there was none.

    Raises
    ------
    InputError
        If the file is not one that `mapping_text` writes.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Mapping)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        fault = Fault(rule="import-mapping", file=FILE, figures={"detail": str(error)})
        raise InputError([fault]) from None


def merged(saved: Mapping | None, said: dict[str, Any]) -> Mapping:
    """Return what was saved, with what is said now before it."""
    found = saved or Mapping()
    columns = found.columns | said.pop("columns")
    return msgspec.structs.replace(
        found, columns=columns, **{name: value for name, value in said.items() if value}
    )


def mapping_text(mapping: Mapping, taken: list[Taken], head: str) -> str:
    """Return ``import.toml``: the options given, and what each column was taken for."""
    lines = [f"# {line}" for line in head.splitlines()]
    values = {
        "sheets": list(mapping.sheets),
        "coordinates": mapping.coordinates,
        "hours": mapping.hours,
        "cycle": mapping.cycle,
    }
    lines += [f"{name} = {json.dumps(v, ensure_ascii=False)}" for name, v in values.items() if v]
    if mapping.cycle_start:
        lines.append(f"cycle_start = {mapping.cycle_start.isoformat()}")
    fields = {
        one.heading.strip(): one.field or IGNORED
        for one in taken
        if one.heading.strip() and (one.field or one.sample)  # an empty column may be filled
    }
    lines += ["", "[columns]"]
    lines += [f"{_toml(name)} = {_toml(field)}" for name, field in fields.items()]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
