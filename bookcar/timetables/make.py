"""The whole way from a district to an audited timetable.

patterns -> car-days -> search -> times of day -> levelled weeks -> reasons -> audit
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from bookcar import __version__
from bookcar.audit.timetable import require_clean_timetable
from bookcar.due import DueStop, due_stops
from bookcar.errors import InfeasibleError
from bookcar.files import with_own_name
from bookcar.inputs.movements import before as as_before
from bookcar.model import District
from bookcar.optimiser.effort import Effort, iterations
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Provenance
from bookcar.planning.fleet import Fleet, fleet_of
from bookcar.planning.store import Stock
from bookcar.progress import SILENT, Progress
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel
from bookcar.timetable import Left, PoolStock, Timetable
from bookcar.timetable_changes import Told, changes_since, customs_of
from bookcar.timetables.compose import composed
from bookcar.timetables.draft import Draft
from bookcar.timetables.grid import Grid, grid_of
from bookcar.timetables.levelled import level_weeks
from bookcar.timetables.on_foot import Carrying, carrying_of
from bookcar.timetables.options import CarDays, Habit, Option, options_for
from bookcar.timetables.patterns import Choices, choices_of
from bookcar.timetables.reasons import why_left
from bookcar.timetables.search import search
from bookcar.timetables.times import Times
from bookcar.weeks import Horizon, monday_of, weeks_between


def make_timetable(
    district: District,
    first: dt.date,
    last: dt.date,
    *,
    seed: int = 1,
    effort: Effort = "normal",
    told: Told | None = None,
    keep_days: float | None = None,
    progress: Progress = SILENT,
) -> Timetable:
    """Return the timetable from one day to another: the same input, seed and effort, the same.

    Parameters and errors are those of `timetable_and_ways`.
    """
    made, _ = timetable_and_ways(
        district,
        first,
        last,
        seed=seed,
        effort=effort,
        told=told,
        keep_days=keep_days,
        progress=progress,
    )
    return made


def timetable_and_ways(
    district: District,
    first: dt.date,
    last: dt.date,
    *,
    seed: int = 1,
    effort: Effort = "normal",
    told: Told | None = None,
    keep_days: float | None = None,
    progress: Progress = SILENT,
) -> tuple[Timetable, Travel]:
    """Return the timetable from one day to another, and the ways it was made on.

    Parameters
    ----------
    told
        The timetable before.
    keep_days
        Part of the stops that people were told of that must keep their days, 0 to 1; None for any.

    Raises
    ------
    InputError, UsageError
        As `bookcar.roads.sources.travel_for` does.
    InfeasibleError
        If no vehicle works on any of the days.
    AuditError
        If the timetable broke a rule; that is a bug in bookcar.
    """
    span = tuple(first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    then = as_before(district, monday_of(first))
    fleet = _fleet(then, span)
    known = _habits(told) if told else {}
    due = due_stops(then, monday_of(first))
    choices = choices_of(
        then,
        due,
        span,
        told={stop: habit.anchor for stop, habit in known.items()},
    )
    travel = travel_for(then, dates=span, progress=progress)
    carrying = _carrying(then, due, choices, fleet=fleet, travel=travel)
    travel = travel.meeting_at(carrying.met)
    stops = [stop for stop in then.stops if stop.id in travel.rows]
    grid = grid_of(then, fleet, travel, stops, carrying=carrying)
    stock = Stock.of(then, monday_of(first), on_foot=carrying.crews)
    within = then.settings.timetable.within_stock
    draft = _draft(grid, choices, known, stock if within else Stock())
    allowed = None if keep_days is None else int((1 - keep_days) * len(known) + 1e-9)
    count = iterations(effort, _most_visits(draft))
    search(
        draft,
        seed=seed,
        iterations=count,
        kept=known,
        allowed=allowed,
        progress=progress,
    )
    progress.start("steps.timetable")
    times = Times(draft, then.settings.timetable.same_time_s)
    off = times.settle()
    for stop in (*off, *(s for s in draft.options if s not in draft.chosen and s not in off)):
        times.put_back(stop, allowed=allowed)
    level_weeks(times, allowed=allowed)
    progress.finish("steps.timetable-done", count=len(draft.chosen), km=_km(draft))
    timetable = composed(
        grid,
        chosen=draft.chosen,
        days=times.days,
        left=_left(draft, choices),
        later=choices.later,
        span=span,
        provenance=_provenance(then, seed=seed, effort=effort, count=count),
    )
    timetable = msgspec.structs.replace(timetable, within_stock=within, stock=_stock(draft, stock))
    if told is not None:
        timetable = msgspec.structs.replace(timetable, before=changes_since(told, timetable))
    timetable = timetable.with_id()
    progress.start("steps.audit")
    require_clean_timetable(timetable, then, travel)
    progress.finish("steps.clean")
    return timetable, travel


def _carrying(
    district: District,
    due: Sequence[DueStop],
    choices: Choices,
    *,
    fleet: Fleet,
    travel: Travel,
) -> Carrying:
    if not travel.meetings:
        return Carrying()
    dates = {
        stop: {day for pattern in patterns for day in pattern.dates}
        for stop, patterns in choices.patterns.items()
    }
    return carrying_of(district, due, dates, fleet=fleet, travel=travel)


def _habits(told: Told) -> dict[str, Habit]:
    return {
        stop: Habit(
            weekdays=custom.weekdays,
            anchor=custom.anchor,
            vehicle=custom.vehicle,
            begin=custom.begin or 0,
        )
        for stop, custom in customs_of(told.promises).items()
    }


def _stock(draft: Draft, stock: Stock) -> tuple[PoolStock, ...]:
    """Return how each pool fares with what is promised."""
    days = 1 + max(car.day for car in draft.grid.car_days)
    visits = {stop: draft.days_of(option) for stop, option in draft.chosen.items()}
    names = {pool.id: pool.name for pool in draft.grid.district.pools}
    return stock.by_pool(visits, days, names)


def _most_visits(draft: Draft) -> int:
    """Return how many visits there are if each stop has as many as it may."""
    return sum(
        max((len(option.car_days) for option in options), default=0)
        for options in draft.options.values()
    )


def _km(draft: Draft) -> float:
    return sum(draft.metres_of(k) for k, order in enumerate(draft.orders) if order) / 1000


def _fleet(district: District, span: Sequence[dt.date]) -> Fleet:
    """Return the car-days of a span of days.

    Raises
    ------
    InfeasibleError
        If there are none.
    """
    monday = monday_of(span[0])
    whole = fleet_of(district, Horizon(monday, 1 + weeks_between(monday, span[-1])))
    within = [k for k, day in enumerate(whole.days) if span[0] <= day.date <= span[-1]]
    if not within:
        figures = {"first": span[0].isoformat(), "last": span[-1].isoformat()}
        raise InfeasibleError(Sentence(key="usage.no-vehicle-then", figures=figures))
    return whole.only(within)


def _draft(grid: Grid, choices: Choices, known: Mapping[str, Habit], stock: Stock) -> Draft:
    car_days = CarDays.of(grid)
    options: dict[str, tuple[Option, ...]] = {}
    for stop in grid.district.stops:
        if stop.id in grid.tasks:
            patterns = choices.patterns[stop.id]
            options[stop.id] = options_for(stop, patterns, car_days, told=known.get(stop.id))
    return Draft(car_days, options, stock)


def _left(draft: Draft, choices: Choices) -> list[Left]:
    """Return the stops without a date, those due later left out, each with its reason."""
    return [
        Left(
            stop=stop.id,
            reason=why_left(stop, choices.patterns[stop.id], draft),
        )
        for stop in draft.grid.district.stops
        if stop.id not in draft.chosen and stop.id not in choices.later
    ]


def _provenance(district: District, *, seed: int, effort: str, count: int) -> Provenance:
    return Provenance(
        bookcar=__version__,
        folder=with_own_name(district.folder).as_posix(),
        inputs=dict(sorted(district.inputs.items())),
        seed=seed,
        effort=effort,
        iterations=count,
    )
