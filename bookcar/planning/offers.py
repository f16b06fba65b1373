"""Visits that a week lacks, each with something to bring, held against its routes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bookcar.batches.holdings import collectable
from bookcar.optimiser.insertion import Base, Places, Verdict, bases_of
from bookcar.optimiser.problem import Problem, Spacing, Task, with_room
from bookcar.planning.fleet import Fleet
from bookcar.planning.prepared import Prepared
from bookcar.planning.stock import Cargo
from bookcar.planning.visit_options import SEVERAL, VisitOption, givers_of
from bookcar.planning.week import Week
from bookcar.planning.week_problem import store_numbers, visit_tasks


@dataclass(frozen=True, kw_only=True)
class Offers:
    """A week with visits that it could make as well.

    Attributes
    ----------
    visits
        Each with what it would bring, on the car-days that can. A visit may be there several times,
        with other batches; its tasks are counted from ``first`` on.
    """

    prepared: Prepared
    week: Week
    visits: tuple[VisitOption, ...]

    @classmethod
    def of(
        cls, prepared: Prepared, week: Week, cargoes: Iterable[tuple[VisitOption, Iterable[Cargo]]]
    ) -> Offers:
        """Return visits once for each load that they could bring."""
        days, giving = days_made(week), giving_stops(week)
        visits = (
            visit
            for option, some in cargoes
            for cargo in some
            for visit in _by_turn(
                _visit(prepared, option, cargo),
                week.fleet,
                made=days.get(option.due.stop.id, ()),
                gives=option.due.stop.id in giving,
            )
        )
        return cls(prepared=prepared, week=week, visits=tuple(visits))

    @property
    def first(self) -> int:
        """The number of the first task that is one of ``visits``."""
        return len(self.week.problem.tasks)

    @cached_property
    def tasks(self) -> Mapping[str, tuple[int, ...]]:
        """The tasks of each visit, by the key of its option."""
        found: dict[str, list[int]] = {}
        for number, visit in enumerate(self.visits, start=self.first):
            found.setdefault(visit.key, []).append(number)
        return {key: tuple(tasks) for key, tasks in found.items()}

    def visit(self, task: int) -> VisitOption:
        """Return the visit that a task stands for."""
        return self.visits[task - self.first]

    @cached_property
    def problem(self) -> Problem:
        """The week's problem, every task loaded where its batches are, and the visits behind it."""
        week, travel = self.week, self.prepared.travel
        own = [self._loaded(k, task) for k, task in enumerate(week.problem.tasks)]
        settings = self.prepared.district.settings
        more = [
            self._dear(visit, task)
            for visit, task in zip(
                self.visits,
                visit_tasks(self.visits, week.fleet, travel, settings=settings),
                strict=True,
            )
        ]
        return replace(
            week.problem,
            tasks=(*own, *more),
            spacings=(*week.problem.spacings, *self._spacings()),
        )

    def _loaded(self, number: int, task: Task) -> Task:
        if number >= len(self.week.options):
            return task
        option = self.week.options[number]
        task = self._dear(option, task)
        depot = self._loaded_at.get(option.key) if option.loads else None
        if depot is None or task.depot is not None:
            return task
        return replace(task, depot=self._stores[depot])

    def _dear(self, option: VisitOption, task: Task) -> Task:
        """Return a task that is worth any way where the fewest car-days come after all prizes."""
        saving = self.week.fewest_car_days or self.prepared.district.settings.fewest_car_days
        return replace(task, required=True) if saving and option.prize > 0 else task

    @cached_property
    def _loaded_at(self) -> Mapping[str, str]:
        return self.week.loaded_at()

    @cached_property
    def _stores(self) -> Mapping[str, int]:
        return store_numbers(self.week.fleet, self.prepared.travel)

    def _spacings(self) -> Iterator[Spacing]:
        """Yield how far each visit must be from the other one to its stop that is made."""
        made = self.week.dates()
        other: dict[str, int] = {}
        for number, option in enumerate(self.week.options):
            if option.key in made:
                other[option.due.stop.id] = number
        for task, visit in enumerate(self.visits, start=self.first):
            stop = visit.due.stop
            if stop.id in other and stop.visits_a_week < SEVERAL:
                yield Spacing(tasks=(other[stop.id], task), days=stop.days_between)

    @cached_property
    def alone_problem(self) -> Problem:
        """The same problem with no route fixed, cars empty, and no other visit made."""
        return replace(with_room(self.problem), fixed=(), spacings=(), balance=0.0, levels=())

    @cached_property
    def alone_places(self) -> Places:
        """The places of `alone_problem`."""
        return Places(self.alone_problem)

    @cached_property
    def places(self) -> Places:
        """The places of `problem`."""
        return Places(self.problem)

    @cached_property
    def empty(self) -> Mapping[int, list[Base]]:
        """Empty routes by car-day, and those that reload first."""
        found: dict[int, list[Base]] = {}
        for base in bases_of(self.alone_problem, ()):
            found.setdefault(base.car_day, []).append(base)
        return found

    def alone(self, tasks: Sequence[int]) -> Mapping[int, Verdict]:
        """Return what comes of each task on a route of its own, on any car-day."""
        every = [base for bases in self.empty.values() for base in bases]
        return by_task(self.alone_places.verdicts((), tasks, bases=every, why=False))

    def fit_alone(self) -> frozenset[str]:
        """Return the keys of the visits that fit alone, with one of their loads or another."""
        verdicts = self.alone([task for own in self.tasks.values() for task in own])
        fits = (task for task, verdict in verdicts.items() if verdict.fits)
        return frozenset(self.visit(task).key for task in fits)

    def in_week(self, tasks: Sequence[int], *, why: bool = True) -> Mapping[int, Verdict]:
        """Return what comes of each task in the routes as they were found."""
        return by_task(self.places.verdicts(self.week.routes, tasks, why=why))


