"""Posters for notice boards: a page for each public stop, with all its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from bookcar.manifests.navigation import amap_leads, navigation_code, qr_svg
from bookcar.phrases import Language
from bookcar.published.village_list import printed
from bookcar.published.words import Words
from bookcar.timetable import Timetable, TimetableStop
from bookcar.web.text import printable

_KEYS = ("poster-title", "poster-heading", "poster-where", "poster-phone", "poster-note")


def posters_pdf(
    timetable: Timetable, *, language: Language | None = None, font: Path | None = None
) -> bytes:
    """Return the posters by township and name, a tagged PDF (PDF/UA-1), always the same bytes.

    The code on each leads to the stop.

    Raises
    ------
    MissingToolError
        If no font has a character.
    """
    words = Words(timetable, language)
    stops = [stop for stop in timetable.served if stop.public]
    told: dict[str, Any] = {
        "posters": [_poster(words, stop) for stop in stops],
        "codes": [qr_svg(_code(timetable, stop)) for stop in stops],
        "none": words("poster-none"),
    }
    return printed("posters.typ", words, told, keys=_KEYS, font=font)


def _code(timetable: Timetable, stop: TimetableStop) -> str:
    amap = amap_leads(stop.lon, stop.lat, timetable.time_zone)
    return navigation_code(stop.lon, stop.lat, stop.name, amap=amap)


def _poster(words: Words, stop: TimetableStop) -> dict[str, Any]:
    return {
        "name": printable(stop.name),
        "name_en": printable(stop.name_en),
        "landmark": printable(stop.landmark),
        "occasions": [
            {"when": f"{one.weekdays} {one.times}", "months": _months(words, one.dates)}
            for one in words.occasions(stop)
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
