"""The plan beside what came back: everything was done as planned, except what is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from bookcar.errors import Fault
from bookcar.model import District
from bookcar.records.match import matched
from bookcar.records.merge import merged
from bookcar.records.possible import without_impossible
from bookcar.records.visits import Happened, Move, PlannedVisit, ToldMove, ToldVisit

Key = tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """What became of the week, by day and route, and what of that was told in two ways."""

    visits: tuple[Happened, ...]
    faults: tuple[Fault, ...]


def compare(
    planned: Sequence[PlannedVisit], told: Sequence[ToldVisit], district: District
) -> Compared:
    """Return what became of every visit that was planned or told."""
    found, extra = matched(planned, told)
    faults: list[Fault] = []
    of_plan: dict[int, ToldVisit | None] = {}
    for visit in planned:
        said = [_said(visit, one) for one in found.get(visit.order, ())]
        of_plan[visit.order], more = merged(said)
        faults += more
    others: list[ToldVisit] = []
    for group in extra:
        one, more = merged(group)
        others += [one] if one else []
        faults += more
    faults += [_unfilled(one) for one in others if not one.status]
    maker = _Maker(district, _elsewhere(planned, of_plan, others))
    visits = [maker.planned(visit, of_plan[visit.order]) for visit in planned]
    visits += [maker.extra(one) for one in others]
    in_order = _in_order(visits, planned)
    return Compared(without_impossible(in_order, district), tuple(faults))


def _said(visit: PlannedVisit, told: ToldVisit) -> ToldVisit:
    """Return what somebody filled in: a row without a status that repeats the plan says nothing."""
    if told.requests is not None and not told.whole and set(told.requests) == set(visit.requests):
        told = msgspec.structs.replace(told, requests=None)
    if told.status or told.recorded:
        return told
    books = {move.key: move.books for move in visit.moves}
    moves = (
        move
        for move in told.moves
        if move.key not in books
        or not move.moved
        or move.note
        or move.books not in (None, books[move.key])
    )
    return msgspec.structs.replace(told, moves=tuple(moves))


def _unfilled(told: ToldVisit) -> Fault:
    """Report a visit that was not planned, and of which nobody says whether it was made."""
    return Fault(rule="unfilled-visit", file=told.where.file, row=told.where.row, column="status")


def _elsewhere(
    planned: Sequence[PlannedVisit],
    of_plan: Mapping[int, ToldVisit | None],
    others: Sequence[ToldVisit],
) -> Collection[tuple[int, Key]]:
    """Return the planned moves, of which nothing is told, that were made at another visit."""
    own = {visit.order: {move.key for move in visit.moves} for visit in planned}
    made = [move.key for one in others for move in one.moves if move.moved]
    free: list[tuple[int, Key]] = []
    for order, keys in own.items():
        told = of_plan[order]
        moves = told.moves if told else ()
        named = {move.key for move in moves}
        made += [move.key for move in moves if move.moved and move.key not in keys]
        free += [(order, key) for key in sorted(keys - named)]
    taken = set()
    for key in made:
        match = next((one for one in free if one[1] == key and one not in taken), None)
        taken |= {match} if match else set()
    return taken


class _Maker:
    """Says what became of a visit."""

    def __init__(self, district: District, elsewhere: Collection[tuple[int, Key]]) -> None:
        self.books = {batch.id: batch.books for batch in district.batches}
        self.home = {vehicle.id: vehicle.depot for vehicle in district.vehicles}
        self.elsewhere = elsewhere

    def planned(self, visit: PlannedVisit, told: ToldVisit | None) -> Happened:
        """Return what became of a visit of the plan."""
        vehicle = (told.vehicle if told else "") or visit.vehicle
        if told and told.status == "missed":
            moves: list[Move] = []
        else:
            moves = [move for move in visit.moves if self._made(visit, move, told)]
            moves = list(self._as_told(moves, told, vehicle))
        made = {move.key for move in moves}
        return Happened(
            date=told.date if told else visit.date,
            stop=visit.stop,
            vehicle=vehicle,
            done=not (told and told.status == "missed"),
            planned=visit,
            told=told,
            moves=tuple(moves),
            kept=tuple(move for move in visit.moves if move.key not in made),
        )

    def extra(self, told: ToldVisit) -> Happened:
        """Return what became of a visit that was not planned."""
        done = told.status != "missed"
        moves = self._as_told((), told, told.vehicle) if done else ()
        return Happened(
            date=told.date,
            stop=told.stop,
            vehicle=told.vehicle,
            done=done,
            told=told,
            moves=tuple(moves),
        )

    def _made(self, visit: PlannedVisit, move: Move, told: ToldVisit | None) -> bool:
        if (visit.order, move.key) in self.elsewhere:
            return False
        if told is None:
            return True
        named = next((one for one in told.moves if one.key == move.key), None)
        return not told.whole if named is None else named.moved

    def _as_told(
        self, planned: Sequence[Move], told: ToldVisit | None, vehicle: str
    ) -> Iterator[Move]:
        """Yield the moves with what is told of each, then those that were not planned."""
        if told is None:
            yield from planned
            return
        named = {move.key: move for move in told.moves}
        for move in planned:
            one = named.pop(move.key, None)
            yield move if one is None else self._move(one, vehicle, move.books, move.depot)
        for one in named.values():
            if one.moved:
                yield self._move(one, vehicle, self.books.get(one.batch, 0), "")

    def _move(self, told: ToldMove, vehicle: str, books: int, depot: str) -> Move:
        put_off = told.depot or depot or self.home.get(vehicle, "")
        return Move(
            batch=told.batch,
            action=told.action,
            books=books if told.books is None else told.books,
            depot=put_off if told.action == "collected" else "",
        )


def _in_order(visits: Sequence[Happened], planned: Sequence[PlannedVisit]) -> tuple[Happened, ...]:
    """Return the visits by day, in the order of its routes; what was added comes after them."""
    last = len(planned)
    first = {}
    for visit in reversed(planned):
        first[visit.date, visit.vehicle] = visit.order

    def key(visit: Happened) -> tuple[object, ...]:
        route = first.get((visit.date, visit.vehicle), last)
        as_planned = visit.planned is not None and visit.planned.date == visit.date
        order = visit.planned.order if visit.planned is not None and as_planned else last
        arrive = visit.told.arrive if visit.told else None
        return visit.date, route, order, arrive is None, arrive or 0, visit.stop

    return tuple(sorted(visits, key=key))
