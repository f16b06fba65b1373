"""The visits that the calendar meets, and what becomes of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

import msgspec

from bookcar.calendars.visits import Fate, rule_dates
from bookcar.model import CalendarEntry, District, Stop


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that a rule gives and the calendar closes.

    Attributes
    ----------
    day
        On which it would have been, the first of several.
    fate
        ``dropped``, ``moved`` or ``halted``; a cycle is halted by a week that does not count.
    to
        The day it is moved to.
    """

    entry: CalendarEntry
    stop: Stop
    day: dt.date
    fate: Fate
    to: dt.date | None = None


def calendar_hits(district: District, mondays: Iterable[dt.date]) -> tuple[Hit, ...]:
    """Return every visit that the rules give some weeks and the calendar closes, by day.

    Stops without a rule have no visit of a certain day, so none of theirs is met.
    """
    dates = rule_dates(district)
    hits = [
        Hit(
            entry=one.entry,
            stop=stop,
            day=one.days[0],
            fate=one.fate,
            to=one.dates[0] if one.dates else None,
        )
        for monday in mondays
        for stop in district.stops
        if stop.id in dates
        for one in dates[stop.id].given_in(monday)
        if one.entry is not None
    ]
    return tuple(sorted(hits, key=lambda hit: hit.day))


def once_halted(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Return the hits with a cycle that halts for several weeks told once, at its first."""
    found: dict[tuple[object, ...], Hit] = {}
    for hit in hits:
        halted = hit.fate == "halted"
        found.setdefault((hit.entry, hit.stop.id, hit.fate, None if halted else hit.day), hit)
    return tuple(found.values())


def together(hits: Iterable[Hit]) -> list[tuple[Hit, tuple[Stop, ...]]]:
    """Return the stops that are met alike, on one day by one entry, each with the first hit."""

    def alike(hit: Hit) -> tuple[object, ...]:
        row = (hit.entry.row or 0, hit.entry.first, hit.entry.what)
        return (hit.day, row, hit.fate, hit.to or dt.date.min)

    groups = (list(group) for _, group in groupby(sorted(hits, key=alike), key=alike))
    return [(group[0], tuple(hit.stop for hit in group)) for group in groups]
