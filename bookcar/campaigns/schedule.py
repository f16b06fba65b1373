"""The schedule of a campaign: which of its stops has the car when, beside the regular service.

All its weeks are one problem for the search: a visit to each stop that was not reached yet, on any
day of the campaign on which the stop may be visited, and the visits of the regular service in the
weeks in which they fall due. A week later costs `Weights.overdue_week`, so that the campaign is
over as soon as cars and hours allow; whatever the timetable promises stays on its day. To stops
that no car reaches books are carried, as `campaigns.on_foot` tells.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import msgspec

from bookcar.calendars.campaigns import reached
from bookcar.calendars.days import Calendar
from bookcar.calendars.promises import Timetable
from bookcar.campaigns.on_foot import Carrying, Loads, carrying_of
from bookcar.due import DueStop, due_stops, prize
from bookcar.errors import InfeasibleError
from bookcar.inputs.movements import before
from bookcar.inputs.raw_district import KG_PER_BOOK, whole_kg
from bookcar.model import Batch, Campaign, District, PastVisit, Stop, TimetableEntry
from bookcar.optimiser.effort import Effort, iterations
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.search import solve
from bookcar.optimiser.timing import schedule as timed
from bookcar.phrases.sentence import Sentence
from bookcar.plan import ReasonCode
from bookcar.planning.fleet import Fleet, FleetDay, fleet_of, within_reach
from bookcar.planning.on_foot import crew_lack
from bookcar.planning.store import Stock
from bookcar.planning.tours import Crew, Visiting
from bookcar.planning.visit_options import VisitOption, allowed_car_days
from bookcar.planning.week_problem import visiting_of, week_problem
from bookcar.progress import SILENT, Progress
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel
from bookcar.timetable import TimetableFoot
from bookcar.weeks import Horizon, monday_of, week_name, weeks_between

ALL_OF_THEM = 10_000.0
"""What a visit is worth on top of its prize: none is left out to save a way."""

ROUND_S = 300
"""Times that people are told are whole multiples of it."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """A stop of the campaign with its car and time; its service lasts from ``arrive`` to ``leave``.

    One that the timetable has already is ``promised``. At a stop that no car reaches, the car is
    where ``foot`` says.
    """

    stop: str
    date: dt.date
    vehicle: str
    arrive: int
    leave: int
    books: int
    promised: bool = False
    foot: TimetableFoot | msgspec.UnsetType = msgspec.UNSET


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """A week of the schedule: what the cars do for the campaign and for the regular service.

    ``metres`` and ``seconds`` are those of all routes, ``car_days`` how many of the week's ``of``
    go out.
    """

    monday: dt.date
    stops: int
    books: int
    regular: int
    metres: int
    seconds: int
    car_days: int
    of: int


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """A stop for which the campaign has no day, and why."""

    stop: str
    reason: ReasonCode


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """What is to come of a campaign from a week on.

    Attributes
    ----------
    begins
        Monday of the first week that is scheduled.
    visits
        By date and time.
    regular_left
        Visits of the regular service for which these weeks have no room beside.
    regular_books
        Books that the regular service of these weeks takes of what the campaign may have, and that
        do not come back while it lasts.
    seed, effort, iterations
        Of the search.
    """

    campaign: Campaign
    begins: dt.date
    visits: tuple[Visit, ...]
    weeks: tuple[Week, ...]
    left: tuple[Left, ...]
    regular_left: int = 0
    regular_books: int = 0
    seed: int = 1
    effort: str = "normal"
    iterations: int = 0

    @property
    def last_week(self) -> dt.date | None:
        """Monday of the week in which the last stop is visited; None if none is."""
        return monday_of(self.visits[-1].date) if self.visits else None


def first_week(district: District, campaign: Campaign) -> dt.date:
    """Return the Monday of the first week of a campaign that is not recorded yet."""
    days = [visit.date for visit in district.visits if visit.date <= campaign.last]
    after = monday_of(max(days)) + dt.timedelta(weeks=1) if days else dt.date.min
    return max(monday_of(campaign.first), after)


def horizon_of(campaign: Campaign, begins: dt.date) -> Horizon:
    """Return the weeks of a campaign from ``begins`` on, whole."""
    return Horizon(begins, 1 + weeks_between(begins, campaign.last))


def make_schedule(
    district: District,
    campaign: Campaign,
    *,
    begins: dt.date,
    seed: int = 1,
    effort: Effort = "normal",
    progress: Progress = SILENT,
) -> Schedule:
    """Return when each stop of a campaign that was not reached before ``begins`` is visited.

    The same district, seed and effort give the same schedule.

    Raises
    ------
    InputError, UsageError
        As `bookcar.roads.sources.travel_for` does.
    InfeasibleError
        If no vehicle works on any day of it.
    """
    if begins > campaign.last:
        return Schedule(campaign=campaign, begins=begins, visits=(), weeks=(), left=())
    then = before(district, begins)
    horizon = horizon_of(campaign, begins)
    own = _own(then, campaign, horizon)
    regular = _regular(then, campaign, horizon)
    stops = {due.stop.id for due in (*own, *regular)}
    travel = travel_for(then, stops=stops, dates=horizon.dates, progress=progress)
    task = _Search(
        district=then,
        campaign=campaign,
        fleet=within_reach(_fleet(then, horizon), travel),
        travel=travel,
        own=own,
        regular=regular,
        seed=seed,
        effort=effort,
    )
    solved = task.best(progress)
    visits = sorted(solved.visits(), key=lambda v: (v.date, v.vehicle, v.arrive))
    made = {visit.stop for visit in visits}
    return Schedule(
        campaign=campaign,
        begins=begins,
        visits=tuple(visits),
        weeks=tuple(solved.weeks()),
        left=tuple(
            Left(stop=due.stop.id, reason=task.why(due, solved))
            for due in own
            if due.stop.id not in made
        ),
        regular_left=sum(option.due in regular for option in solved.options) - solved.regular(),
        regular_books=_books_kept(then, campaign, solved.regular_stops()),
        seed=seed,
        effort=effort,
        iterations=solved.iterations,
    )


def _fleet(district: District, horizon: Horizon) -> Fleet:
    whole = fleet_of(district, horizon)
    if not whole.days:
        figures = {"week": week_name(horizon.monday)}
        raise InfeasibleError(Sentence(key="usage.no-vehicle", figures=figures))
    return whole


def _own(district: District, campaign: Campaign, horizon: Horizon) -> list[DueStop]:
    """Return the campaign's stops that were not reached, with the days that each may have."""
    done = reached(district, campaign)
    calendar, timetable = Calendar(district), Timetable(district)
    found = []
    for stop in district.stops:
        if stop.id not in campaign.stops or stop.id in done:
            continue
        days = calendar.of_stop(stop)
        mondays = (horizon.monday + dt.timedelta(weeks=n) for n in range(horizon.weeks))
        dates = tuple(
            day
            for monday in mondays
            for day in days.open_days(monday)
            if campaign.first <= day <= campaign.last
        )
        promises = tuple(
            entry
            for entry in timetable.by_stop.get(stop.id, ())
            if entry.stands and entry.date in dates
        )[:1]
        found.append(
            DueStop(
                stop=stop,
                weeks_since=None,
                overdue=0,
                due=True,
                dates=(promises[0].date,) if promises else dates,
                promises=promises,
            )
        )
    return found


