"""The manifests as one PDF: the sheets go to the typst template as JSON, never as code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from bookcar.manifests.fonts import Typeface, typeface
from bookcar.manifests.navigation import qr_svg
from bookcar.manifests.sheet import RouteSheet, WeekSheet
from bookcar.manifests.typesetting import text_in, typeset
from bookcar.phrases import Language, Phrases
from bookcar.web.paper import PAPERS
from bookcar.web.text import wrapped

# The narrowest column each text stands in, in ems of its type there.
_COLUMN_EMS = {"id": 7.0, "stop": 6.0, "audience": 7.5, "detail": 7.5, "area": 7.5}
_COLUMN_EMS |= {"author": 8.4, "call": 7.2, "isbn": 8.4, "title": 15.0}
_OTHER_EMS = 10.0
Item = dict[str, Any]
"""What a label, poster or list says, by the names its template uses; ``place`` is where it is from.

Texts, and lists and dicts of texts; ``qr`` is a code as SVG, ``map`` one whose words are figures.
"""
_PICTURES = ("qr", "map")

_LABELS_OF_COMMON = ("stop", "batch", "vehicle", "driver")


def manifests_pdf(
    week: WeekSheet,
    *,
    maps: Sequence[str],
    profiles: Sequence[str] = (),
    font: Path | None = None,
) -> bytes:
    """Return the manifests of all routes as a tagged PDF (PDF/UA-1), always the same bytes.

    Parameters
    ----------
    maps
        The map of each route as SVG.
    profiles
        The profile of each route as SVG, empty where there is none.
    font
        A font file to be used before all others.

    Raises
    ------
    MissingToolError
        If no font has a character of the document.
    """
    labels = _labels(week.language)
    template = _template("manifest.typ")
    texts = {"the form itself": text_in(labels) + template.decode(), **_texts(week)}
    texts["the townships on the maps"] = "".join(maps)
    with typeface(texts, language=week.language, font=font) as face:
        pictures = list(zip(maps, profiles or ("",) * len(maps), strict=True))
        return typeset(template, _data(week, labels, pictures, face), day=week.monday, face=face)


def items_pdf(
    template_name: str, week: WeekSheet, items: Sequence[Item], *, font: Path | None = None
) -> bytes:
    """Return a tagged PDF of things that are all alike, by a template of their own.

    Raises
    ------
    MissingToolError
        If no font has a character of the document.
    """
    labels = _labels(week.language)
    template = _template(template_name)
    bare = msgspec.structs.replace(week, routes=(), unserved=())
    texts = {"the form itself": text_in(labels) + template.decode()}
    texts["the plan"] = text_in(msgspec.to_builtins(bare))
    for item in items:
        said = "".join(text_in(value) for key, value in item.items() if key not in _PICTURES)
        texts[item["place"]] = texts.get(item["place"], "") + said
    with typeface(texts, language=week.language, font=font) as face:
        data = {**_frame(bare, labels, face), "items": [_printed(item) for item in items]}
        text = json.dumps(data, ensure_ascii=False)
        return typeset(template, text, day=week.monday, face=face)


def _printed(item: Item) -> Item:
    return {k: value if k in _PICTURES else _wrapped(value, k) for k, value in item.items()}


def _template(name: str) -> bytes:
    return resources.files("bookcar.manifests").joinpath(name).read_bytes()


def _labels(language: Language) -> dict[str, str]:
    say = Phrases(language)
    common = {key: say(f"common.{key}") for key in _LABELS_OF_COMMON}
    return common | say.topic("manifests")


def _data(
    week: WeekSheet,
    labels: dict[str, str],
    pictures: Sequence[tuple[str, str]],
    face: Typeface,
) -> str:
    frame = _frame(week, labels, face)
    shown = frame["week"]
    for route, sheet, drawn in zip(shown["routes"], week.routes, pictures, strict=True):
        route["map"], route["profile"] = drawn
        for row, stop in zip(route["rows"], sheet.rows, strict=True):
            row["qr"] = qr_svg(stop.code)
            if stop.reload is not None:
                row["reload"]["qr"] = qr_svg(stop.reload.code)
    return json.dumps(frame, ensure_ascii=False)


def _frame(week: WeekSheet, labels: dict[str, str], face: Typeface) -> dict[str, Any]:
    """Return what every template takes: labels, the week, fonts and the date of the document."""
    return {
        "labels": labels,
        "week": _wrapped(msgspec.to_builtins(week)),
        "families": [{"name": family.name, "covers": family.covers} for family in face.families],
        "paper": msgspec.to_builtins(PAPERS[week.paper]),
        "date": {"year": week.monday.year, "month": week.monday.month, "day": week.monday.day},
    }


def _wrapped(value: Any, key: str = "") -> Any:
    """Return the sheets with places to break in words too long for the column they stand in."""
    if isinstance(value, str):
        return wrapped(value, _COLUMN_EMS.get(key, _OTHER_EMS))
    if isinstance(value, dict):
        return {name: _wrapped(item, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_wrapped(item, key) for item in value]
    return value


def _texts(week: WeekSheet) -> dict[str, str]:
    """Return everything the sheets say, by where it comes from, for the search of fonts."""
    texts: dict[str, str] = {}
    for route in week.routes:
        texts.update(_texts_of_route(route))
    for row in week.unserved:
        texts[f"{row.stop} (unserved.csv)"] = text_in(msgspec.to_builtins(row))
    bare = msgspec.structs.replace(week, routes=(), unserved=())
    return {**texts, "the plan": text_in(msgspec.to_builtins(bare))}


def _texts_of_route(route: RouteSheet) -> Iterator[tuple[str, str]]:
    for row in route.rows:
        yield f"{row.stop} ({route.id})", text_in(msgspec.to_builtins(row))
    parts = tuple(msgspec.structs.replace(part, rows=()) for part in route.parts)
    bare = msgspec.structs.replace(route, rows=(), parts=parts)
    yield f"route {route.id}", text_in(msgspec.to_builtins(bare))
