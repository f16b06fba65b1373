"""Weeks made level by the hours that they take with the times that people are told.

To be there at one time of day on every date costs waits, which are known only once all times are
settled. So stops are then moved out of the fullest week, one at a time, as long as that helps.
"""

from __future__ import annotations

from bookcar.timetables.draft import EASE
from bookcar.timetables.times import Times

TRIES = 120
"""Stops that are moved, or tried to be, at most."""

FAR, PRESSING = 0.09, 5.0
"""While a week is further than this part of its share from it, level counts so many times."""


def level_weeks(times: Times, *, allowed: int | None = None) -> None:
    """Move stops out of weeks that have more than their share, if ``weights.level`` asks for it.

    Parameters
    ----------
    allowed
        Stops that may change the days people were told of at most; None for any number.
    """
    draft = times.draft
    if not draft.level:
        return
    _as_told(times)
    usual, tried = draft.level, set[str]()
    for _ in range(TRIES):
        stop = _next(times, tried)
        if stop is None or draft.worst_week() <= EASE:
            break
        draft.level = usual * (PRESSING if draft.worst_week() > FAR else 1.0)
        tried.add(stop)
        days, state, worst = dict(times.days), draft.snapshot(), draft.uneven()
        if not times.take_off(stop):
            continue
        put = times.put_back(stop, allowed=allowed)
        _as_told(times)
        if put and draft.uneven() < worst - 1e-9:
            tried.clear()
        else:
            times.days = days
            draft.restore(state)
    draft.level = usual


def _as_told(times: Times) -> None:
    """Have the draft count the hours of the days as they are told."""
    draft = times.draft
    draft.week_hours = [0.0] * len(draft.week_hours)
    draft.car_hours = [0.0] * len(draft.car_hours)
    for k, day in times.days.items():
        hours = (day.times.back - day.times.depart) / 3600
        draft.week_hours[draft.week[k]] += hours
        draft.car_hours[draft.car[k]] += hours


def _next(times: Times, tried: set[str]) -> str | None:
    """Return a stop of the fullest week that was not tried yet, with few dates if there is one."""
    draft = times.draft
    total = sum(draft.week_hours)
    over = [own - s * total for own, s in zip(draft.week_hours, draft.week_share, strict=True)]
    week = over.index(max(over))
    there = {s for k, day in times.days.items() if draft.week[k] == week for s in day.order}
    left = (stop for stop in there - tried if len(draft.options[stop]) > 1)
    return min(left, key=lambda stop: (len(draft.chosen[stop].car_days), stop), default=None)