def _regular(district: District, campaign: Campaign, horizon: Horizon) -> list[DueStop]:
    """Return the visits of all other stops week by week, as if every one of them were made."""
    found: list[DueStop] = []
    for n in range(horizon.weeks):
        monday = horizon.monday + dt.timedelta(weeks=n)
        due = [
            one
            for one in due_stops(district, monday)
            if one.due and one.dates and one.stop.id not in campaign.stops
        ]
        found += due
        made = (PastVisit(date=one.dates[0], stop=one.stop.id) for one in due)
        district = msgspec.structs.replace(district, visits=(*district.visits, *made))
    return found


def _books_kept(district: District, campaign: Campaign, visited: Sequence[Stop]) -> int:
    """Return the books that visits take out of the campaign's store for good.

    A stop that gives back what it has takes nothing; one that has nothing to give back takes once.
    """
    stock = Stock.of(district, monday_of(campaign.first))
    made: Counter[str] = Counter()
    kept = 0
    for stop in visited:
        takes = stop.id in stock.pool and campaign.pool in ("", stock.pool[stop.id])
        if takes and made[stop.id] < stock.stays[stop.id]:
            kept += stop.books
        made[stop.id] += 1
    return kept


def _loads(district: District, due: DueStop, *, keeps: bool) -> tuple[tuple[Batch, ...], ...]:
    """Return what a visit brings, the books its stop wants, and takes: who rotates gives as many.

    The campaign itself takes nothing back.
    """
    stop = due.stop
    batch = Batch(id=f"{stop.id}\n", books=stop.books, kg=whole_kg(KG_PER_BOOK * stop.books), at="")
    books = (batch,) if stop.books else ()
    return books, books if keeps and stop.kind in district.settings.batches.rotate else ()


