"""Why a stop gets no date: what the tables settle, then a route of it alone, then the others."""

from __future__ import annotations

from collections.abc import Sequence

from bookcar.model import Stop
from bookcar.phrases import Figure
from bookcar.phrases.sentence import Sentence
from bookcar.planning.visit_options import reaches
from bookcar.timetables.draft import Draft
from bookcar.timetables.options import CarDays, Option
from bookcar.timetables.patterns import StopPattern


def why_left(stop: Stop, patterns: Sequence[StopPattern], draft: Draft) -> Sentence:
    """Return the first reason that holds for a stop without a date.

    Where some car could make some pattern if there were nothing else, each is held against the
    routes of the draft, and the one that finds room on the most of its dates is told.
    """
    car_days, options = draft.car_days, draft.options.get(stop.id, ())
    reason = _by_tables(stop, car_days)
    if reason is not None:
        return reason
    if not patterns:
        return Sentence(key="timetable.left-no-day")
    if not options:
        return _not_alone(stop, car_days)
    return _no_room(options, draft)


def _by_tables(stop: Stop, car_days: CarDays) -> Sentence | None:
    carrying = car_days.grid.carrying
    afoot = stop.access == "foot" or stop.id in car_days.grid.travel.meetings
    if afoot and stop.id not in carrying.crews:
        lack = carrying.lacks.get(stop.id)
        if lack is None and stop.id in car_days.grid.travel.meetings:
            return None  # somebody would, but it has no day
        if lack is None or lack.code == "foot-only":
            return Sentence(key="timetable.left-foot-only")
        return Sentence(key=f"reasons.{lack.code}", figures=dict(lack.figures))
    travel, cars = car_days.grid.travel, car_days.may_come(stop)
    if any(reaches(travel, car, stop.id) for car in cars):
        return None
    every = car_days.grid.district.vehicles
    others = tuple(car.id for car in every if reaches(travel, car, stop.id))
    if others:
        return Sentence(key="timetable.left-others-reach", figures={"vehicles": others})
    cut = [travel.tables[car.profile].unreached.get(stop.id) for car in cars]
    known = next((one.reason for one in cut if one is not None), "disconnected")
    return Sentence(key=f"timetable.left-{known}")


def _not_alone(stop: Stop, car_days: CarDays) -> Sentence:
    """Return why no car can come, even on a route of this stop alone; or why none works then."""
    broken = car_days.alone(stop)
    if not broken or not all(broken.values()):
        return Sentence(key="timetable.left-no-vehicle")
    vehicle, violations = min(broken.items(), key=lambda pair: (len(pair[1]), pair[0]))
    first = violations[0]
    figures: dict[str, Figure] = {"vehicle": vehicle, "figure": first.figure, "limit": first.limit}
    if first.code == "opening-hours" and stop.id in car_days.grid.carrying.crews:
        return Sentence(key="timetable.left-not-met", figures=figures)
    return Sentence(key=f"timetable.left-alone-{first.code}", figures=figures)


def _no_room(options: Sequence[Option], draft: Draft) -> Sentence:
    """Return on how many of the dates of the best option there is room beside the other stops."""
    found = []
    left = draft.batches_left()
    lasts = False
    for option in options:
        room = sum(draft.place_for(k, option.stop) is not None for k in option.car_days)
        found.append((room / len(option.car_days), room, len(option.car_days)))
        lasts = lasts or draft.stock.lasts(option.stop, draft.days_of(option), left)
    _, room, dates = max(found)
    if room == dates and not lasts:
        return _no_batch(options[0].stop, draft)
    patterns = len({option.pattern.dates for option in options})
    key = "timetable.left-times" if room == dates else "timetable.left-full"
    return Sentence(key=key, figures={"patterns": patterns, "room": room, "dates": dates})


def _no_batch(stop: str, draft: Draft) -> Sentence:
    """Return that the batches in the store are all promised to others on its dates."""
    pool = draft.stock.pool[stop]
    figures: dict[str, Figure] = {"batches": draft.stock.store[pool]}
    if not pool:
        return Sentence(key="timetable.left-stock", figures=figures)
    figures["pool"] = draft.grid.district.pools_by_id[pool].name
    return Sentence(key="timetable.left-stock-pool", figures=figures)
