"""Posters and cards of the public stops: the car, where it stands, and when it comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

from bookcar.manifests.navigation import qr_svg
from bookcar.phrases import Language
from bookcar.published.calendar_code import calendar_codes
from bookcar.published.village_list import printed
from bookcar.published.words import Words, by_area
from bookcar.timetable import Timetable, TimetableStop
from bookcar.web.minimap import Roads
from bookcar.web.spot import spot_map
from bookcar.web.text import printable

_KEYS = (
    *("poster-title", "poster-heading", "poster-where", "poster-phone", "poster-note"),
    *("poster-next", "poster-code", "poster-map", "poster-colon"),
)
NEXT = 3
"""Dates in the largest type on a poster."""
ON_CARD = 6
"""Dates on a card."""


def posters_pdf(
    timetable: Timetable,
    *,
    roads: Roads | None = None,
    language: Language | None = None,
    font: Path | None = None,
) -> bytes:
    """Return a page for each public stop, with all its dates, by township and name.

    A tagged PDF (PDF/UA-1), always the same bytes. The code on each puts the dates into the
    calendar of a phone.

    Parameters
    ----------
    roads
        The roads of the district, for the little maps; none are drawn without.

    Raises
    ------
    MissingToolError
        If no font has a character.
    """
    return _printed("posters.typ", timetable, roads=roads, language=language, font=font)


def cards_pdf(
    timetable: Timetable,
    *,
    roads: Roads | None = None,
    language: Language | None = None,
    font: Path | None = None,
) -> bytes:
    """Return a card for each public stop, four on a sheet to be cut (A6 on A4), to take home.

    The rest is as in `posters_pdf`.
    """
    return _printed("cards.typ", timetable, roads=roads, language=language, font=font)


def _printed(
    template: str,
    timetable: Timetable,
    *,
    roads: Roads | None,
    language: Language | None,
    font: Path | None,
) -> bytes:
    words, codes = Words(timetable, language), calendar_codes(timetable)
    public = (stop for stop in timetable.served if stop.public)
    stops = [stop for _, own in by_area(public) for stop in own]
    maps = [spot_map(stop.lon, stop.lat, roads) if roads else "" for stop in stops]
    told: dict[str, Any] = {
        "district": _district(words),
        "posters": [_poster(words, stop) for stop in stops],
        "codes": {
            "qr": [qr_svg(codes[stop.id]) for stop in stops],
            "map": maps,
            "car": resources.files("bookcar.web").joinpath("car.svg").read_text("utf-8"),
        },
        "none": words("poster-none"),
    }
    return printed(template, words, told, keys=_KEYS, font=font)


def _district(words: Words) -> str:
    """Return the name of the district, in English where that is spoken and there is one."""
    timetable = words.timetable
    english = words.say.language == "en" and timetable.district_en
    return printable(timetable.district_en if english else timetable.district)


def _poster(words: Words, stop: TimetableStop) -> dict[str, Any]:
    occasions = words.occasions(stop)
    coming = sorted((day, one.times) for one in occasions for day in one.dates)
    return {
        "name": printable(stop.name),
        "name_en": printable(stop.name_en),
        "landmark": printable(stop.landmark),
        "next": [
            {"weekday": words.weekday(day.weekday()), "day": words.short(day), "times": times}
            for day, times in coming[:ON_CARD]
        ],
        "first": NEXT,
        "more": len(coming) > ON_CARD,
        "occasions": [
            {"when": f"{one.weekdays} {one.times}", "months": _months(words, one.dates)}
            for one in occasions
        ],
    }


def _months(words: Words, dates: Sequence[dt.date]) -> list[dict[str, str]]:
    """Return the dates by month."""
    months = groupby(dates, key=lambda day: (day.year, day.month))
    return [
        {
            "month": words("month", year=year, month=words.say(f"manifests.month-{month}")),
            "days": words.say("figures.comma").join(words("day-of-month", day=d.day) for d in own),
        }
        for (year, month), own in months
    ]
