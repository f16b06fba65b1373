"""The whole way from a district to an audited plan: read this first.

read -> check -> due -> roads -> batches and routes -> reasons -> plan -> audit; what is printed and
drawn is made of the plan alone, in `bookcar.outputs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from bookcar.adjust.around import plan_around
from bookcar.adjust.kept import kept_and_filled
from bookcar.adjust.overrides import Adjustment, Overrides, read_overrides
from bookcar.adjust.underway import CarOut, cars_out, left_with, with_cars_out
from bookcar.advice.changed_visits import changed_visits
from bookcar.advice.promises import promise_faults, promises_of_week
from bookcar.advice.unserved import all_unserved
from bookcar.advice.warnings import plan_warnings
from bookcar.audit import audit, require_clean
from bookcar.errors import Fault
from bookcar.model import District
from bookcar.optimiser.effort import Effort, iterations
from bookcar.optimiser.search import solve
from bookcar.plan import Plan
from bookcar.planning.compose import compose, provenance_of
from bookcar.planning.fewest import saving_car_days
from bookcar.planning.keeping import turned_to
from bookcar.planning.levelling import levelling
from bookcar.planning.meeting_places import plan_met
from bookcar.planning.prepared import Prepared, Scope
from bookcar.planning.rounds import Search, better_of
from bookcar.planning.second_calls import with_second_calls
from bookcar.planning.sharing import plan_shared
from bookcar.planning.tours import Crew
from bookcar.planning.week import Week
from bookcar.progress import SILENT, Progress
from bookcar.roads.travel import Travel
from bookcar.weeks import Horizon, parse_week


def plan_week(
    district: District,
    week: str,
    *,
    seed: int = 1,
    effort: Effort = "normal",
    seconds: float | None = None,
    adjustment: Adjustment | None = None,
    keeping: Plan | None = None,
    warnings: Sequence[Fault] = (),
    progress: Progress = SILENT,
) -> Plan:
    """Plan a week: the same district, week, seed, effort and earlier plan give the same plan.

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
    keeping
        An earlier plan of the week: its days, cars and times are kept where that costs little
        (``weights.changed_visit``). One that was made of the very same stays as it is.
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
    plan, _ = planned_week(
        district,
        week,
        seed=seed,
        effort=effort,
        seconds=seconds,
        adjustment=adjustment,
        keeping=keeping,
        warnings=warnings,
        progress=progress,
    )
    return plan


def planned_week(
    district: District,
    week: str,
    *,
    seed: int = 1,
    effort: Effort = "normal",
    seconds: float | None = None,
    adjustment: Adjustment | None = None,
    keeping: Plan | None = None,
    beside: Plan | None = None,
    warnings: Sequence[Fault] = (),
    progress: Progress = SILENT,
) -> tuple[Plan, Travel]:
    """Do as `plan_week`, and also return the ways it was planned on, for the pages made of it.

    Parameters
    ----------
    beside
        A plan of a district that differs in something, not known to anybody: the search begins with
        its routes, and what they and the stops that fit beside them are is taken where it is
        better, or where the search serves fewer stops than it.
    """
    earlier = keeping if district.settings.weights.changed_visit else None
    scope = Scope.of(district, Horizon(parse_week(week)), keeping=earlier)
    overrides = None
    if adjustment:
        overrides = read_overrides(adjustment.file, district=scope.district, fleet=scope.fleet)
    wanted = scope.due_ids | (overrides.stops() if overrides else frozenset())
    prepared = scope.on_roads(wanted, progress=progress)
    prepared = prepared.carried_as_in(adjustment.base if adjustment else keeping)
    again = not adjustment and seconds is None
    if (
        earlier
        and again
        and _stands(earlier, district, prepared, warnings, seed=seed, effort=effort)
    ):
        return earlier, prepared.travel
    out, now = _on_their_way(prepared, adjustment, overrides)
    if beside is not None:
        now = replace(now, earlier=beside)
    search = _search_for(
        district,
        seed=seed,
        iterations=iterations(effort, len(wanted)),
        seconds=seconds,
        bound=not adjustment,  # it would be of the routes that are not fixed only
        progress=progress,
    )
    found, notes, crews = _planned(
        now, adjustment=adjustment, overrides=overrides, search=search, progress=progress
    )
    if beside is not None:
        now = replace(now, earlier=None)
        found, crews = _better_beside(now, beside, found, crews)
    if crews:
        prepared, now = prepared.with_crews(crews), now.with_crews(crews)
    unserved = all_unserved(now, found, progress=progress)
    promises = promises_of_week(now, found, unserved)
    plan = compose(
        prepared,
        week=found,
        unserved=unserved,
        promises=promises,
        warnings=(
            *warnings,
            *notes,
            *promise_faults(promises),
            *changed_visits(earlier, found),
            *plan_warnings(district, prepared.travel, found),
        ),
        seed=seed,
        effort=effort,
        by_clock=seconds is not None,
    )
    progress.start("steps.audit")
    require_clean(plan, district, prepared.travel, left_with=left_with(out, prepared.fleet))
    progress.finish("steps.clean")
    return plan, prepared.travel


