"""The smallest change of each lever that lets a stop into a week, all else as it is.

How far a lever must be pulled is found by halving, and every answer was tried: with it the visit
fits and costs less than it is worth, with one step less it does not.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import get_args

import msgspec

from bookcar.model import District
from bookcar.optimiser.insertion import Lack, Places, bases_of
from bookcar.plan import FootCode, NoCargo
from bookcar.progress import SILENT, Progress
from bookcar.why.carriers import LivingThere, carrier_levers, serves
from bookcar.why.jointly import filled_jointly, visits_of
from bookcar.why.lengths import later_back, metres_of, seconds_of
from bookcar.why.levers import (
    LEVER_OF,
    Lever,
    StopLever,
    batch_levers,
    car_levers,
    room,
    stop_levers,
)
from bookcar.why.standing import Fit, Standing
from bookcar.whys import BRINGS, LATER, ON_FOOT, Back, Change, effort

_LEVELS = 5
"""So many amounts of a lever are tried for all stops at once."""

_NO_BATCH = frozenset({"batch-taken", *get_args(NoCargo)})

HOPELESS = frozenset(
    {
        "left-out",
        "shut",
        "fell-away",
        "off-road",
        "disconnected",
        "no-road-to-meeting",
        "no-footpath",
    }
)
"""Reasons that no lever moves."""


OwnLever = StopLever | LivingThere
"""A lever that is pulled for each stop by itself."""


@dataclass(frozen=True, kw_only=True)
class LeastChanges:
    """The smallest changes for the unserved stops of a week.

    Attributes
    ----------
    reasons
        By stop, why it is unserved.
    """

    standing: Standing
    reasons: Mapping[str, str]
    progress: Progress = SILENT
    districts: dict[tuple[str, ...], District] = field(default_factory=dict)
    """What each change told of a car or the store makes of the district, by its texts."""
    brought: dict[tuple[str, ...], Change] = field(default_factory=dict)
    """The changes that bring car-days, told of a stop or not, by their texts."""
    _near: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def found(self) -> dict[str, list[Change]]:
        """Return the changes of each stop, those that take the least effort first."""
        stops = [stop for stop, reason in self.reasons.items() if reason not in HOPELESS]
        given = self.standing.given
        known = {stop.id: stop for stop in given.stops}
        short = [known[s] for s in stops if self.reasons[s] in _NO_BATCH and s in known]
        levers = [
            *car_levers(given),
            *batch_levers(given, short),
            *carrier_levers(given, self.reasons),
        ]
        own: list[OwnLever] = [*stop_levers(), LivingThere()]
        changes: dict[str, list[Change]] = defaultdict(list)
        self.progress.start("steps.whys", total=len(levers) + len(own))
        for lever in levers:
            for stop, change in self._of_lever(lever, stops):
                changes[stop].append(change)
            self.progress.advance(1)
        for pulled in own:
            for stop, change in self._of_stops(pulled, stops):
                changes[stop].append(change)
            self.progress.advance(1)
        return {stop: sorted(_best(some), key=effort) for stop, some in changes.items()}

    def _of_lever(self, lever: Lever, stops: Sequence[str]) -> Iterator[tuple[str, Change]]:
        """Yield how far a lever of a car or the store must be pulled for each stop."""
        first = lever.told(self.standing.given, 1)
        if lever.kind in BRINGS:
            self.brought[first.changes] = first
            self.districts[first.changes] = lever.of(self.standing.given, 1)
        vehicle = first.vehicle
        most = room(self.standing.given, lever, vehicle) if vehicle else lever.most
        asked = [stop for stop in stops if self._may_help(lever, vehicle, stop)]
        if not most or not asked:
            return
        tried: dict[tuple[int, str], Fit | None] = {}

        def fits(steps: int, some: Collection[str]) -> Mapping[str, Fit]:
            new = [stop for stop in some if (steps, stop) not in tried]
            if new:
                changed = self.standing.changed(lever.of(self.standing.given, steps))
                found = changed.paying(new)
                tried.update({(steps, stop): found.get(stop) for stop in new})
            own = {stop: tried[steps, stop] for stop in some}
            return {stop: fit for stop, fit in own.items() if fit is not None}

        able = fits(most, asked)
        near = {stop: self._near.get((stop, vehicle, lever.kind), 0) for stop in able}
        for stop, steps in _halved(fits, near, most).items():
            told = lever.told(self.standing.given, steps)
            self.districts[told.changes] = lever.of(self.standing.given, steps)
            yield stop, self._told(told, fits(steps, [stop])[stop])

    def _of_stops(self, lever: OwnLever, stops: Sequence[str]) -> Iterator[tuple[str, Change]]:
        """Yield how far a lever of stops must be pulled for each, all of them halved at once."""
        given = self.standing.given
        most = {
            stop.id: lever.most(given, stop)
            for stop in given.stops
            if stop.id in stops
            and (lever.reasons is None or self.reasons[stop.id] in lever.reasons)
        }
        most = {stop: steps for stop, steps in most.items() if steps > 0}
        if not most:
            return
        able = self._pulled(lever, most)
        low, high = dict.fromkeys(able, 0), {stop: most[stop] for stop in able}
        fit = dict(able)
        while True:
            middle = {s: (low[s] + high[s]) // 2 for s in able if high[s] - low[s] > 1}
            if not middle:
                break
            found = self._pulled(lever, middle)
            for stop, steps in middle.items():
                if stop in found:
                    high[stop], fit[stop] = steps, found[stop]
                else:
                    low[stop] = steps
        known = {stop.id: stop for stop in given.stops}
        for stop in able:
            told = lever.change(given, known[stop], high[stop])
            yield stop, self._told(told, fit[stop])

    def _pulled(self, lever: OwnLever, steps: Mapping[str, int]) -> Mapping[str, Fit]:
        changed = self.standing.changed(lever.pulled(self.standing.given, steps))
        return changed.paying(steps.keys())

    def _told(self, change: Change, fit: Fit) -> Change:
        metres, seconds = fit.longer
        route = fit.verdict.route
        assert route is not None
        later = Back(date=fit.day.date, vehicle=fit.day.vehicle.id, back=route.schedule.back)
        return msgspec.structs.replace(
            change,
            serves=(fit.option.due.stop.id,),
            when=fit.day.date,
            by=fit.day.vehicle.id,
            metres=metres,
            seconds=seconds,
            days=(later,) if change.lever in LATER else (),
        )

    def _may_help(self, lever: Lever, vehicle: str, stop: str) -> bool:
        """Tell whether a lever moves a limit that keeps a stop off a car's routes by itself."""
        if lever.kind == "batch":
            return self.reasons[stop] in _NO_BATCH
        carrier = lever.told(self.standing.given, 1).carrier
        if carrier:
            return self.reasons[stop] in ON_FOOT and serves(self.standing.given, carrier, stop)
        if self.reasons[stop] in get_args(FootCode):
            return False
        if self.reasons[stop] == "not-worth":
            return lever.kind in BRINGS  # a route of its own may cost less
        codes = self._codes.get(stop)
        if lever.codes is None or codes is None:
            return True
        return bool(lever.codes & codes.get(vehicle, frozenset()))

    def _note(self, stop: str, vehicle: str, lack: Lack) -> None:
        """Note how far a lever should have to be pulled, by the figure of its limit."""
        for kind, code, step in LEVER_OF:
            if code == lack.code and lack.figure > lack.limit:
                steps = -(-(lack.figure - lack.limit) // step)
                known = self._near.get((stop, vehicle, kind))
                self._near[stop, vehicle, kind] = steps if known is None else min(steps, known)

    @cached_property
    def _codes(self) -> Mapping[str, Mapping[str, frozenset[str]]]:
        """By stop that fits alone, and vehicle, the limits of which each alone keeps it out."""
        week = self.standing.week
        offers = self.standing.chances(self.reasons.keys()).offers
        tasks = [task for own in offers.tasks.values() for task in own]
        places, every = Places(offers.problem), bases_of(offers.problem, week.routes)
        found: dict[str, dict[str, set[str]]] = {}
        for vehicle in self.standing.prepared.district.vehicles:
            bases = [b for b in every if week.fleet.days[b.car_day].vehicle.id == vehicle.id]
            for verdict in places.verdicts(week.routes, tasks, bases=bases):
                stop = offers.visit(verdict.task).due.stop.id
                own = found.setdefault(stop, {}).setdefault(vehicle.id, set())
                own.update(lack.code for lack in verdict.lacks)
                for lack in verdict.lacks:
                    self._note(stop, vehicle.id, lack)
        return {
            stop: {vehicle: frozenset(codes) for vehicle, codes in own.items()}
            for stop, own in found.items()
        }


_Fits = Callable[[int, Collection[str]], Mapping[str, Fit]]


def _halved(fits: _Fits, near: Mapping[str, int], most: int) -> dict[str, int]:
    """Return the least steps with which each stop fits, all of which do with the most.

    ``near`` has for each a number that it is thought to be, tried first; 0 where none is known.
    """
    least: dict[str, int] = {}
    spans = [(0, most, tuple(near))] if near else []
    while spans:
        low, high, some = spans.pop()
        if high - low == 1:
            least |= dict.fromkeys(some, high)
            continue
        thought = [k for k in sorted({near[s] for s in some}) for k in (k, k - 1) if low < k < high]
        middle = thought[0] if thought else (low + high) // 2
        found = fits(middle, some)
        able = tuple(stop for stop in some if stop in found)
        others = tuple(stop for stop in some if stop not in found)
        spans += [(low, middle, able)] if able else []
        spans += [(middle, high, others)] if others else []
    return {stop: least[stop] for stop in near}


def _best(changes: Iterable[Change]) -> list[Change]:
    """Return for each lever and whom it is of the least, of cars alike the first."""
    found: dict[tuple[str, ...], Change] = {}
    for change in changes:
        whose = change.vehicle or change.carrier, change.depot, change.pool
        key = (change.lever, *whose, str(change.weekday))
        if key not in found or change.amount < found[key].amount:
            found[key] = change
    alone = {(one.vehicle, one.amount) for one in found.values() if one.lever in ("hours", "back")}
    return [
        one
        for one in found.values()
        if one.lever != "day" or not any((one.vehicle, k) in alone for k in range(one.amount + 1))
    ]


def levels(changes: Iterable[Change]) -> list[Change]:
    """Return of each lever, and whose it is, the amounts that serve so many shares of its stops.

    Where many stops need each an amount of its own, not every one is worth being tried for all.
    """
    found: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    for one in changes:
        whose = one.vehicle or one.carrier, one.depot, one.pool, one.stop
        found[one.lever, *whose, str(one.weekday)].append(one)
    chosen: dict[tuple[str, ...], Change] = {}
    for own in found.values():
        own.sort(key=effort)
        for part in range(1, _LEVELS + 1):
            one = own[-(-len(own) * part // _LEVELS) - 1]
            chosen[one.changes] = one
    return list(chosen.values())


@dataclass(frozen=True)
class Joint:
    """A change with all the stops that are served with it, and day and car of each."""

    change: Change
    visits: Mapping[str, tuple[dt.date, str]]

    def told_of(self, stop: str) -> Change:
        """Return the change as it is told of a stop that is served with others only."""
        when, by = self.visits[stop]
        return msgspec.structs.replace(self.change, when=when, by=by, jointly=True)


def together(
    standing: Standing,
    changed: Mapping[tuple[str, ...], District],
    changes: Iterable[Change],
    stops: Collection[str],
) -> list[Joint]:
    """Return changes with all the stops that are served with each, one put in after the other."""
    found = []
    for change in changes:
        own = standing.changed(changed[change.changes])
        brings = change.lever in BRINGS
        week = filled_jointly(standing, own, stops) if brings else own.filled(stops)
        serves = own.served_by(week) or change.serves
        visits = visits_of(own, week)
        told = msgspec.structs.replace(
            change,
            serves=serves,
            metres=metres_of(week) - metres_of(standing.week),
            seconds=seconds_of(week) - seconds_of(standing.week),
            days=later_back(standing.week, week, change.vehicle) if change.lever in LATER else (),
        )
        found.append(Joint(told, visits))
    return sorted(found, key=lambda one: (-len(one.change.serves), *effort(one.change)))
