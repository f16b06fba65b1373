"""Labels for the crates and posters for the stops, as PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from importlib import resources
from pathlib import Path

from bookcar.manifests.navigation import qr_svg
from bookcar.manifests.pdf import Item, items_pdf
from bookcar.manifests.sheet import RouteSheet, StopRow, WeekSheet
from bookcar.manifests.timetable import PRIVATE
from bookcar.phrases import Phrases
from bookcar.web.event_code import calendar, event
from bookcar.web.text import cut

_ON_LABEL = 60  # characters of a name: more would push the route off the label


def labels_pdf(week: WeekSheet, *, font: Path | None = None) -> bytes:
    """Return a label for each crate of the batches to drop, in loading order, ten on a sheet.

    The QR code holds the batch's id and nothing else.

    Raises
    ------
    MissingToolError
        If no font has a character.
    """
    say = Phrases(week.language)
    items = [item for route in week.routes for item in _labels(route, say)]
    return items_pdf("labels.typ", week, items, font=font)


def _labels(route: RouteSheet, say: Phrases) -> Iterator[Item]:
    for part, row in ((p, row) for p in route.parts for row in p.rows):
        stop = say("manifests.label-stop", number=row.number)
        where = f"{route.id} · {route.weekday} {route.date_text} · {stop}"
        for crate in range(1, row.batch.crates + 1):
            yield {
                "place": f"{row.stop} ({route.id})",
                "batch": row.batch.id,
                "text": row.batch.text,
                "detail": row.batch.audience,
                "crate": say("manifests.label-crate", crate=crate, crates=row.batch.crates),
                "name": cut(row.name, _ON_LABEL),
                "where": " · ".join(filter(None, (where, part.mark))),
                "qr": qr_svg(row.batch.id),
            }


def posters_pdf(week: WeekSheet, *, loads: Collection[str] = (), font: Path | None = None) -> bytes:
    """Return a page for every visit that tells the village when the car comes.

    Schools and organisations get none, where nobody from outside may come (as in `timetable.csv`),
    nor do villages to which books are carried on foot (`without_poster` counts them). The code puts
    the visit into a phone's calendar, without a network.

    Parameters
    ----------
    loads
        Ids of stops that stand for loads of events: nobody waits there.

    Raises
    ------
    MissingToolError
        If no font has a character.
    """
    say = Phrases(week.language)
    items = [
        _poster(route, row, say)
        for route in week.routes
        for row in route.rows
        if not _why_none(row, loads)
    ]
    return items_pdf("posters.typ", week, items, font=font)


def without_poster(week: WeekSheet, loads: Collection[str]) -> Counter[str]:
    """Return how many visits have no poster, by why: ``event``, ``foot`` or ``private``."""
    rows = (row for route in week.routes for row in route.rows)
    return Counter(why for row in rows if (why := _why_none(row, loads)))


def _why_none(row: StopRow, loads: Collection[str]) -> str:
    if row.stop in loads:
        return "event"
    if row.on_foot:
        return "foot"
    return "private" if row.kind in PRIVATE else ""


def _span(row: StopRow) -> tuple[int, int]:
    begin, end = (round(24 * 3600 * figure.value) for figure in (row.begin, row.depart))
    return begin, end


def _poster(route: RouteSheet, row: StopRow, say: Phrases) -> Item:
    date = route.date
    figures = {"year": date.year, "month": date.month, "day": date.day}
    weekday = say(f"manifests.weekday-{date.weekday()}")
    return {
        "place": f"{row.stop} ({route.id})",
        "name": row.name,
        "name_en": row.name_en,
        "date": say(
            "manifests.poster-date",
            weekday=weekday,
            month_name=say(f"manifests.month-{date.month}"),
            **figures,
        ),
        "times": f"{row.begin.text}–{row.depart.text}",
        "landmark": row.landmark,
        "qr": qr_svg(calendar(event(row.name, date, *_span(row)))),
        "map": resources.files("bookcar.web").joinpath("car.svg").read_text("utf-8"),
    }
