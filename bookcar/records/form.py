"""How a table writes things: its language, its words, its dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bookcar.inputs import columns as cols
from bookcar.inputs import text as tx
from bookcar.phrases import LANGUAGES, Language, Phrases

_DATE = re.compile(r"\d{4}(?P<a>[-/.年]?)(?P<m>\d{1,2})(?P<b>[-/.月]?)(?P<d>\d{1,2})(?P<c>日?)")
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "visits.action": cols.ACTION_WORDS,
    "visits.status": cols.VISIT_WORDS,
    "requests.status": cols.REQUEST_WORDS,
}


@dataclass(frozen=True)
class Form:
    """How new cells of a table are to be written, by what stands in it.

    Attributes
    ----------
    at
        Position of each column.
    rows
        The rows there are, from the first to the last.
    """

    table: str
    language: Language
    at: Mapping[str, int]
    rows: Sequence[Sequence[str]]

    @classmethod
    def of(
        cls,
        table: str,
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        language: Language,
    ) -> Form:
        """Look at a table; headings that are no language's in particular are of ``language``."""
        known = cols.any_table(table).aliases
        at = {known[tx.key(cell)]: i for i, cell in enumerate(header) if tx.key(cell) in known}
        return cls(table, _language(table, header, at, language), at, tuple(rows))

    def heading(self, column: str) -> str:
        """Return the heading of a column that is to be added."""
        return Phrases(self.language)(f"columns.{self.table}.{column}.heading")

    def word(self, column: str, meaning: str) -> str:
        """Return the word for a meaning: the last that was used, or the language's own."""
        names = {tx.key(w) for w in (meaning, *_WORDS[f"{self.table}.{column}"][meaning])}
        used = next((text for text in self._texts(column) if tx.key(text) in names), None)
        return used or self._own_word(column, meaning)

    def date(self, day: dt.date) -> str:
        """Return a day in the form of the last one."""
        last = next((m for text in self._texts("date") if (m := _DATE.fullmatch(text))), None)
        if last is None:
            return day.isoformat()
        width = "02" if len(last["m"]) == 2 and len(last["d"]) == 2 else ""
        if not last["a"]:
            return f"{day:%Y%m%d}"
        return f"{day.year}{last['a']}{day.month:{width}}{last['b']}{day.day:{width}}{last['c']}"

    def _own_word(self, column: str, meaning: str) -> str:
        also = _WORDS[f"{self.table}.{column}"][meaning]
        foreign = next((word for word in also if not word.isascii()), meaning)
        return meaning if self.heading(column).isascii() else foreign

    def _texts(self, column: str) -> Iterable[str]:
        """Yield the texts of a column, the last first."""
        i = self.at.get(column)
        if i is None:
            return
        for cells in reversed(self.rows):
            if i < len(cells) and cells[i].strip():
                yield tx.bare(cells[i])


def _language(
    table: str, header: Sequence[str], at: Mapping[str, int], otherwise: Language
) -> Language:
    """Return the language that most headings are of."""

    def count(language: Language) -> tuple[int, bool]:
        say = Phrases(language)
        own = (say(f"columns.{table}.{column}.heading") for column in at)
        same = (tx.key(a) == tx.key(header[i]) for a, i in zip(own, at.values(), strict=True))
        return sum(same), language == otherwise

    return max(LANGUAGES, key=count)
