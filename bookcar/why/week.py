"""All whys of a plan: why each stop is not served, what serving it costs, and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from bookcar.model import District
from bookcar.plan import Plan, ReasonCode
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import Travel
from bookcar.why.carried import price_beside_carriers
from bookcar.why.carriers import with_ways
from bookcar.why.least import HOPELESS, Joint, LeastChanges, levels, together
from bookcar.why.price import Prices
from bookcar.why.standing import Standing
from bookcar.whys import BRINGS, Change, Level, Why, Whys, effort, is_told_as_it_is

_BY_HAND: frozenset[ReasonCode] = frozenset({"left-out", "shut", "fell-away"})
_CARRIED: ReasonCode = "carrier-taken"
_TOGETHER = 8
"""So many changes are told that serve several stops at once."""


def whys_of(
    district: District,
    plan: Plan,
    *,
    stops: Sequence[str] | None = None,
    travel: Travel | None = None,
    progress: Progress = SILENT,
) -> Whys:
    """Return why stops of a plan are not served; the same plan and tables give the same.

    Parameters
    ----------
    district
        That of the plan, its tables as they were.
    stops
        Ids of unserved stops; None for all.
    travel
        Between the depots and the stops that are due or visited; by default it is measured.

    Raises
    ------
    InputError
        If the plan breaks a limit of the district, or the roads cannot be read.
    """
    asked = [row for row in plan.unserved if stops is None or row.stop in stops]
    rows = {row.stop: row.reason for row in asked}
    if is_told_as_it_is(plan) or not rows:
        found = tuple(Why(id=stop, level=_level_of(reason)) for stop, reason in rows.items())
        return Whys(plan=plan.id, stops=found)
    standing = with_ways(Standing.of(district, plan, travel=travel, progress=progress), rows)
    least = LeastChanges(standing=standing, reasons=rows, progress=progress)
    changes = least.found()
    several = levels(one for own in changes.values() for one in own)
    every = {**least.brought, **{one.changes: one for one in several}}
    shared = [one for key, one in every.items() if key in least.districts]
    everybody = [row.stop for row in plan.unserved if row.reason not in HOPELESS]
    joint = together(standing, least.districts, shared, everybody)
    shared_by = {one.change.changes: one.change for one in joint}
    offers = standing.chances(rows.keys()).offers
    prices = Prices(standing=standing, offers=offers)
    fit_alone = {visit.due.stop.id for visit in offers.visits}
    visited = {row.stop for row in asked if row.made}
    afoot = set(standing.prepared.travel.meetings)
    whys = []
    for stop, reason in rows.items():
        why = Why(id=stop, level=_level_of(reason))
        if reason == _CARRIED:
            why = msgspec.structs.replace(why, price=price_beside_carriers(standing, stop))
        elif stop in fit_alone and reason not in _BY_HAND:
            why = _priced(prices, why, sure=stop not in visited | afoot)
        own = _ranked(_with_joint(changes.get(stop, ()), stop, joint), stop, shared_by)
        whys.append(msgspec.structs.replace(why, changes=own))
    progress.finish("steps.whys-done", count=len(whys))
    joined = _told_once(one.change for one in joint if len(one.change.serves) > 1)
    return Whys(plan=plan.id, stops=tuple(whys), together=tuple(joined)[:_TOGETHER])


def _level_of(reason: ReasonCode) -> Level:
    if reason == _CARRIED:
        return "carriers"
    return "hand" if reason in _BY_HAND else "alone"


def _priced(prices: Prices, why: Why, *, sure: bool) -> Why:
    """Return a why with what a visit costs, or what it is in conflict with.

    That it has no room is not ``sure`` of a stop that is visited once more a week, as its own visit
    may be in the way, and of one on foot, as other visits of its carriers may.
    """
    price, conflict, proven = prices.of(why.id)
    if price is not None:
        return msgspec.structs.replace(why, level="price", price=price)
    if not sure or not proven:
        return msgspec.structs.replace(why, level="unknown")
    return msgspec.structs.replace(why, level="kept", conflict=conflict)


def _with_joint(changes: Sequence[Change], stop: str, joint: Iterable[Joint]) -> list[Change]:
    """Return the changes of a stop, and those that serve it only with others that share a route."""
    own = {change.changes for change in changes}
    more = [
        one.told_of(stop)
        for one in joint
        if one.change.lever in BRINGS
        and len(one.change.serves) > 1
        and one.change.changes not in own
        and stop in one.visits
    ]
    return [*changes, *more]


def _ranked(
    changes: Sequence[Change], stop: str, joint: Mapping[tuple[str, ...], Change]
) -> tuple[Change, ...]:
    """Return the changes of a stop, least effort first, each with all whom it serves.

    Of cars of several kinds that is one more, the one is told that serves the most.
    """

    def of_all(change: Change) -> Change:
        every = joint.get(change.changes)
        if every is None or every.serves == (stop,):
            return change
        if stop not in every.serves:
            return msgspec.structs.replace(change, instead=every.serves)
        more = {"metres": every.metres, "seconds": every.seconds, "days": every.days}
        return msgspec.structs.replace(change, serves=every.serves, **more)

    every = [of_all(change) for change in changes]
    cars = sorted((c for c in every if c.lever == "car"), key=lambda c: (-len(c.serves), c.metres))
    return tuple(sorted((c for c in every if c.lever != "car" or c is cars[0]), key=effort))


def _told_once(changes: Iterable[Change]) -> list[Change]:
    """Return changes without those that serve no stop more than one that takes less."""
    kept: list[Change] = []
    for change in sorted(changes, key=effort):
        if not any(set(change.serves) <= set(other.serves) for other in kept):
            kept.append(change)
    return sorted(kept, key=lambda one: (-len(one.serves), *effort(one)))