def _option(
    district: District, due: DueStop, *, fleet: Fleet, travel: Travel, keeps: bool
) -> VisitOption:
    """Return a visit with what it brings and takes."""
    drops, collects = _loads(district, due, keeps=keeps)
    weights = district.settings.weights
    return VisitOption(
        due=due,
        prize=prize(due, weights) + ALL_OF_THEM,
        fleet=allowed_car_days(due, fleet, travel),
        held=bool(due.promises),
        drops=drops,
        collects=collects,
    )


def _problem(
    district: District,
    options: Sequence[VisitOption],
    fleet: Fleet,
    *,
    travel: Travel,
    own: set[str],
) -> Problem:
    """Return the problem in which a visit of the campaign costs more the later its week is."""
    settings = district.settings
    problem = week_problem(options, fleet, travel, settings=settings)
    later = {
        k: settings.weights.overdue_week * weeks_between(fleet.horizon.monday, day.date)
        for k, day in enumerate(fleet.days)
    }
    tasks = tuple(
        replace(
            task,
            surcharges={
                k: cost
                for k in task.car_days
                if (cost := task.surcharges.get(k, 0.0) + later[k]) > 0
            },
        )
        if number < len(options) and options[number].due.stop.id in own
        else task
        for number, task in enumerate(problem.tasks)
    )
    return replace(problem, tasks=tasks, spacings=(), levels=())


