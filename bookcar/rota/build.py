"""The rota of a district: which collection is where in which week.

What is over is told by the records. Weeks that have a plan go as it says, the others as the
forecast of the stock has them: every stop that is due is visited if there is a batch for it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, get_args

import msgspec

from bookcar.inputs.movements import before
from bookcar.model import Batch, District, PastVisit, Pool, Stop
from bookcar.plan import NoCargo, Plan
from bookcar.planning.forecast import after_visits, without_more
from bookcar.progress import SILENT, Progress
from bookcar.records.visits import planned_visits
from bookcar.weeks import monday_of, week_name

How = Literal["recorded", "planned", "expected"]

_FOR_WANT_OF_BOOKS = ("batch-taken", *get_args(NoCargo))


class RotaWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A week of a rota, and how it is known where things are at its end.

    ``lacking`` are the stops that are due in it and find no batch, ``again`` those that get one
    that they have had, as they have had all there is.
    """

    monday: dt.date
    how: How
    lacking: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


class RotaLine(msgspec.Struct, frozen=True, kw_only=True):
    """A collection through the weeks.

    Attributes
    ----------
    places
        Where it is at the end of each week: the id of a stop or a depot.
    brought
        How often it was brought to a stop, by the records.
    last
        When it was brought to one last; None if it never was.
    coming
        How often it is brought in the weeks that are not over.
    """

    batch: str
    pool: str
    books: int
    places: tuple[str, ...]
    brought: int
    last: dt.date | None
    coming: int


