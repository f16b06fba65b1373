"""Roads that are open at some times only: what their tags say, and whether they are open then.

https://wiki.openstreetmap.org/wiki/Conditional_restrictions gives the form
``value @ (condition); value @ (condition)``, where the last one that holds counts; a condition of
time is written as opening hours are, and read by the library `opening_hours`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

from opening_hours import OpeningHours, validate

from bookcar.model import RoadProfile
from bookcar.roads import quantities
from bookcar.roads.access import CAR_KEYS, Tags, access, value_access

State = Literal["open", "shut", "unclear"]
"""``unclear``: open, but a condition that nobody can evaluate may shut it."""
Truth = Literal["never", "sometimes", "always", "unknown"]

STEP = dt.timedelta(minutes=15)
_SEASONS = ("seasonal", "ice_road", "winter_road", "tidal")
_KEYS = tuple(f"{key}:conditional" for key in CAR_KEYS)

# Months in which such a road is there, north of the equator; half a year later south of it.
_MONTHS: Mapping[str, range] = {"summer": range(5, 11), "winter": range(12, 16)}

_CLAUSE = re.compile(
    r"\s*([\w;]+?)\s*@\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|([^;()]+))\s*(?:;|$)"
)
_COMPARED = re.compile(r"^(weight|height|width|length|axleload)\s*(<=|>=|<|>|=)\s*(.+)$")
_HOLIDAYS = re.compile(r"\b[PS]H\b")


def condition(tags: Tags) -> str:
    """Return all that tags say of when a car may use a way or pass a gate; empty for nothing.

    A line ``key=value`` each; the first says what holds where no condition does.
    """
    lines = [f"{key}={tags[key]}" for key in _KEYS if key in tags]
    lines += [f"{key}={tags[key]}" for key in _SEASONS if tags.get(key, "no") != "no"]
    if "barrier" in tags and "opening_hours" in tags:
        lines.append(f"opening_hours={tags['opening_hours']}")
    if not lines:
        return ""
    base = "shut" if access(tags, CAR_KEYS) == "shut" else "open"
    return "\n".join([f"otherwise={base}", *lines])


@dataclass(frozen=True, kw_only=True)
class Times:
    """When cars are out: spans of local time, and which half of the globe they are in."""

    spans: tuple[tuple[dt.datetime, dt.datetime], ...]
    north: bool

    @classmethod
    def of(cls, dates: Sequence[dt.date], *, starts: int, ends: int, latitude: float) -> Times:
        """Return the times from ``starts`` to ``ends`` (seconds after midnight) of some days."""
        midnights = (dt.datetime.combine(date, dt.time()) for date in dates)
        spans = tuple(
            (day + dt.timedelta(seconds=starts), day + dt.timedelta(seconds=ends))
            for day in midnights
        )
        return cls(spans=spans, north=latitude >= 0)

    def moments(self) -> list[dt.datetime]:
        """Return a moment every quarter of an hour."""
        return [
            begin + k * STEP
            for begin, end in self.spans
            for k in range(math.ceil((end - begin) / STEP) + 1)
        ]


def state(text: str, times: Times, profile: RoadProfile) -> State:
    """Return whether a car may use a way at all of some times.

    A road that is shut for an hour of the working day is shut: nobody knows beforehand at which
    minute a car comes by.
    """
    first, *lines = text.splitlines()
    says: State = "shut" if first == "otherwise=shut" else "open"
    for line in lines:
        key, _, value = line.partition("=")
        if key in _SEASONS:
            says = _in_season(says, key, value, times)
        elif key == "opening_hours":
            says = _joined(says, "shut", _opposite(_truth_of_time(value, times)))
        else:
            says = _said(says, value, partial(_truth, times=times, profile=profile))
    return says


def _said(says: State, value: str, truth: Callable[[str], Truth]) -> State:
    """Return what holds once the clauses of a conditional tag are taken into account."""
    clauses = _clauses(value)
    if not clauses and says == "open":
        return "unclear"
    for allowed, text in clauses:
        says = _joined(says, "shut" if value_access(allowed) == "shut" else "open", truth(text))
    return says


def _clauses(value: str) -> list[tuple[str, str]]:
    return [(found[1], found[2] or found[3] or "") for found in _CLAUSE.finditer(value)]


def _joined(says: State, allows: str, holds: Truth) -> State:
    """Return the state where a clause that ``allows`` something holds at some of the times."""
    if allows == "shut":
        if holds in ("always", "sometimes"):
            return "shut"
        return "unclear" if holds == "unknown" and says != "shut" else says
    if holds == "always":
        return "open"
    return says


def _in_season(says: State, key: str, value: str, times: Times) -> State:
    if says == "shut" or key == "tidal":
        return "shut" if says == "shut" else "unclear"
    season = value if key == "seasonal" else "winter"
    months = _MONTHS.get(season)
    if months is None:
        return "unclear"
    shift = 0 if times.north else 6
    there = {(month - 1 + shift) % 12 + 1 for month in months}
    return says if all(begin.month in there for begin, _ in times.spans) else "shut"


def _truth(text: str, times: Times, profile: RoadProfile) -> Truth:
    """Return when all the parts of a condition hold together."""
    parts = [_truth_of(part.strip(), times, profile) for part in re.split(r"\bAND\b", text)]
    order: tuple[Truth, ...] = ("never", "unknown", "sometimes", "always")
    return min(parts, key=order.index)


def _truth_of(part: str, times: Times, profile: RoadProfile) -> Truth:
    compared = _COMPARED.match(part)
    if compared:
        return _truth_of_size(*compared.groups(), profile=profile)
    return _truth_of_time(part, times)


def _truth_of_size(name: str, sign: str, figure: str, *, profile: RoadProfile) -> Truth:
    """Compare the car; where its profile says nothing, it is as small as need be."""
    limit = (quantities.tonnes if name in ("weight", "axleload") else quantities.metres)(figure)
    own = {
        "weight": profile.weight_t,
        "axleload": profile.axle_t,
        "height": profile.height_m,
        "width": profile.width_m,
        "length": profile.length_m,
    }[name]
    if limit is None:
        return "unknown"
    if own is None:
        return "always" if sign.startswith("<") else "never"
    holds = {
        "<": own < limit,
        "<=": own <= limit,
        ">": own > limit,
        ">=": own >= limit,
        "=": own == limit,
    }[sign]
    return "always" if holds else "never"


def _truth_of_time(text: str, times: Times) -> Truth:
    if not text or _HOLIDAYS.search(text) or not validate(text):
        return "unknown"
    hours = _hours(text)
    inside = {hours.is_open(moment) for moment in times.moments()}
    if inside == {True, False}:
        return "sometimes"
    return "always" if inside == {True} else "never"


@cache
def _hours(text: str) -> OpeningHours:
    return OpeningHours(text)


def _opposite(holds: Truth) -> Truth:
    """Return when a gate is shut, of when it is open."""
    other: dict[Truth, Truth] = {"never": "always", "always": "never"}
    return other.get(holds, holds)
