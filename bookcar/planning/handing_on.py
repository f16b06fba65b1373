"""Hand-ons: what a visit collects is dropped at a later stop of its route, unseen by the store.

Batches are given out before the routes are known, and what can be handed on depends on their order.
So the two take turns. From routes in hand it is read what each visit could get of those before it,
batches are given out anew among these, and the search goes on from there: a hand-on needs its
order, everything else is free (`bookcar.optimiser.problem.HandOn`). It begins twice: with the
routes of the week as it is, and with routes driven as if every stop gave back what it gets, so
that a car takes part of what it drops along its way. The better of the weeks counts, and the week
without hand-ons where that is none of them.

A visit gets no fewer of the books it wants than it had from the depot, and not many more of classes
or audiences that it did not ask for. What it lacks of what is handed on comes from the depot where
its car loads. Of two visits to a stop the earlier one collects what it holds, and may give it; then
the other one comes on a later day. What somebody fixed stays as it is, and what is not fixed is
handed on around it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from bookcar.batches.assign import assign_batches
from bookcar.batches.cost import held_classes, suits, wanted_classes
from bookcar.batches.holdings import collectable
from bookcar.batches.terms import Demand, Room, Supply
from bookcar.model import Batch, Stop
from bookcar.optimiser.limits import LOADS
from bookcar.optimiser.problem import Problem, Solution, Task
from bookcar.optimiser.start import Orders
from bookcar.planning.driven import (
    Call,
    Driven,
    Trip,
    driven_by,
    givers_first,
    later_visits,
    orders,
    trips,
)
from bookcar.planning.last_pass import LastPass
from bookcar.planning.prepared import Prepared
from bookcar.planning.returning import settled, without_missing
from bookcar.planning.supply import Supplier, in_depots
from bookcar.planning.visit_options import (
    HandedOn,
    VisitOption,
    after_givers,
    collects_once,
    givers_of,
    had_by_visit,
)
from bookcar.planning.week import Week
from bookcar.planning.week_problem import week_problem

TURNS = 2
"""How often batches are given out anew along the routes that the search made of the last ones."""

MISFIT = 0.25
"""Of the books a stop wants, so many more may be of classes or audiences it did not ask for."""

_SAME = 1e-6  # cost units: what is less is rounding

Go = Callable[[Problem, Orders], Solution]
"""Searches a problem, beginning with given routes."""

Value = Callable[[Week], tuple[int, float]]
"""Ranks weeks, the better first."""

Prepare = Callable[[Problem, Sequence[VisitOption]], Problem]
"""What becomes of a problem, with the options its tasks stand for, before it is searched."""


@dataclass(frozen=True, kw_only=True)
class HandingOn:
    """Hands on along the routes of a week.

    Attributes
    ----------
    options
        Every visit as it was known at first, on all the car-days that may make it.
    go
        The search.
    value
        What of two weeks is the better one.
    prepare
        Puts what somebody fixed into a problem.
    used
        Batches that visits get which are not of the week.
    """

    prepared: Prepared
    options: Sequence[VisitOption]
    go: Go
    value: Value
    prepare: Prepare | None = None
    used: frozenset[str] = frozenset()

    def best(self, week: Week) -> Week:
        """Return a settled week with what is handed on where that serves more or costs less.

        Of weeks that cost the same, the one counts in which the store has less to handle.
        """
        best = self._turns(week, driven_by(week), best=week)
        if best.interrupted:
            return best
        bare = self._from_depots(week)
        return self._turns(bare, self._as_if_swapped(bare), best=best)

    def _better(self, one: Week, other: Week) -> bool:
        (missed, cost), (most, least) = self.value(one), self.value(other)
        if missed != most or abs(cost - least) > _SAME:
            return (missed, cost) < (most, least)
        return handed_on(one) > handed_on(other)

    def _turns(self, week: Week, driven: Driven, *, best: Week) -> Week:
        """Return the best week of some turns of batches and routes, or the ``best`` until now."""
        for _ in range(TURNS):
            found = self._of_both(week, driven)
            if found is None or not self._better(found, best):
                break
            best, driven = found, driven_by(found)
            if found.interrupted:
                break
        return best

    def _of_both(self, week: Week, driven: Driven) -> Week | None:
        """Return the better week of what is handed on alone, and with more from the depot.

        What fills up one visit in the depot is missed by another that gets nothing then.
        """
        best: Week | None = None
        tried: list[Mapping[str, VisitOption]] = []
        for more in (False, True):
            along = self._along(week, driven, more=more)
            if not along or along in tried:
                continue
            tried.append(along)
            found = self._searched(week, driven, along)
            if any(self._shut_out(found)):
                continue
            if best is None or not self._better(best, found):  # of the same, who gets more
                best = found
            if found.interrupted:
                break
        return best

    def _shut_out(self, week: Week) -> Iterator[str]:
        """Yield visits not made that could come only before the one that hands on at their stop.

        There they would take what goes on.
        """
        made, fleet = week.dates(), week.fleet
        for key in givers_of(week.options):
            giver = self._wide[key]
            if key not in made or not collects_once(giver):
                continue
            for other in self.options:
                if other.due.stop.id == giver.due.stop.id and other.key not in made:
                    days = {fleet.days[k].date for k in other.fleet}
                    if days and max(days) <= made[key]:
                        yield other.key

    def _from_depots(self, week: Week) -> Week:
        """Return a week without the visits to which others bring back in time what they get.

        What these collect may go on along its route instead.
        """
        shelves = {supply.batch.id: supply.depot for supply in in_depots(self.prepared)}
        late = {
            e.key
            for e in week.options
            if may_hand_on(e) and not all(batch.id in shelves for batch in e.loads)
        }
        if not late:
            return week
        kept = (option for option in week.options if option.key not in late)
        options = tuple(self._on_all_days(option, shelves) for option in kept)
        bare = (self._wide[key] for key in sorted(late))
        return replace(week, options=options, unsupplied=(*week.unsupplied, *bare))

    def _on_all_days(self, option: VisitOption, shelves: Mapping[str, str]) -> VisitOption:
        """Return a visit on all the car-days that come to the depot of its batches."""
        if not may_hand_on(option):
            return option
        stores = self.prepared.fleet.stores
        depots = {shelves[batch.id] for batch in option.loads}
        every = self._wide[option.key].fleet
        return replace(option, fleet=tuple(k for k in every if depots <= stores((k,))))

    def _searched(self, week: Week, driven: Driven, along: Mapping[str, VisitOption]) -> Week:
        """Return a week searched from some routes with what is handed on along them.

        What that leaves in the depot goes to visits that had no batch.
        """
        options, lacking = self._with_depots(week, along)
        options = givers_first(options, driven, week.fleet)
        problem = self._problem(options)
        solution = self.go(problem, orders(driven, options))
        found = replace(
            week,
            options=options,
            unsupplied=lacking,
            problem=problem,
            routes=solution.routes,
            iterations=week.iterations + solution.iterations,
            bound=None,
            no_bound="unknown",
            interrupted=solution.interrupted,
        )
        found = self.released(without_missing(found))
        return LastPass(
            prepared=self.prepared, options=self.options, problem=self._problem, used=self.used
        ).filled(found)

    def _with_depots(
        self, week: Week, along: Mapping[str, VisitOption]
    ) -> tuple[tuple[VisitOption, ...], tuple[VisitOption, ...]]:
        """Return the visits that have something to bring, and those that have not.

        Who has nothing is not driven to, and hands nothing on.
        """
        while True:
            others = (option for option in week.options if option.key not in along)
            kept = [replace(option, collects=self._collects(option)) for option in others]
            asking = [option for option in week.unsupplied if option.key not in along]
            able, lacking = self._supplied(asking, (*kept, *along.values()))
            options = self._in_order((*kept, *along.values(), *able))
            known = {option.key for option in options}
            kept_back = {batch.id for option in kept for batch in option.loads}
            fed = {
                key: option
                for key, option in along.items()
                if all(one.giver in known for one in option.handed)
                and not any(batch.id in kept_back for batch in option.loads)
            }
            if len(fed) == len(along):
                return options, lacking
            along = fed

    def released(self, week: Week) -> Week:
        """Return a week in which only visits that are made are handed anything on.

        The others get what is in the depots, or nothing.
        """
        made = week.dates()
        left = {e.key for e in week.options if e.handed and e.key not in made}
        if not left:
            return week
        stay = [option for option in week.options if option.key not in left]
        able, lacking = self._supplied([self._wide[key] for key in sorted(left)], stay)
        options = after_givers(self._in_order((*stay, *able)), week.fleet)
        tasks_of = dict(orders(driven_by(week), options))
        routes = (replace(route, tasks=tasks_of[route.car_day]) for route in week.routes)
        return settled(
            replace(
                week,
                options=options,
                unsupplied=(*week.unsupplied, *lacking),
                problem=self._problem(options),
                routes=tuple(routes),
                bound=None,
                no_bound=week.no_bound or "unknown",
            )
        )

    def _supplied(
        self, asking: Sequence[VisitOption], others: Iterable[VisitOption]
    ) -> tuple[tuple[VisitOption, ...], tuple[VisitOption, ...]]:
        """Return visits with what the depots have left for them, and those for which nothing is."""
        if not asking:
            return (), ()
        wide = [self._wide[option.key] for option in asking]
        supplied = Supplier.of(self.prepared, wide).supplied(
            wide,
            in_depots(self.prepared),
            days={},
            loaded_at=None,
            taken=self.used.union(batch.id for option in others for batch in option.loads),
        )
        return supplied.able, supplied.lacking

    def _in_order(self, options: Iterable[VisitOption]) -> tuple[VisitOption, ...]:
        places = {option.key: place for place, option in enumerate(self.options)}
        return tuple(sorted(options, key=lambda option: places[option.key]))

    def _problem(self, options: Sequence[VisitOption]) -> Problem:
        prepared = self.prepared
        settings = prepared.district.settings
        own = week_problem(options, prepared.fleet, prepared.travel, settings=settings)
        return self.prepare(own, options) if self.prepare else own

    def _as_if_swapped(self, week: Week) -> Driven:
        """Return routes driven as if stops gave back what they get, as far as they could.

        Of such a stop only the difference comes from the depot, or goes there.
        """
        supplied = {option.key: option for option in week.options}
        shelves = [supply for option in self.options for supply in self._givable(week, option)]
        options: list[VisitOption] = []
        swapping: set[int] = set()
        for first in self.options:
            if may_hand_on(first) and any(self._takes(first, supply) for supply in shelves):
                swapping.add(len(options))
                drops = supplied[first.key].drops if first.key in supplied else ()
                options.append(replace(first, drops=drops, collects=self._collects(first)))
            elif first.key in supplied:
                options.append(supplied[first.key])
        if not swapping:
            return ()
        problem = self._problem(options)
        tasks = tuple(
            _swapped(task, options[number]) if number in swapping else task
            for number, task in enumerate(problem.tasks)
        )
        solution = self.go(replace(problem, tasks=tasks), ())
        calls: list[Call] = [*(e.key for e in options), *range(len(week.fleet.reloads))]
        return [(r.car_day, tuple(calls[task] for task in r.tasks)) for r in solution.routes]

    def _along(self, week: Week, driven: Driven, *, more: bool) -> dict[str, VisitOption]:
        """Return, by key, visits with what earlier ones of their route could hand on to them.

        With ``more``, what they lack of that comes from the depot.
        """
        supplies: list[Supply] = []
        demands: list[Demand] = []
        had: dict[str, frozenset[str]] = {}
        givers: dict[str, str] = {}
        every, late = list(trips(driven)), later_visits(driven, self._wide, week.fleet)
        for number, trip in enumerate(every):
            place, behind = str(number), frozenset[str]()
            for option in (self._wide[key] for key in reversed(trip.keys)):
                own = () if option.key in late else self._givable(week, option)
                behind |= {supply.batch.id for supply in own}
                supplies += (msgspec.structs.replace(supply, depot=place) for supply in own)
                givers |= {supply.batch.id: option.key for supply in own}
                if may_hand_on(option) and option.due.stop.books:
                    rooms = {place: (Room(_capacity(week, trip.car_day)),)}
                    demands.append(option.demand(depots=frozenset(rooms), rooms=rooms))
                    had[option.key] = behind | self._had_by(option)
        found = assign_batches(demands, supplies, had=had)
        batches = {supply.batch.id: supply.batch for supply in supplies}
        known = {option.key: option for option in week.options}
        moved = {
            key: self._handed(self._wide[key], [batches[name] for name in names], givers)
            for key, names in sorted(found.drops.items())
        }
        while True:  # who keeps what it had takes that from those who fill up in the depot
            full = self._with_more(week, moved, every) if more else list(moved.values())
            fine = {e.key: e for e in full if _no_worse(e, known.get(e.key))}
            if len(fine) == len(moved):
                return fine
            moved = {key: moved[key] for key in fine}

    def _with_more(
        self, week: Week, moved: Mapping[str, VisitOption], along: Sequence[Trip]
    ) -> list[VisitOption]:
        """Return visits with what they lack of the depot where their car loads.

        Other visits keep what they have of it.
        """
        others = {b.id for e in week.options if e.key not in moved for b in e.loads} | self.used
        free = [
            msgspec.structs.replace(supply, loads=_loads(supply.batch))
            for supply in in_depots(self.prepared)
            if supply.batch.id not in others
        ]
        demands: list[Demand] = []
        for trip in along:
            store, capacity = self._store(week, trip), _capacity(week, trip.car_day)
            for option in (moved[key] for key in trip.keys if key in moved):
                if option.short:
                    asked = option.demand(
                        depots=frozenset({store}), rooms={store: (Room(capacity),)}
                    )
                    stop = msgspec.structs.replace(asked.stop, books=option.short)
                    demands.append(msgspec.structs.replace(asked, stop=stop))
        had = had_by_visit(self.prepared.had, moved.values())
        found = assign_batches(demands, free, had=had) if free and demands else None
        batches = {supply.batch.id: supply.batch for supply in free}
        more = found.drops if found else {}
        return [
            self._filled_up(option, [batches[name] for name in more.get(key, ())])
            for key, option in moved.items()
        ]

    def _store(self, week: Week, trip: Trip) -> str:
        """Return where the car of a trip loads."""
        if trip.call is None:
            return week.fleet.days[trip.car_day].store
        return week.fleet.reloads[trip.call].store

    def _filled_up(self, option: VisitOption, more: Sequence[Batch]) -> VisitOption:
        """Return a visit with batches of the depot beside those handed on to it."""
        if not more:
            return option
        shelves = {batch.id: batch.at for batch in more}
        drops = tuple(sorted((*option.drops, *more), key=lambda batch: batch.id))
        short = max(0, option.due.stop.books - sum(batch.books for batch in drops))
        return self._on_all_days(replace(option, drops=drops, short=short), shelves)

    def _handed(
        self, option: VisitOption, drops: Sequence[Batch], givers: Mapping[str, str]
    ) -> VisitOption:
        """Return a visit to which all that it drops is handed on."""
        return replace(
            option,
            drops=tuple(drops),
            handed=tuple(HandedOn(batch.id, givers[batch.id]) for batch in drops),
            collects=self._collects(option),
            short=max(0, option.due.stop.books - sum(batch.books for batch in drops)),
        )

    def _givable(self, week: Week, option: VisitOption) -> tuple[Supply, ...]:
        """Return what a visit collects that another may get: not what stays in the store then.

        Nor what another visit of the week gets once it is back.
        """
        if not may_hand_on(option):
            return ()
        given = self.used.union(batch.id for e in week.options for batch in e.loads)
        back = (
            Supply(batch=batch, depot="", since=dt.date.max, loads=_loads(batch))
            for batch in self._collects(option)
            if batch.books and batch.id not in given
        )
        given_out = self.prepared.pools.given_out(back)
        return tuple(msgspec.structs.replace(supply, since=None) for supply in given_out)

    def _had_by(self, option: VisitOption) -> frozenset[str]:
        return self.prepared.had.get(option.due.stop.id, frozenset())

    def _takes(self, option: VisitOption, supply: Supply) -> bool:
        marked = option.marks is None or supply.mark in option.marks
        return marked and supply.batch.id not in self._had_by(option)

    def _collects(self, option: VisitOption) -> tuple[Batch, ...]:
        if option.emptied:
            return ()
        stop, monday = option.due.stop, self.prepared.horizon.monday
        return option.own(collectable(self.prepared.district, stop, monday))

    @cached_property
    def _wide(self) -> Mapping[str, VisitOption]:
        return {option.key: option for option in self.options}


def may_hand_on(option: VisitOption) -> bool:
    """Tell whether a visit may give what it collects, and take what others do.

    Not where somebody fixed what it does. What comes to a fair, and from it, goes by the library.
    """
    stop, fixed = option.due.stop, option.must or option.keeps or option.emptied
    by_car = stop.access == "road"  # carriers bring down what is collected before the car comes
    return stop.load is None and by_car and not fixed


def handed_on(week: Week) -> int:
    """Return how many batches the visits made get of others."""
    return sum(len(option.handed) for route in week.routes for option in week.made(route))


def _swapped(task: Task, option: VisitOption) -> Task:
    """Return a task that gets and gives back only by how much these differ."""
    loads = len(task.collects)
    books = (option.due.stop.books, *task.collects[1:])  # what it weighs is not known yet
    gets = task.delivers if option.drops else books
    return replace(
        task,
        delivers=tuple(max(0, gets[k] - task.collects[k]) for k in range(loads)),
        collects=tuple(max(0, task.collects[k] - gets[k]) for k in range(loads)),
        depot=None,
        aboard=False,
    )


def _no_worse(option: VisitOption, known: VisitOption | None) -> bool:
    """Tell whether what is handed on brings as many of the books wanted, and suits nearly as well.

    ``known`` is the visit with what the depots have for it, if anything.
    """
    if known is None or not known.drops:
        return True
    stop = option.due.stop
    more = _misfit(stop, option.drops) - _misfit(stop, known.drops)
    return option.short <= known.short and more <= MISFIT * stop.books


def _misfit(stop: Stop, drops: Sequence[Batch]) -> int:
    """Return the books missing of wanted classes, and those for other audiences."""
    held: Counter[str] = Counter()
    for batch in drops:
        held.update(held_classes(batch))
    unmet = sum(max(0, books - held[name]) for name, books in wanted_classes(stop).items())
    return unmet + sum(batch.books for batch in drops if not suits(batch.audience, stop))


def _loads(batch: Batch) -> tuple[int, ...]:
    return tuple(load.of_batches([batch]) for load in LOADS)


def _capacity(week: Week, car_day: int) -> tuple[int | None, ...]:
    vehicle = week.fleet.days[car_day].vehicle
    return tuple(load.of_vehicle(vehicle) for load in LOADS)
