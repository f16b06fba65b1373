"""The plans of a period's weeks, as far as a plan is held against what came of it.

Only what is looked at here is read, so that a plan of an older version serves as well.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import msgspec

from bookcar.actuals.visits import RecordedVisit
from bookcar.weeks import week_name


class PlannedLeg(msgspec.Struct, frozen=True, kw_only=True):
    """The way to a call: driving time with the buffer."""

    seconds: int
    metres: int = 0


class PlannedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A visit, a reload or a break; ``stop`` is empty unless it is a visit."""

    kind: str
    begin: int
    stop: str = ""
    arrive: int = 0
    depart: int = 0
    leg: PlannedLeg | None = None


class PlannedRoute(msgspec.Struct, frozen=True, kw_only=True):
    """A vehicle on a day."""

    date: dt.date
    vehicle: str
    metres: int
    calls: tuple[PlannedCall, ...]


class MadeFrom(msgspec.Struct, frozen=True, kw_only=True):
    """The SHA-256 of every file that a plan was made from."""

    inputs: Mapping[str, str] = msgspec.field(default_factory=dict)


class PlannedWeek(msgspec.Struct, frozen=True, kw_only=True):
    """A week's plan."""

    week: str
    id: str
    routes: tuple[PlannedRoute, ...]
    provenance: MadeFrom = msgspec.field(default_factory=MadeFrom)


class PlannedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of a plan; service runs from ``begin`` to ``depart``."""

    date: dt.date
    stop: str
    vehicle: str
    begin: int
    depart: int

    @property
    def seconds(self) -> int:
        """How long service was to last."""
        return self.depart - self.begin


class Plans(msgspec.Struct, frozen=True, kw_only=True, dict=True):  # for look-ups
    """The plans of a period.

    Attributes
    ----------
    weeks
        The plans that were found, by week.
    missing, unreadable
        The weeks that have none, or one that cannot be read or is of another district.
    """

    weeks: tuple[PlannedWeek, ...] = ()
    missing: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @cached_property
    def visits(self) -> tuple[PlannedVisit, ...]:
        """Every visit planned, by day and as the plans have them."""
        found = [
            PlannedVisit(
                date=route.date,
                stop=call.stop,
                vehicle=route.vehicle,
                begin=call.begin,
                depart=call.depart,
            )
            for week in self.weeks
            for route in week.routes
            for call in route.calls
            if call.kind == "visit"
        ]
        return tuple(sorted(found, key=lambda visit: visit.date))

    @cached_property
    def routes(self) -> Mapping[tuple[dt.date, str], PlannedRoute]:
        """The routes by day and vehicle."""
        return {(r.date, r.vehicle): r for week in self.weeks for r in week.routes}

    def made_from(self, files: Mapping[str, str]) -> Plans:
        """Return only the plans that were made from these files as they are, told by their sums."""
        weeks = tuple(
            week
            for week in self.weeks
            if all(week.provenance.inputs.get(name) == sha for name, sha in files.items())
        )
        return Plans(weeks=weeks, missing=self.missing, unreadable=self.unreadable)

    @cached_property
    def _by_week(self) -> Mapping[tuple[str, str], list[PlannedVisit]]:
        found: dict[tuple[str, str], list[PlannedVisit]] = defaultdict(list)
        for visit in self.visits:
            found[week_name(visit.date), visit.stop].append(visit)
        return found

    def of(self, visit: RecordedVisit) -> PlannedVisit | None:
        """Return the visit that was planned to its stop in its week, best by its car."""
        planned = self._by_week.get((week_name(visit.date), visit.stop), ())
        return min(
            planned,
            key=lambda p: (p.date != visit.date, p.vehicle != visit.vehicle, p.date, p.begin),
            default=None,
        )

    def without_record(self, recorded: Collection[RecordedVisit]) -> tuple[PlannedVisit, ...]:
        """Return the planned visits of which nothing is recorded, neither done nor missed.

        A visit on another day of the week stands for the planned one.
        """
        seen: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
        for visit in recorded:
            seen[week_name(visit.date), visit.stop].append(visit.date)
        return tuple(
            visit
            for key, planned in self._by_week.items()
            for visit in _unmatched(planned, seen.get(key, []))
        )


def _unmatched(planned: Sequence[PlannedVisit], days: Sequence[dt.date]) -> list[PlannedVisit]:
    """Return the planned visits left over when each record stands for one, its own day's first."""
    spare = list(days)
    left: list[PlannedVisit] = []
    for visit in planned:
        if visit.date in spare:
            spare.remove(visit.date)
        else:
            left.append(visit)
    return left[len(spare) :]


def find_plans(
    folder: Path | None, first: dt.date, last: dt.date, *, stops: Collection[str]
) -> Plans:
    """Return the plans of the weeks of a period: ``folder/WEEK/plan.json``.

    Parameters
    ----------
    folder
        That of the district's weeks; None for no plans.
    stops
        The district's stops, by which a plan of another district is told.
    """
    found: dict[str, PlannedWeek] = {}
    missing: list[str] = []
    unreadable: list[str] = []
    for week in weeks_of(first, last):
        path = None if folder is None else folder / week / "plan.json"
        if path is None or not path.exists():
            missing.append(week)
            continue
        plan = _read(path, week, stops)
        if plan is None:
            unreadable.append(week)
        else:
            found[week] = plan
    return Plans(weeks=tuple(found.values()), missing=tuple(missing), unreadable=tuple(unreadable))


def weeks_of(first: dt.date, last: dt.date) -> Iterator[str]:
    """Yield every ISO week that has a day of the period."""
    day = first - dt.timedelta(days=first.weekday())
    while day <= last:
        yield week_name(day)
        day += dt.timedelta(days=7)


def legs(route: PlannedRoute) -> Iterator[tuple[PlannedCall, PlannedCall]]:
    """Yield every two visits between which the car only drives: no reload, no break, no wait."""
    for before, after in pairwise(route.calls):
        if before.kind == after.kind == "visit" and after.begin == after.arrive:
            yield before, after


def _read(path: Path, week: str, stops: Collection[str]) -> PlannedWeek | None:
    try:
        plan = msgspec.json.decode(path.read_bytes(), type=PlannedWeek)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    visits = [call for route in plan.routes for call in route.calls if call.kind == "visit"]
    sound = plan.week == week and all(map(_is_sound, visits))
    own = not visits or any(call.stop in stops for call in visits)
    return plan if sound and own else None


def _is_sound(call: PlannedCall) -> bool:
    return bool(call.stop) and call.leg is not None and call.arrive <= call.begin <= call.depart