class RotaTurn(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that collections go round to.

    Attributes
    ----------
    holds
        What it has when the first week begins that is not over.
    next
        The Monday of the week in which it gets the next collection that it has not had, and
        ``brings`` which; None if it gets none in these weeks.
    gaps
        Mondays of the weeks in which it is due and finds no collection.
    """

    stop: str
    pools: tuple[str, ...]
    holds: tuple[str, ...]
    next: dt.date | None
    brings: tuple[str, ...]
    gaps: tuple[dt.date, ...]


class Rota(msgspec.Struct, frozen=True, kw_only=True):
    """All collections that wander, in the order of pools and batches, and the stops they go to."""

    begins: dt.date
    weeks: tuple[RotaWeek, ...]
    lines: tuple[RotaLine, ...]
    turns: tuple[RotaTurn, ...]

    @property
    def over(self) -> int:
        """How many of the weeks are over."""
        return sum(week.how == "recorded" for week in self.weeks)

    def least(self, count: int) -> tuple[RotaLine, ...]:
        """Return the collections that circulate least: seldom brought, and none soon, first."""
        ranked = sorted(
            self.lines,
            key=lambda one: (one.brought + one.coming, one.last or dt.date.min, one.batch),
        )
        return tuple(ranked[:count])


def first_open_week(district: District) -> dt.date:
    """Return the Monday after the last week in which a visit is recorded.

    Raises
    ------
    ValueError
        If there is no record.
    """
    return monday_of(max(visit.date for visit in district.visits)) + dt.timedelta(weeks=1)


def make_rota(
    district: District,
    begins: dt.date,
    *,
    weeks: int,
    back: int,
    plans: Mapping[dt.date, Plan] | None = None,
    progress: Progress = SILENT,
) -> Rota:
    """Return the rota from ``back`` weeks before a Monday to ``weeks`` after it.

    Parameters
    ----------
    plans
        By Monday, the plans of weeks that are not over.

    Raises
    ------
    ValueError
        If ``begins`` is another day of the week.
    """
    if begins.weekday():
        raise ValueError(f"{begins} is no Monday")
    progress.start("steps.rota", total=back + weeks)
    past = [begins - dt.timedelta(weeks=n) for n in range(back, 0, -1)]
    after = [before(district, monday + dt.timedelta(weeks=1)) for monday in past]
    now = before(district, begins)
    known = [RotaWeek(monday=monday, how="recorded") for monday in past]
    for n, (week, then) in enumerate(_coming(now, begins, weeks, plans or {})):
        known.append(week)
        after.append(then)
        progress.advance(back + n + 1)
    progress.finish("steps.rota-done", count=weeks)
    lines = tuple(_lines(now, after, back))
    turns = tuple(_turn(now, stop, after[back:], known[back:]) for stop in going_to(now))
    return Rota(begins=begins, weeks=tuple(known), lines=lines, turns=turns)


def _coming(
    district: District, begins: dt.date, weeks: int, plans: Mapping[dt.date, Plan]
) -> Iterator[tuple[RotaWeek, District]]:
    """Yield the weeks that are not over, and the district after each."""
    for monday in (begins + dt.timedelta(weeks=n) for n in range(weeks)):
        if monday in plans:
            plan = plans[monday]
            moves = tuple(as_visits(plan))
            district = after_visits(district, moves, store=district.depots[0].id)
            lacking = tuple(r.stop for r in plan.unserved if r.reason in _FOR_WANT_OF_BOOKS)
            yield RotaWeek(monday=monday, how="planned", lacking=lacking), district
        else:
            found, district = without_more(district, monday)
            yield (
                RotaWeek(monday=monday, how="expected", lacking=found.lacking, again=found.again),
                district,
            )


def as_visits(plan: Plan) -> Iterator[PastVisit]:
    """Yield the visits of a plan as they are recorded if all goes well."""
    for visit in planned_visits(plan):
        bare = PastVisit(date=visit.date, stop=visit.stop, vehicle=visit.vehicle)
        for move in visit.moves:
            yield msgspec.structs.replace(
                bare, batch=move.batch, action=move.action, depot=move.depot
            )
        if not visit.moves:
            yield bare


def wandering_pools(district: District) -> tuple[Pool, ...]:
    """Return the pools whose batches are collected again."""
    kinds = district.settings.batches.rotate
    return tuple(
        pool
        for pool in district.pools
        if pool.weeks is not None or any(s.kind in kinds for s in _served(district, pool))
    )


def _served(district: District, pool: Pool) -> Sequence[Stop]:
    return [stop for stop in district.stops if pool.serves(stop)]


def _wandering(district: District) -> list[Batch]:
    """Return the batches that wander: of such a pool, or of none and not where books stay."""
    pools = {pool.id for pool in wandering_pools(district)}
    kinds, stops = district.settings.batches.rotate, district.stops_by_id
    order = {pool.id: n for n, pool in enumerate(district.pools)}
    found = [
        batch
        for batch in district.batches
        if batch.books
        and (
            batch.pool in pools
            if batch.pool
            else batch.at not in stops or stops[batch.at].kind in kinds
        )
    ]
    return sorted(found, key=lambda batch: order.get(batch.pool, len(order)))


def going_to(district: District) -> list[Stop]:
    """Return the stops that wandering collections go to, in the order of their table."""
    pools, kinds = wandering_pools(district), district.settings.batches.rotate
    return [
        stop
        for stop in district.stops
        if stop.books
        and stop.access == "road"
        and (any(pool.serves(stop) for pool in pools) or stop.kind in kinds)
    ]


def _lines(now: District, after: Sequence[District], over: int) -> Iterator[RotaLine]:
    brought: defaultdict[str, list[dt.date]] = defaultdict(list)
    for visit in now.visits:
        if visit.batch and (visit.action, visit.status) == ("dropped", "done"):
            brought[visit.batch].append(visit.date)
    coming = Counter(
        visit.batch
        for visit in (after[-1].visits[len(now.visits) :] if len(after) > over else ())
        if visit.action == "dropped"
    )
    places = [{batch.id: batch.at for batch in then.batches} for then in after]
    for batch in _wandering(now):
        yield RotaLine(
            batch=batch.id,
            pool=batch.pool,
            books=batch.books,
            places=tuple(place.get(batch.id, "") for place in places),
            brought=len(brought[batch.id]),
            last=max(brought[batch.id], default=None),
            coming=coming[batch.id],
        )


def _turn(
    now: District, stop: Stop, after: Sequence[District], weeks: Sequence[RotaWeek]
) -> RotaTurn:
    had = {v.batch for v in now.visits if v.stop == stop.id and v.action and v.status == "done"}
    new: tuple[dt.date, tuple[str, ...]] | None = None
    seen = len(now.visits)
    for week, then in zip(weeks, after, strict=True):
        got = [v.batch for v in then.visits[seen:] if v.stop == stop.id and v.action == "dropped"]
        seen = len(then.visits)
        if new is None and any(batch not in had for batch in got):
            new = week.monday, tuple(sorted(got))
    return RotaTurn(
        stop=stop.id,
        pools=tuple(pool.id for pool in wandering_pools(now) if pool.serves(stop)),
        holds=tuple(batch.id for batch in now.batches if batch.at == stop.id),
        next=new[0] if new else None,
        brings=new[1] if new else (),
        gaps=tuple(week.monday for week in weeks if stop.id in week.lacking),
    )


def spans(mondays: Sequence[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Return weeks that follow each other as the first and last Monday of each run."""
    found: list[tuple[dt.date, dt.date]] = []
    for monday in mondays:
        if found and monday - found[-1][1] == dt.timedelta(weeks=1):
            found[-1] = found[-1][0], monday
        else:
            found.append((monday, monday))
    return found


def in_weeks(mondays: Sequence[dt.date]) -> list[str]:
    """Return weeks in short: one name, or the first and last of those that follow each other."""
    return [
        week_name(first)
        if first == last
        else f"{week_name(first)}–{week_name(last)[5:]}"
        if first.isocalendar()[0] == last.isocalendar()[0]
        else f"{week_name(first)}–{week_name(last)}"
        for first, last in spans(mondays)
    ]
