"""All weeks of a district: what each was like, and how it differs from the one before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import msgspec

from bookcar.pages.tables import table
from bookcar.phrases import Language, Phrases
from bookcar.plan import Totals
from bookcar.web.figures import change_of, counted, kilometres, lasting
from bookcar.web.markup import Child, bdi, document, join, link, tag
from bookcar.web.text import printable
from bookcar.weeks import parse_week, week_name

FILE = "index.html"


class WeekLine(msgspec.Struct, frozen=True, kw_only=True):
    """What the index says of a week: fields of its ``plan.json`` by the same names.

    ``totals`` is None for a plan that cannot be read.
    """

    week: str
    totals: Totals | None
    district: str = ""
    district_en: str = ""


def weeks_in(folder: Path) -> list[WeekLine]:
    """Return the weeks planned in a district's folder in order."""
    plans = sorted(folder.glob("[0-9]*-W[0-9]*/plan.json"))
    found = [_read(path) for path in plans]
    return [line for line, path in zip(found, plans, strict=True) if line.week == path.parent.name]


def _read(path: Path) -> WeekLine:
    try:
        return msgspec.json.decode(path.read_bytes(), type=WeekLine)
    except (OSError, ValueError):  # what msgspec raises is one
        return WeekLine(week=path.parent.name, totals=None)


def weeks_page(weeks: Sequence[WeekLine], *, language: Language, maps: str | None) -> str:
    """Return the page of all weeks, the latest first.

    Parameters
    ----------
    maps
        The folder of the district's maps as seen from the page; None for no links to maps.
    """
    say = Phrases(language)
    name, english = (weeks[-1].district, weeks[-1].district_en) if weeks else ("", "")
    heads = ("week", "served", "left", "routes", "km", "hours", "books", "links")
    befores = {week.week: week.totals for week in weeks}
    rows = [_row(week, befores.get(_before(week)), say, maps) for week in reversed(weeks)]
    shown = table([say(f"pages.weeks-{key}") for key in heads], rows, numbers=range(1, 7))
    title = say("pages.weeks")
    return document(
        tag(
            "header",
            tag("p", bdi(printable(name)), " ", bdi(printable(english))),
            tag("h1", title),
        ),
        tag("main", tag("p", say("pages.weeks-note")), shown),
        tag("footer", tag("p", say("common.internal"))),
        title=f"{title} {printable(name)}".strip(),
        language=language,
        css=resources.files("bookcar.pages").joinpath("week.css").read_text("utf-8"),
    )


def _before(week: WeekLine) -> str:
    return week_name(parse_week(week.week) - dt.timedelta(days=7))


def _row(week: WeekLine, then: Totals | None, say: Phrases, maps: str | None) -> list[Child]:
    monday = parse_week(week.week)
    sunday = monday + dt.timedelta(days=6)
    dates = say("pages.dates", first=monday.isoformat(), last=sunday.isoformat())
    name = join(link(week.week, f"{week.week}/index.html"), " ", tag("small", dates))
    if week.totals is None:
        return [name, tag("em", say("pages.weeks-unread")), *[""] * 6]
    figures = _figures(week.totals, say)
    befores = [None] * len(figures) if then is None else _figures(then, say)
    cells = [
        join(text, " ", change_of(figure - old[1], unit, say)) if old else text
        for (text, figure, unit), old in zip(figures, befores, strict=True)
    ]
    links = [link(say("pages.weeks-open"), f"{week.week}/index.html")]
    if maps is not None:
        links.append(link(say("pages.map"), f"{maps}/{week.week}/routes.html"))
    return [name, *cells, join(*(child for item in links for child in (item, " ")))]


def _figures(totals: Totals, say: Phrases) -> list[tuple[str, int, int]]:
    """Return each figure as text, as a number, and the unit of its change."""
    left = totals.due - totals.served
    return [
        (f"{counted(totals.served, say)} / {counted(totals.due, say)}", totals.served, 1),
        (counted(left, say), left, 1),
        (counted(totals.routes, say), totals.routes, 1),
        (kilometres(totals.metres, say), totals.metres, 1_000),
        (lasting(totals.seconds, say), totals.seconds, 3_600),
        (counted(totals.books, say), totals.books, 1),
    ]
