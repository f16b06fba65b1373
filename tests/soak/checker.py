"""A random district planned, adjusted, audited and its reasons tried: what was found wrong."""

from __future__ import annotations

import datetime as dt
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from random import Random

from soak.changes import Change, random_change
from soak.claims import contradictions
from soak.districts import random_district
from soak.features import Case, features
from soak.found import Found
from soak.promises import promised
from soak.rings import WEEK, ring_district
from soak.world import CarDay, World

import bookcar as bc
from bookcar.adjust.overrides import Adjustment
from bookcar.as_of import as_of
from bookcar.audit import audit
from bookcar.audit.case import LeftWith
from bookcar.errors import InfeasibleError, InputError
from bookcar.inputs.reader import read
from bookcar.model import District
from bookcar.plan import Plan
from bookcar.plan_index import trips
from bookcar.roads.sources import travel_for
from bookcar.weeks import parse_week, week_dates

REFUSED = ("override-", "route-", "stop-", "no-batch")
"""What a change by hand may be refused for."""


@dataclass
class Outcome:
    """What came of a seed; ``counts`` says what was tried, to see that all features are."""

    seed: int
    found: list[Found] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def check(seed: int, folder: Path, *, carriers: bool = True) -> Outcome:
    """Make, plan, adjust and check the district of a seed in an empty folder."""
    outcome = Outcome(seed)
    return _caught(outcome, _checked(outcome, folder, carriers=carriers))


def check_ring(seed: int, folder: Path) -> Outcome:
    """Plan, adjust and check the ring of a seed, with an empty folder for the changes."""
    outcome = Outcome(seed)
    return _caught(outcome, _held(outcome, ring_district(seed), WEEK, folder))


def _caught(outcome: Outcome, checks: Iterator[Found]) -> Outcome:
    """Return what checks find, an exception among it."""
    try:
        outcome.found += checks
    except Exception:  # whatever it is, it is what we look for
        lines = traceback.format_exc().strip().splitlines()
        outcome.found.append(Found(f"exception {lines[-1][:90]}", "\n".join(lines[-7:])))
    return outcome


def _checked(outcome: Outcome, folder: Path, *, carriers: bool) -> Iterator[Found]:
    week = random_district(outcome.seed, folder, carriers=carriers)
    try:
        district = read(folder)
    except InputError as error:
        yield from _refused(outcome, error)
        return
    yield from _held(outcome, district, week, folder)


def _refused(outcome: Outcome, error: InputError) -> Iterator[Found]:
    rules = sorted({fault.rule for fault in error.faults if fault.severity == "error"})
    outcome.counts[f"refused: {', '.join(rules)}"] += 1
    if rules not in (["depot-off-road"],):
        yield Found("refused", str(error))


def _held(outcome: Outcome, district: District, week: str, folder: Path) -> Iterator[Found]:
    """Plan a district, change the plan, and yield what is wrong."""
    try:
        plan = bc.plan_week(district, week, effort="quick", seed=outcome.seed)
    except InfeasibleError:
        outcome.counts["no car works"] += 1
        return
    except InputError as error:
        yield from _refused(outcome, error)
        return
    outcome.counts["planned"] += 1
    yield from _right(outcome, district, plan)
    again = bc.plan_week(district, week, effort="quick", seed=outcome.seed)
    if again.to_json() != plan.to_json():
        yield Found("other bytes", "planned twice, two plans")
    yield from _adjusted(outcome, district, plan, folder / "overrides.csv")
    yield from promised(district, week, outcome.seed, outcome.counts)


