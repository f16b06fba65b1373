"""Scenarios planned beside the weeks as they are: figures, and who gains and loses.

Each search begins with the routes of the week as it is, and these routes with what fits beside them
are a plan, too, where nothing forbids them: a scenario that only allows more serves no fewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bookcar.errors import Fault, InfeasibleError, InputError
from bookcar.inputs.reader import read
from bookcar.maps.compare import GAINED, LOST, Comparison, compare
from bookcar.maps.measures import measure
from bookcar.model import District
from bookcar.optimiser.effort import Effort
from bookcar.phrases.sentence import Sentence
from bookcar.pipeline import planned_week
from bookcar.plan import Plan, PlanStop
from bookcar.progress import SILENT, Progress
from bookcar.roads.walk import walk_network
from bookcar.scenarios.changes import Scenario
from bookcar.scenarios.lived import joined, live, weeks_from
from bookcar.scenarios.money import cost_of, within
from bookcar.scenarios.tables import Changed, changed_district
from bookcar.why.levers import free_id


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Weeks in figures that are held against those of others; each a sum over the weeks.

    Attributes
    ----------
    due, served
        Stops that are due, and those of them that get every visit they want.
    stops
        Different stops that are visited.
    late
        Due stops that are past their target and unserved.
    metres, seconds
        Of all routes; the seconds from departure until return.
    cost
        Of the routes, without what unserved stops are worth.
    kept, promised
        Promises of the timetable that are kept, of so many.
    near
        At the end of the weeks, people of the stops within half an hour on foot of one that was
        served within its target; None where no roads are known to walk.
    """

    due: int
    served: int
    stops: int
    late: int
    visits: int
    routes: int
    metres: int
    seconds: int
    books: int
    cost: float
    kept: int
    promised: int
    near: int | None


class WeekFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One of several weeks in figures, as in `Figures`."""

    week: str
    due: int
    served: int
    late: int
    visits: int
    metres: int
    kept: int
    promised: int


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A scenario, the plans that it gives, and what changes by it.

    Attributes
    ----------
    district
        As its tables would be.
    plans
        One for each week; none where it cannot be planned.
    figures, comparison
        None where it cannot be planned.
    notes
        What its reader should know.
    impossible
        Why it cannot be planned; None where it can.
    """

    scenario: Scenario
    district: District
    plans: tuple[Plan, ...]
    figures: Figures | None = None
    comparison: Comparison | None = None
    notes: tuple[Sentence, ...] = ()
    impossible: Sentence | None = None

    @property
    def plan(self) -> Plan:
        """All weeks in one plan; of one week its plan."""
        return joined(self.plans)

    @property
    def by_week(self) -> tuple[WeekFigures, ...]:
        """The figures of each week."""
        return tuple(map(_of_week, self.plans))

    @property
    def gained(self) -> tuple[str, ...]:
        """Ids of the stops that are visited only with it."""
        return tuple(stop.id for stop in self.stops(GAINED))

    @property
    def lost(self) -> tuple[str, ...]:
        """Ids of the stops that are visited only without it."""
        return tuple(stop.id for stop in self.stops(LOST))

    def stops(self, change: int) -> list[PlanStop]:
        """Return the stops of one kind of change, as `Comparison.of` does; none without plans."""
        return [] if self.comparison is None else self.comparison.of(change)


@dataclass(frozen=True, kw_only=True)
class _Runner:
    """What all scenarios of a run have in common."""

    folder: Path
    weeks: tuple[str, ...]
    effort: Effort
    seed: int
    progress: Progress

    def plans(self, district: District, beside: Sequence[Plan] = ()) -> tuple[Plan, ...]:
        """Return the plans of all weeks; ``beside``: those of the weeks as they are."""

        def planner(now: District, week: str, number: int) -> Plan:
            plan, _ = planned_week(
                now,
                week,
                seed=self.seed,
                effort=self.effort,
                beside=beside[number] if beside else None,
                progress=self.progress,
            )
            return plan

        return tuple(live(district, self.weeks, planner))

    def base(self, district: District, plan: Plan | None) -> tuple[Plan, ...]:
        """Return the plans of the weeks as they are; the first may be there already."""
        if plan is None or plan.provenance.inputs != dict(sorted(district.inputs.items())):
            return self.plans(district)

        def planner(now: District, week: str, number: int) -> Plan:
            if number == 0:
                return plan
            found, _ = planned_week(
                now, week, seed=self.seed, effort=self.effort, progress=self.progress
            )
            return found

        return tuple(live(district, self.weeks, planner))

    def outcome(self, scenario: Scenario, changed: Changed, base: tuple[Plan, ...]) -> Outcome:
        """Return what a scenario comes to; of one that cannot be planned, why."""
        try:
            return self._planned(scenario, changed, base)
        except InfeasibleError as error:
            if not isinstance(error.said, Sentence):
                raise
            return Outcome(
                scenario=scenario, district=changed.district, plans=(), impossible=error.said
            )

    def _planned(self, scenario: Scenario, changed: Changed, base: tuple[Plan, ...]) -> Outcome:
        district, notes = changed.district, []
        plans = base
        if changed.files or changed.moved:
            plans = self.plans(district, base)
        if changed.money is not None and changed.money.share is not None:
            limit = changed.money.share * cost_of(base)
            saving = within(limit, district, self.plans)
            plans = saving.plans
            notes.append(_told_of(saving.worth, saving.cost, limit, held=saving.held))
        if len(plans) > 1 and any(plan.events is not msgspec.UNSET for plan in plans):
            notes.append(Sentence(key="scenarios.events"))
        return outcome_of(scenario, district, plans, base, notes=tuple(notes))


