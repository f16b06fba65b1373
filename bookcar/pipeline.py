"""The whole way from a district to an audited plan: read this first.

read -> check -> due -> roads -> batches and routes -> reasons -> plan -> audit; what is printed and
drawn is made of the plan alone, in `bookcar.outputs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bookcar.audit import require_clean
from bookcar.due import due_stops
from bookcar.errors import Fault, InfeasibleError
from bookcar.explain import unserved_stops
from bookcar.inputs.movements import before
from bookcar.model import District
from bookcar.optimiser.effort import Effort, iterations
from bookcar.optimiser.search import solve
from bookcar.plan import Plan
from bookcar.planning.compose import compose
from bookcar.planning.errands import fleet_of, within_reach
from bookcar.planning.fewest import saving_car_days
from bookcar.planning.findings import plan_warnings
from bookcar.planning.fixed import plan_around
from bookcar.planning.overrides import Adjustment, read_overrides
from bookcar.planning.rounds import Search, plan_rounds
from bookcar.progress import SILENT, Progress
from bookcar.roads.sources import travel_for
from bookcar.weeks import parse_week, week_dates


def plan_week(
    district: District,
    week: str,
    *,
    seed: int = 1,
    effort: Effort = "normal",
    seconds: float | None = None,
    adjustment: Adjustment | None = None,
    warnings: Sequence[Fault] = (),
    progress: Progress = SILENT,
) -> Plan:
    """Plan a week: the same district, week, seed and effort give the same plan.

    The week is planned as the district stood before its Monday, whatever was recorded since.

    Parameters
    ----------
    week
        ISO week, e.g. ``2026-W49``.
    effort
        How many iterations the search makes; ``seconds`` additionally caps its time, and the plan
        may then differ from run to run.
    adjustment
        Routes fixed by hand, to plan the rest around or to put into the plan that was adjusted.
    warnings
        Found on reading, to be carried in the plan.

    Raises
    ------
    UsageError
        If the week does not exist.
    InputError
        If the roads cannot be read, a depot is on none of them, or a route fixed by hand breaks
        a limit.
    InfeasibleError
        If no vehicle works on any day of the week.
    AuditError
        If the plan broke a rule; that is a bug in bookcar.
    """
    monday = parse_week(week)
    recorded, district = district, before(district, monday)
    fleet = fleet_of(district, monday)
    if not fleet.days:
        raise InfeasibleError(
            f"No vehicle works on any day of {week}. Check week.days and week.holidays in "
            "district.toml and the days column of vehicles."
        )
    due = due_stops(district, monday)
    overrides = adjustment and read_overrides(adjustment.file, district=district, fleet=fleet)
    wanted = {d.stop.id for d in due if d.due} | (overrides.stops() if overrides else set())
    travel = travel_for(district, stops=wanted, dates=week_dates(monday), progress=progress)
    fleet = within_reach(fleet, travel)
    count = iterations(effort, len(wanted))
    search: Search = partial(
        solve,
        seed=seed,
        iterations=count,
        seconds=seconds,
        progress=progress,
        bound=not adjustment,  # it would be of the routes that are not fixed only
    )
    if district.settings.fewest_car_days:
        search = saving_car_days(search)
    notes: tuple[Fault, ...] = ()
    if adjustment and overrides:
        found, notes = plan_around(
            district,
            travel,
            due,
            fleet=fleet,
            overrides=overrides,
            base=adjustment.base,
            search=None if adjustment.keep else search,
            progress=progress,
        )
    else:
        found = plan_rounds(district, travel, due, fleet=fleet, search=search, progress=progress)
    found = replace(found, fewest_car_days=district.settings.fewest_car_days)
    plan = compose(
        district,
        travel,
        due,
        week=found,
        unserved=unserved_stops(district, travel, due, week=found),
        warnings=(*warnings, *notes, *plan_warnings(recorded, travel, found)),
        seed=seed,
        effort=effort,
    )
    require_clean(plan, recorded, travel)
    return plan
