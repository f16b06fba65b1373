"""What is written of scenarios: a page, a workbook, data, and of each a map and its plans."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from bookcar import __version__
from bookcar.files import staged_folders
from bookcar.maps.compare import GAINED, LOST, compare_map
from bookcar.maps.tiles import tiles_from
from bookcar.phrases import Language, Phrases
from bookcar.roads.basemap import basemap
from bookcar.scenarios.data import what_if_data
from bookcar.scenarios.page import what_if_page
from bookcar.scenarios.run import Outcome
from bookcar.scenarios.words import ROWS, OutcomeWords
from bookcar.weeks import parse_week

PAGE, BOOK, DATA = "what-if.html", "what-if.xlsx", "what-if.json"

_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_what_if(
    found: Sequence[Outcome],
    folder: Path,
    *,
    language: Language | None = None,
    tiles: str = "",
    tiles_credit: str = "",
) -> list[Path]:
    """Write the page, the workbook and the figures as data, and of each scenario a map and plans.

    Whole or not at all; what an earlier run left in the folder goes.

    Raises
    ------
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    base = found[0]
    say = Phrases(language or base.plans[0].language)
    shown = tiles_from(tiles, tiles_credit, page_folder=folder) if tiles else None
    roads = [basemap(one.district) if one.plans else None for one in found[1:]]
    maps = [
        f"{n}-{_slug(one.scenario.name)}.html" if one.plans else ""
        for n, one in enumerate(found[1:], start=1)
    ]
    with staged_folders(folder) as (stage,):
        (stage / PAGE).write_text(what_if_page(found, roads, maps, say), "utf-8", newline="\n")
        (stage / BOOK).write_bytes(workbook(found, say))
        (stage / DATA).write_bytes(what_if_data(found).to_json())
        for outcome, basis, name in zip(found[1:], roads, maps, strict=True):
            if basis is None:
                continue
            page = compare_map(
                base.plan,
                outcome.plan,
                basis,
                areas=outcome.district.areas,
                tiles=shown,
                language=say.language,
            )
            (stage / name).write_text(page, "utf-8", newline="\n")
        for number, outcome in enumerate(found):
            for plan in outcome.plans:
                (stage / f"plan-{number}-{plan.week}.json").write_bytes(plan.to_json())
    return [folder / name for name in (PAGE, BOOK, DATA, *filter(None, maps))]


def _slug(name: str) -> str:
    """Return a name as a part of a file's name."""
    return re.sub(r"[^\w.+-]+", "-", name).strip("-")[:40] or "scenario"


def workbook(found: Sequence[Outcome], say: Phrases) -> bytes:
    """Return the figures of scenarios side by side, and who gains and loses: always the same bytes.

    Figures are numbers; texts stay texts, whatever they begin with.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **_PLAIN})
    monday = parse_week(found[0].plans[0].week)
    title = OutcomeWords(say).title(found)
    created = dt.datetime.combine(monday, dt.time())
    book.set_properties({"title": title, "author": f"bookcar {__version__}", "created": created})
    _figures(book, found, say)
    if len(found[0].plans) > 1:
        _weeks(book, found, say)
    _stops(book, found, say)
    book.close()
    return stream.getvalue()


def _figures(book: xlsxwriter.Workbook, found: Sequence[Outcome], say: Phrases) -> None:
    words = OutcomeWords(say)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    whole = book.add_format({"num_format": "#,##0"})
    tenth = book.add_format({"num_format": "#,##0.0"})
    page = book.add_worksheet(say("scenarios.sheet-figures"))
    page.set_column(0, 0, 30)
    page.set_column(1, len(found), 18)
    page.freeze_panes(1, 1)
    for column, outcome in enumerate(found, start=1):
        page.write_string(0, column, words.name(outcome), bold)
        page.write_string(len(ROWS) + 2, column, "\n".join(outcome.scenario.changes), wrap)
        if outcome.impossible is not None:
            page.write_string(1, column, words.why_not(outcome), wrap)
    page.write_string(len(ROWS) + 2, 0, say("scenarios.changes"), bold)
    for row, (key, of, form) in enumerate(ROWS, start=1):
        page.write_string(row, 0, words.row(key, found))
        for column, outcome in enumerate(found, start=1):
            value = None if outcome.figures is None else of(outcome.figures)
            if value is not None:
                page.write_number(row, column, value, whole if form == ",d" else tenth)


def _weeks(book: xlsxwriter.Workbook, found: Sequence[Outcome], say: Phrases) -> None:
    words = OutcomeWords(say)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    tenth = book.add_format({"num_format": "#,##0.0"})
    page = book.add_worksheet(say("scenarios.sheet-weeks"))
    page.set_column(0, 1, 18)
    page.freeze_panes(1, 2)
    heads = ("scenario", "week", "due", "served", "late", "visits", "km", "promised", "kept")
    for column, head in enumerate(heads):
        page.write_string(0, column, say(f"scenarios.head-{head}"), bold)
    rows = [(words.name(outcome), one) for outcome in found for one in outcome.by_week]
    for row, (name, one) in enumerate(rows, start=1):
        page.write_string(row, 0, name)
        page.write_string(row, 1, one.week)
        for column, head in enumerate(heads[2:], start=2):
            if head == "km":
                page.write_number(row, column, one.metres / 1000, tenth)
            else:
                page.write_number(row, column, getattr(one, head))


def _stops(book: xlsxwriter.Workbook, found: Sequence[Outcome], say: Phrases) -> None:
    words = OutcomeWords(say)
    bold = book.add_format({"bold": True})
    page = book.add_worksheet(say("scenarios.sheet-stops"))
    page.set_column(0, 4, 24)
    for column, head in enumerate(("scenario", "change", "stop", "name", "people")):
        page.write_string(0, column, say(f"scenarios.head-{head}"), bold)
    rows = [
        (words.name(outcome), say(f"scenarios.{key}"), stop)
        for outcome in found[1:]
        for change, key in ((GAINED, "gains"), (LOST, "loses"))
        for stop in outcome.stops(change)
    ]
    for row, (name, change, stop) in enumerate(rows, start=1):
        for column, text in enumerate((name, change, stop.id, words.stop(stop))):
            page.write_string(row, column, text)
        page.write_number(row, 4, stop.people)
