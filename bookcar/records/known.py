"""What a file that came back is read by: the week, its plan, and the ids of the district."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookcar.inputs import text as tx
from bookcar.model import District
from bookcar.plan import Plan
from bookcar.records.visits import PlannedVisit
from bookcar.weeks import parse_week, week_dates


@dataclass(frozen=True)
class Known:
    """The week planned, and every id by how it may have been changed."""

    plan: Plan
    days: Sequence[dt.date]
    planned: Sequence[PlannedVisit]
    ids: Mapping[str, Mapping[str, str | None]]
    country: str = ""

    @classmethod
    def of(cls, plan: Plan, planned: Sequence[PlannedVisit], district: District) -> Known:
        """Gather what is known of a plan and its district."""
        tables = {
            "stops": [*(s.id for s in district.stops), *(s.id for s in plan.stops)],
            "vehicles": [*(v.id for v in district.vehicles), *(v.id for v in plan.vehicles)],
            "batches": [*(b.id for b in district.batches), *(b.id for b in plan.batches)],
            "depots": [d.id for d in district.depots],
            "requests": [*(r.id for r in district.requests), *(r.id for r in plan.requests)],
        }
        ids = {table: _by_spelling(names) for table, names in tables.items()}
        return cls(plan, week_dates(parse_week(plan.week)), planned, ids, district.country)

    @property
    def week(self) -> str:
        """The week's name."""
        return self.plan.week

    @property
    def plans_before(self) -> frozenset[str]:
        """Ids of the plan that this one was made from in mid-week: its pages were driven by."""
        replanned, kept = self.plan.replanned, self.plan.kept_near
        return frozenset({one.plan for one in (replanned, kept) if one is not None})

    def id(self, table: str, text: str) -> str:
        """Return the id that is meant by one without its leading zeros or its case.

        One that may be two stays as it is, and is refused as unknown.
        """
        label = tx.label(text)
        names = self.ids[table]
        return label if label in names.values() else names.get(_bare(label)) or text

    def only_day(self, stop: str) -> dt.date | None:
        """Return the day of a stop that the plan visits once."""
        days = [visit.date for visit in self.planned if visit.stop == stop]
        return days[0] if len(days) == 1 else None


def _by_spelling(names: Sequence[str]) -> dict[str, str | None]:
    """Return each id by its bare spelling; None where two ids share it."""
    found: dict[str, str | None] = {}
    for name in dict.fromkeys(names):
        bare = _bare(name)
        found[bare] = None if bare in found else name
    return found


def _bare(name: str) -> str:
    return name.casefold().lstrip("0") or "0"
