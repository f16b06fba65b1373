"""Cells that say days, times, weeks and cars together: ``Tuesdays, 4.00 - 4.30pm``."""

from __future__ import annotations

import re

import msgspec

from bookcar.inputs import rules_times

_WEEK = re.compile(r"\b(?:week|wk|woche|semaine|semana|settimana|viikko|uke)\s*([1-9][0-9]?)\b")
_CAR = re.compile(r"\b((?:mobile|van|bus|bibliobus|fahrzeug|bil)\s*[0-9a-z]{1,3})\b")
_OSM_WEEKS = re.compile(r"\bweek\s*0?([12])-5[23]/2\b")
_OSM_NTH = re.compile(r"\b(mo|tu|we|th|fr|sa|su)\[(-?[1-5])\]", re.IGNORECASE)
_OSM_OFF = re.compile(r";?\s*\b(?:PH|SH)\s+off\b")
_NTH = {"1": "1st", "2": "2nd", "3": "3rd", "4": "4th", "5": "5th", "-1": "last"}
_LONGEST_STAY_S = 4 * 3600


class When(msgspec.Struct, frozen=True):
    """What such a cell says: spans of time, days or a rule, a week of a cycle, and a car."""

    spans: tuple[tuple[int, int], ...] = ()
    days: str = ""
    week: str = ""
    vehicle: str = ""

    @property
    def may_be_stay(self) -> bool:
        """Whether it is one span, as short as a stay."""
        return len(self.spans) == 1 and 0 < self.spans[0][1] - self.spans[0][0] <= _LONGEST_STAY_S


def read_when(text: str) -> When:
    """Take such a cell apart; what is no span, week or car is left as days."""
    plain = _of_osm(text)
    spans = tuple(rules_times.spans(plain))
    rest = rules_times.without_spans(plain) if spans else plain.casefold()
    week, car = _WEEK.search(rest), _CAR.search(rest)
    rest = _CAR.sub(" ", _WEEK.sub(" ", rest))
    days = re.sub(r"\s+", " ", rest).strip(" ,;:.()-")
    days = re.sub(r"^(?:on|every|jeden|le|el|il)\s+(?=\w+$)", "", days)
    return When(
        spans=spans,
        days=days,
        week=week[1] if week else "",
        vehicle=car[1].title() if car else "",
    )


def _of_osm(text: str) -> str:
    """Return opening hours of OpenStreetMap in words: every second week, weekdays of the month."""
    found = _OSM_OFF.sub("", text)
    found = _OSM_WEEKS.sub(lambda m: "odd weeks" if m[1] == "1" else "even weeks", found)
    return _OSM_NTH.sub(lambda m: f"{_NTH.get(m[2], m[2])} {m[1]}", found)
