"""A CSV table that is added to: what stands in it stays as it is, byte for byte.

Rows are appended, cells set and columns added as the file writes them: in its encoding, with its
separator and line ends. Only a record of which a cell is set is written anew.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bookcar.inputs.encodings import Undecided, read_text
from bookcar.inputs.sources import is_blank, is_comment, separator_of

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


@dataclass
class _Record:
    """A row: its number as messages count, the lines it takes, its cells."""

    number: int
    start: int
    stop: int
    cells: list[str]


class CsvTable:
    """A table as its lines; a record may take several.

    Parameters
    ----------
    data
        A file that was read without an error, with a header.
    name
        Of the table, by whose columns the separator is known.
    country
        Of the district, by which an old encoding is known.
    """

    def __init__(self, data: bytes, name: str, country: str) -> None:
        found = read_text(data, country)
        if isinstance(found, Undecided):
            raise TypeError(f"{name} was not read without an error")
        self._bom, self._encoding = found.mark, found.codec
        self._separator = separator_of(found.text, name)
        self._lines: list[str] = _LINE.findall(found.text)
        self._newline = next((end for line in self._lines if (end := _end(line))), "\r\n")
        self._records = list(self._parsed())
        self._last = self._count

    @property
    def comma_decimal(self) -> bool:
        """Whether 0.5 is written 0,5 in it."""
        return self._separator in ";；"

    @property
    def header(self) -> Sequence[str]:
        """The headings as they stand there."""
        return self._records[0].cells

    @property
    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the rows below the header: number, and cells as text."""
        return ((record.number, record.cells) for record in self._records[1:])

    def add_column(self, heading: str, fill: str = "") -> None:
        """Add a column at the end; every row that is there gets ``fill``."""
        width = len(self.header)
        for record in self._records:
            cell = heading if record is self._records[0] else fill
            missing = [""] * (width - len(record.cells))
            record.cells += [*missing, cell]
            line = self._lines[record.stop - 1]
            added = self._text(["", *missing, cell])
            self._lines[record.stop - 1] = line[: len(line) - len(_end(line))] + added + _end(line)

    def set_cell(self, number: int, position: int, text: str) -> None:
        """Write a cell of a row by its number."""
        record = next(record for record in self._records if record.number == number)
        record.cells += [""] * (position + 1 - len(record.cells))
        record.cells[position] = text
        end = _end(self._lines[record.stop - 1])
        self._lines[record.start : record.stop] = [
            self._text(record.cells) + end,
            *("" for _ in range(record.start + 1, record.stop)),
        ]

    def append(self, rows: Sequence[Mapping[int, str]]) -> list[int]:
        """Add rows below all others, their cells by position; return their numbers."""
        if self._lines and not _end(self._lines[-1]):
            self._lines[-1] += self._newline
        for row in rows:
            cells = [row.get(i, "") for i in range(len(self.header))]
            self._lines.append(self._text(cells) + self._newline)
        numbers = range(self._last + 1, self._last + 1 + len(rows))
        self._last += len(rows)
        return list(numbers)

    def remove(self, numbers: Sequence[int]) -> None:
        """Take rows out by their numbers; the others keep theirs."""
        for record in self._records:
            if record.number in numbers:
                for line in range(record.start, record.stop):
                    self._lines[line] = ""
        self._records = [record for record in self._records if record.number not in numbers]

    def to_bytes(self) -> bytes:
        """Return the file.

        Raises
        ------
        UnicodeEncodeError
            If its encoding lacks a character.
        """
        return self._bom + "".join(self._lines).encode(self._encoding)

    def _parsed(self) -> Iterator[_Record]:
        """Yield every record that is no comment and not blank."""
        reader = csv.reader(iter(self._lines), delimiter=self._separator, strict=True)
        start = self._count = 0
        for number, cells in enumerate(reader, 1):
            declares = number == 1 and cells[:1] and cells[0].lower().startswith("sep=")
            if not declares and not is_blank(cells) and not is_comment(cells):
                yield _Record(number, start, reader.line_num, cells)
            start, self._count = reader.line_num, number

    def _text(self, cells: Sequence[str]) -> str:
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=self._separator, lineterminator="\r\n").writerow(cells)
        return stream.getvalue().removesuffix("\r\n")


def _end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]
