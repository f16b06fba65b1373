"""What a figure is counted from: the records of a period, whole or parted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from bookcar.actuals.plans import PlannedVisit, Plans
from bookcar.actuals.visits import CarDay, RecordedVisit
from bookcar.model import Request, Stop


@dataclass(frozen=True)
class Left:
    """A batch that stands at a stop at the end, and the row that brought it; None for the list."""

    stop: str
    books: int
    row: int | None


@dataclass(frozen=True)
class Wish:
    """A request with the number of its row."""

    row: int
    request: Request


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The records that figures are counted from.

    Attributes
    ----------
    done, missed
        The visits of the period.
    days
        The cars' days with a visit that was done.
    planned, forgotten
        Visits planned for the period, and those of them of which nothing is recorded.
    plans
        For the times and distances that nobody recorded.
    left
        Batches at stops at the end of the period.
    unplaced
        How many batches stand nobody knows where on that day.
    requests_kept
        Whether the district has a table of requests at all.
    """

    stops: tuple[Stop, ...]
    done: tuple[RecordedVisit, ...]
    missed: tuple[RecordedVisit, ...]
    days: tuple[CarDay, ...]
    planned: tuple[PlannedVisit, ...]
    forgotten: tuple[PlannedVisit, ...]
    plans: Plans
    wishes: tuple[Wish, ...]
    left: tuple[Left, ...]
    unplaced: int = 0
    requests_kept: bool = True

    def of_stops(self, ids: Collection[str]) -> Scope:
        """Return what is of some stops; a car's day is of many stops, so that none is left."""
        return replace(
            self._of_visits(lambda visit: visit.stop in ids),
            stops=tuple(stop for stop in self.stops if stop.id in ids),
            days=(),
            wishes=tuple(wish for wish in self.wishes if wish.request.stop in ids),
            left=tuple(batch for batch in self.left if batch.stop in ids),
            unplaced=0,
        )

    def of_car(self, vehicle: str) -> Scope:
        """Return what is of one car; requests and batches left are of none."""
        return replace(
            self._of_visits(lambda visit: visit.vehicle == vehicle),
            days=tuple(day for day in self.days if day.vehicle == vehicle),
            wishes=(),
            left=(),
        )

    def of_month(self, month: tuple[int, int]) -> Scope:
        """Return what is of a year and month; what stands at stops at the end is of none."""

        def of_it(day: dt.date) -> bool:
            return (day.year, day.month) == month

        return replace(
            self._of_visits(lambda visit: of_it(visit.date)),
            days=tuple(day for day in self.days if of_it(day.date)),
            wishes=tuple(wish for wish in self.wishes if of_it(wish.request.date)),
            left=(),
        )

    def _of_visits(self, wanted: Callable[[RecordedVisit | PlannedVisit], bool]) -> Scope:
        return replace(
            self,
            done=tuple(filter(wanted, self.done)),
            missed=tuple(filter(wanted, self.missed)),
            planned=tuple(filter(wanted, self.planned)),
            forgotten=tuple(filter(wanted, self.forgotten)),
        )


def by_id(stops: tuple[Stop, ...]) -> Mapping[str, Stop]:
    """Return stops by id."""
    return {stop.id: stop for stop in stops}
