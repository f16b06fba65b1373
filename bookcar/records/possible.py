"""What could not go as planned: a batch that was not collected is not dropped elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from bookcar.model import District
from bookcar.records.visits import Happened, Move


def without_impossible(visits: Sequence[Happened], district: District) -> tuple[Happened, ...]:
    """Return the visits without moves that nobody tells of and that cannot have been.

    A batch that a visit told as missed left behind cannot have gone on as planned. What is told
    stays as it is: whether it can be is for the rules of custody.
    """
    return tuple(_Walk(district).through(visits))


class _Walk:
    """Follows every batch through the week; ``at`` is its stop, empty in a depot."""

    def __init__(self, district: District) -> None:
        stops, self.place_of = district.stops_by_id, district.place_of
        self.at = {b.id: b.at if b.at in stops else "" for b in district.batches}

    def through(self, visits: Sequence[Happened]) -> Iterator[Happened]:
        """Yield the visits in their order, each with the moves that can have been made."""
        for visit in visits:
            told = {move.key for move in visit.told.moves} if visit.told else set()
            moves = tuple(m for m in visit.moves if m.key in told or self._can_be(m, visit.stop))
            for move in moves:
                dropped = move.action == "dropped"
                self.at[move.batch] = self.place_of(visit.stop) if dropped else ""
            left = tuple(move for move in visit.moves if move not in moves)
            yield msgspec.structs.replace(visit, moves=moves, kept=(*visit.kept, *left))

    def _can_be(self, move: Move, stop: str) -> bool:
        place, here = self.at.get(move.batch), self.place_of(stop)
        if place is None:  # not in the tables any more: nobody knows
            return True
        return not place if move.action == "dropped" else place == here
