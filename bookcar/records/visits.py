"""What was planned at a stop, what is told of it, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from bookcar.model import PastVisit, Where
from bookcar.plan import Plan, PlanBatch, Visit
from bookcar.plan_index import trips

Action = Literal["dropped", "collected"]
Status = Literal["done", "missed", ""]

COUNTS = ("arrive", "leave", "readers", "loans", "new_cards", "day_metres", "who")
"""Fields of a past visit that stand on any one of its rows."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """A batch dropped or collected; ``depot`` is where what is collected is put off."""

    batch: str
    action: Action
    books: int
    depot: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells the moves of a visit apart."""
        return self.batch, self.action


class PlannedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit of the plan; ``order`` is its place among all of the week.

    ``in_batch`` has the batches in which requests come, ``to_find`` those that nothing aboard had.
    """

    order: int
    route: str
    date: dt.date
    vehicle: str
    stop: str
    moves: tuple[Move, ...] = ()
    requests: tuple[str, ...] = ()
    in_batch: Mapping[str, str] = msgspec.field(default_factory=dict)
    to_find: tuple[str, ...] = ()


class ToldMove(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a batch at a visit; ``books`` is None where only its id is told.

    ``note`` stands at this batch, and stays at it.
    """

    batch: str
    action: Action
    where: Where
    books: int | None = None
    depot: str = ""
    moved: bool = True
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells the moves of a visit apart."""
        return self.batch, self.action


class ToldVisit(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a visit, in a file that came back or by the records themselves.

    Attributes
    ----------
    vehicle
        Empty for the one that was planned.
    status
        Empty where nothing is said: as planned.
    whole
        Whether its moves are all there were; otherwise those it does not name went as planned.
    recorded
        Whether it stands in the visits table already.
    note
        But for what stands at a batch that moved.
    requests
        Those handed over; None where nothing is said: as planned.
    """

    date: dt.date
    stop: str
    where: Where
    vehicle: str = ""
    status: Status = ""
    moves: tuple[ToldMove, ...] = ()
    whole: bool = False
    recorded: bool = False
    note: str = ""
    arrive: int | None = None
    leave: int | None = None
    readers: int | None = None
    loans: int | None = None
    new_cards: int | None = None
    day_metres: int | None = None
    who: str = ""
    requests: tuple[str, ...] | None = None

    @property
    def silent(self) -> bool:
        """Whether nothing is said but that there was such a visit in the plan."""
        return not (
            self.status
            or self.recorded
            or self.moves
            or self.note
            or self.counted
            or self.requests is not None
        )

    @property
    def counted(self) -> dict[str, int | str]:
        """What was counted, by field."""
        found = {name: getattr(self, name) for name in COUNTS}
        return {name: value for name, value in found.items() if value not in (None, "")}


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a visit: as the plan has it, and as it was told.

    Attributes
    ----------
    planned, told
        None for a visit that was not planned, and for one of which nothing is told.
    moves
        What was really moved.
    kept
        Moves that were planned and not made.
    """

    date: dt.date
    stop: str
    vehicle: str
    done: bool
    planned: PlannedVisit | None = None
    told: ToldVisit | None = None
    moves: tuple[Move, ...] = ()
    kept: tuple[Move, ...] = ()

    @property
    def unsaid(self) -> bool:
        """Whether it counts as done as planned because nobody said anything of it."""
        return self.planned is not None and (self.told is None or self.told.silent)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the visits table, and the place that tells it."""

    visit: PastVisit
    where: Where


def planned_visits(plan: Plan) -> tuple[PlannedVisit, ...]:
    """Return the visits of a plan in the order of its routes."""
    found: list[PlannedVisit] = []
    in_batch = {r.id: r.in_batch for r in plan.requests if r.in_batch is not None}
    for route in plan.routes:
        for trip in trips(route):
            for visit in trip.visits:
                moves = tuple(_moves(visit, plan.batches_by_id, put_off=trip.unloaded_at))
                found.append(
                    PlannedVisit(
                        order=len(found),
                        route=route.id,
                        date=route.date,
                        vehicle=route.vehicle,
                        stop=visit.stop,
                        moves=moves,
                        requests=visit.requests,
                        in_batch={r: in_batch[r] for r in visit.requests if r in in_batch},
                        to_find=visit.to_find,
                    )
                )
    return tuple(found)


def _moves(visit: Visit, batches: Mapping[str, PlanBatch], *, put_off: str) -> Iterator[Move]:
    for name in visit.drops:
        yield Move(batch=name, action="dropped", books=batches[name].books)
    for name in visit.collects:
        yield Move(batch=name, action="collected", books=batches[name].books, depot=put_off)
