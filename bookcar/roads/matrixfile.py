"""A table of driving of the user's own: ``matrix.csv``."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bookcar.errors import Fault, InputError
from bookcar.model import District
from bookcar.phrases import Figure
from bookcar.phrases.sentence import Sentence
from bookcar.roads.network import Floats
from bookcar.roads.travel import UNREACHABLE, Table, Travel, Unreached

SHOWN = 20  # faults of missing pairs that are listed one by one

_TIME = {"seconds": 1.0, "minutes": 60.0}
_LENGTH = {"metres": 1.0, "km": 1000.0}
_NONE = ("", "-", "–", "—", "inf", "infinity", "∞", "null", "none", "nan", "n/a")
_CUT_OFF = "\0"  # a cell that a row is too short to have; no file holds it
NO_WAY: tuple[float | None, float | None] = (math.nan, math.nan)


def read_matrix(district: District, path: Path, profiles: tuple[str, ...]) -> Travel:
    """Read driving from a CSV with columns ``from``, ``to``, ``seconds`` and ``metres``.

    ``minutes`` may stand for seconds and ``km`` for metres.

    An optional column ``profile`` tells tables apart; a row without holds for every profile that
    has no row of its own for the pair. A file with no pair in both directions holds for both. Where
    no way leads, both figures are empty, ``-`` or ``inf``.

    Raises
    ------
    InputError
        With every fault: unknown or missing columns, unknown ids, figures that are none or
        negative, pairs given twice or missing.
    """
    reader = _Reader(district, path, profiles)
    figures = reader.read()
    return Travel(
        places=reader.places,
        tables={name: _table(district, *figures[name]) for name in profiles},
        estimated=False,
        note=(Sentence(key="common.roads-matrix", figures={"file": path.name}),),
    )


def _table(district: District, seconds: Floats, metres: Floats) -> Table:
    def whole(figures: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
        rounded = np.where(np.isnan(figures), UNREACHABLE, np.floor(figures + 0.5))
        return rounded.astype(np.int32)

    return Table(
        seconds=whole(seconds),
        metres=whole(metres),
        unreached={
            stop.id: Unreached(reason="foot-only", road_m=None, path_m=None)
            for stop in district.stops
            if stop.access == "foot"
        },
    )


def _says_no_way(cells: dict[str, str]) -> bool:
    """Tell whether a row says that no way leads from the one place to the other."""
    said = [cells[name] for units in (_TIME, _LENGTH) for name in units if name in cells]
    return all(cell.lower() in _NONE for cell in said)


@dataclass
class _Reader:
    """Gathers pairs and faults of one file."""

    district: District
    path: Path
    profiles: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)
    seen: dict[tuple[str, int, int], int] = field(default_factory=dict)
    pairs: dict[tuple[str, int, int], tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        places = (*self.district.depots, *self.district.stops)
        self.places = tuple(place.id for place in places)
        self.row_of = {place: i for i, place in enumerate(self.places)}
        self.known = {profile.name for profile in self.district.settings.roads.profiles}
        on_foot = {stop.id for stop in self.district.stops if stop.access == "foot"}
        self.needed = [i for i, place in enumerate(self.places) if place not in on_foot]

    def read(self) -> dict[str, tuple[Floats, Floats]]:
        """Return seconds and metres by profile.

        Raises
        ------
        InputError
            With every fault.
        """
        for row, cells in self._rows():
            self._take(row, cells)
        self._mirror()
        figures = {name: self._fill(name) for name in self.profiles}
        if self.faults:
            raise InputError(self.faults)
        return figures

    def _fault(
        self,
        rule: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        variant: str = "",
        **figures: Figure,
    ) -> None:
        fault = Fault(
            rule=rule,
            file=self.path.name,
            row=row,
            column=column,
            value=value,
            variant=variant,
            figures=figures,
        )
        self.faults.append(fault)

    def _rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        lines = csv.reader(io.StringIO(self._text().replace("\0", ""), newline=""))
        header = [name.strip().lower() for name in next(lines, [])]
        missing = [
            "/".join(names)
            for names in (("from",), ("to",), tuple(_TIME), tuple(_LENGTH))
            if not any(name in header for name in names)
        ]
        if missing and not self.faults:
            self._fault("matrix-column", row=1, columns=tuple(missing))
        if self.faults:
            raise InputError(self.faults)
        for cells in lines:
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[_CUT_OFF] * (len(header) - len(cells))]
                pairs = zip(header, (cell.strip() for cell in padded), strict=False)
                yield lines.line_num, dict(pairs)

    def _text(self) -> str:
        try:
            data = self.path.read_bytes()
        except OSError as error:
            self._fault("matrix", variant="unreadable", reason=error.strerror or str(error))
            return ""
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        self._fault("matrix")
        return ""

    def _take(self, row: int, cells: dict[str, str]) -> None:
        ends = [self._place(row, column, cells[column]) for column in ("from", "to")]
        if _says_no_way(cells):
            seconds, metres = NO_WAY
        else:
            seconds = self._figure(row, cells, _TIME)
            metres = self._figure(row, cells, _LENGTH)
        profile = cells.get("profile", "").replace(_CUT_OFF, "")
        if profile and profile not in self.known:
            known = tuple(sorted(self.known))
            self._fault("matrix-profile", row=row, column="profile", value=profile, known=known)
        if ends[0] is None or ends[1] is None or seconds is None or metres is None:
            return
        key = profile, ends[0], ends[1]
        if key in self.seen:
            self._fault(
                "matrix-duplicate",
                row=row,
                first=self.seen[key],
                origin=cells["from"],
                destination=cells["to"],
            )
            return
        self.seen[key] = row
        self.pairs[key] = seconds, metres

    def _place(self, row: int, column: str, value: str) -> int | None:
        if value not in self.row_of:
            self._fault("matrix-place", row=row, column=column, value=value)
        return self.row_of.get(value)

    def _figure(self, row: int, cells: dict[str, str], units: dict[str, float]) -> float | None:
        column = next(name for name in units if name in cells)
        try:
            figure = float(cells[column])
        except ValueError:
            figure = math.nan
        if 0 <= figure < 1e9:
            return figure * units[column]
        value = cells[column].replace(_CUT_OFF, "")
        self._fault("matrix-figure", row=row, column=column, value=value)
        return None

    def _mirror(self) -> None:
        """Let each pair hold for both directions if no pair is given in both."""
        there = {(p, b, a): figures for (p, a, b), figures in self.pairs.items() if a != b}
        if not there.keys() & self.pairs.keys():
            self.pairs |= there

    def _fill(self, profile: str) -> tuple[Floats, Floats]:
        size = len(self.places)
        seconds, metres = np.full((2, size, size), np.nan)
        missing = []
        for a, b in itertools.permutations(self.needed, 2):
            found = self.pairs.get((profile, a, b)) or self.pairs.get(("", a, b))
            if found is None:
                missing.append((a, b))
            else:
                seconds[a, b], metres[a, b] = found
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)
        self._report(profile, missing)
        return seconds, metres

    def _report(self, profile: str, missing: list[tuple[int, int]]) -> None:
        for a, b in missing[:SHOWN]:
            self._fault(
                "matrix-missing",
                profile=profile,
                origin=self.places[a],
                destination=self.places[b],
            )
        if len(missing) > SHOWN:
            more = len(missing) - SHOWN
            self._fault("matrix-missing", variant="more", profile=profile, count=more)
