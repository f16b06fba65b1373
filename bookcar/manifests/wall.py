"""The week on one large sheet to pin to the wall: days by cars, whom to call, who is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from bookcar.manifests.pdf import Item, items_pdf
from bookcar.manifests.sheet import RouteSheet, UnservedRow, WeekSheet
from bookcar.phrases import Phrases
from bookcar.web.text import cut

MOST_LEFT = 90
"""So many stops left out are named in the margin; of more the number."""
_NAME = 24  # characters of a name


def wall_pdf(week: WeekSheet, *, font: Path | None = None) -> bytes:
    """Return the week on one sheet of A3, or tabloid where the paper is Letter.

    Stops stand in the order of each route like those of an underground line, the more there are the
    smaller.

    Raises
    ------
    MissingToolError
        If no font has a character.
    """
    say = Phrases(week.language)

    def month(day: dt.date) -> str:
        return say(f"figures.month-{day.month}")

    days = sorted({route.date for route in week.routes})
    cars = list(dict.fromkeys(route.vehicle_id for route in week.routes))
    by_day = {(route.vehicle_id, route.date): route for route in week.routes}
    rows = [
        {
            **_car(next(route for route in week.routes if route.vehicle_id == car)),
            "cells": [_cell(by_day.get((car, day)), say) for day in days],
        }
        for car in sorted(cars)
    ]
    item: Item = {
        "place": "wall.pdf",
        "title": say("manifests.wall-title", week=week.week),
        "sum": say(
            "manifests.wall-sum",
            routes=len(week.routes),
            served=week.served,
            due=week.due,
            km=week.km.text,
            books=week.books,
        ),
        "days": [
            {
                "weekday": say(f"manifests.weekday-{day.weekday()}"),
                "date": say("timetable.short-day", day=day.day, month=month(day)),
            }
            for day in days
        ],
        "rows": rows,
        "left": [*_left(week.unserved, say)],
        "left_title": say("manifests.wall-left", count=len(week.unserved)),
    }
    return items_pdf("wall.typ", week, [item], font=font)


def _car(route: RouteSheet) -> dict[str, str]:
    """Return who drives a car and how to reach them."""
    return {
        "car": route.vehicle,
        "driver": route.driver,
        "phone": route.driver_phone,
    }


def _cell(route: RouteSheet | None, say: Phrases) -> dict[str, object]:
    """Return what a car does on a day; nothing where it stays at home."""
    if route is None:
        return {"route": "", "about": "", "stops": [], "back": ""}
    figures = {"km": route.km.text, "books": route.drop_books}
    return {
        "route": route.id,
        "out": route.depart.text,
        "back": route.back.text,
        "about": say("manifests.wall-about", **figures),
        "stops": [
            {
                "number": str(row.number),
                "time": row.arrive.text,
                "name": cut(row.called, _NAME),
                "phone": row.phone,
            }
            for row in route.rows
        ],
    }


def _left(rows: Sequence[UnservedRow], say: Phrases) -> Iterator[dict[str, str]]:
    """Yield the stops left out by reason, the reason of most first."""
    ordered = sorted(rows, key=lambda row: row.reason)
    groups = [(reason, list(own)) for reason, own in groupby(ordered, key=lambda r: r.reason)]
    room = MOST_LEFT
    for reason, own in sorted(groups, key=lambda pair: (-len(pair[1]), pair[0])):
        shown = own[: max(room, 0)]
        room -= len(shown)
        names = tuple(cut(row.called, _NAME) for row in shown)
        text = say("figures.comma").join(names)
        more = len(own) - len(shown)
        if more:
            text = say("figures.more", names=text, count=more) if names else ""
        yield {
            "reason": say(f"reasons.short-{reason}"),
            "count": str(len(own)),
            "names": text,
        }
