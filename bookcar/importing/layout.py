"""Where a list begins and ends in a sheet: titles above it, headings of two rows, rows between."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bookcar.importing.files import Sheet
from bookcar.importing.headings import recognised
from bookcar.inputs import text as tx
from bookcar.inputs.rules_tables import is_total

_LOOKED_AT = 25
_FEWEST = 2


class Laid(msgspec.Struct, frozen=True):
    """A list: its headings, its rows by number, and the rows that are none of its own."""

    header_row: int
    header: list[str]
    rows: list[tuple[int, list[str]]]
    above: list[int]
    between: list[tuple[int, str]]


def lay_out(sheet: Sheet) -> Laid | None:
    """Return the list of a sheet; None if no row has headings that are known."""
    candidates = sheet.rows[:_LOOKED_AT]
    counts = [sum(map(recognised, cells)) for _, cells in candidates]
    if not counts or max(counts) < _FEWEST:
        return None
    place = counts.index(max(counts))
    number, header = candidates[place]
    start = place + 1
    if place and _is_upper(candidates[place - 1][1], header):
        header = _joined(candidates[place - 1][1], header)
    elif start < len(candidates) and _is_lower(candidates[start][1]):
        header = _joined(header, candidates[start][1])
        start += 1
    header = [*header, *[""] * (max(len(cells) for _, cells in sheet.rows) - len(header))]
    rows: list[tuple[int, list[str]]] = []
    between: list[tuple[int, str]] = []
    for row, cells in sheet.rows[start:]:
        filled = [cell for cell in cells if cell.strip()]
        if _is_header(cells, header) or _is_alone(filled, header) or is_total(cells):
            between.append((row, filled[0]))
        else:
            rows.append((row, cells))
    above = [row for row, _ in candidates[:place]]
    return Laid(number, header, rows, above, between)


def _is_upper(upper: Sequence[str], header: Sequence[str]) -> bool:
    """Tell whether a row above the headings names groups of them: merged cells, filled across."""
    named = [cell for cell in upper if cell.strip()]
    return len(named) > 1 and any(
        up.strip() and not cell.strip() for up, cell in zip(upper, header, strict=False)
    )


def _is_lower(lower: Sequence[str]) -> bool:
    """Tell whether a row below headings is one of headings too: all that it holds is known."""
    named = [cell for cell in lower if cell.strip()]
    return len(named) >= _FEWEST and all(map(recognised, named))


def _is_header(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Tell whether the headings stand there again, as at the top of a page."""
    return [*map(tx.key, cells)] == [*map(tx.key, header[: len(cells)])]


def _is_alone(filled: Sequence[str], header: Sequence[str]) -> bool:
    """Tell whether a single cell stands in a row: the title of a part, or a note."""
    return len(filled) == 1 and len([cell for cell in header if cell.strip()]) > _FEWEST


def _joined(upper: Sequence[str], header: Sequence[str]) -> list[str]:
    """Return headings of which the empty ones have what stands above them."""
    filled = [*upper, *[""] * (len(header) - len(upper))]
    return [cell if cell.strip() else up for up, cell in zip(filled, header, strict=False)]
