"""What happened before the week to plan: visits, and where the rotating batches stand now."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from maker.books import POOL_OF, Batch, pack
from maker.chance import Chance
from maker.served import Stop

WEEK = dt.date(2026, 11, 30)  # the Monday of the week planned, 2026-W49
DEPOT = "D1"

HOLIDAYS = (
    dt.date(2026, 6, 19),
    dt.date(2026, 9, 25),
    *(dt.date(2026, 10, day) for day in range(1, 8)),
    dt.date(2027, 1, 1),
)

# By kind of stop that rotates: what is packed, books in a batch, and how many batches there are
# beyond those needed so that no stop sees one twice; few, so that some must do with less.
ROTATING = {
    "village": ("children", 75, 4),
    "school": ("school", 110, 1),
    "teahouse": ("tea", 80, 2),
    "organisation": ("office", 100, 6),
}

# Why a visit was missed.
MISHAPS = ("塌方断路", "大雾返回", "车辆检修", "书屋无人")


Calendar = list[tuple[dt.date, Stop, str]]


@dataclass(frozen=True)
class Visit:
    """A row of the visits table."""

    date: dt.date
    stop: str
    vehicle: str
    batch: str = ""
    action: str = ""
    books: int = 0
    status: str = "done"
    note: str = ""


def campaign(
    stops: Sequence[Stop],
    chance: Chance,
    *,
    never: int,
    missed: int,
    cars: Sequence[str],
    weeks: int,
) -> list[Visit]:
    """Return two half-yearly top-ups of the bookhouses: from 24 November 2025 and 1 June 2026.

    Each of its weeks had rounds all over the district; those of the first week in June fall due
    26 weeks later, with those missed since and those never visited.
    """
    houses = [stop for stop in stops if stop.kind == "bookhouse"]
    by_road = chance.shuffled([stop for stop in houses if stop.access == "road"])
    on_foot = chance.shuffled([stop for stop in houses if stop.access == "foot"])
    new = {stop.id for stop in by_road[:never]}
    late = {stop.id for stop in [*by_road[never : never + missed], *on_foot[:3]]}
    visits = []
    for number, group in enumerate(_rounds(houses)):
        week, day = number % weeks, number // weeks
        car = cars[day // 5 % len(cars)]
        winter = dt.date(2025, 11, 24) + dt.timedelta(weeks=week, days=day % 5)
        summer = dt.date(2026, 6, 1) + dt.timedelta(weeks=week, days=day % 4)
        for stop in group:
            if stop.id in new:
                continue
            visits.append(_brought(winter, stop, car))
            if stop.id in late:
                visits.append(_missed(summer, stop, car, chance))
            else:
                visits.append(_brought(summer, stop, car))
    return _labelled(visits)


def left_behind(visits: Sequence[Visit], chance: Chance) -> list[Batch]:
    """Return the batches a campaign brought: each stays where it was brought."""
    sorts = {"general": 0.7, "farming": 0.15, "reading": 0.15}
    return [
        pack(
            chance,
            visit.batch,
            visit.books,
            chance.weighted(sorts),
            at=visit.stop,
            since=visit.date.isoformat(),
        )
        for visit in visits
        if visit.status == "done"
    ]


def _rounds(houses: Sequence[Stop]) -> list[list[Stop]]:
    """Return the bookhouses in groups of up to eight, each going round one township."""
    towns: dict[str, list[Stop]] = {}
    for stop in houses:
        towns.setdefault(stop.area, []).append(stop)
    groups = []
    for members in towns.values():
        x = sum(stop.place[0] for stop in members) / len(members)
        y = sum(stop.place[1] for stop in members) / len(members)
        members.sort(key=lambda s: math.atan2(s.place[1] - y, s.place[0] - x))
        each = math.ceil(len(members) / math.ceil(len(members) / 8))
        groups += [members[first : first + each] for first in range(0, len(members), each)]
    return groups


def _brought(date: dt.date, stop: Stop, car: str) -> Visit:
    if stop.access == "foot":
        return Visit(date, stop.id, "", books=stop.books, action="dropped", note="背篓送书")
    return Visit(date, stop.id, car, books=stop.books, action="dropped")


def _labelled(visits: list[Visit]) -> list[Visit]:
    """Return the visits with a label for each top-up: the half-year and a number."""
    counts: dict[str, int] = {}
    found = []
    for visit in sorted(visits, key=lambda v: (v.date, v.stop)):
        half = f"{visit.date:%y}{'A' if visit.date.month < 8 else 'B'}"
        counts[half] = counts.get(half, 0) + (visit.status == "done")
        batch = f"{half}-{counts[half]:03d}" if visit.status == "done" else ""
        found.append(replace(visit, batch=batch))
    return found


def _missed(date: dt.date, stop: Stop, car: str, chance: Chance) -> Visit:
    return Visit(date, stop.id, car, status="missed", note=chance.pick(MISHAPS))


def rotation(
    stops: Sequence[Stop], chance: Chance, *, depot: str, cars: Sequence[str], weeks: int
) -> tuple[list[Visit], list[Batch]]:
    """Return the visits of the stops whose batches rotate, and the batches as they stand now."""
    visits, batches = [], []
    for kind in ROTATING:
        members = [stop for stop in stops if stop.kind == kind]
        since = WEEK - dt.timedelta(weeks=weeks)
        if members:
            calendar = _calendar(members, chance, since)
            pool = _pool(members, chance, calendar, depot)
            visits += _rotate(calendar, pool, chance, depot=depot, cars=cars)
            batches += pool
    return visits, batches


def _pool(members: Sequence[Stop], chance: Chance, calendar: Calendar, depot: str) -> list[Batch]:
    kind = members[0].kind
    sort, size, spare = ROTATING[kind]
    each = math.ceil(members[0].books / size)
    most = max(sum(stop.id == member.id for _, stop, _ in calendar) for member in members)
    count = each * (len(members) + most) + spare
    return [
        pack(
            chance,
            f"R{kind[0].upper()}{n:03d}",
            size,
            sort,
            at=depot,
            since="2026-03-02",
            pool=POOL_OF[kind],
        )
        for n in range(1, count + 1)
    ]


def _rotate(
    calendar: Calendar, pool: list[Batch], chance: Chance, *, depot: str, cars: Sequence[str]
) -> list[Visit]:
    """Send the pool's batches round; it is changed to say where they are at the end."""
    had: dict[str, set[str]] = {}
    visits = []
    for date, stop, status in calendar:
        car = cars[int(stop.id[1:]) % len(cars)]
        if status == "missed":
            visits.append(_missed(date, stop, car, chance))
            continue
        seen = had.setdefault(stop.id, set())
        held = [batch for batch in pool if batch.at == stop.id]
        fresh = [batch for batch in pool if batch.at == depot and batch.id not in seen]
        brought = fresh[: math.ceil(stop.books / pool[0].books)]
        seen.update(batch.id for batch in brought)
        for action, moved, to in (("collected", held, depot), ("dropped", brought, stop.id)):
            visits += [Visit(date, stop.id, car, b.id, action, b.books) for b in moved]
            # What comes back goes to the end of the shelf.
            pool[:] = [b for b in pool if b not in moved] + [
                replace(b, at=to, since=date.isoformat()) for b in moved
            ]
    pool.sort(key=lambda batch: batch.id)
    return visits