def _right(
    outcome: Outcome,
    district: District,
    plan: Plan,
    fixed: dict[CarDay, int] | None = None,
    *,
    left: LeftWith | None = None,
) -> Iterator[Found]:
    monday = parse_week(plan.week)
    travel = travel_for(as_of(district, monday), dates=week_dates(monday))
    for known in (left, {}) if left else ({},):  # the plan itself says what stays aboard
        for finding in audit(plan, district, travel, left_with=known):
            yield Found("audit", finding)
    outcome.counts["cars that have left"] += len(left or ())
    outcome.counts["stays aboard"] += sum(len(route.undropped) for route in plan.routes)
    outcome.counts["visits"] += plan.totals.visits
    outcome.counts["reloads"] += sum(len(route.reloads) for route in plan.routes)
    outcome.counts.update(f"request {request.carried}" for request in plan.requests)
    outcome.counts.update(f"reason {unserved.reason}" for unserved in plan.unserved)
    outcome.counts.update(f"with {name}" for name in features(Case(district, plan, travel)))
    outcome.counts["second reasons"] += sum(bool(u.second) for u in plan.unserved)
    world = World(district, travel, plan, fixed or {}, by_hand=fixed is not None)
    for reason, text in contradictions(world):
        yield Found(f"reason {reason}", text)


def _adjusted(outcome: Outcome, district: District, base: Plan, path: Path) -> Iterator[Found]:
    change = random_change(base, Random(-outcome.seed - 1))
    if not change.rows:
        return
    adjustment = Adjustment(file=change.write(path), base=base, keep=change.keep)
    how = {"effort": "quick", "seed": outcome.seed, "adjustment": adjustment}
    try:
        plan = bc.plan_week(district, base.week, **how)
    except InputError as error:
        rules = {fault.rule for fault in error.faults if fault.severity == "error"}
        outcome.counts["change refused"] += 1
        if not all(rule.startswith(REFUSED) for rule in rules):
            yield Found("change refused", str(error))
        if change.own and not _hands_on(base) and not _without_the_earlier(error):
            yield Found("own change refused", str(error))
        return
    outcome.counts["changed"] += 1
    outcome.counts.update({f"with keep {row[4] or 'out'}" for row in change.rows})
    for found in _right(outcome, district, plan, _fixed(change, plan), left=_left(change, base)):
        yield Found(f"{found.kind} (changed)", found.text)
    if bc.plan_week(district, base.week, **how).to_json() != plan.to_json():
        yield Found("other bytes (changed)", "adjusted twice, two plans")


def _without_the_earlier(error: InputError) -> bool:
    """Tell whether the later of two visits is kept, whose stop the earlier one has emptied."""
    return any(f"{f.rule}.{f.variant}" == "override-missed.emptied" for f in error.faults)


def _hands_on(plan: Plan) -> bool:
    """Tell whether a batch is collected and dropped again: that needs both routes fixed."""
    visits = [visit for route in plan.routes for visit in route.visits]
    collected = {batch for visit in visits for batch in visit.collects}
    return any(batch in collected for visit in visits for batch in visit.drops)


def _left(change: Change, base: Plan) -> LeftWith:
    """Return what came aboard the cars that have left, where they loaded as the plan says."""
    depots = {depot.id for depot in base.depots}
    left: dict[tuple[dt.date, str], tuple[frozenset[str], ...]] = {}
    for route in base.routes:
        day = (str(route.date), route.vehicle)
        own = [row for row in change.rows if row[4] == "start" and row[:2] == day]
        if own:
            ordered = sorted(own, key=lambda row: int(row[2]))
            places = [route.depot, *(row[3] for row in ordered if row[3] in depots)]
            pairs = zip(places, trips(route), strict=False)
            same = takewhile(lambda pair: pair[0] == pair[1].loaded_at, pairs)
            left[route.date, route.vehicle] = tuple(frozenset(t.loads) for _, t in same)
    return left


def _fixed(change: Change, plan: Plan) -> dict[CarDay, int]:
    """Return how many calls of each car-day stay where they are, whoever changes the rest by hand.

    A route that is kept whole is held to what it is, and more may be put into it by hand.
    """
    days = {(str(r.date), r.vehicle): CarDay(r.date, r.vehicle) for r in plan.routes}
    rows = (row for row in change.rows if row[4] == "start")
    return dict(Counter(days[date, vehicle] for date, vehicle, *_ in rows))
