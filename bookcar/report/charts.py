"""Which figures of a report are drawn: the same in the page, the print and the workbook."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bookcar.report.figures import Grouping
from bookcar.report.words import Words


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Bars of some figures of the parts; ``keys`` are columns of the table of the grouping."""

    title: str
    grouping: Grouping
    keys: tuple[str, ...]


_CHARTS: tuple[tuple[str, Grouping, tuple[str, ...]], ...] = (
    ("chart-visits", "month", ("done", "missed")),
    ("chart-books", "month", ("dropped", "collected")),
    ("chart-readers", "month", ("readers", "loans")),
    ("chart-townships", "township", ("done", "missed")),
)


def charts(words: Words) -> Iterator[Chart]:
    """Yield the charts that have something to show."""
    for title, grouping, keys in _CHARTS:
        groups = words.report.groups[grouping]
        if any(group[key].value for group in groups for key in keys):
            yield Chart(title=words(title), grouping=grouping, keys=keys)
