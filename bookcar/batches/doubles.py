"""Copies that a stop would get of titles that it keeps already, where lists of titles say so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from bookcar.batches.holdings import at_stop, collectable
from bookcar.model import Batch, District
from bookcar.titles import Listed

Doubles = Mapping[str, Mapping[str, int]]


class _Kept(NamedTuple):
    """Titles that are at a stop to stay, by name and by ISBN."""

    names: frozenset[str]
    isbns: frozenset[str]

    def of(self, listed: Listed) -> int:
        """Return the copies of a list whose titles are among them."""
        double = self.names & listed.copies.keys()
        double |= {listed.by_isbn[isbn] for isbn in self.isbns & listed.by_isbn.keys()}
        return sum(listed.copies.get(name, 0) for name in double)


def doubles_of(district: District, monday: dt.date, stops: Iterable[str]) -> Doubles:
    """Return, by stop, the copies in each batch of titles that the stop keeps already.

    What a visit in the week of ``monday`` collects is not kept. Stops and batches that have none
    are left out, and so is everything whose titles are not listed, and what is no stop of the
    tables: a fair keeps nothing.
    """
    lists = {name: Listed.of(titles) for name, titles in district.titles.items() if titles}
    if not lists:
        return {}
    batches = [batch for batch in district.batches if batch.titles in lists]
    found: dict[str, Mapping[str, int]] = {}
    for stop in sorted(district.stops_by_id.keys() & set(stops)):
        own = _staying(district, monday, stop)
        kept = _kept(lists[batch.titles] for batch in own if batch.titles in lists)
        if kept.names or kept.isbns:
            counts = {name: kept.of(lists[name]) for name in {batch.titles for batch in batches}}
            ids = {batch.id for batch in own}
            some = {b.id: counts[b.titles] for b in batches if b.id not in ids}
            found[stop] = {batch: count for batch, count in some.items() if count}
    return {stop: some for stop, some in found.items() if some}


def _staying(district: District, monday: dt.date, stop: str) -> Collection[Batch]:
    going = {b.id for b in collectable(district, district.stops_by_id[stop], monday)}
    return [batch for batch in at_stop(district, stop) if batch.id not in going]


def _kept(lists: Iterable[Listed]) -> _Kept:
    some = list(lists)
    names = (listed.copies.keys() for listed in some)
    isbns = (listed.by_isbn.keys() for listed in some)
    return _Kept(frozenset().union(*names), frozenset().union(*isbns))
