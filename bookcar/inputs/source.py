"""Where a district comes from: settings, tables and shapes, whatever holds them.

The reader knows nothing but this. A folder of CSV files and a workbook are one such source
(`bookcar.inputs.folder`); a database would be another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bookcar.errors import Fault
from bookcar.inputs.settings import Given
from bookcar.inputs.sources import RawTable


class Source(Protocol):
    """A district as it was found, before anything is understood."""

    @property
    def where(self) -> Path:
        """Return the folder in which the paths of its settings and tables begin."""
        ...

    @property
    def given(self) -> Given:
        """Return the settings."""
        ...

    @property
    def tables(self) -> Mapping[str, RawTable]:
        """Return the tables that are there, by name."""
        ...

    @property
    def areas(self) -> bytes | None:
        """Return the townships as GeoJSON, if there are any."""
        ...

    @property
    def shapes(self) -> bytes | None:
        """Return the shapes of the closures as GeoJSON, if there are any."""
        ...

    @property
    def faults(self) -> Sequence[Fault]:
        """Return what is wrong with it as a whole."""
        ...

    @property
    def missing(self) -> bool:
        """Tell whether there is no district at all, so that nothing more need be said."""
        ...

    def read(self, name: str) -> bytes:
        """Return a file that a table names; from then on it counts in the fingerprint.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        ...

    def fingerprint(self) -> dict[str, str]:
        """Return the SHA-256 of everything read so far, by name."""
        ...
