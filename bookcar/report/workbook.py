"""The report as a workbook: tables of numbers, the rows behind them, and charts that stay live."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bookcar import __version__
from bookcar.report.charts import Chart, charts
from bookcar.report.figures import GROUPINGS, Figure, Grouping, Report
from bookcar.report.lines import ENDS, HEADS, line_cells
from bookcar.report.measures import OF_GROUPS
from bookcar.report.sheet import ReportSheet, Table, report_sheet
from bookcar.report.words import PER, UNITS, Words, ranges
from bookcar.web.paper import PAPERS
from bookcar.web.text import cut

Cell = str | int | float | None

_LONGEST = 32_767  # characters in a cell
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDE, _NARROW = 34, 11
_CHART = {"width": 720, "height": 300}
_HUES = ("#0057B8", "#E69F00")


def report_workbook(report: Report) -> bytes:
    """Return the workbook, always the same bytes; texts stay texts whatever they begin with."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **_PLAIN})
    sheet = report_sheet(report)
    created = dt.datetime.combine(report.first, dt.time())
    title = f"{sheet.district} · {sheet.title}"
    book.set_properties({"title": title, "author": f"bookcar {__version__}", "created": created})
    _Writer(book, report, sheet).write()
    book.close()
    return stream.getvalue()


class _Writer:
    """Writes the sheets of one report."""

    def __init__(self, book: xlsxwriter.Workbook, report: Report, sheet: ReportSheet) -> None:
        self.book = book
        self.report = report
        self.sheet = sheet
        self.say = Words(report)
        self.looks = _looks(book)

    def write(self) -> None:
        """Write every sheet, those to be read first in front."""
        self._text()
        self._figures()
        if self.sheet.indicators:
            self._indicators()
        for grouping in GROUPINGS:
            self._parts(grouping)
        self._charts()
        for table in (self.sheet.missed, self.sheet.forgotten, self.sheet.times):
            if table.rows:
                self._texts(table, self.say(f"sheet-{table.id}"))
        self._rows()

    def _text(self) -> None:
        page = self._page(self.say("sheet-text"), (100,))
        lines = [self.sheet.district, self.sheet.title, self.sheet.dates, *self.sheet.paragraphs]
        lines += [*self.sheet.plans, *self.sheet.unclear, *self.sheet.times_notes]
        for i, line in enumerate(lines):
            page.write_string(i, 0, cut(line, _LONGEST), self.looks["title" if i < 2 else "words"])

    def _figures(self) -> None:
        heads = ("figure", "value", "unit", "known", "rows", "behind-rows")
        page = self._page(self.say("sheet-figures"), (_WIDE, 14, 10, 48, 24, 60))
        self._heading(page, [self.say(head) for head in heads])
        shown = zip(self.report.figures, self.sheet.figures, strict=True)
        for i, (figure, row) in enumerate(shown, 1):
            value = row.value if figure.value is None else _number(figure)
            more = (row.unit, row.known, row.behind, ranges(row.rows))
            self._line(page, i, (row.name, value, *more))

    def _indicators(self) -> None:
        heads = ("indicator", "value", "unit", "counted-from", "known", "source", "behind-rows")
        page = self._page(self.say("sheet-indicators"), (56, 14, 10, 18, 60, 40, 60))
        self._heading(page, [self.say(head) for head in heads])
        shown = zip(self.report.indicators, self.sheet.indicators, strict=True)
        for i, (one, row) in enumerate(shown, 1):
            value = self.say("not-recorded") if one.value is None else one.value
            name = f"{row.code} {row.name}".strip()
            more = (row.unit, row.count, row.remarks, row.source, ranges(row.rows))
            self._line(page, i, (name, value, *more))

    def _parts(self, grouping: Grouping) -> None:
        """Write a table of parts; what was not recorded is an empty cell, which no sum counts."""
        keys = OF_GROUPS[grouping]
        page = self._page(self.say(f"by-{grouping}"), (24, *(_NARROW for _ in keys), 60))
        heads = [self.say(f"head-{key}") for key in keys]
        self._heading(page, [self.say(grouping), *heads, self.say("behind-rows")])
        for i, group in enumerate(self.report.groups[grouping], 1):
            numbers = [_number(group[key]) for key in keys]
            rows = sorted({*group["done"].rows, *group["missed"].rows})
            self._line(page, i, (self.say.group(grouping, group), *numbers, ranges(rows)))

    def _texts(self, table: Table, name: str) -> None:
        page = self._page(name, (_WIDE, *(18 for _ in table.heads[1:]), 30))
        self._heading(page, [*table.heads, self.say("behind-rows")])
        for i, row in enumerate(table.rows, 1):
            self._line(page, i, (*row.cells, ranges(row.rows)))

    def _rows(self) -> None:
        page = self._page(self.say("sheet-rows"), tuple(8 if h in ENDS else 14 for h in HEADS))
        self._heading(page, [self.say(head) for head in HEADS])
        for i, line in enumerate(self.report.lines, 1):
            self._line(page, i, tuple(c if c != "" else None for c in line_cells(self.say, line)))
        page.autofilter(0, 0, max(1, len(self.report.lines)), len(HEADS) - 1)

    def _charts(self) -> None:
        drawn = list(charts(self.say))
        if not drawn:
            return
        page = self._page(self.say("sheet-charts"), (12,))
        for i, chart in enumerate(drawn):
            page.insert_chart(i * 16, 0, self._chart(chart), _CHART)

    def _chart(self, chart: Chart) -> xlsxwriter.chart.Chart:
        name, keys = self.say(f"by-{chart.grouping}"), OF_GROUPS[chart.grouping]
        last = len(self.report.groups[chart.grouping])
        drawn = self.book.add_chart({"type": "column"})
        for hue, key in zip(_HUES, chart.keys, strict=True):
            column = keys.index(key) + 1
            drawn.add_series(
                {
                    "name": [name, 0, column],
                    "categories": [name, 1, 0, last, 0],
                    "values": [name, 1, column, last, column],
                    "fill": {"color": hue},
                }
            )
        drawn.set_title({"name": chart.title, "overlay": False})
        drawn.set_size(_CHART)
        drawn.set_legend({"position": "bottom"})
        return drawn

    def _page(self, name: str, widths: Sequence[float]) -> Worksheet:
        page = self.book.add_worksheet(name)
        for k, width in enumerate(widths):
            page.set_column(k, k, width)
        page.set_paper(PAPERS[self.report.paper].xlsx)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_footer("&L&8&A&R&8&P / &N")
        return page

    def _heading(self, page: Worksheet, heads: Sequence[str]) -> None:
        for k, head in enumerate(heads):
            page.write_string(0, k, head, self.looks["heading"])
        page.freeze_panes(1, 1)
        page.repeat_rows(0)

    def _line(self, page: Worksheet, row: int, cells: Sequence[Cell]) -> None:
        for k, cell in enumerate(cells):
            if cell is None:
                page.write_blank(row, k, None, self.looks["text"])
            elif isinstance(cell, str):
                page.write_string(row, k, cut(cell, _LONGEST), self.looks["text"])
            else:
                look = "number" if isinstance(cell, int) else "decimal"
                page.write_number(row, k, cell, self.looks[look])


def _number(figure: Figure) -> int | float | None:
    """Return a figure in its unit, None where it was not recorded."""
    per = PER.get(UNITS[figure.key])
    if figure.value is None or per is None:
        return figure.value
    return figure.value / per


def _looks(book: xlsxwriter.Workbook) -> dict[str, Format]:
    shared = {"border": 1, "border_color": "#999999", "valign": "top", "text_wrap": True}
    looks = {
        name: book.add_format({**shared, "num_format": number})
        for name, number in (("text", "General"), ("number", "#,##0"), ("decimal", "#,##0.0###"))
    }
    heading = {**shared, "bold": True, "bg_color": "#E6E6E6", "valign": "vcenter"}
    title = {"bold": True, "font_size": 14}
    words = {"text_wrap": True, "valign": "top"}
    made = {"heading": heading, "title": title, "words": words}
    return looks | {name: book.add_format(look) for name, look in made.items()}