def _better_beside(
    now: Prepared, beside: Plan, found: Week, crews: Mapping[str, Crew]
) -> tuple[Week, Mapping[str, Crew]]:
    """Return the week that was found, or another plan's with what fits, and who carries."""
    theirs = now.carried_as_in(beside)
    other = kept_and_filled(theirs, beside)
    better = better_of(found, other)
    return better, crews if better is found else theirs.fleet.crews


def _on_their_way(
    prepared: Prepared, adjustment: Adjustment | None, overrides: Overrides | None
) -> tuple[tuple[CarOut, ...], Prepared]:
    """Return the cars that have left, and what is prepared as it is now that they have."""
    if adjustment is None or overrides is None:
        return (), prepared
    out = cars_out(overrides, adjustment.base, prepared.fleet)
    return out, with_cars_out(prepared, overrides, out)


def _stands(
    earlier: Plan,
    district: District,
    prepared: Prepared,
    warnings: Sequence[Fault],
    *,
    seed: int,
    effort: str,
) -> bool:
    """Tell whether a plan was made of the very same, and so is what planning again would keep."""
    now = provenance_of(
        district, seed=seed, effort=effort, iterations=earlier.provenance.iterations
    )
    by_hand = earlier.objective is not None and earlier.objective.no_bound == "by-hand"
    told = earlier.warnings[: len(warnings)] == tuple(warnings)
    same = earlier.provenance == now and told and not by_hand
    return same and not audit(earlier, district, prepared.travel)


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
    if district.settings.fewest_car_days:
        return saving_car_days(search)
    return levelling(search) if district.settings.weights.level_days else search


def _planned(
    prepared: Prepared,
    *,
    adjustment: Adjustment | None,
    overrides: Overrides | None,
    search: Search,
    progress: Progress,
) -> tuple[Week, tuple[Fault, ...], Mapping[str, Crew]]:
    """Return batches and routes, what is to be said of those fixed by hand, and who carries."""
    notes: tuple[Fault, ...] = ()
    if adjustment and overrides:
        found, notes = plan_around(
            prepared,
            overrides=overrides,
            base=adjustment.base,
            search=None if adjustment.keep else search,
            progress=progress,
        )
    else:
        found, prepared = plan_met(prepared, search=search, progress=progress)
        found, prepared = plan_shared(prepared, found)
        found = with_second_calls(prepared, found)
        worth = prepared.district.settings.weights.changed_visit
        found = turned_to(prepared.earlier, found, worth=worth)
    saving = prepared.district.settings.fewest_car_days
    return replace(found, fewest_car_days=saving), notes, prepared.fleet.crews
