"""Who carries books to the stops of a timetable that no car reaches, and on which weekdays.

The people of a stop are told one time, at which the car is at the meeting place. Whose weekdays
several stops want, deals them out among these: on a date a carrier goes to one stop.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from bookcar.due import DueStop
from bookcar.model import District, Stop
from bookcar.planning.fleet import Fleet
from bookcar.planning.on_foot import CrewLack, crew_lack, crews_at, rank, worth
from bookcar.planning.tours import Crew
from bookcar.planning.visit_options import places_to_meet
from bookcar.roads.travel import Travel


@dataclass(frozen=True)
class Carrying:
    """Who carries to each stop on foot, and why nobody does to others; ``met`` as in `Travel`."""

    crews: Mapping[str, Crew] = field(default_factory=dict)
    lacks: Mapping[str, CrewLack] = field(default_factory=dict)

    @property
    def met(self) -> dict[str, int]:
        """At which of its meeting places each stop is met."""
        return {stop: crew.meeting.number - 1 for stop, crew in self.crews.items()}


def carrying_of(
    district: District,
    due: Sequence[DueStop],
    dates: Mapping[str, Collection[dt.date]],
    *,
    fleet: Fleet,
    travel: Travel,
) -> Carrying:
    """Return who carries on the weekdays of some stops.

    Parameters
    ----------
    dates
        By stop: every day on which it might be visited.
    """
    found: dict[str, Crew] = {}
    lacks: dict[str, CrewLack] = {}
    taken: dict[str, int] = {}
    for one in sorted((one for one in due if one.stop.id in travel.meetings), key=worth):
        stop = one.stop.id
        days = sorted(set(dates.get(stop, ())) & set(fleet.dates))
        wanted = msgspec.structs.replace(one, due=True, dates=tuple(days))
        able = _first_able(district, wanted, days, travel)
        if not days:
            continue
        if not able:
            lacks[stop] = crew_lack(district, wanted, days, travel)
            continue
        best = min(able, key=lambda crew: rank(crew, taken))
        found[stop] = best
        for carrier in best.carriers:
            taken[carrier.id] = taken.get(carrier.id, 0) + 1
    own = _weekdays(found)
    names = {stop: ", ".join(c.name for c in crew.carriers) for stop, crew in found.items()}
    for stop in found.keys() - own.keys():
        lacks[stop] = CrewLack("carrier-taken", {"carrier": names[stop]})
    crews = {
        stop: found[stop].on(sorted(d for d in found[stop].dates if d.weekday() in days))
        for stop, days in own.items()
    }
    return Carrying(crews, lacks)


def _first_able(
    district: District, due: DueStop, days: Sequence[dt.date], travel: Travel
) -> list[Crew]:
    """Return who can carry to a stop from the nearest place from which somebody can."""
    loads = loads_told(due.stop, district)
    for place in places_to_meet(district, travel, due.stop):
        at = travel.meeting_at({due.stop.id: place})
        able = [crew for crew in crews_at(district, due, days, at, loads=loads) if crew.dates]
        if able:
            return able
    return []


def loads_told(stop: Stop, district: District) -> tuple[int, int]:
    """Return the kg that a visit brings and takes back: the books wanted, at their mean weight."""
    weighed = [batch for batch in district.batches if batch.kg]
    mean = sum(b.kg for b in weighed) / max(1, sum(b.books for b in weighed))
    kg = math.ceil(stop.books * mean)
    return kg, kg if stop.kind in district.settings.batches.rotate else 0


def _weekdays(crews: Mapping[str, Crew]) -> dict[str, set[int]]:
    """Return the weekdays that each stop has of its carriers: in turn they take one."""
    busy: set[tuple[str, int]] = set()
    own: dict[str, set[int]] = {}
    going = dict.fromkeys(crews, True)
    while any(going.values()):
        for stop, crew in crews.items():
            free = (
                day
                for day in sorted({date.weekday() for date in crew.dates})
                if not any((carrier.id, day) in busy for carrier in crew.carriers)
            )
            day = next(free, None)
            going[stop] = day is not None
            if day is not None:
                own.setdefault(stop, set()).add(day)
                busy |= {(carrier.id, day) for carrier in crew.carriers}
    return own
