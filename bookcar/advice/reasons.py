"""Why a stop is unserved: the first reason that holds, found by trying it against every car-day.

docs/reasons.md lists the reasons in their order. What the tables alone settle comes first, then
batches, then a route of the stop alone, and at last the routes of the week as they were found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bookcar.advice.cargo import Cargo, NoCargo, Stock
from bookcar.advice.obstacles import alone, in_week
from bookcar.advice.trials import Trials
from bookcar.due import DueStop
from bookcar.model import Vehicle
from bookcar.optimiser.insertion import Verdict
from bookcar.plan import Obstacle, ReasonCode, Swap, Unserved
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption, reaches, visit_key
from bookcar.planning.week import Week
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import Travel, Unreached

Figures = Mapping[str, int | float | str]

_AT_ONCE = 400
"""Stops tried together, between one word on progress and the next."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a stop is unserved, as `Unserved` tells it."""

    code: ReasonCode
    figures: Figures = field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()
    together: bool = False
    dear: bool = False
    swap: Swap | None = None


@dataclass(frozen=True, kw_only=True)
class _Case:
    """One visit not made; ``option`` is None where no car-day could come at all.

    ``made`` has the day of the stop's other visit, if it wants two and one is made, and ``visits``
    how many are made.
    """

    prepared: Prepared
    week: Week
    due: DueStop
    option: VisitOption | None
    missing: tuple[VisitOption, ...]
    made: dt.date | None
    visits: int

    @property
    def travel(self) -> Travel:
        """Return the driving between all places."""
        return self.prepared.travel

    def vehicles(self) -> list[Vehicle]:
        """Return the vehicles that may come on any day."""
        own = self.due.stop.vehicles
        return [v for v in self.prepared.district.vehicles if not own or v.id in own]


def unserved_stops(
    prepared: Prepared, *, week: Week, progress: Progress = SILENT
) -> tuple[Unserved, ...]:
    """Return every due stop that lacks a visit, with the first reason.

    Required stops stand first, then the most overdue, then the district's order.
    """
    cases = list(_cases(prepared, week))
    progress.start("steps.reasons", total=len(cases))
    stock = Stock.of(prepared, week)
    found: dict[str, Reason] = {}
    cargoes: dict[str, Sequence[Cargo]] = {}
    tried: list[_Case] = []
    for case in cases:
        reason, cargo = _without_trial(case, stock)
        if reason is not None:
            found[case.due.stop.id] = reason
        elif case.option is not None:
            cargoes[case.option.key] = cargo
            tried.append(case)
    trials = Trials(prepared=prepared, week=week, cargoes=cargoes)
    for first in range(0, len(tried), _AT_ONCE):
        some = tried[first : first + _AT_ONCE]
        progress.advance(len(found))
        found.update(_tried(trials, some))
    progress.finish("steps.reasons-done", count=len(cases))
    able = frozenset(option.key for option in week.options)
    return tuple(_unserved(case, found[case.due.stop.id], able) for case in cases)


def _cases(prepared: Prepared, week: Week) -> Iterator[_Case]:
    made = week.dates()
    options = {e.key: e for e in (*week.options, *week.unsupplied)}
    for d in sorted(prepared.due, key=lambda d: (not d.stop.required, -d.overdue)):
        keys = [visit_key(d.stop.id, n) for n in range(1, d.stop.visits_a_week + 1)]
        missing = [options.get(key) for key in keys if key not in made]
        if d.due and missing:
            days = [made[key] for key in keys if key in made]
            yield _Case(
                prepared=prepared,
                week=week,
                due=d,
                option=missing[0],
                missing=tuple(option for option in missing if option is not None),
                made=days[0] if days else None,
                visits=len(days),
            )


def _unserved(case: _Case, reason: Reason, able: frozenset[str]) -> Unserved:
    could = [option.prize for option in case.missing if option.key in able]
    return Unserved(
        stop=case.due.stop.id,
        reason=reason.code,
        figures=reason.figures,
        obstacles=reason.obstacles,
        together=reason.together,
        dear=reason.dear,
        swap=reason.swap,
        made=case.visits,
        lost=0.0 if case.due.stop.required else round(sum(could, 0.0), 2),
    )


def _without_trial(case: _Case, stock: Stock) -> tuple[Reason | None, Sequence[Cargo]]:
    """Return the reason that needs no route to be tried; or what the visit would bring."""
    for test in _TESTS:
        reason = test(case)
        if reason is not None:
            return reason, ()
    assert case.option is not None
    cargo = stock.cargoes(case.option)
    if isinstance(cargo, str):
        return Reason(code=cargo, figures=_batch_figures(case, cargo)), ()
    return _too_close(case), cargo


