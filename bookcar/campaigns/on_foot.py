"""Who carries books to stops that no car reaches while a campaign lasts, and on which of its days.

On a date a carrier goes to one stop, of the campaign or of the regular service. Days are dealt out
among the stops before the routes are searched; what that leaves unused goes, in a second round, to
the stops that were left without a visit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import msgspec

from bookcar.due import DueStop
from bookcar.model import District
from bookcar.planning.fleet import Fleet
from bookcar.planning.on_foot import crews_at, dealt, rank, worth
from bookcar.planning.tours import Crew
from bookcar.planning.visit_options import places_to_meet
from bookcar.roads.travel import Travel

Loads = tuple[int, int]
"""Kg that a visit brings, and that it takes back."""


@dataclass(frozen=True)
class Carrying:
    """Who could carry to each stop on foot, and who does on the days that are dealt out.

    ``able`` are on all dates on which they could come, ``crews`` on those that they have.
    """

    able: Mapping[str, Crew] = field(default_factory=dict)
    crews: Mapping[str, Crew] = field(default_factory=dict)

    def met(self, travel: Travel) -> Travel:
        """Return the ways to where the stops are met."""
        return travel.meeting_at({stop: c.meeting.number - 1 for stop, c in self.able.items()})

    def dealt_anew(self, made: Mapping[str, Collection[dt.date]]) -> Carrying:
        """Return it with the days dealt out again: stops keep those made, the others come first."""
        order = sorted(self.able, key=lambda stop: stop in made)
        able = {stop: self.able[stop] for stop in order}
        return Carrying(self.able, dealt(able, {stop: made.get(stop, ()) for stop in order}))


def carrying_of(
    district: District,
    due: Sequence[DueStop],
    loads: Mapping[str, Loads] = MappingProxyType({}),
    *,
    fleet: Fleet,
    travel: Travel,
) -> Carrying:
    """Return who carries to the stops that no car reaches, each met at the first place that serves.

    Parameters
    ----------
    due
        A stop may be there several times, once for each of its visits.
    loads
        By stop.
    """
    choices: dict[str, list[Crew]] = {}
    told: dict[str, set[dt.date]] = {}
    chosen: dict[str, Crew] = {}
    taken: dict[str, int] = {}
    for one in sorted(_by_stop(due, travel), key=lambda one: (not one.promises, worth(one))):
        stop = one.stop.id
        crews = _first_able(district, one, loads[stop], fleet=fleet, travel=travel)
        if not crews:
            continue
        choices[stop] = sorted(crews, key=lambda crew: rank(crew, taken))
        chosen[stop] = choices[stop][0]
        told[stop] = {entry.date for entry in one.promises}
        for carrier in chosen[stop].carriers:
            taken[carrier.id] = taken.get(carrier.id, 0) + 1
    carrying = _dealt(chosen, told)
    for stop in choices:
        if stop not in carrying.crews:
            carrying = _switched(carrying, stop, choices, told)
    return carrying


def _dealt(chosen: Mapping[str, Crew], told: Mapping[str, Collection[dt.date]]) -> Carrying:
    """Return who carries with days dealt out: those promised first, then to who has fewest."""
    firsts: dict[str, set[dt.date]] = {}
    booked: set[tuple[str, dt.date]] = set()
    for stop, crew in chosen.items():
        own = set(told[stop]) & crew.dates
        firsts[stop] = {d for d in own if not any((c.id, d) in booked for c in crew.carriers)}
        booked |= {(c.id, date) for c in crew.carriers for date in firsts[stop]}
    order = sorted(chosen, key=lambda stop: len(chosen[stop].dates))
    return Carrying(dict(chosen), dealt({stop: chosen[stop] for stop in order}, firsts))


def _switched(
    carrying: Carrying,
    lacking: str,
    choices: Mapping[str, Sequence[Crew]],
    told: Mapping[str, Collection[dt.date]],
) -> Carrying:
    """Return it with another crew for one stop, by which the one that is lacking gets a day too."""
    for stop, crews in choices.items():
        for crew in crews:
            other = _dealt({**carrying.able, stop: crew}, told)
            if lacking in other.crews and len(other.crews) > len(carrying.crews):
                return other
    return carrying


def _by_stop(due: Sequence[DueStop], travel: Travel) -> Iterator[DueStop]:
    """Yield each stop on foot once, with the days of all its visits."""
    visits: dict[str, list[DueStop]] = {}
    for one in due:
        if one.stop.id in travel.meetings and one.dates:
            visits.setdefault(one.stop.id, []).append(one)
    for first, *more in visits.values():
        every = (first, *more)
        yield msgspec.structs.replace(
            first,
            dates=tuple(sorted({date for one in every for date in one.dates})),
            promises=tuple(entry for one in every for entry in one.promises),
        )


def _first_able(
    district: District, due: DueStop, loads: Loads, *, fleet: Fleet, travel: Travel
) -> list[Crew]:
    """Return who can carry to a stop from the nearest place from which somebody can."""
    for place in places_to_meet(district, travel, due.stop):
        at = travel.meeting_at({due.stop.id: place})
        found = [c for c in crews_at(district, due, fleet.dates, at, loads=loads) if c.dates]
        if found:
            return found
    return []