@dataclass(frozen=True, kw_only=True)
class _Search:
    """What is to be scheduled, with what."""

    district: District
    campaign: Campaign
    fleet: Fleet
    travel: Travel
    own: Sequence[DueStop]
    regular: Sequence[DueStop]
    seed: int
    effort: Effort

    def best(self, progress: Progress) -> _Solved:
        """Return the routes found, once more with the carriers' days dealt anew if that is better.

        It is where a stop on foot was left though its carriers have days that came to nothing.
        """
        first = self.solved(self._carrying(), progress)
        wanting = first.left_on_foot()
        if not wanting:
            return first
        anew = first.carrying.dealt_anew(first.days_on_foot())
        had, has = first.carrying.crews, anew.crews
        gains = any(
            has[stop].dates - (had[stop].dates if stop in had else set())
            for stop in wanting
            if stop in has
        )
        return min((first, self.solved(anew, progress)), key=_Solved.rank) if gains else first

    def solved(self, carrying: Carrying, progress: Progress) -> _Solved:
        """Return the routes that are found with carriers on the days that they have."""
        travel = carrying.met(self.travel)
        fleet = replace(self.fleet, crews=carrying.crews)
        options = [
            _option(self.district, due, fleet=fleet, travel=travel, keeps=due in self.regular)
            for due in (*self.own, *self.regular)
        ]
        able = [option for option in options if option.fleet]
        own = {due.stop.id for due in self.own}
        problem = _problem(self.district, able, fleet, travel=travel, own=own)
        solution = solve(
            problem,
            seed=self.seed,
            iterations=iterations(self.effort, len(able)),
            bound=False,
            progress=progress,
        )
        return _Solved(
            campaign=self.campaign,
            fleet=fleet,
            carrying=carrying,
            options=able,
            problem=problem,
            routes=solution.routes,
            cost=solution.cost,
            iterations=solution.iterations,
        )

    def why(self, due: DueStop, solved: _Solved) -> ReasonCode:
        """Return why a stop has no day: what bars it altogether, or that the cars are full."""
        stop = due.stop.id
        if any(option.due.stop.id == stop for option in solved.options):
            return self._why_no_room(due, solved)
        afoot = due.stop.access == "foot" or stop in self.travel.meetings
        if afoot and (due.dates or stop not in self.travel.meetings):
            dates, loads = self.fleet.dates, self._kg(due)
            return crew_lack(self.district, due, dates, self.travel, loads=loads).code
        if not due.dates:
            return "no-day"
        return "disconnected" if _may_come(self.district, due.stop, due.dates) else "no-vehicle"

    def _why_no_room(self, due: DueStop, solved: _Solved) -> ReasonCode:
        """Return whether the cars are full, or a carrier has no day on which a car has room."""
        crew = solved.carrying.able.get(due.stop.id)
        if crew is None:
            return "full"
        fleet = replace(solved.fleet, crews={due.stop.id: crew})
        travel = solved.carrying.met(self.travel)
        option = _option(self.district, due, fleet=fleet, travel=travel, keeps=False)
        settings = self.district.settings
        (task, *_) = week_problem([option], fleet, travel, settings=settings).tasks
        problem = replace(solved.problem, tasks=(*solved.problem.tasks, task))
        new = len(problem.tasks) - 1
        if not any(timed(problem, k, (new,)) for k in option.fleet):
            return "carrier-not-met"
        driven = {route.car_day: tuple(route.tasks) for route in solved.routes}
        room = any(
            timed(problem, k, (*tasks[:at], new, *tasks[at:])) is not None
            for k in option.fleet
            for tasks in (driven.get(k, ()),)
            for at in range(len(tasks) + 1)
        )
        return "carrier-taken" if room else "full"

    def _carrying(self) -> Carrying:
        every = (*self.own, *self.regular)
        loads = {due.stop.id: self._kg(due) for due in every}
        return carrying_of(self.district, every, loads, fleet=self.fleet, travel=self.travel)

    def _kg(self, due: DueStop) -> Loads:
        drops, collects = _loads(self.district, due, keeps=due in self.regular)
        return sum(one.kg for one in drops), sum(one.kg for one in collects)


