"""What readers of a stop wish for, as the batches are asked for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from bookcar.batches.terms import Wished
from bookcar.model import District, Request
from bookcar.planning.requests import of_use, waiting_requests
from bookcar.titles import Listed
from bookcar.weeks import Horizon

_ENOUGH = 1_000
_Copies = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Wishes:
    """The waiting requests of each stop that some batch has, each with the copies of each batch."""

    by_stop: Mapping[str, Sequence[tuple[Request, _Copies]]]
    horizon: Horizon

    @classmethod
    def of(cls, district: District, horizon: Horizon) -> Self:
        """Return the requests that a batch could bring within a horizon."""
        found: defaultdict[str, list[tuple[Request, _Copies]]] = defaultdict(list)
        asked = [r for r in waiting_requests(district) if r.kind == "title"]
        lists = _lists(district) if asked else {}
        for request in asked:
            copies = tuple(_copies(request, lists))
            if copies and any(of_use(request, date) for date in horizon.dates):
                found[request.stop].append((request, copies))
        return cls(found, horizon)

    def at(self, stop_id: str, day: dt.date | None) -> tuple[Wished, ...]:
        """Return what a visit is to bring for readers, on a day or on any of the horizon.

        Readers who wish for the same are one wish.
        """
        days = self.horizon.dates if day is None else (day,)
        readers = Counter(
            copies
            for request, copies in self.by_stop.get(stop_id, ())
            if any(of_use(request, date) for date in days)
        )
        return tuple(Wished(count, dict(copies)) for copies, count in readers.items())


def _lists(district: District) -> dict[str, Listed]:
    """Return the lists of titles by batch, each file looked at once."""
    listed = {name: Listed.of(titles) for name, titles in district.titles.items()}
    return {batch.id: listed[batch.titles] for batch in district.batches if batch.titles in listed}


def _copies(request: Request, lists: Mapping[str, Listed]) -> Iterator[tuple[str, int]]:
    """Yield the batches that have what a reader asks for, with their copies of it.

    Who names a batch knows of a copy in it.
    """
    if request.batch:
        yield request.batch, _ENOUGH
    elif not request.copy:
        for batch, listed in lists.items():
            name = listed.name_of(request.title, request.isbn)
            if name is not None:
                yield batch, listed.copies[name]
