"""Why a stop is unserved: the first reason that holds, found by trying it against every car-day.

docs/reasons.md lists the reasons in their order. What the tables alone settle comes first, then
batches, then a route of the stop alone, and at last the routes of the week as they were found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from bookcar.advice.obstacles import alone, in_week
from bookcar.advice.trials import Trials
from bookcar.due import DueStop
from bookcar.model import Vehicle
from bookcar.optimiser.insertion import Verdict, joined
from bookcar.plan import MissingVisit, Obstacle, ReasonCode, Swap, Unserved
from bookcar.planning.chances import Chances, chances_of
from bookcar.planning.offers import Offers, giving_stops
from bookcar.planning.on_foot import crew_lack, crew_on, load_lack, loads_of
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption, allowed_car_days, reaches, visit_key
from bookcar.planning.week import Week
from bookcar.planning.week_problem import carried_on
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

    ``made`` has the days of the stop's visits that are made. A visit ``after`` others is not the
    first that the stop lacks: so many come before it.
    """

    prepared: Prepared
    week: Week
    due: DueStop
    key: str
    option: VisitOption | None
    missing: tuple[VisitOption, ...]
    made: tuple[dt.date, ...]
    after: int = 0

    @property
    def travel(self) -> Travel:
        """Return the driving between all places."""
        return self.prepared.travel

    def wanted(self) -> VisitOption:
        """Return the visit on every car-day that may come.

        Carriers who come on a day already do not come twice.
        """
        assert self.option is not None
        fleet = self.week.fleet
        own = allowed_car_days(self.due, fleet, self.travel)
        if self.due.stop.id in fleet.crews:
            own = tuple(k for k in own if fleet.days[k].date not in self.made)
        return replace(self.option, fleet=own)

    def gives(self) -> dt.date | None:
        """Return the day of the visit that hands on what the stop holds, if one does."""
        stop = self.due.stop
        gives = not stop.in_parts and stop.id in giving_stops(self.week)
        return min(self.made) if gives else None

    def vehicles(self) -> list[Vehicle]:
        """Return the vehicles that may come on any day."""
        own = self.due.stop.vehicles
        return [v for v in self.prepared.district.vehicles if not own or v.id in own]


def unserved_stops(
    prepared: Prepared, *, week: Week, progress: Progress = SILENT
) -> tuple[Unserved, ...]:
    """Return every due stop that lacks a visit, with the first reason of each that it lacks.

    Required stops stand first, then the most overdue, then the district's order.
    """
    cases = list(_cases(prepared, week))
    progress.start("steps.reasons", total=len(cases))
    known = {case.key: _of_tables(case) for case in cases}
    found = {key: reason for key, reason in known.items() if reason is not None}
    left = [case for case in cases if case.key not in found]
    for first in range(0, len(left), _AT_ONCE):
        progress.advance(len(found))
        found |= _tried(prepared, week, left[first : first + _AT_ONCE])
    firsts = [case for case in cases if case.after == 0]
    progress.finish("steps.reasons-done", count=len(firsts))
    able = frozenset(option.key for option in week.options)
    more: dict[str, list[Reason]] = {}
    for case in cases:
        if case.after:
            more.setdefault(case.due.stop.id, []).append(found[case.key])
    return tuple(
        _unserved(case, found[case.key], more.get(case.due.stop.id, ()), able) for case in firsts
    )


def _cases(prepared: Prepared, week: Week) -> Iterator[_Case]:
    made = week.dates()
    options = {e.key: e for e in (*week.options, *week.unsupplied)}
    for d in sorted(prepared.due, key=lambda d: (not d.stop.required, -d.overdue)):
        keys = [visit_key(d.stop.id, n) for n in range(1, d.stop.visits_a_week + 1)]
        lacking = [key for key in keys if key not in made]
        days = [made[key] for key in keys if key in made]
        known = tuple(options[key] for key in lacking if key in options)
        for number, key in enumerate(lacking if d.due else ()):
            yield _Case(
                prepared=prepared,
                week=week,
                due=d,
                key=key,
                option=options.get(key),
                missing=known,
                made=tuple(days),
                after=number,
            )


def _unserved(
    case: _Case, reason: Reason, more: Sequence[Reason], able: frozenset[str]
) -> Unserved:
    """Return a stop with the reason of the first visit it lacks, and of ``more``."""
    further: list[Reason] = []
    for one in more[1:]:
        if one not in (reason, more[0], *further):
            further.append(one)
    could = [option.prize for option in case.missing if option.key in able]
    return Unserved(
        stop=case.due.stop.id,
        reason=reason.code,
        figures=reason.figures,
        obstacles=reason.obstacles,
        together=reason.together,
        dear=reason.dear,
        swap=reason.swap,
        made=len(case.made),
        lost=0.0 if case.due.stop.required else round(sum(could, 0.0), 2),
        second=_missing(more[0]) if more else msgspec.UNSET,
        further=tuple(map(_missing, further)) or msgspec.UNSET,
    )


