"""Reading a ``timetable.json``: the timetable in it, or in words why there is none."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bookcar.errors import Fault, InputError
from bookcar.phrases import Figure
from bookcar.timetable import TIMETABLE_VERSION, Timetable

NAME = "timetable.json"


def load_timetable(path: Path, *, as_it_is: bool = False) -> Timetable:
    """Read a ``timetable.json``, or the one in a folder.

    Parameters
    ----------
    as_it_is
        Whether one that was changed is read, too.

    Raises
    ------
    InputError
        If it is missing, no timetable, of another version, or was changed.
    """
    path = path / NAME if path.is_dir() else path
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Version).schema_version
        if version != TIMETABLE_VERSION:
            raise _no_timetable(path, "version", version=version, ours=TIMETABLE_VERSION)
        timetable = msgspec.json.decode(data, type=Timetable)
    except OSError as error:
        raise _no_timetable(path, "unreadable", reason=error.strerror or str(error)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _no_timetable(path, "", detail=str(error)) from None
    if not as_it_is and timetable.with_id().id != timetable.id:
        raise _no_timetable(path, "changed")
    return timetable


class _Version(msgspec.Struct):
    schema_version: int


def _no_timetable(path: Path, variant: str, **figures: Figure) -> InputError:
    fault = Fault(rule="timetable-file", variant=variant, file=str(path), figures=figures)
    return InputError([fault])
