"""What carriers walk for one visit, and when a car can meet them for it.

A carrier brings down what is collected before the car comes, hands it over, and carries up what the
car brings once it has gone on: the car stands no longer than the hand-over takes. Where nobody can
walk that far or that long, the car waits at the meeting place while the carriers go up and
come down once, which halves their way; or it goes on meanwhile and comes by a second time
(`bookcar.planning.second_calls`). What one trip does not hold takes several; what waits for
the next trip waits at the meeting place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bookcar.model import Carrier, CarrierSettings, Window
from bookcar.roads.pace import walked_s
from bookcar.roads.travel import Footway, Meeting

DAY: Window = (0, 2 * 86_400)


@dataclass(frozen=True, kw_only=True)
class Tour:
    """What one carrier does for a visit.

    Attributes
    ----------
    up, down
        Trips with what is brought and with what is collected; of ``up_kg`` and ``down_kg`` each.
    up_s, down_s
        Seconds of walking on one of them.
    before_s, after_s
        Seconds from home until the meeting, and from the end of the service there until home.
    stays_s
        What the car stands there for this carrier.
    metres
        Walked in all, from home and back to it.
    picked
        From and to how many seconds before the meeting the carrier takes up at the stop what goes
        down; None where nothing does, or where the car waits.
    handed
        The same after the end of the service: between handing in the first and the last. Where the
        car waits, before it.
    """

    up: int
    down: int
    up_kg: float
    down_kg: float
    up_s: int
    down_s: int
    before_s: int
    after_s: int
    stays_s: int
    metres: int
    picked: tuple[int, int] | None = None
    handed: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Visiting:
    """A visit on foot with its loads: who carries how, and when a car may serve the meeting place.

    ``windows`` are by date, and hold the whole service; a date without one is not there. Where the
    car comes by again, ``round_s`` is how long the slowest carrier needs from the end of the
    first call until back down, the service is that of each call, and the windows are not told.
    """

    waits: bool
    service_s: int
    tours: tuple[Tour, ...]
    windows: Mapping[dt.date, tuple[Window, ...]]
    round_s: int = 0


@dataclass(frozen=True)
class Shift:
    """What a carrier has for a stop on a day of several: from when until when, and how far."""

    windows: tuple[Window, ...]
    metres: int

    def within(self, light: Window) -> tuple[Window, ...]:
        """Return when the carrier is free by daylight."""
        return _both(self.windows, (light,), 0)


class Crew:
    """Who carries books from a meeting place to a stop, and on which dates of the horizon.

    Parameters
    ----------
    light
        By each of the dates: when it is light enough to walk.
    windows
        The stop's opening hours.
    shifts
        By carrier and date, what is left where the carrier goes elsewhere, too; else it is all that
        the table says.
    """

    def __init__(
        self,
        *,
        meeting: Meeting,
        carriers: Sequence[Carrier],
        light: Mapping[dt.date, Window],
        windows: Sequence[Window],
        settings: CarrierSettings,
        shifts: Mapping[tuple[str, dt.date], Shift] | None = None,
    ) -> None:
        self.meeting, self.carriers = meeting, tuple(carriers)
        self.shifts = dict(shifts or {})
        self.light, self.windows, self.settings = dict(light), tuple(windows), settings
        self.kg = sum(carrier.kg for carrier in carriers)
        self.visiting = cache(self._visiting)

    @property
    def dates(self) -> frozenset[dt.date]:
        """The dates on which they may come."""
        return frozenset(self.light)

    def on(
        self,
        dates: Sequence[dt.date],
        shifts: Mapping[tuple[str, dt.date], Shift] | None = None,
    ) -> Crew:
        """Return the same crew on some of its dates alone, with these shifts if any are given."""
        return Crew(
            meeting=self.meeting,
            carriers=self.carriers,
            light={date: self.light[date] for date in dates},
            windows=self.windows,
            settings=self.settings,
            shifts=self.shifts if shifts is None else shifts,
        )

    def _visiting(self, up_kg: int, down_kg: int) -> Visiting:
        """Return the visit with so much to bring and to collect, in the way best for the car.

        Handing over goes before waiting wherever a date allows it.
        """
        handing = self.tried(up_kg, down_kg, waits=False)
        if handing.windows:
            return handing
        waiting = self.tried(up_kg, down_kg, waits=True)
        return waiting if waiting.windows else handing

    def tried(self, up_kg: int, down_kg: int, *, waits: bool) -> Visiting:
        """Return the visit where the car waits, or hands over and goes on."""
        tour = self._waited if waits else self._handed_over
        tours = tuple(tour(carrier, up_kg, down_kg) for carrier in self.carriers)
        service = max(one.stays_s for one in tours)
        found = {}
        for date, light in self.light.items():
            open_for: tuple[Window, ...] = (DAY,)
            for carrier, one in zip(self.carriers, tours, strict=True):
                shift = self.shifts.get((carrier.id, date)) or whole(carrier)
                own = self._meets(shift, one, light, service, waits=waits)
                open_for = _both(open_for, own, service)
            if open_for:
                found[date] = open_for
        return Visiting(waits=waits, service_s=service, tours=tours, windows=found)

    def twice(self, up_kg: int, down_kg: int) -> Visiting:
        """Return the visit where the car comes by a second time for what is collected."""
        tours = tuple(self._waited(carrier, up_kg, down_kg) for carrier in self.carriers)
        service = self.settings.handover_s
        return Visiting(
            waits=False,
            service_s=service,
            tours=tours,
            windows={},
            round_s=max(one.stays_s for one in tours) - service,
        )

    def met_twice(self, up_kg: int, down_kg: int, date: dt.date) -> tuple[tuple[Window, int], ...]:
        """Return when a car may be served at the first of two calls, and until when at the second.

        The carriers stay out in between; what they do at the stop they do while it is open.
        """
        service = self.settings.handover_s
        light = self.light.get(date)
        found: tuple[tuple[Window, int], ...] = () if light is None else ((DAY, DAY[1]),)
        for carrier, tour in zip(self.carriers, self.twice(up_kg, down_kg).tours, strict=True):
            shift = self.shifts.get((carrier.id, date)) or whole(carrier)
            if light is None or tour.metres > shift.metres:
                return ()
            assert tour.handed
            begin, end = tour.handed[0], tour.stays_s - tour.handed[1]
            out = tuple((o + tour.before_s, c - tour.after_s) for o, c in shift.within(light))
            there = tuple((o - begin, c - end + service) for o, c in self.windows)
            found = tuple(
                (window, min(ends, leaves))
                for first, ends in found
                for opens, leaves in out
                for window in _both(_both((first,), ((opens, leaves),), service), there, service)
            )
        return found

    def _trips(self, kg: int) -> int:
        return -(-kg // self.kg)

    def _share(self, carrier: Carrier, kg: int) -> float:
        """Return what a carrier has on each trip: all carry by what they can, on as many trips."""
        return kg * carrier.kg / (self.kg * self._trips(kg)) if kg else 0.0

    def _walk(self, way: Footway, kg: float = 0.0) -> int:
        return walked_s(way.steps, kg, self.settings)

    def _handed_over(self, carrier: Carrier, up_kg: int, down_kg: int) -> Tour:
        to_point, to_stop = self.meeting.homes[carrier.id]
        up, down = self.meeting.up, self.meeting.up.back
        trips, brought = self._trips(up_kg), self._share(carrier, up_kg)
        falls, taken = self._trips(down_kg), self._share(carrier, down_kg)
        pause = self.settings.handling_s
        before, after, picked, handed = self._walk(to_point), self._walk(to_point.back), None, None
        metres = (to_stop if falls else to_point).metres + (to_stop if trips else to_point).metres
        metres += self.meeting.up.metres * sum(2 * n - 1 for n in (trips, falls) if n)
        if falls:
            work = falls * (pause + self._walk(down, taken)) + (falls - 1) * self._walk(up)
            picked = (work, self._walk(down, taken))
            before = self._walk(to_stop) + work
        if trips:
            work = trips * (pause + self._walk(up, brought)) + (trips - 1) * self._walk(down)
            handed = (self._walk(up, brought), work)
            after = work + self._walk(to_stop.back)
        return Tour(
            up=trips,
            down=falls,
            up_kg=brought,
            down_kg=taken,
            up_s=self._walk(up, brought),
            down_s=self._walk(down, taken),
            before_s=before,
            after_s=after,
            stays_s=self.settings.handover_s,
            metres=metres,
            picked=picked,
            handed=handed,
        )

    def _waited(self, carrier: Carrier, up_kg: int, down_kg: int) -> Tour:
        to_point, _ = self.meeting.homes[carrier.id]
        up, down = self.meeting.up, self.meeting.up.back
        trips, brought = self._trips(up_kg), self._share(carrier, up_kg)
        falls, taken = self._trips(down_kg), self._share(carrier, down_kg)
        rounds, pause = max(trips, falls, 1), self.settings.handling_s
        climbs = [self._walk(up, brought if n < trips else 0.0) for n in range(rounds)]
        sinks = [self._walk(down, taken if n < falls else 0.0) for n in range(rounds)]
        return Tour(
            up=trips,
            down=falls,
            up_kg=brought,
            down_kg=taken,
            up_s=self._walk(up, brought),
            down_s=self._walk(down, taken),
            before_s=self._walk(to_point),
            after_s=self._walk(to_point.back),
            stays_s=self.settings.handover_s + sum(climbs) + sum(sinks) + rounds * pause,
            metres=2 * to_point.metres + 2 * rounds * self.meeting.up.metres,
            handed=(self.settings.handover_s + climbs[0], sinks[-1]),
        )

    def _meets(
        self, shift: Shift, tour: Tour, light: Window, service: int, *, waits: bool
    ) -> tuple[Window, ...]:
        """Return when a car may serve the meeting place, as far as one carrier allows."""
        if tour.metres > shift.metres:
            return ()
        free = shift.within(light)
        found = tuple((o + tour.before_s, c - tour.after_s) for o, c in free)
        if waits and tour.handed:
            begin, end = tour.handed[0], tour.handed[1] + service - tour.stays_s
            hours = ((opens - begin, closes + end) for opens, closes in self.windows)
            return _both(found, tuple(hours), service)
        if tour.picked:
            begin, end = tour.picked
            hours = ((opens + begin, closes + end + service) for opens, closes in self.windows)
            found = _both(found, tuple(hours), service)
        if tour.handed:
            begin, end = tour.handed
            hours = ((opens - begin - service, closes - end) for opens, closes in self.windows)
            found = _both(found, tuple(hours), service)
        return found


def whole(carrier: Carrier) -> Shift:
    """Return all that a carrier has on a day."""
    return Shift(windows=((carrier.starts, carrier.ends),), metres=carrier.metres)


def _both(a: Sequence[Window], b: Sequence[Window], service: int) -> tuple[Window, ...]:
    """Return what lies in windows of both and is long enough for the service, ascending.

    None of them lies within another.
    """
    pairs = ((max(x[0], y[0]), min(x[1], y[1])) for x in a for y in b)
    found: list[Window] = []
    for opens, closes in sorted({(o, -c) for o, c in pairs if c - o >= service}):
        if not found or -closes > found[-1][1]:
            found.append((opens, -closes))
    return tuple(found)