def _missing(reason: Reason) -> MissingVisit:
    return MissingVisit(
        reason=reason.code,
        figures=reason.figures,
        obstacles=reason.obstacles,
        together=reason.together,
        dear=reason.dear,
        swap=reason.swap,
    )


def _of_tables(case: _Case) -> Reason | None:
    """Return the reason that needs no route to be tried, if there is one."""
    return next((reason for test in _TESTS if (reason := test(case)) is not None), None)


def _by_hand(case: _Case) -> Reason | None:
    return Reason(code="left-out") if case.due.stop.id in case.week.left_out else None


def _no_way(case: _Case) -> Reason | None:
    """Find out whether none of the vehicles that may come can reach the stop."""
    stop = case.due.stop
    if stop.id not in case.week.fleet.crews and (
        stop.access == "foot" or stop.id in case.travel.meetings
    ):
        told_first = case.due.dates or stop.id not in case.travel.meetings
        return _nobody_carries(case) if told_first else None
    vehicles = case.vehicles()
    if not vehicles or any(reaches(case.travel, v, stop.id) for v in vehicles):
        return None
    return _no_road(case, vehicles)


def _no_road(case: _Case, vehicles: Sequence[Vehicle]) -> Reason:
    """Return why no road leads the vehicles that may come to the stop."""
    stop = case.due.stop
    others = [v.id for v in case.prepared.district.vehicles if reaches(case.travel, v, stop.id)]
    if others:
        return Reason(code="only-others-reach", figures={"vehicles": ", ".join(others)})
    if stop.id in case.week.fleet.crews:
        return Reason(code="no-road-to-meeting")
    cut = _cut_off(case.travel, stop.id, vehicles)
    if cut is None:
        return Reason(code="disconnected")
    if cut.reason == "foot-only":
        return _nobody_carries(case)
    return Reason(code=cut.reason, figures=_snap_figures(case, cut))


def _nobody_carries(case: _Case) -> Reason:
    """Return why nobody carries books to a stop that no car reaches."""
    dates = sorted({day.date for day in case.week.fleet.days})
    lack = crew_lack(case.prepared.district, case.due, dates, case.travel)
    return Reason(code=lack.code, figures=lack.figures)


def _cut_off(travel: Travel, stop: str, vehicles: Sequence[Vehicle]) -> Unreached | None:
    tables = (travel.tables[vehicle.profile] for vehicle in vehicles)
    return next((t.unreached[stop] for t in tables if stop in t.unreached), None)


def _snap_figures(case: _Case, cut: Unreached) -> Figures:
    if cut.reason != "off-road":
        return {}
    limit = case.prepared.district.settings.roads.max_snap_m
    return {"limit_m": limit, "road": "-" if cut.road_m is None else f"{cut.road_m:,} m"}


def _no_day(case: _Case) -> Reason | None:
    """Find out whether the week has no day for the stop, or the calendar closes them all."""
    if case.due.dates:
        return None
    entry = case.due.closed_by
    if entry is None:
        return Reason(code="no-day")
    days = {"first": entry.first.isoformat(), "last": entry.last.isoformat()}
    return Reason(code="day-closed", figures={"what": entry.what, **days})


def _no_vehicle(case: _Case) -> Reason | None:
    return Reason(code="no-vehicle") if case.option is None else None


def _too_close(case: _Case) -> Reason | None:
    """Find out whether every day left is too near to the visits that are made.

    Or, for one after others that are not, whether so few days are far enough apart; or whether all
    that are come before a visit that hands on what the stop holds.
    """
    if case.option is None or not (case.made or case.after):
        return None
    gap = case.due.stop.days_between
    every = sorted({case.week.fleet.days[k].date for k in case.wanted().fleet})
    apart = [d for d in every if all(abs((d - other).days) >= gap for other in case.made)]
    left, last = case.after, dt.date.min
    for day in apart:
        if (day - last).days >= gap:
            left, last = left - 1, day
    if left >= 0:
        return _carriers_taken(case) or Reason(code="too-close", figures={"days": gap})
    given = case.gives()
    if given is None or any(day > given for day in apart):
        return None
    return Reason(code="before-hand-on", figures={"date": given.isoformat()})


def _carriers_taken(case: _Case) -> Reason | None:
    """Find out whether who carries to a stop could come once more, did they not go elsewhere."""
    crew, due = case.week.fleet.crews.get(case.due.stop.id), case.due
    if crew is None or not case.made:
        return None
    district, dates = case.prepared.district, sorted({d.date for d in case.week.fleet.days})
    free = crew_on(district, due, crew.carriers, dates=dates, meeting=crew.meeting)
    able = free.visiting(*loads_of(district, due, dates)).windows
    own = {day.date for day in case.week.fleet.days if day.vehicle in case.vehicles()}
    if not any(
        all(abs((day - other).days) >= due.stop.days_between for other in case.made)
        for day in own.intersection(able)
    ):
        return None
    return Reason(
        code="carrier-taken", figures={"carrier": ", ".join(c.name for c in crew.carriers)}
    )


