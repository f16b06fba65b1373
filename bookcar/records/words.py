"""What a close records, told before it is written: what was not as planned, and the sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bookcar.phrases import Phrases
from bookcar.records.closing import Closing
from bookcar.records.visits import Happened, Move

Told = tuple[str, str]
"""What a line is about, and what it says."""

_COUNTS = ("readers", "loans", "new_cards")


def told_lines(closing: Closing, say: Phrases) -> list[Told]:
    """Return what was not as planned, a line each, by what it is about; then the sums."""
    words = _Words(closing, say)
    every = ((name, words.of(name)(visit)) for name in _ABOUT for visit in closing.visits)
    lines = [(say(f"records.{name}"), text) for name, texts in every for text in texts]
    return [*lines, *words.sums()]


class _Words:
    """Says what became of visits in one language."""

    def __init__(self, closing: Closing, say: Phrases) -> None:
        self.closing, self.say = closing, say
        self.names = {stop.id: stop.name for stop in closing.plan.stops}
        self.names |= {stop.id: stop.name for stop in closing.after.stops}
        self.batches = {batch.id: batch for batch in closing.after.batches}

    def of(self, about: str) -> Callable[[Happened], Iterator[str]]:
        """Return what says one thing of a visit, if there is something to say."""
        found: Callable[[Happened], Iterator[str]] = getattr(self, f"_{about}".replace("-", "_"))
        return found

    def _missed(self, visit: Happened) -> Iterator[str]:
        if not visit.done:
            note = visit.told.note if visit.told else ""
            yield self._say("missed-note" if note else "visit", visit, note=note)

    def _untold(self, visit: Happened) -> Iterator[str]:
        """Yield a planned visit of which the files that came back say nothing: one may be cut.

        A row of a sheet that was left as it came stands for the plan, and is in the sum only.
        """
        left_blank = visit.told is not None and visit.told.where.row is not None
        if self.closing.files and visit.unsaid and not left_blank:
            yield self._say("visit", visit)

    def _other_day(self, visit: Happened) -> Iterator[str]:
        if visit.done and visit.planned and visit.date != visit.planned.date:
            yield self._say("instead-of-day", visit, planned=visit.planned.date.isoformat())

    def _other_car(self, visit: Happened) -> Iterator[str]:
        if visit.done and visit.planned and visit.vehicle != visit.planned.vehicle:
            yield self._say("instead-of-car", visit, planned=visit.planned.vehicle)

    def _extra(self, visit: Happened) -> Iterator[str]:
        if visit.planned is None and visit.done and not (visit.told and visit.told.recorded):
            yield self._say("visit-by" if visit.vehicle else "visit", visit)

    def _not_dropped(self, visit: Happened) -> Iterator[str]:
        yield from self._kept(visit, "dropped")

    def _not_collected(self, visit: Happened) -> Iterator[str]:
        yield from self._kept(visit, "collected")

    def _kept(self, visit: Happened, action: str) -> Iterator[str]:
        if visit.done:
            for move in visit.kept:
                if move.action == action:
                    yield self._say("batch-stays", visit, batch=move.batch, at=self._at(move))

    def _at(self, move: Move) -> str:
        """Return where a batch is once the week is recorded."""
        place = self.batches[move.batch].at if move.batch in self.batches else "?"
        return f"{place} {self.names.get(place, '')}".strip()

    def _not_handed_over(self, visit: Happened) -> Iterator[str]:
        """Yield the requests of which somebody says so; one in a batch that stays goes with it."""
        if visit.done and visit.planned and visit.told and visit.told.requests is not None:
            for name in visit.planned.requests:
                if name not in visit.told.requests:
                    yield self._say("request-of", visit, request=name)

    def _also_moved(self, visit: Happened) -> Iterator[str]:
        planned = {move.key for move in visit.planned.moves} if visit.planned else set()
        for move in visit.moves:
            if move.key not in planned:
                yield self._say(f"moved-{move.action}", visit, batch=move.batch)

    def _fewer_books(self, visit: Happened) -> Iterator[str]:
        for move in visit.moves:
            has = self.batches[move.batch].books if move.batch in self.batches else move.books
            if move.books < has:
                yield self._say("books-of", visit, batch=move.batch, books=move.books, of=has)

    def _say(self, key: str, visit: Happened, **figures: str | int) -> str:
        return self.say(
            f"records.{key}",
            stop=visit.stop,
            name=self.names.get(visit.stop, ""),
            day=visit.date.isoformat(),
            car=visit.vehicle,
            **figures,
        )

    def sums(self) -> Iterator[Told]:
        """Yield the figures of the whole week."""
        say, closed = self.say, self.closing.closed
        unsaid = sum(visit.unsaid for visit in self.closing.visits)
        figures = {"done": closed.done, "missed": closed.missed, "unsaid": unsaid}
        yield (
            say("records.visits"),
            say("records.sum-unsaid" if unsaid else "records.sum", **figures),
        )
        counted = [text for name in _COUNTS if (text := self._counted(name))]
        counted += [text for text in (self._km(),) if text]
        if counted:
            yield say("records.counted"), say("figures.semicolon").join(counted)
        if closed.requests:
            yield say("records.requests"), say("records.brought", names=closed.requests)

    def _counted(self, name: str) -> str:
        values = [getattr(row.visit, name) for row in self.closing.rows]
        told = [value for value in values if value is not None]
        if not told:
            return ""
        return self.say(f"records.sum-{name}", count=sum(told), visits=len(told))

    def _km(self) -> str:
        days = {
            (row.visit.date, row.visit.vehicle): row.visit.day_metres
            for row in self.closing.rows
            if row.visit.day_metres is not None
        }
        every = {(visit.date, visit.vehicle) for visit in self.closing.visits if visit.done}
        if not days:
            return ""
        figures = {
            "km": sum(days.values()) / 1000,
            "days": len(days),
            "of": len(every | days.keys()),
        }
        return self.say("records.sum-km", **figures)


_ABOUT = (
    "missed",
    "untold",
    "other-day",
    "other-car",
    "extra",
    "not-dropped",
    "not-collected",
    "not-handed-over",
    "also-moved",
    "fewer-books",
)
