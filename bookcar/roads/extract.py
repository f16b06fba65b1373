"""An extract opened: a map that osmium reads right, and what is said of one that it cannot read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from bookcar.errors import Fault, InputError
from bookcar.phrases import Figure
from bookcar.roads.edited import in_order

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
NOWHERE = 2**31 - 1  # osmium's coordinate of a node that the extract does not hold


@contextmanager
def reading(path: Path) -> Iterator[Path]:
    """Give a file with the map of an extract that osmium reads right.

    Raises
    ------
    InputError
        As `refusing`.
    """
    with refusing(path), in_order(path) as source:
        yield source


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while an extract is read into an InputError.

    Raises
    ------
    InputError
        If the file is missing, unreadable, of another kind, or broken.
    """
    if not path.is_file():
        refuse(path, "missing")
    if not path.name.lower().endswith(SUFFIXES):
        refuse(path, "ending", endings=SUFFIXES)
    if path.stat().st_size == 0:
        refuse(path, "no-bytes")
    try:
        yield
    except OSError as error:
        refuse(path, "unreadable", reason=error.strerror or str(error))
    except (RuntimeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        refuse(path, "", detail=str(error))


def refuse(path: Path, variant: str, **figures: Figure) -> NoReturn:
    """Say why an extract cannot be used.

    Raises
    ------
    InputError
        In any case.
    """
    raise InputError([Fault(rule="extract", variant=variant, file=path.name, figures=figures)])
