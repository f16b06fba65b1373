"""Which requests were handed over, by the column of a returned sheet that lists them.

The sheet comes with the requests that each visit brings; whoever fills it in deletes those that
were not handed over, and adds what was found in the store.
"""

from __future__ import annotations

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.sources import RawTable
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.records.known import Known

COLUMN = "requests"
"""Its heading in ``visits.csv``."""

HEADING = "manifests.handed-over"
"""The phrase of its heading in the week's workbook."""


def is_requests(heading: str) -> bool:
    """Tell whether a heading is that of the column, in any language."""
    names = {COLUMN, *(Phrases(language)(HEADING) for language in LANGUAGES)}
    return tx.key(heading) in {tx.key(name) for name in names}


def requests_of(raw: RawTable, known: Known) -> tuple[dict[int, tuple[str, ...]], list[Fault]]:
    """Return the requests that each row names, by its number, and those that nobody knows.

    Nothing at all where the sheet has no such column.
    """
    at = next((i for i, cell in enumerate(raw.rows[0][1]) if is_requests(cell)), None)
    if at is None:
        return {}, []
    found: dict[int, tuple[str, ...]] = {}
    faults = []
    for number, cells in raw.rows[1:]:
        text = tx.unguarded(tx.bare(cells[at])) if at < len(cells) else ""
        names = tuple(known.id("requests", word) for word in tx.words(text))
        found[number] = names
        faults += [
            Fault(
                rule="unknown-request",
                file=raw.file,
                row=number,
                column=raw.rows[0][1][at].strip(),
                value=tx.shown(name),
            )
            for name in names
            if name not in known.ids["requests"].values()
        ]
    return found, faults
