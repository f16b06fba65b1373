"""Rules on batches: new to the stop, and enough."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.audit.pools import (
    collected_where,
    could_get,
    kept_back,
    may_come_again,
    months_of,
)
from bookcar.audit.promised_batches import pools_of_promises
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Reload, Route, Visit


def collects_what_is_there(case: Case) -> Iterator[Sentence]:
    """Where batches rotate, a visit collects every batch that was there when the week began.

    Of two visits in the week, one does, and of parts each a share: all of it, if all are made.
    Elsewhere, and what the week brought, nobody. A batch of a pool is collected when the weeks are
    over for which it stays, if the pool says how many.
    """
    there = collected_where(case)
    taken: dict[str, list[str]] = defaultdict(list)
    made: Counter[str] = Counter()
    for _, visit in case.visits():
        taken[visit.stop] += visit.collects
        made[visit.stop] += 1
    for stop, batches in sorted(taken.items()):
        right = set(there.get(stop, ()))
        parts = case.stops[stop].in_parts
        if parts and made[stop] < case.stops[stop].visits_a_week:
            right &= set(batches)
        if sorted(batches) != sorted(right):
            yield breach(
                "collects-what-is-there",
                stop=stop,
                right=_names(right),
                batches=_names(set(batches)),
            )


def nothing_seen_before(case: Case) -> Iterator[Sentence]:
    """No stop gets a batch that it has, or that left it within the months it may not repeat.

    Where the district says so, one that has had every batch of the depot may get one again, and the
    plan marks it.
    """
    last_left = _last_left(case)
    for route, visit in case.visits():
        again = set(visit.repeats) if _has_seen_all(case, route, visit, "oldest") else set()
        again = {batch for batch in again if may_come_again(case, batch)}
        for batch in visit.drops:
            left = last_left.get((visit.stop, batch))
            here = case.batches[batch].at == visit.stop
            if here or (_lately(case, batch, left) and batch not in again):
                if left is None:
                    yield breach(
                        "nothing-seen-before", route=route.id, stop=visit.stop, batch=batch
                    )
                else:
                    yield breach(
                        "nothing-seen-before-2",
                        route=route.id,
                        stop=visit.stop,
                        batch=batch,
                        left=left,
                    )


def repeats_are_marked(case: Case) -> Iterator[Sentence]:
    """What a visit marks as had before is what it drops and the stop has had."""
    last_left = _last_left(case)
    for route, visit in case.visits():
        days = {batch: last_left.get((visit.stop, batch)) for batch in visit.drops}
        right = {batch for batch, left in days.items() if _lately(case, batch, left)}
        if right != set(visit.repeats):
            yield breach(
                "repeats-are-marked",
                route=route.id,
                stop=visit.stop,
                right=_names(right),
                repeats=_names(set(visit.repeats)),
            )


def _has_seen_all(case: Case, route: Route, visit: Visit, setting: str) -> bool:
    """Tell whether a stop has had all that the car could have brought from where it loaded.

    One that had left by then, as the audit or the plan says, loads nothing more. To a stop on foot
    what is no heavier than what is carried there could have been carried as well.
    """
    if case.district.settings.batches.when_seen_all != setting:
        return False
    last_left, vehicle = _last_left(case), case.vehicles[route.vehicle]
    loaded, promised = _last_load(route, visit), pools_of_promises(case)
    if case.is_loaded(route, visit):
        return True
    carried = sum(case.batches[name].kg for name in visit.drops)
    for batch in case.district.batches:
        fits = batch.books <= vehicle.books and (vehicle.kg is None or batch.kg <= vehicle.kg)
        fits = fits and (not visit.foot or batch.kg <= carried)
        stays = kept_back(case, batch) or batch.pool in promised
        may = could_get(case, visit, batch) and not stays
        left = last_left.get((visit.stop, batch.id))
        new = not _lately(case, batch.id, left)
        if batch.at == loaded and batch.books and fits and may and new:
            return False
    return True


def _lately(case: Case, batch: str, left: dt.date | None) -> bool:
    """Tell whether a batch that left a stop on a day may not be there again yet."""
    return left is not None and left > _months_before(case.monday, months_of(case, batch))


def _last_load(route: Route, visit: Visit) -> str:
    """Return the depot where the car last loaded before a visit."""
    loaded = route.depot
    for halt in route.halts:
        if halt == visit:
            break
        loaded = halt.depot if isinstance(halt, Reload) else loaded
    return loaded


def _last_left(case: Case) -> dict[tuple[str, str], dt.date]:
    """Return the last day on which each batch came to or left each stop, before the plan's week.

    A row that names a batch and not whether it came or went moves none, as the tables' rules say.
    """
    last: dict[tuple[str, str], dt.date] = {}
    for past in case.district.visits:
        moved = past.batch and past.action and past.status == "done"
        if moved and past.date < case.monday:
            key = (past.stop, past.batch)
            last[key] = max(last.get(key, past.date), past.date)
    return last


def _months_before(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th day")


def books_are_brought(case: Case) -> Iterator[Sentence]:
    """A visit to a stop that wants books brings at least one batch, and none twice.

    Where the district says so, one that has had every batch of the depot is visited without books.
    """
    for route, visit in case.visits():
        wants = case.stops[visit.stop].books > 0 and not visit.drops
        if wants and not _has_seen_all(case, route, visit, "no-books"):
            yield breach("books-are-brought", route=route.id, stop=visit.stop)
        if len(set(visit.drops)) != len(visit.drops):
            yield breach("books-are-brought-2", route=route.id, stop=visit.stop)


def _names(ids: set[str]) -> tuple[str, ...]:
    return tuple(sorted(ids))
