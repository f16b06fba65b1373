"""The week as a workbook: routes, visits, batches to load, unserved stops, figures."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format

from bookcar.manifests import fill_in
from bookcar.manifests.sheet import (
    BatchLine,
    Figure,
    ReloadRow,
    RouteSheet,
    StopRow,
    TitleList,
    WeekSheet,
)
from bookcar.model import Clock
from bookcar.phrases import Phrases
from bookcar.records.visits import PlannedVisit
from bookcar.web.paper import PAPERS

Cell = str | int | Figure | dt.date | None

_CLOCKS: Mapping[Clock, str] = {"24h": "[hh]:mm", "12h": "h:mm AM/PM"}
_LONGEST = 32_767  # characters in a cell
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Column:
    """A column: its heading's phrase, its width in characters, how its cells look."""

    key: str
    width: float
    look: str = "text"


_ROUTES = (
    Column("route-id", 7),
    Column("date", 11, "date"),
    Column("weekday", 6),
    Column("common.vehicle", 18),
    Column("common.driver", 16),
    Column("phone", 16),
    Column("stops", 7, "number"),
    Column("reloads", 7, "number"),
    Column("depart", 9, "clock"),
    Column("back", 9, "clock"),
    Column("hours", 8, "time"),
    Column("max-hours", 8, "time"),
    Column("figure-km", 9, "km"),
    Column("max-km", 9, "km"),
    Column("climb", 8, "number"),
    Column("peak", 10, "number"),
    Column("max-books", 10, "number"),
    Column("drop-batches", 9, "number"),
    Column("drop-books", 9, "number"),
    Column("collect-batches", 9, "number"),
    Column("collect-books", 9, "number"),
    Column("driving", 9, "time"),
    Column("service", 9, "time"),
    Column("waiting", 9, "time"),
)
_VISITS = (
    Column("route-id", 7),
    Column("date", 11, "date"),
    Column("number", 5, "number"),
    Column("arrive", 8, "clock"),
    Column("begin", 8, "clock"),
    Column("leave", 8, "clock"),
    Column("stop-id", 9),
    Column("name", 22),
    Column("name-en", 22),
    Column("kind", 10),
    Column("township", 14),
    Column("landmark", 20),
    Column("contact", 14),
    Column("phone", 17),
    Column("leg-km", 7, "km"),
    Column("total-km", 7, "km"),
    Column("drop-batches", 18),
    Column("drop-books", 8, "number"),
    Column("collect-batches", 18),
    Column("collect-books", 8, "number"),
    Column("books-aboard", 9, "number"),
    Column("requests", 20),
    Column("to-find", 20),
    Column("note", 24),
)
_BATCHES = (
    Column("route-id", 7),
    Column("date", 11, "date"),
    Column("common.vehicle", 18),
    Column("load-order", 7, "number"),
    Column("number", 6, "number"),
    Column("stop-id", 9),
    Column("name", 24),
    Column("action", 9),
    Column("batch-id", 16),
    Column("audience", 14),
    Column("books", 8, "number"),
    Column("crates", 8, "number"),
    Column("kg", 8, "number"),
    Column("pick", 8),
    Column("load", 8),
)
_UNSERVED = (
    Column("stop-id", 9),
    Column("name", 24),
    Column("name-en", 24),
    Column("kind", 10),
    Column("township", 14),
    Column("people", 8, "number"),
    Column("every", 16),
    Column("weeks-since", 9, "number"),
    Column("overdue", 9, "number"),
    Column("required", 9),
    Column("reason", 44),
    Column("pages.helps", 60),
)
_TITLES = (
    Column("batch-id", 16),
    Column("number", 6, "number"),
    Column("title-name", 44),
    Column("author", 22),
    Column("call-number", 18),
    Column("isbn", 18),
    Column("copies", 8, "number"),
)
_FIGURES = (Column("figure", 34), Column("value", 60))


