"""The whole way from a district to an audited plan: read this first.

read -> check -> due -> roads -> batches and routes -> reasons -> plan -> audit; what is printed and
drawn is made of the plan alone, in `bookcar.outputs`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bookcar.adjust.around import plan_around
from bookcar.adjust.overrides import Adjustment, Overrides, read_overrides
from bookcar.advice.reasons import unserved_stops
from bookcar.advice.warnings import plan_warnings
from bookcar.audit import require_clean
from bookcar.due import DueStop, due_stops
from bookcar.errors import Fault, InfeasibleError
from bookcar.inputs.movements import before
from bookcar.model import District
from bookcar.optimiser.effort import Effort, iterations
from bookcar.optimiser.search import solve
from bookcar.plan import Plan
from bookcar.planning.compose import compose
from bookcar.planning.fewest import saving_car_days
from bookcar.planning.fleet import Fleet, fleet_of, within_reach
from bookcar.planning.rounds import Search, plan_rounds
from bookcar.planning.week import Week
from bookcar.progress import SILENT, Progress
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel
from bookcar.weeks import parse_week, week_dates, week_name


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
    earlier = before(district, monday)
    fleet = _working_fleet(earlier, monday)
    due = due_stops(earlier, monday)
    overrides = None
    if adjustment:
        overrides = read_overrides(adjustment.file, district=earlier, fleet=fleet)
    wanted = {d.stop.id for d in due if d.due} | (overrides.stops() if overrides else set())
    travel = travel_for(earlier, stops=wanted, dates=week_dates(monday), progress=progress)
    found, notes = _planned(
        earlier,
        travel,
        due,
        fleet=within_reach(fleet, travel),
        adjustment=adjustment,
        overrides=overrides,
        search=_search_for(
            earlier,
            seed=seed,
            iterations=iterations(effort, len(wanted)),
            seconds=seconds,
            bound=not adjustment,  # it would be of the routes that are not fixed only
            progress=progress,
        ),
        progress=progress,
    )
    plan = compose(
        earlier,
        travel,
        due,
        week=found,
        unserved=unserved_stops(earlier, travel, due, week=found),
        warnings=(*warnings, *notes, *plan_warnings(district, travel, found)),
        seed=seed,
        effort=effort,
    )
    require_clean(plan, district, travel)
    return plan


def _working_fleet(district: District, monday: dt.date) -> Fleet:
    """Return the car-days of a week.

    Raises
    ------
    InfeasibleError
        If there are none.
    """
    fleet = fleet_of(district, monday)
    if not fleet.days:
        raise InfeasibleError(
            f"No vehicle works on any day of {week_name(monday)}. Check week.days and "
            "week.holidays in district.toml and the days column of vehicles."
        )
    return fleet


def _search_for(
    district: District,
    *,
    seed: int,
    iterations: int,
    seconds: float | None,
    bound: bool,
    progress: Progress,
) -> Search:
    """Return the search with all that is settled before the problem is known."""
    search: Search = partial(
        solve,
        seed=seed,
        iterations=iterations,
        seconds=seconds,
        progress=progress,
        bound=bound,
    )
    return saving_car_days(search) if district.settings.fewest_car_days else search


def _planned(
    district: District,
    travel: Travel,
    due: Sequence[DueStop],
    *,
    fleet: Fleet,
    adjustment: Adjustment | None,
    overrides: Overrides | None,
    search: Search,
    progress: Progress,
) -> tuple[Week, tuple[Fault, ...]]:
    """Return batches and routes, and what is to be said of those fixed by hand."""
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
    return replace(found, fewest_car_days=district.settings.fewest_car_days), notes