def run(
    folder: Path,
    week: str,
    scenarios: Sequence[Scenario],
    *,
    weeks: int = 1,
    base: Plan | None = None,
    effort: Effort = "normal",
    seed: int = 1,
    progress: Progress = SILENT,
) -> list[Outcome]:
    """Return the weeks as they are, then every scenario in order.

    Parameters
    ----------
    weeks
        How many weeks are lived one after another.
    base
        The plan of the first week as it is; by default, or where its tables are not the same any
        more, it is planned.

    Raises
    ------
    InputError
        With every change of all scenarios that is none or names what is not there, and every fault
        that the tables would have with a change.
    InfeasibleError
        If no vehicle works on any day of a week as it is; of a scenario its outcome tells it.
    AuditError
        If a plan broke a rule; that is a bug in bookcar.
    """
    tables = read(folder)
    changed = _all_changed(folder, week, scenarios, weeks)
    runner = _Runner(
        folder=folder,
        weeks=tuple(weeks_from(week, weeks)),
        effort=effort,
        seed=seed,
        progress=progress,
    )
    plans = runner.base(tables, base)
    outcomes = [outcome_of(Scenario(name=""), tables, plans, plans)]
    outcomes += [
        runner.outcome(scenario, one, plans)
        for scenario, one in zip(scenarios, changed, strict=True)
    ]
    return outcomes


def _all_changed(
    folder: Path, week: str, scenarios: Sequence[Scenario], weeks: int
) -> list[Changed]:
    """Return the changed tables of all scenarios, before anything is planned."""
    found: list[Changed] = []
    faults: dict[Fault, None] = {}
    for scenario in scenarios:
        try:
            found.append(changed_district(folder, scenario, week, weeks=weeks))
        except InputError as error:
            faults |= dict.fromkeys(error.faults)
    if faults:
        raise InputError(list(faults))
    return found


def outcome_of(
    scenario: Scenario,
    district: District,
    plans: tuple[Plan, ...],
    base: tuple[Plan, ...],
    *,
    notes: tuple[Sentence, ...] = (),
) -> Outcome:
    """Return what a scenario comes to, of its plans and those of the weeks as they are."""
    return Outcome(
        scenario=scenario,
        district=district,
        plans=plans,
        figures=figures_of(plans, district),
        comparison=compare(joined(base), joined(plans)),
        notes=notes,
    )


def _told_of(worth: float, cost: float, limit: float, *, held: bool) -> Sentence:
    figures = {"cost": round(cost, 1), "limit": round(limit, 1), "worth": round(100 * worth, 1)}
    if held:
        return Sentence(key="scenarios.money-held", figures=figures)
    return Sentence(key="scenarios.money-required", figures=figures)


def figures_of(plans: tuple[Plan, ...], district: District) -> Figures:
    """Return the figures of the plans of a district's weeks."""
    every = joined(plans)
    last = plans[-1]
    area = measure(last, district, walk_network(district, stops=last.stops)).planned.area
    people = {stop.id: stop.people for stop in last.stops}
    promises = [one for plan in plans for one in plan.promises]
    totals = every.totals
    return Figures(
        due=totals.due,
        served=totals.served,
        stops=len({visit.stop for route in every.routes for visit in route.visits}),
        late=sum(map(_late, plans)),
        visits=totals.visits,
        routes=totals.routes,
        metres=totals.metres,
        seconds=sum(route.back - route.depart for route in every.routes),
        books=totals.books,
        cost=round(cost_of(plans), 2),
        kept=sum(one.becomes == "same" for one in promises),
        promised=len(promises),
        near=None if area is None else sum(people.get(stop, 0) for stop in area.stops),
    )


def _of_week(plan: Plan) -> WeekFigures:
    return WeekFigures(
        week=plan.week,
        due=plan.totals.due,
        served=plan.totals.served,
        late=_late(plan),
        visits=plan.totals.visits,
        metres=plan.totals.metres,
        kept=sum(one.becomes == "same" for one in plan.promises),
        promised=len(plan.promises),
    )


def _late(plan: Plan) -> int:
    overdue = {stop.id for stop in plan.stops if stop.overdue > 0}
    return sum(row.stop in overdue for row in plan.unserved)


def ready_made(district: District) -> list[Scenario]:
    """Return the scenarios that every library asks: a car more, each car out, less money."""
    found = []
    seen: set[tuple[object, ...]] = set()
    for vehicle in district.vehicles:
        kind = (vehicle.depot, vehicle.books, vehicle.profile, vehicle.max_metres)
        if kind not in seen:
            seen.add(kind)
            new = free_id(vehicle.id, district.vehicles_by_id)
            change = f"+vehicle {new} like {vehicle.id}"
            found.append(Scenario(name=f"{vehicle.id}+1", changes=(change,)))
    cars = district.vehicles if len(district.vehicles) > 1 else ()  # with none there is no week
    found += [Scenario(name=f"{v.id}-off", changes=(f"vehicle {v.id} off",)) for v in cars]
    return [*found, Scenario(name="money-90%", changes=("money 90%",))]