def by_task(verdicts: Iterable[Verdict]) -> dict[int, Verdict]:
    """Return verdicts by their tasks."""
    return {verdict.task: verdict for verdict in verdicts}


def days_made(week: Week) -> dict[str, tuple[dt.date, ...]]:
    """Return the days of the visits made, ascending, by stop."""
    made = week.dates()
    days: defaultdict[str, list[dt.date]] = defaultdict(list)
    for option in week.options:
        if option.key in made:
            days[option.due.stop.id].append(made[option.key])
    return {stop: tuple(sorted(own)) for stop, own in days.items()}


def _visit(prepared: Prepared, option: VisitOption, cargo: Cargo) -> VisitOption:
    books = sum(batch.books for batch in cargo.drops)
    return replace(
        option,
        fleet=cargo.car_days,
        drops=cargo.drops,
        handed=(),
        store=cargo.depot,
        collects=option.own(
            collectable(prepared.district, option.due.stop, prepared.horizon.monday)
        ),
        short=max(0, option.due.stop.books - books),
    )


def giving_stops(week: Week) -> frozenset[str]:
    """Return the stops of which a visit hands on what they hold."""
    giving = givers_of(week.options)
    return frozenset(e.due.stop.id for e in week.options if e.key in giving)


def _by_turn(
    visit: VisitOption, fleet: Fleet, *, made: Sequence[dt.date], gives: bool
) -> Iterator[VisitOption]:
    """Yield a visit as it is before the other one to its stop, and as it is after that.

    What a stop holds is collected by the earlier of its two visits, which stays that if it
    ``gives`` it on. Of several parts one more is made on a day that no other has.
    """
    if visit.due.stop.visits_a_week >= SEVERAL:
        free = tuple(k for k in visit.fleet if fleet.days[k].date not in made)
        yield from [replace(visit, fleet=free)] if free else []
        return
    if not made or not visit.collects or visit.in_parts:
        yield visit
        return
    later = tuple(k for k in visit.fleet if fleet.days[k].date > made[0])
    sooner = tuple(k for k in visit.fleet if fleet.days[k].date <= made[0])
    if sooner and not gives:
        yield replace(visit, fleet=sooner)
    if later:
        yield replace(visit, fleet=later, collects=())
