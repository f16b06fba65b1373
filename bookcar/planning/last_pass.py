"""What a week's routes can still take: batches given to visits that were left out are free again.

The search decides which visits to make after the batches were given out. What it leaves out gives
its batches back here, to whichever of the visits not made can still be put in for less than it is
worth; that goes on until none can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bookcar.batches.holdings import collectable
from bookcar.model import Batch
from bookcar.optimiser.insertion import Verdict
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.timing import schedule
from bookcar.planning.chances import Chances, chances_of
from bookcar.planning.offers import Offers
from bookcar.planning.prepared import Prepared
from bookcar.planning.returning import first_missing, settled
from bookcar.planning.stock import Cargo, Stock, dropped, supplies_of
from bookcar.planning.supply import Supplier
from bookcar.planning.visit_options import VisitOption, with_days_of_all
from bookcar.planning.week import Week

_Load = tuple[str, tuple[str, ...]]
"""The key of an option, and the ids of what it would drop."""


@dataclass(frozen=True, kw_only=True)
class _Put:
    """A visit and the verdict that puts it in."""

    visit: VisitOption
    verdict: Verdict

    @property
    def load(self) -> _Load:
        """What the visit would bring."""
        return _load(self.visit)


@dataclass(frozen=True, kw_only=True)
class LastPass:
    """Puts in what fits.

    Attributes
    ----------
    options
        Every visit as it was known at first, on all the car-days that may make it.
    problem
        Returns the problem of some options, with all that somebody fixed.
    used
        Batches that visits get which are not of the week.
    asked
        Ids of the stops to try; all if None.
    """

    prepared: Prepared
    options: Sequence[VisitOption]
    problem: Callable[[Sequence[VisitOption]], Problem]
    used: frozenset[str] = frozenset()
    asked: frozenset[str] | None = None

    def filled(self, week: Week) -> Week:
        """Return a settled week with every visit put in that still fits and pays."""
        refused: set[_Load] = set()
        while True:
            chosen = self._chosen(week, refused)
            if not chosen:
                return self._with_older(week)
            longer = self._with(week, chosen)
            if first_missing(longer) is not None:
                longer = self._with(week, chosen[:1])
            if first_missing(longer) is None:
                week = longer
            else:
                refused.add(chosen[0].load)

    def _chosen(self, week: Week, refused: set[_Load]) -> list[_Put]:
        """Return visits that pay, the best first; none of them takes what another needs."""
        made = week.dates()
        missing = [
            with_days_of_all(e, self.options, made, week.fleet)
            for e in self.options
            if e.key not in made and not e.must
            if self.asked is None or e.due.stop.id in self.asked
        ]
        if not missing:
            return []
        chances = chances_of(self.prepared, week, missing, used=self.used)
        paying = _paying(chances.offers, refused)
        if not paying:
            return []
        larger = _paying(self._larger(week, chances, paying), refused)
        best = [
            _first(own) if key in chances.again else _best([*larger.get(key, ()), *own])
            for key, own in paying.items()
        ]
        return _independent(best, one=week.problem.balance > 0)

    def _larger(self, week: Week, chances: Chances, keys: Mapping[str, object]) -> Offers:
        """Return visits that need not do with the smallest batch: with what suits them best."""
        made = week.dates()
        asking = [
            with_days_of_all(e, self.options, made, week.fleet)
            for e in self.options
            if e.key in keys and e.key not in chances.again
        ]
        supplier = Supplier.of(self.prepared, asking)
        supplied = supplier.supplied(
            asking,
            supplies_of(self.prepared, week),
            days={},
            loaded_at={},
            taken=dropped(week) | self.used,
        )
        loads = [
            (option, [_cargo(option, drops) for drops in _sets(option)])
            for option in supplied.able
            if option.drops
        ]
        return Offers.of(self.prepared, week, loads)

    def _with(self, week: Week, chosen: Sequence[_Put]) -> Week:
        """Return a week with some visits more, settled; what they bring no other can get."""
        new = {put.visit.key: put.visit for put in chosen}
        known = [new.get(option.key, option) for option in week.options]
        more = [e for e in new.values() if e.key not in {option.key for option in week.options}]
        made = week.dates().keys() | new.keys()
        used = {b.id for e in (*known, *more) if e.key in made for b in e.drops}
        lost = {e.key for e in known if e.key not in made and any(b.id in used for b in e.drops)}
        options = tuple(option for option in (*known, *more) if option.key not in lost)
        bare = [self._bare(option) for option in self.options if option.key in lost]
        unsupplied = (option for option in week.unsupplied if option.key not in new)
        return settled(
            replace(
                week,
                options=options,
                unsupplied=(*unsupplied, *bare),
                problem=self.problem(options),
                routes=_renumbered(week, chosen, options),
                bound=None,
                no_bound=week.no_bound or "unknown",
            )
        )

    def _with_older(self, week: Week) -> Week:
        """Return a week in which what a stop gets again is the oldest that nobody gets.

        The routes stand: no batch is heavier than the one it comes for. Only who carries less is at
        the stop earlier, and may find it shut: routes with visits on foot are timed anew, and keep
        what they bring where that leaves them no times.
        """
        stock, made = Stock.of(self.prepared, week, used=self.used), week.dates()
        free = set(stock.free)
        options = []
        for option in week.options:
            drops = option.drops
            if option.key in made and not option.must and not option.keeps:
                drops = tuple(_oldest_each(stock, option, free))
            options.append(replace(option, drops=drops))
        if tuple(options) == week.options:
            return week
        afoot = [r for r in week.routes if self._goes_on_foot(week, r)]
        problem = self.problem(options)
        for route in afoot:
            if schedule(problem, route.car_day, route.tasks) is None:
                for k in route.tasks:
                    if k < len(options):
                        options[k] = week.options[k]
        problem = self.problem(options)
        routes = [_timed_anew(problem, route) if route in afoot else route for route in week.routes]
        return settled(replace(week, options=tuple(options), problem=problem, routes=tuple(routes)))

    def _goes_on_foot(self, week: Week, route: SolvedRoute) -> bool:
        return any(option.due.stop.id in week.fleet.crews for option in week.made(route))

    def _bare(self, option: VisitOption) -> VisitOption:
        prepared = self.prepared
        every = collectable(prepared.district, option.due.stop, prepared.horizon.monday)
        held = option.own(every)
        return replace(option, drops=(), collects=held, short=0, store=None)


def _timed_anew(problem: Problem, route: SolvedRoute) -> SolvedRoute:
    times = schedule(problem, route.car_day, route.tasks)
    return route if times is None else replace(route, schedule=times)


def _oldest_each(stock: Stock, option: VisitOption, free: set[str]) -> Iterator[Batch]:
    """Yield the oldest for each batch of a visit, which is not free for the next one any more."""
    for batch in option.drops:
        oldest = stock.oldest(option.due.stop.id, batch, free)
        free.discard(oldest.id)
        yield oldest


def _renumbered(
    week: Week, chosen: Sequence[_Put], options: Sequence[VisitOption]
) -> tuple[SolvedRoute, ...]:
    """Return the routes with what was chosen, as tasks of other options.

    What was chosen may come of several offers that count alike, but each has a car-day of its own.
    """
    places = {option.key: k for k, option in enumerate(options)}
    offered = {
        (put.verdict.route.car_day, put.verdict.task): places[put.visit.key]
        for put in chosen
        if put.verdict.route is not None
    }
    behind = len(options) - len(week.options)

    def number(car_day: int, task: int) -> int:
        if (car_day, task) in offered:
            return offered[car_day, task]
        return places[week.options[task].key] if task < len(week.options) else task + behind

    longer = (put.verdict.route for put in chosen)
    routes = {route.car_day: route for route in (*week.routes, *longer) if route is not None}
    return tuple(
        replace(
            routes[car_day], tasks=tuple(number(car_day, task) for task in routes[car_day].tasks)
        )
        for car_day in sorted(routes)
    )


def _paying(offers: Offers, refused: set[_Load]) -> dict[str, list[_Put]]:
    """Return, by the key of its option, each way to put a visit in for less than it is worth."""
    tasks = [
        task
        for task, visit in enumerate(offers.visits, start=offers.first)
        if _load(visit) not in refused
    ]
    found: dict[str, list[_Put]] = {}
    for task, verdict in offers.in_week(tasks, why=False).items():
        if verdict.pays:
            visit = offers.visit(task)
            found.setdefault(visit.key, []).append(_Put(visit=visit, verdict=verdict))
    return found


def _load(visit: VisitOption) -> _Load:
    return visit.key, tuple(batch.id for batch in visit.drops)


def _first(puts: Sequence[_Put]) -> _Put:
    """Return that with the oldest batch; of the same load the cheapest."""
    return min((put for put in puts if put.load == puts[0].load), key=lambda put: put.verdict.cost)


def _best(puts: Sequence[_Put]) -> _Put:
    """Return that with the most of the books wanted, then the cheapest, then the fewest books."""
    return min(puts, key=lambda put: (put.visit.short, put.verdict.cost, _books(put.visit)))


def _books(visit: VisitOption) -> int:
    return sum(batch.books for batch in visit.drops)


def _sets(option: VisitOption) -> Iterator[tuple[Batch, ...]]:
    """Yield the batches of a visit together, then each alone, if they are several.

    Of a part, which has many, also the first of them, one less each time.
    """
    drops = option.drops
    yield drops
    if option.in_parts:
        yield from (drops[:count] for count in range(len(drops) - 1, 1, -1))
    if len(drops) > 1:
        yield from ((batch,) for batch in drops)


def _cargo(option: VisitOption, drops: tuple[Batch, ...]) -> Cargo:
    return Cargo(depot=option.store, drops=drops, car_days=option.fleet)


def _independent(puts: Sequence[_Put], *, one: bool) -> list[_Put]:
    """Return puts of which none needs a car-day, a stop or a batch of another, the best first."""
    chosen: list[_Put] = []
    taken: set[object] = set()
    for put in sorted(puts, key=_rank):
        assert put.verdict.way is not None
        needs = {
            ("car-day", put.verdict.way.car_day),
            ("stop", put.visit.due.stop.id),
            *(("batch", batch.id) for batch in put.visit.drops),
        }
        if not needs & taken:
            chosen.append(put)
            taken |= needs
        if one and chosen:
            break
    return chosen


def _rank(put: _Put) -> tuple[bool, float, str]:
    stop = put.visit.due.stop
    return not stop.required, put.verdict.cost - put.visit.prize, put.visit.key
