"""Re-check any plan from scratch: from the district's tables and the travel tables alone.

Nothing here is shared with the search that made the plan. Each rule is one named function that
yields a sentence of the catalogue per breach; `RULES` lists them in the order in which they are
checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bookcar.as_of import as_of
from bookcar.audit import (
    batches,
    breaks,
    calendar,
    carriers,
    costs,
    custody,
    fairs,
    identity,
    limits,
    load,
    parts,
    pools,
    promised_batches,
    promises,
    records,
    reloads,
    replanned,
    requests,
    time,
)
from bookcar.audit.breach import breaches
from bookcar.audit.case import Case, LeftWith
from bookcar.errors import AuditError, Finding
from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Plan
from bookcar.plan_index import met_in
from bookcar.roads.travel import Travel
from bookcar.weeks import parse_week

Rule = Callable[[Case], Iterator[Sentence]]

# Every later rule looks up ids and dates freely, so these come first.
GROUND: tuple[Rule, ...] = (identity.in_the_tables, identity.dates_in_week)

# Of the week's own stops: what it brings to events, and fetches from them.
LOADS: tuple[Rule, ...] = (fairs.loads_of_the_week,)

# They look nothing up, and tell a plan that was changed from tables that were.
ORIGIN: tuple[Rule, ...] = (identity.plan_id, identity.inputs_unchanged)

RULES: tuple[Rule, ...] = (
    *ORIGIN,
    identity.one_route_a_car_day,
    calendar.vehicle_works_that_day,
    identity.depot_of_vehicle,
    identity.visits_a_week,
    identity.visits_are_due,
    identity.days_between,
    identity.stop_allows_vehicle,
    calendar.stop_allows_day,
    calendar.stop_is_open,
    calendar.rule_gives_date,
    promises.keeps_timetable,
    promised_batches.keeps_batches_for_promises,
    identity.stop_is_reached_by_road,
    time.legs_match_travel,
    time.lines_match_legs,
    time.clock_adds_up,
    time.service_lasts,
    time.opening_hours,
    time.working_day,
    *limits.RULES,
    *carriers.RULES,
    breaks.break_taken,
    reloads.reloads_a_day,
    reloads.reload_where_it_may,
    reloads.reload_before_a_visit,
    reloads.reload_lasts,
    reloads.reload_hours,
    reloads.reload_moves,
    load.books_aboard,
    load.kg_aboard,
    load.books_within_limit,
    load.kg_within_limit,
    custody.as_it_left,
    custody.batch_is_where_it_is_taken,
    custody.hands_on_where_allowed,
    parts.parts_where_needed,
    parts.parts_are_whole,
    batches.collects_what_is_there,
    batches.nothing_seen_before,
    batches.repeats_are_marked,
    batches.books_are_brought,
    pools.pool_is_for_stop,
    pools.pool_keeps_its_ring,
    pools.pool_keeps_its_reserve,
    pools.pool_mends,
    fairs.brought_before_it_opens,
    fairs.event_gets_no_more,
    fairs.pools_lend_what_they_can,
    fairs.staying_car_stays,
    fairs.events_are_told,
    requests.requests_belong,
    requests.requests_are_aboard,
    requests.requests_come_soonest,
    replanned.nothing_driven_changes,
    replanned.as_it_happened,
    replanned.fetches_meet_a_car_that_stands,
    records.every_due_stop_accounted,
    records.due_figures,
    records.route_totals,
    records.plan_totals,
    costs.terms_add_up,
    costs.gap_is_of_bound,
    records.copies_match_tables,
    records.estimate_is_said,
)


def audit(
    plan: Plan,
    district: District,
    travel: Travel,
    *,
    left_with: LeftWith | None = None,
    was: Plan | None = None,
) -> list[Finding]:
    """Return one finding per breach of a rule, each begun with the rule's name; empty if clean.

    A finding is text in English, and says itself in any language. Batches and visits count as they
    stood before the plan's week, whatever was recorded since.

    Parameters
    ----------
    left_with
        By date and vehicle id, what came aboard a car that has left, on leaving and at each reload
        that is over. It is aboard, whatever its visits drop; every other car takes aboard what it
        drops, and what the plan says stays aboard.
    was
        The plan until the week was planned again, if it was and that is at hand.
    """
    given, travel = left_with or {}, travel.meeting_at(travel.met_as(met_in(plan)))
    case = Case(plan, district, travel, given, was)
    ground = breaches(GROUND, case)
    if ground:
        return [*breaches(ORIGIN, case), *ground]
    then = Case(plan, as_of(district, parse_week(plan.week)), travel, given, was)
    lost = breaches(LOADS, then)
    return [*breaches(ORIGIN, case), *lost] if lost else breaches(RULES, then)


def require_clean(
    plan: Plan,
    district: District,
    travel: Travel,
    *,
    left_with: LeftWith | None = None,
    was: Plan | None = None,
) -> None:
    """Raise unless the plan keeps every rule; ``left_with`` and ``was`` as in `audit`.

    Raises
    ------
    AuditError
        With all findings.
    """
    findings = audit(plan, district, travel, left_with=left_with, was=was)
    if findings:
        raise AuditError(findings)