def week_workbook(
    week: WeekSheet, *, titles: Sequence[TitleList] = (), visits: Sequence[PlannedVisit] = ()
) -> bytes:
    """Return the workbook, always the same bytes; texts stay texts whatever they begin with.

    The titles of the batches that move have a sheet of their own, if there are any, and the
    ``visits`` one to be filled in.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **_PLAIN})
    created = dt.datetime.combine(week.monday, dt.time())
    title = f"{week.district} {week.week}"
    book.set_properties({"title": title, "author": f"bookcar {week.version}", "created": created})
    writer = _Writer(book, week)
    writer.sheet("sheet-routes", _ROUTES, [_route(r) for r in week.routes], frozen=1)
    writer.sheet("sheet-visits", _VISITS, _visits(week))
    if visits:
        writer.fill_in(visits)
    writer.sheet("sheet-batches", _BATCHES, writer.batches())
    if titles:
        writer.sheet("sheet-titles", _TITLES, [row for t in titles for row in _titles(t)], frozen=1)
    writer.sheet("sheet-unserved", _UNSERVED, writer.unserved(), frozen=2)
    writer.sheet("sheet-figures", _FIGURES, writer.figures(), frozen=1)
    book.close()
    return stream.getvalue()


class _Writer:
    """Writes sheets with the same heading, looks and print set-up."""

    def __init__(self, book: xlsxwriter.Workbook, week: WeekSheet) -> None:
        self.book = book
        self.week = week
        self.say = Phrases(week.language)
        self.looks = _looks(book, week.clock)

    def sheet(
        self,
        key: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        *,
        frozen: int = 3,
    ) -> xlsxwriter.worksheet.Worksheet:
        """Write a sheet with frozen heading, ``frozen`` frozen columns and filters; return it."""
        sheet = self.book.add_worksheet(self.say(f"manifests.{key}"))
        for k, column in enumerate(columns):
            sheet.set_column(k, k, column.width)
            sheet.write_string(0, k, self._heading(column), self.looks["heading"])
        for i, row in enumerate(rows, start=1):
            for k, (cell, column) in enumerate(zip(row, columns, strict=True)):
                self._write(sheet, (i, k), cell, look=column.look)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        sheet.freeze_panes(1, frozen)
        self._print_setup(sheet)
        return sheet

    def fill_in(self, visits: Sequence[PlannedVisit]) -> None:
        """Write the visits with what happened still to be filled in, the status from a list."""
        names = {row.stop: row.name for route in self.week.routes for row in route.rows}
        rows = fill_in.rows(visits, names, self.say)
        columns = [Column(*column) for column in fill_in.columns(visits)]
        sheet = self.sheet("sheet-fill-in", columns, rows)
        chosen = {"validate": "list", "source": fill_in.statuses(self.say)}
        sheet.data_validation(1, fill_in.STATUS, len(rows), fill_in.STATUS, chosen)

    def _heading(self, column: Column) -> str:
        return self.say(column.key if "." in column.key else f"manifests.{column.key}")

    def batches(self) -> list[list[Cell]]:
        """Return the batches to load in loading order, then those to collect in route order."""
        return [row for route in self.week.routes for row in self._batches_of(route)]

    def unserved(self) -> list[list[Cell]]:
        """Return the stops left over; never visited ones say so in words."""
        return [
            [
                *(row.stop, row.name, row.name_en, row.kind, row.area, row.people),
                *(row.every, self._since(row.weeks_since), row.overdue),
                *(self.say("manifests.yes") if row.required else None, row.explanation, row.help),
            ]
            for row in self.week.unserved
        ]

    def figures(self) -> list[list[Cell]]:
        """Return the week in figures and where they come from."""
        week = self.week
        pairs: list[tuple[str, Cell]] = [
            ("district", f"{week.district} {week.district_en}".strip()),
            ("week", week.week),
            ("plan", week.plan_text),
            ("stops", week.stops),
            ("due", week.due),
            ("served", week.served),
            ("unserved", len(week.unserved)),
            ("routes", len(week.routes)),
            ("km", week.km),
            ("hours", week.hours.text),
            ("books", week.books),
            ("dropped", week.dropped),
            ("collected", week.collected),
            ("roads", f"{week.warning} {week.road_note}".strip()),
        ]
        return [[self.say(f"manifests.figure-{key}"), value] for key, value in pairs]

    def _since(self, weeks: int | None) -> Cell:
        return self.say("manifests.never") if weeks is None else weeks

    def _batches_of(self, route: RouteSheet) -> Iterable[list[Cell]]:
        start: list[Cell] = [route.id, route.date, route.vehicle]
        drop, collect = self.say("manifests.drop"), self.say("manifests.collect")
        for part in route.parts:
            action = " · ".join(filter(None, (drop, part.mark)))
            for row in part.rows:
                place: list[Cell] = [row.order, row.number, row.stop, row.name, action]
                yield [*start, *place, *_batch(row.batch), None, None]
        for stop in route.rows:
            place = [None, stop.number, stop.stop, stop.name, collect]
            for batch in stop.collects:
                yield [*start, *place, *_batch(batch), None, None]

    def _write(
        self,
        sheet: xlsxwriter.worksheet.Worksheet,
        at: tuple[int, int],
        cell: Cell,
        *,
        look: str,
    ) -> None:
        if cell is None:
            sheet.write_blank(*at, None, self.looks["text"])
        elif isinstance(cell, str):
            sheet.write_string(*at, cell[:_LONGEST], self.looks["text"])
        elif isinstance(cell, dt.date):
            sheet.write_datetime(*at, cell, self.looks["date"])
        else:
            value = cell.value if isinstance(cell, Figure) else cell
            sheet.write_number(*at, value, self.looks[look])

    def _print_setup(self, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.set_paper(PAPERS[self.week.paper].xlsx)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        note = self.week.warning.replace("&", "&&")[:120]
        sheet.set_footer(f"&L&8{self.week.plan_text} · &A   {note}&R&8&P / &N")


def _looks(book: xlsxwriter.Workbook, style: Clock) -> dict[str, Format]:
    shared = {"border": 1, "border_color": "#999999", "valign": "top", "text_wrap": True}
    formats = {"text": "General", "number": "#,##0", "km": "#,##0.0"}
    formats |= {"time": "[hh]:mm", "clock": _CLOCKS[style], "date": "yyyy-mm-dd"}
    looks = {
        name: book.add_format({**shared, "num_format": number}) for name, number in formats.items()
    }
    heading = {**shared, "bold": True, "bg_color": "#E6E6E6", "valign": "vcenter"}
    return {**looks, "heading": book.add_format(heading)}


def _titles(listed: TitleList) -> Iterable[list[Cell]]:
    for row in listed.rows:
        about = (row.title, row.author, row.call_number, row.isbn, row.copies)
        yield [listed.batch.id, row.number, *about]


def _route(route: RouteSheet) -> list[Cell]:
    return [
        *(route.id, route.date, route.weekday, route.vehicle, route.driver, route.driver_phone),
        *(
            len(route.visits),
            len(route.parts) - 1,
            route.depart,
            route.back,
            route.hours,
            route.max_hours,
        ),
        *(route.km, route.max_km, route.climb, route.peak_books, route.max_books),
        *(route.dropped, route.drop_books, route.collected, route.collect_books),
        *(route.driving, route.service, route.rest),
    ]


def _visits(week: WeekSheet) -> list[list[Cell]]:
    """Return every call of every route in order: visits, and reloads as rows of their own."""
    return [
        _reload(route, call) if isinstance(call, ReloadRow) else _visit(route, call)
        for route in week.routes
        for call in route.calls
    ]


def _visit(route: RouteSheet, row: StopRow) -> list[Cell]:
    return [
        *(route.id, route.date, row.number, row.arrive, row.begin, row.depart),
        *(row.stop, row.name, row.name_en, row.kind, row.area, row.landmark),
        *(row.contact, row.phone, row.leg_km, row.total_km),
        *(_ids(row.drops), row.drop_books, _ids(row.collects), row.collect_books, row.aboard),
        *("\n".join(row.requests), "\n".join(row.to_find), row.note),
    ]


def _reload(route: RouteSheet, row: ReloadRow) -> list[Cell]:
    return [
        *(route.id, route.date, None, row.arrive, row.begin, row.depart),
        *(row.place, row.name, row.name_en, row.title, None, None),
        *(None, row.phone, row.leg_km, row.total_km),
        *(_ids(row.off), row.off_books, _ids(row.on), row.on_books, row.aboard),
        *(None, None, None),
    ]


def _ids(batches: Iterable[BatchLine]) -> str:
    return "\n".join(batch.id for batch in batches)


def _batch(batch: BatchLine) -> list[Cell]:
    return [batch.id, batch.audience, batch.books, batch.crates, batch.kg]
