"""A timetable in words: dates and times as they stand on pages and prints, in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from bookcar.phrases import Language, Phrases
from bookcar.timetable import Timetable, TimetableStop
from bookcar.web.text import printable
from bookcar.web.times import time_text


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """When the car comes to a stop at one time of day: the weekdays, the hours and the dates."""

    weekdays: str
    times: str
    car: str
    dates: tuple[dt.date, ...]


class Words:
    """The words of one timetable in one language."""

    def __init__(self, timetable: Timetable, language: Language | None = None) -> None:
        self.timetable = timetable
        self.say = Phrases(language or timetable.language)

    def __call__(self, key: str, **figures: object) -> str:
        """Return a phrase of the timetable."""
        return self.say(f"timetable.{key}", **figures)

    @property
    def span(self) -> str:
        """Its first and last day, with their years."""
        first, last = self.day(self.timetable.first), self.day(self.timetable.last)
        return self("span", first=first, last=last)

    def day(self, day: dt.date) -> str:
        """Return a day with its year."""
        return self("day", day=day.day, month=self.say(f"figures.month-{day.month}"), year=day.year)

    def short(self, day: dt.date) -> str:
        """Return a day without its year."""
        return self("short-day", day=day.day, month=self.say(f"figures.month-{day.month}"))

    def weekday(self, number: int) -> str:
        """Return a weekday in full."""
        return self.say(f"manifests.weekday-{number}")

    def time(self, seconds: int) -> str:
        """Return a time of day."""
        return time_text(seconds, self.say, self.timetable.clock)

    def times(self, begin: int, leave: int) -> str:
        """Return from when to when."""
        return f"{self.time(begin)}–{self.time(leave)}"

    def car(self, vehicle: str) -> str:
        """Return what a vehicle is called."""
        return printable(self.timetable.vehicles_by_id[vehicle].name or vehicle)

    def area(self, name: str) -> str:
        """Return what a township is called: by its English name where English is spoken."""
        english = self.timetable.areas_en or {}
        return printable(english.get(name, name) if self.say.language == "en" else name)

    def dates(self, dates: Iterable[dt.date]) -> str:
        """Return dates one after the other."""
        return self.say("figures.comma").join(map(self.short, dates))

    def occasions(self, stop: TimetableStop) -> tuple[Occasion, ...]:
        """Return when the car comes to a stop, by car and time of day, the most visits first."""
        visits = self.timetable.visits_by_stop[stop.id]
        keyed = sorted(((v.begin, v.leave, r.vehicle), r.date) for r, v in visits)
        found = []
        for (begin, leave, vehicle), group in groupby(keyed, key=lambda pair: pair[0]):
            dates = tuple(date for _, date in group)
            found.append(
                Occasion(
                    weekdays=self._weekdays(dates),
                    times=self.times(begin, leave),
                    car=self.car(vehicle),
                    dates=dates,
                )
            )
        return tuple(sorted(found, key=lambda one: (-len(one.dates), one.dates)))

    def _weekdays(self, dates: Sequence[dt.date]) -> str:
        days = sorted({date.weekday() for date in dates})
        return self.say("figures.and").join(map(self.weekday, days))


def by_area(stops: Iterable[TimetableStop]) -> list[tuple[str, list[TimetableStop]]]:
    """Return stops by township in their order, each township's by name; without one at the end."""
    areas: dict[str, list[TimetableStop]] = {}
    for stop in stops:
        areas.setdefault(stop.area, []).append(stop)
    named = [(area, own) for area, own in areas.items() if area]
    rest = [(area, own) for area, own in areas.items() if not area]
    return [(area, sorted(own, key=lambda s: (s.name, s.id))) for area, own in (*named, *rest)]
