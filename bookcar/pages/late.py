"""How many stops are late when the next week begins, if nothing but the plan is driven."""

from __future__ import annotations

from bookcar.maps.service_level import ON_TARGET, visit_class, weeks_since
from bookcar.plan import Plan


def late_next_week(plan: Plan) -> int:
    """Return how many stops lie beyond their target a week on, as the coverage map counts them.

    Stops never visited are not among them: they are told apart there.
    """
    waited = zip(plan.stops, weeks_since(plan, planned=True), strict=True)
    return sum(
        visit_class(weeks + 1, stop.every_weeks) > ON_TARGET
        for stop, weeks in waited
        if weeks is not None
    )