def _tried(prepared: Prepared, week: Week, cases: Sequence[_Case]) -> dict[str, Reason]:
    """Return the reasons of visits that have to be tried, by the keys of their options."""
    by_key = {case.key: case for case in cases}
    chances = chances_of(prepared, week, [case.wanted() for case in cases])
    able = {option.key for option in week.options}
    found: dict[str, Reason] = {}
    for key, case in by_key.items():
        reason = _too_close(case)
        # One that may repeat, or bring nothing, does not wait for a new batch but for a day.
        if key in chances.lacking and not (reason is not None and key in able and case.made):
            lack = chances.lacking[key]
            reason = Reason(code=lack.code, figures={**_books(case), **lack.figures})
        elif key in chances.waiting and reason is None:
            reason = Reason(code="batch-taken", figures=_books(case))
        if reason is not None:
            found[key] = reason
    for reasons in (_not_alone(prepared, week, by_key, chances), _in_routes(chances)):
        for key, reason in reasons.items():
            found.setdefault(key, reason)
    return found


def _books(case: _Case) -> Figures:
    return {"books": case.due.stop.books}


def _not_alone(
    prepared: Prepared, week: Week, cases: Mapping[str, _Case], chances: Chances
) -> dict[str, Reason]:
    """Return why visits fit on no car-day even alone, by their keys."""
    stuck = [(cases[key].wanted(), cargoes) for key, cargoes in chances.stuck.items()]
    offers = Offers.of(prepared, week, stuck)
    trials = Trials(prepared=prepared, week=week, offers=offers)
    by_kind = trials.alone_by_kind([task for own in offers.tasks.values() for task in own])
    found = {}
    for key, own in offers.tasks.items():
        carried = [k for k in own if carried_on(offers.visit(k), week.fleet)]
        if not carried:
            found[key] = _not_carried(prepared, week, [offers.visit(k) for k in own])
            continue
        verdicts = [of_kind[k] for of_kind in by_kind.values() for k in carried if k in of_kind]
        found[key] = _at_meeting(week, cases[key], Reason(**alone(trials, verdicts)))
    return found


def _not_carried(prepared: Prepared, week: Week, visits: Sequence[VisitOption]) -> Reason:
    """Return why nobody can carry any of the loads that cars could bring: by the lightest."""
    stop = visits[0].due.stop
    loads = min(
        (sum(b.kg for b in visit.drops), sum(b.kg for b in visit.collects)) for visit in visits
    )
    dates = sorted({week.fleet.days[k].date for visit in visits for k in visit.fleet})
    crew = week.fleet.crews[stop.id]
    lack = load_lack(prepared.district, visits[0].due, crew, dates=dates, loads=loads)
    return Reason(code=lack.code, figures=lack.figures)


def _at_meeting(week: Week, case: _Case, reason: Reason) -> Reason:
    """Return the reason of a stop closed to cars as that of a meeting that none comes in time for.

    The hours of a stop that carriers serve are those in which they can be met.
    """
    crew = week.fleet.crews.get(case.due.stop.id)
    if crew is None or reason.code != "closed":
        return reason
    names = ", ".join(carrier.name for carrier in crew.carriers)
    return replace(reason, code="carrier-not-met", figures={**reason.figures, "carrier": names})


def _in_routes(chances: Chances) -> dict[str, Reason]:
    """Return why visits that would fit alone are in no route of the week, by their keys."""
    offers = chances.offers
    trials = Trials(prepared=offers.prepared, week=offers.week, offers=offers)
    found = offers.in_week([task for own in offers.tasks.values() for task in own])
    verdicts = {key: joined([found[k] for k in own]) for key, own in offers.tasks.items()}
    loaded = [key for key, verdict in verdicts.items() if _lacks_room(verdict)]
    more = trials.with_reload([task for key in loaded for task in offers.tasks[key]])
    reloads = {key: joined([more[k] for k in offers.tasks[key]]) for key in loaded if more}
    firsts = {key: verdict.lacks[0] for key, verdict in verdicts.items() if verdict.lacks}
    tried = {key: trials.tried(lack) for key, lack in firsts.items()}
    swaps = trials.swaps({tried[key]: lack.car_day for key, lack in firsts.items()})
    return {
        key: Reason(
            **in_week(
                trials,
                verdict,
                reload=reloads.get(key),
                swap=swaps.get(tried[key]) if key in tried else None,
            )
        )
        for key, verdict in verdicts.items()
    }


def _lacks_room(verdict: Verdict) -> bool:
    codes = {lack.code for lack in verdict.lacks}
    return not verdict.fits and bool(codes & {"books", "kg", "depot"})


def _none_left(case: _Case) -> Reason | None:
    """Find out whether those who carry can come on no day but those of visits that are made."""
    if case.option is None or case.wanted().fleet:
        return None
    return _too_close(case)


_TESTS: tuple[Callable[[_Case], Reason | None], ...] = (
    _by_hand,
    _no_way,
    _no_day,
    _no_vehicle,
    _none_left,
)
