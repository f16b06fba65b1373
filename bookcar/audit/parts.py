"""Rules on stops that are delivered in parts, worked out once more from the tables alone."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET

from bookcar.audit.breach import breach
from bookcar.audit.calendar import works
from bookcar.audit.case import Case
from bookcar.model import Stop, Vehicle
from bookcar.phrases.sentence import Sentence


def parts_where_needed(case: Case) -> Iterator[Sentence]:
    """A stop is delivered in parts where no car takes all its books; they are its books."""
    for stop in case.stops.values():
        shown = case.plan.stops_by_id.get(stop.id)
        if shown is None or not case.due[stop.id].due:
            continue
        if shown.in_all != stop.in_all:
            yield breach(
                "parts-where-needed", stop=stop.id, in_all=stop.in_all, shown_in_all=shown.in_all
            )
        if stop.in_all is UNSET:
            continue
        wants = stop.in_all
        cars, held = _cars(case, stop), _held(case, stop)
        one = [car for car in cars if wants <= car.books and _holds(car, *held)]
        if one:
            yield breach("parts-where-needed-2", stop=stop.id, one_0=one[0].id)
        parts = stop.visits_a_week
        if parts < 2 or not parts * (stop.books - 1) < max(1, wants) <= max(1, parts * stop.books):
            yield breach(
                "parts-where-needed-3", stop=stop.id, parts=parts, books=stop.books, wants=wants
            )


def parts_are_whole(case: Case) -> Iterator[Sentence]:
    """What is held where all parts are brought has been collected, each batch by one of them."""
    for stop in case.stops.values():
        if not stop.in_parts:
            continue
        taken = [b for _, visit in case.visits() if visit.stop == stop.id for b in visit.collects]
        if len(taken) != len(set(taken)):
            yield breach("parts-are-whole", stop=stop.id)


def _cars(case: Case, stop: Stop) -> list[Vehicle]:
    """Return the vehicles that may come on one of the stop's days."""
    return [
        car
        for car in case.district.vehicles
        if (not stop.vehicles or car.id in stop.vehicles)
        and any(works(case, car, day) for day in case.due[stop.id].dates)
    ]


def _held(case: Case, stop: Stop) -> tuple[int, int]:
    """Return the books and kg that are collected at a stop."""
    if stop.kind not in case.district.settings.batches.rotate:
        return 0, 0
    there = [batch for batch in case.district.batches if batch.at == stop.id]
    return sum(batch.books for batch in there), sum(batch.kg for batch in there)


def _holds(car: Vehicle, books: int, kg: int) -> bool:
    return books <= car.books and (car.kg is None or kg <= car.kg)