def _by_hand(case: _Case) -> Reason | None:
    return Reason(code="left-out") if case.due.stop.id in case.week.left_out else None


def _no_way(case: _Case) -> Reason | None:
    """Find out whether none of the vehicles that may come can reach the stop."""
    stop = case.due.stop
    if stop.access == "foot":
        return Reason(code="foot-only")
    vehicles = case.vehicles()
    if not vehicles or any(reaches(case.travel, v, stop.id) for v in vehicles):
        return None
    others = [v.id for v in case.prepared.district.vehicles if reaches(case.travel, v, stop.id)]
    if others:
        return Reason(code="only-others-reach", figures={"vehicles": ", ".join(others)})
    cut = _cut_off(case.travel, stop.id, vehicles)
    if cut is None:
        return Reason(code="disconnected")
    return Reason(code=cut.reason, figures=_snap_figures(case, cut))


def _cut_off(travel: Travel, stop: str, vehicles: Sequence[Vehicle]) -> Unreached | None:
    tables = (travel.tables[vehicle.profile] for vehicle in vehicles)
    return next((t.unreached[stop] for t in tables if stop in t.unreached), None)


def _snap_figures(case: _Case, cut: Unreached) -> Figures:
    if cut.reason != "off-road":
        return {}
    limit = case.prepared.district.settings.roads.max_snap_m
    return {"limit_m": limit, "road": "-" if cut.road_m is None else f"{cut.road_m:,} m"}


def _no_day(case: _Case) -> Reason | None:
    return None if case.due.dates else Reason(code="no-day")


def _no_vehicle(case: _Case) -> Reason | None:
    return Reason(code="no-vehicle") if case.option is None else None


def _batch_figures(case: _Case, code: NoCargo) -> Figures:
    return {"books": case.due.stop.books} if code == "no-batch" else {}


def _too_close(case: _Case) -> Reason | None:
    """Find out whether every day left is too near to the visit that is made."""
    if case.made is None or case.option is None:
        return None
    gap, days = case.due.stop.days_between, case.week.fleet.days
    if any(abs((days[k].date - case.made).days) >= gap for k in case.option.fleet):
        return None
    return Reason(code="too-close", figures={"days": gap})


def _tried(trials: Trials, cases: Sequence[_Case]) -> dict[str, Reason]:
    """Return the reasons of stops that have to be tried, by stop."""
    tasks = {case.due.stop.id: trials.tasks[_key(case)] for case in cases}
    able = {option.key for option in trials.week.options}
    verdicts = trials.alone([task for own in tasks.values() for task in own])
    fits = {stop for stop, own in tasks.items() if any(verdicts[k].route for k in own)}
    found = _not_alone(trials, {stop: own for stop, own in tasks.items() if stop not in fits})
    inside = [case for case in cases if case.due.stop.id in fits and _key(case) in able]
    found |= _in_routes(trials, {case.due.stop.id: tasks[case.due.stop.id][0] for case in inside})
    taken = (case for case in cases if case.due.stop.id not in found)
    found |= {c.due.stop.id: Reason(code="batch-taken", figures=_books(c)) for c in taken}
    return found


def _books(case: _Case) -> Figures:
    return {"books": case.due.stop.books}


def _key(case: _Case) -> str:
    assert case.option is not None
    return case.option.key


def _not_alone(trials: Trials, tasks: Mapping[str, Sequence[int]]) -> dict[str, Reason]:
    """Return why stops fit on no car-day even alone."""
    by_kind = trials.alone_by_kind([task for own in tasks.values() for task in own])
    found = {}
    for stop, own in tasks.items():
        verdicts = [of_kind[k] for of_kind in by_kind.values() for k in own if k in of_kind]
        found[stop] = Reason(**alone(trials, verdicts))
    return found


def _in_routes(trials: Trials, tasks: Mapping[str, int]) -> dict[str, Reason]:
    """Return why stops that would fit alone are in no route of the week."""
    verdicts = trials.in_week(list(tasks.values()))
    loaded = [k for k, verdict in verdicts.items() if _lacks_room(verdict)]
    reloads = trials.with_reload(loaded)
    swaps = trials.swaps({k: v.lacks[0].car_day for k, v in verdicts.items() if v.lacks})
    return {
        stop: Reason(**in_week(trials, verdicts[k], reload=reloads.get(k), swap=swaps.get(k)))
        for stop, k in tasks.items()
    }


def _lacks_room(verdict: Verdict) -> bool:
    codes = {lack.code for lack in verdict.lacks}
    return verdict.route is None and bool(codes & {"books", "kg", "depot"})


_TESTS: tuple[Callable[[_Case], Reason | None], ...] = (_by_hand, _no_way, _no_day, _no_vehicle)
