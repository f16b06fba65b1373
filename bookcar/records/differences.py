"""A week that is closed, and what is told of it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bookcar.errors import Fault
from bookcar.model import District, PastVisit
from bookcar.records.closing import Closing
from bookcar.records.ledger import FILE, Closed


def closed_otherwise(closing: Closing, closed: Closed, now: District) -> tuple[Fault, ...]:
    """Return a fault if a week that is closed would be recorded otherwise by now, with the stops.

    What somebody changed in the tables since the week was closed is no difference.
    """
    if closing.closed.after == closed.after:
        return ()
    days = {visit.date for visit in closing.visits}
    were, are = (
        Counter(visit for visit in visits if visit.date in days)
        for visits in (now.visits, closing.after.visits)
    )
    return (
        Fault(
            rule="closed-otherwise",
            file=FILE,
            value=closed.week,
            variant="" if closed.plan == closing.plan.id else "plan",
            figures={
                "week": closed.week,
                "plan": closed.plan,
                "visits": _stops([*(were - are), *(are - were)]),
            },
        ),
    )


def _stops(visits: Sequence[PastVisit]) -> tuple[tuple[str, str], ...]:
    """Return stops and days, each once, by day."""
    told = {(visit.stop, visit.date.isoformat()) for visit in visits}
    return tuple(sorted(told, key=lambda pair: (pair[1], pair[0])))