@dataclass(frozen=True, kw_only=True)
class _Solved:
    """The routes that were found over all weeks."""

    campaign: Campaign
    fleet: Fleet
    carrying: Carrying
    options: Sequence[VisitOption]
    problem: Problem
    routes: Sequence[SolvedRoute]
    cost: float
    iterations: int

    def rank(self) -> tuple[int, int, float]:
        """Rank schedules: many visits of the campaign, many others, few costs."""
        return -sum(1 for _ in self.visits()), -self.regular(), self.cost

    def days_on_foot(self) -> dict[str, set[dt.date]]:
        """Return the days on which each stop on foot is visited."""
        found: dict[str, set[dt.date]] = {}
        for route in self.routes:
            for stop in self._stops(route):
                if stop.id in self.carrying.able:
                    found.setdefault(stop.id, set()).add(self.fleet.days[route.car_day].date)
        return found

    def left_on_foot(self) -> set[str]:
        """Return the stops to which somebody could carry, and that have no visit."""
        return set(self.carrying.able) - self.days_on_foot().keys()

    def visits(self) -> Iterator[Visit]:
        """Yield the visits of the campaign."""
        for route in self.routes:
            day = self.fleet.days[route.car_day]
            for task, begin in zip(route.tasks, route.schedule.begin, strict=True):
                if task < len(self.options) and self._is_own(self.options[task].due.stop):
                    yield _visit(self.options[task], day, begin, self.fleet)

    def regular(self) -> int:
        """Return how many visits of the regular service are made."""
        return len(self.regular_stops())

    def regular_stops(self) -> list[Stop]:
        """Return the stops of the regular service that are visited, one for each visit."""
        every = (stop for route in self.routes for stop in self._stops(route))
        return [stop for stop in every if not self._is_own(stop)]

    def weeks(self) -> Iterator[Week]:
        """Yield what the cars do in each week."""
        horizon = self.fleet.horizon
        for n in range(horizon.weeks):
            monday = horizon.monday + dt.timedelta(weeks=n)
            days = [k for k, day in enumerate(self.fleet.days) if monday_of(day.date) == monday]
            routes = [route for route in self.routes if route.car_day in days]
            made = [stop for route in routes for stop in self._stops(route)]
            own = [stop for stop in made if self._is_own(stop)]
            yield Week(
                monday=monday,
                stops=len(own),
                books=sum(stop.books for stop in own),
                regular=len(made) - len(own),
                metres=sum(_metres(self.problem, route) for route in routes),
                seconds=sum(route.schedule.back - route.schedule.depart for route in routes),
                car_days=len(routes),
                of=len(days),
            )

    def _is_own(self, stop: Stop) -> bool:
        return stop.id in self.campaign.stops

    def _stops(self, route: SolvedRoute) -> list[Stop]:
        return [self.options[t].due.stop for t in route.tasks if t < len(self.options)]


def _visit(option: VisitOption, day: FleetDay, begin: int, fleet: Fleet) -> Visit:
    due, visiting = option.due, visiting_of(option, fleet)
    promise: TimetableEntry | None = due.promises[0] if due.promises else None
    told = promise.arrive if promise else None
    at = _told_time(begin) if told is None else told
    lasts = due.stop.service_s if visiting is None else visiting.service_s
    return Visit(
        stop=due.stop.id,
        date=day.date,
        vehicle=day.vehicle.id,
        arrive=at,
        leave=at + lasts,
        books=due.stop.books,
        promised=promise is not None,
        foot=msgspec.UNSET if visiting is None else _foot(fleet.crews[due.stop.id], visiting),
    )


def _foot(crew: Crew, visiting: Visiting) -> TimetableFoot:
    meeting = crew.meeting
    return TimetableFoot(
        choice=meeting.number,
        lon=meeting.lon,
        lat=meeting.lat,
        metres=meeting.up.metres,
        waits=visiting.waits,
        carriers=tuple(carrier.id for carrier in crew.carriers),
    )


def _told_time(begin: int) -> int:
    """Return a time of day to the nearest five minutes."""
    return (begin + ROUND_S // 2) // ROUND_S * ROUND_S


def _metres(problem: Problem, route: SolvedRoute) -> int:
    car = problem.car_days[route.car_day]
    metres = problem.tables[car.table].metres
    places = (car.start, *(problem.tasks[task].location for task in route.tasks), car.end)
    return sum(int(metres[a, b]) for a, b in pairwise(places))


def _may_come(district: District, stop: Stop, dates: Sequence[dt.date]) -> bool:
    timetable = Timetable(district)
    return any(timetable.goes(car, stop, day) for car in district.vehicles for day in dates)
