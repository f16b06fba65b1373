"""Readers' requests: which visit brings one, in which batch or by itself, and which are to find.

A request comes with the first visit of its stop that has it aboard, on a day on which it is of use.
What is aboard is known of the batches that have a list of titles, and of single books that lie
ready. Where the district has no list at all nobody knows: an open request is then taken along as
far as the store has the title.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bookcar.model import Batch, District, Request
from bookcar.plan import Carried
from bookcar.planning.week import Week
from bookcar.titles import Listed


def waiting_requests(district: District) -> tuple[Request, ...]:
    """Return the requests that are still to be brought, in the order of their table."""
    return tuple(request for request in district.requests if request.waits)


def of_use(request: Request, date: dt.date) -> bool:
    """Tell whether a visit on a day may bring a request: it is made by then, and still wanted."""
    return request.date <= date and (request.wanted_by is None or date <= request.wanted_by)


class Means(NamedTuple):
    """How a request comes: see `bookcar.plan.PlanRequest`."""

    carried: Carried
    in_batch: str | None = None


@dataclass(frozen=True)
class Deliveries:
    """What becomes of the waiting requests in a week.

    Attributes
    ----------
    brought, to_find
        By the key of an option made, the ids of the requests it brings, and of those that nothing
        aboard has, to be looked for in the store.
    means
        By the id of every request in either.
    stranded
        Requests that a visit could bring, but for their batch, which it does not drop.
    """

    brought: Mapping[str, tuple[str, ...]]
    to_find: Mapping[str, tuple[str, ...]]
    means: Mapping[str, Means]
    stranded: tuple[Request, ...]


def deliveries(district: District, week: Week) -> Deliveries:
    """Return what the visits of a week bring of the requests: to each stop the first that can.

    Copies of a title go to the requests that name their batch, then to the earliest made.
    """
    calls = _calls(district, week)
    brought: defaultdict[str, list[str]] = defaultdict(list)
    to_find: defaultdict[str, list[str]] = defaultdict(list)
    means: dict[str, Means] = {}
    stranded = []
    for request in sorted(waiting_requests(district), key=lambda r: (not r.batch, r.date)):
        usable = [call for call in calls[request.stop] if of_use(request, call.date)]
        found = next(((call, m) for call in usable if (m := call.means(request))), None)
        if found:
            brought[found[0].key].append(request.id)
            means[request.id] = found[1]
        elif usable and request.batch:
            stranded.append(request)
        elif usable:
            to_find[usable[0].key].append(request.id)
            means[request.id] = Means("none")
    place = {request.id: k for k, request in enumerate(district.requests)}
    return Deliveries(
        brought=_in_order(brought, place),
        to_find=_in_order(to_find, place),
        means=means,
        stranded=tuple(sorted(stranded, key=lambda request: place[request.id])),
    )


def _in_order(
    found: Mapping[str, Iterable[str]], place: Mapping[str, int]
) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(ids, key=place.__getitem__)) for key, ids in found.items()}


def lists_known(district: District) -> bool:
    """Tell whether any batch has a list of titles: without, nobody knows what is aboard."""
    return any(district.titles.get(batch.titles) for batch in district.batches)


@dataclass(frozen=True)
class _Call:
    """A visit as far as requests go.

    ``lists`` are those of the batches it drops, ``left`` the copies of each title on them that
    nobody has asked for yet. ``unlisted`` tells whether the district has no list at all.
    """

    key: str
    date: dt.date
    batches: frozenset[str]
    lists: Mapping[str, Listed]
    left: dict[tuple[str, str], int]
    unlisted: bool

    def means(self, request: Request) -> Means | None:
        """Return how the visit brings a request, and take its copy; None if nothing has it."""
        if request.batch:
            if request.batch in self.batches:
                self._take(request, request.batch)
                return Means("batch", request.batch)
            return None
        if request.copy or request.kind != "title":
            return Means("single")
        batch = next((name for name in self.lists if self._take(request, name)), None)
        if batch is not None:
            return Means("batch", batch)
        if request.status == "ready":
            return Means("single")
        return Means("along") if self.unlisted else None

    def _take(self, request: Request, batch: str) -> bool:
        """Take a copy of a title out of a batch for a reader; tell whether there was one."""
        listed = self.lists.get(batch)
        name = listed.name_of(request.title, request.isbn) if listed else None
        if name is None or not self.left[batch, name]:
            return False
        self.left[batch, name] -= 1
        return True


def _calls(district: District, week: Week) -> Mapping[str, Sequence[_Call]]:
    """Return the visits of each stop that has requests, the earliest first."""
    asked = {request.stop for request in waiting_requests(district)}
    unlisted = not lists_known(district)
    found: defaultdict[str, list[_Call]] = defaultdict(list)
    days = week.dates()
    made = [option for option in week.options if option.key in days and not option.again]
    for option in sorted(made, key=lambda option: (days[option.key], option.number)):
        if option.due.stop.id in asked:
            lists = _lists(district, option.drops)
            call = _Call(
                key=option.key,
                date=days[option.key],
                batches=frozenset(batch.id for batch in option.drops),
                lists=lists,
                left={(b, name): n for b in lists for name, n in lists[b].copies.items()},
                unlisted=unlisted,
            )
            found[option.due.stop.id].append(call)
    return found


def _lists(district: District, drops: Iterable[Batch]) -> dict[str, Listed]:
    contents = {batch.id: district.titles.get(batch.titles) for batch in drops}
    return {name: Listed.of(titles) for name, titles in contents.items() if titles}
