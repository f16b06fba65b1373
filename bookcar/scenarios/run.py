"""Scenarios planned beside the week as it is: figures, and who gains and loses.

Each search begins with the routes of the week as it is, and these routes with what fits beside them
are a plan, too, where nothing forbids them: a scenario that only allows more serves no fewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookcar.inputs.reader import read
from bookcar.maps.compare import GAINED, LOST, Comparison, compare
from bookcar.maps.measures import measure
from bookcar.model import District
from bookcar.optimiser.effort import Effort
from bookcar.pipeline import planned_week
from bookcar.plan import Plan
from bookcar.progress import SILENT, Progress
from bookcar.roads.walk import walk_network
from bookcar.scenarios.changes import Scenario
from bookcar.scenarios.tables import changed_district
from bookcar.why.levers import free_id


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A week in figures that are held against those of another.

    Attributes
    ----------
    late
        Due stops that are past their target and unserved.
    metres, seconds
        Of all routes; the seconds from departure until return.
    cost
        Of the routes, without what unserved stops are worth.
    kept, promised
        Promises of the timetable that are kept, of so many.
    near
        People of the stops within half an hour on foot of one that is served within its target;
        None where no roads are known to walk.
    """

    due: int
    served: int
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


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A scenario, the plan that it gives, and what changes by it."""

    scenario: Scenario
    district: District
    plan: Plan
    figures: Figures
    comparison: Comparison

    @property
    def gained(self) -> tuple[str, ...]:
        """Ids of the stops that are served only with it."""
        return tuple(stop.id for stop in self.comparison.of(GAINED))

    @property
    def lost(self) -> tuple[str, ...]:
        """Ids of the stops that are served only without it."""
        return tuple(stop.id for stop in self.comparison.of(LOST))


def run(
    folder: Path,
    week: str,
    scenarios: Sequence[Scenario],
    *,
    base: Plan | None = None,
    effort: Effort = "normal",
    seed: int = 1,
    progress: Progress = SILENT,
) -> list[Outcome]:
    """Return the week as it is, then every scenario in order.

    Parameters
    ----------
    base
        The plan of the week as it is; by default, or where its tables are not the same any more, it
        is planned.

    Raises
    ------
    UsageError
        If a change is none, or names what is not there.
    InputError
        With every fault that the tables would have with a change.
    InfeasibleError
        If no vehicle works on any day of the week.
    AuditError
        If a plan broke a rule; that is a bug in bookcar.
    """
    tables = read(folder)
    if base is None or base.provenance.inputs != dict(sorted(tables.inputs.items())):
        base, _ = planned_week(tables, week, seed=seed, effort=effort, progress=progress)
    outcomes = [_outcome(Scenario(name=""), tables, base, base)]
    for scenario in scenarios:
        district = changed_district(folder, scenario, week)
        same = district.inputs == tables.inputs and district.depots == tables.depots
        plan = base
        if not same:
            plan, _ = planned_week(
                district, week, seed=seed, effort=effort, beside=base, progress=progress
            )
        outcomes.append(_outcome(scenario, district, plan, base))
    return outcomes


def _outcome(scenario: Scenario, district: District, plan: Plan, base: Plan) -> Outcome:
    return Outcome(
        scenario=scenario,
        district=district,
        plan=plan,
        figures=figures_of(plan, district),
        comparison=compare(base, plan),
    )


def figures_of(plan: Plan, district: District) -> Figures:
    """Return the figures of a plan of a district."""
    overdue = {stop.id for stop in plan.stops if stop.overdue > 0}
    terms = plan.objective.terms if plan.objective is not None else {}
    area = measure(plan, district, walk_network(district, stops=plan.stops)).planned.area
    people = {stop.id: stop.people for stop in plan.stops}
    totals = plan.totals
    return Figures(
        due=totals.due,
        served=totals.served,
        late=sum(row.stop in overdue for row in plan.unserved),
        visits=totals.visits,
        routes=totals.routes,
        metres=totals.metres,
        seconds=sum(route.back - route.depart for route in plan.routes),
        books=totals.books,
        cost=round(sum(v for name, v in terms.items() if name in ("fixed", "km", "hours")), 2),
        kept=sum(one.becomes == "same" for one in plan.promises),
        promised=len(plan.promises),
        near=None if area is None else sum(people.get(stop, 0) for stop in area.stops),
    )


def ready_made(district: District, *, ways: Sequence[int] = ()) -> list[Scenario]:
    """Return the scenarios that every library asks: a car more, each car out, a road closed."""
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
    found += [Scenario(name=f"way-{way}", changes=(f"way {way} closed",)) for way in ways]
    return found