def _calendar(members: Sequence[Stop], chance: Chance, since: dt.date) -> Calendar:
    """Return the visits there were until the week planned; every second stop is due in it."""
    found = []
    for number, stop in enumerate(members):
        behind = 0 if number % 2 == 0 else 1 + number % (stop.every_weeks - 1)
        day = chance.whole(0, 3)
        date = WEEK - dt.timedelta(weeks=stop.every_weeks - behind)
        last = date
        while date >= since:
            if not (stop.kind == "school" and date.month in (2, 7, 8)):
                late = date == last and number % 5 == 2
                found.append((_workday(date, day), stop, "missed" if late else "done"))
            date -= dt.timedelta(weeks=stop.every_weeks)
    return sorted(found, key=lambda entry: (entry[0], entry[1].id))


def _workday(monday: dt.date, day: int) -> dt.date:
    days = [monday + dt.timedelta(days=(day + i) % 5) for i in range(5)]
    return next((date for date in days if date not in HOLIDAYS), days[0])


def top_ups(chance: Chance, counts: dict[str, int], *, depot: str) -> list[Batch]:
    """Return batches of 68 books that wait at the depot for the bookhouses."""
    sorts = chance.shuffled([sort for sort, count in counts.items() for _ in range(count)])
    return [
        pack(chance, f"26B-{n:03d}", 68, sort, at=depot, since=f"2026-11-{chance.whole(2, 27):02d}")
        for n, sort in enumerate(sorts, start=1)
    ]
