"""The timetable for the public by township and village: as a page, and in print."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from bookcar import __version__
from bookcar.manifests.fonts import typeface
from bookcar.manifests.typesetting import text_in, typeset
from bookcar.phrases import Language
from bookcar.published.page import masthead, style, table
from bookcar.published.words import Words, by_area
from bookcar.timetable import Timetable
from bookcar.web.markup import Child, bdi, document, join, tag
from bookcar.web.paper import PAPERS, page_rule
from bookcar.web.text import printable, wrapped

_EMS = 9.0
_HEADS = ("stop", "weekday", "time", "dates")


def list_page(timetable: Timetable, *, language: Language | None = None) -> str:
    """Return ``list.html``: every public stop by township, with its days, times and dates."""
    words = Words(timetable, language)
    heads = [words(key) for key in _HEADS]
    parts: list[Child] = []
    for area, stops in by_area(s for s in timetable.served if s.public):
        rows: list[list[Child]] = []
        for stop in stops:
            name = join(tag("b", bdi(printable(stop.name))), " ", tag("small", stop.name_en))
            for one in words.occasions(stop):
                times = tag("span", one.times, class_="whole")
                rows.append([name, one.weekdays, times, words.dates(one.dates)])
        parts += [tag("h2", bdi(words.area(area) or words("no-area"))), table(heads, rows)]
    title, phone = words("list-title"), printable(timetable.dispatch_phone)
    return document(
        masthead(words, title),
        tag(
            "main",
            *parts,
            tag("p", words("list-note")),
            tag("p", tag("b", phone)) if phone else None,
        ),
        title=f"{title} {words.span}",
        language=words.say.language,
        css=style() + page_rule(timetable.paper),
    )


def list_pdf(
    timetable: Timetable, *, language: Language | None = None, font: Path | None = None
) -> bytes:
    """Return the same in print, a tagged PDF (PDF/UA-1), always the same bytes.

    Raises
    ------
    MissingToolError
        If no font has a character.
    """
    words = Words(timetable, language)
    areas = [
        {
            "name": words.area(area) or words("no-area"),
            "rows": [
                {
                    "name": printable(stop.name),
                    "name_en": printable(stop.name_en),
                    "weekdays": one.weekdays,
                    "times": one.times,
                    "dates": words.dates(one.dates),
                }
                for stop in stops
                for one in words.occasions(stop)
            ],
        }
        for area, stops in by_area(s for s in timetable.served if s.public)
    ]
    keys = (*_HEADS, "list-title", "list-note")
    return printed("list.typ", words, {"areas": areas}, keys=keys, font=font)


def printed(
    template_name: str,
    words: Words,
    told: dict[str, Any],
    *,
    keys: tuple[str, ...],
    font: Path | None,
) -> bytes:
    """Return a PDF of what is told by a template of this folder; ``keys`` are phrases it says."""
    timetable = words.timetable
    labels = {key: words(key) for key in keys}
    frame = {
        "district": printable(timetable.district),
        "district_en": printable(timetable.district_en),
        "span": words.span,
        "phone": printable(timetable.dispatch_phone),
        "id": timetable.id,
    }
    template = resources.files("bookcar.published").joinpath(template_name).read_bytes()
    said = {key: value for key, value in told.items() if key != "codes"}
    texts = {
        "the form itself": text_in(labels) + template.decode() + words.say("report.page-number")
    }
    texts["the timetable"] = text_in(said) + text_in(frame)
    with typeface(texts, language=words.say.language, font=font) as face:
        data = {
            "labels": labels | {"page": words.say("report.page-number")},
            "frame": frame,
            **_wrapped(said),
            "codes": told.get("codes", []),
            "language": words.say.language,
            "version": __version__,
            "families": [{"name": f.name, "covers": f.covers} for f in face.families],
            "paper": msgspec.to_builtins(PAPERS[timetable.paper]),
            "date": {
                "year": timetable.first.year,
                "month": timetable.first.month,
                "day": timetable.first.day,
            },
        }
        whole = json.dumps(data, ensure_ascii=False)
        return typeset(template, whole, day=timetable.first, face=face)


def _wrapped(value: Any) -> Any:
    """Return texts with places to break in words too long for the column they stand in."""
    if isinstance(value, str):
        return wrapped(value, _EMS)
    if isinstance(value, dict):
        return {name: _wrapped(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_wrapped(item) for item in value]
    return value
