"""The report as a page that needs no network: the summary, the figures and the rows behind each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources

from bookcar.actuals.visits import Line
from bookcar.report.chart import HUES, Series, bars, is_wide
from bookcar.report.charts import Chart, charts
from bookcar.report.figures import Report
from bookcar.report.lines import ENDS, HEADS, line_cells
from bookcar.report.sheet import FigureRow, IndicatorRow, ReportSheet, Table, report_sheet
from bookcar.report.words import Words, ranges
from bookcar.web.markup import Child, Html, bdi, document, each, join, link, tag
from bookcar.web.paper import page_rule

_FILES = (("file-pdf", "report.pdf"), ("file-xlsx", "report.xlsx"))


def report_page(report: Report) -> str:
    """Return ``report.html``."""
    sheet = report_sheet(report)
    page = _Page(report, sheet)
    return document(
        tag("header", tag("p", bdi(sheet.district)), tag("h1", sheet.title), tag("p", sheet.dates)),
        tag("main", *page.sections()),
        tag("footer", tag("p", sheet.footer)),
        title=f"{sheet.district} · {sheet.title}",
        language=report.language,
        css=_css() + page_rule(report.paper),
    )


def _css() -> str:
    return (resources.files(__package__) / "report.css").read_text("utf-8")


class _Page:
    """Builds the sections of one report."""

    def __init__(self, report: Report, sheet: ReportSheet) -> None:
        self.report = report
        self.sheet = sheet
        self.say = Words(report)

    def sections(self) -> Iterator[Child]:
        """Yield the sections in order."""
        files = each(tag("li", link(self.say(key), file)) for key, file in _FILES)
        yield tag("nav", tag("ul", files), class_="files")
        yield self._section("text", each(tag("p", text) for text in self.sheet.paragraphs))
        yield self._section("figures", self._figures())
        yield self._indicators()
        yield tag("div", *(self._chart(chart) for chart in charts(self.say)), class_="charts")
        yield from (self._table(table) for table in self.sheet.tables)
        yield self._missed()
        yield self._forgotten()
        yield self._times()
        notes = [*self.sheet.plans, *self.sheet.unclear]
        yield self._section("plans", each(tag("p", note) for note in notes))
        yield self._lines()

    def _section(self, key: str, *children: Child) -> Html:
        return tag("section", tag("h2", self.say(key)), *children, id=key)

    def _figures(self) -> Html:
        heads = ("figure", "value", "unit", "known", "rows")
        rows = [
            tag(
                "tr",
                tag("th", row.name, scope="row", class_="sub" if row.sub else None),
                tag("td", row.value, class_="number"),
                tag("td", row.unit, class_="whole"),
                tag("td", row.known, class_="known"),
                tag("td", self._behind(row)),
            )
            for row in self.sheet.figures
        ]
        return _wide(self._heads(heads, numbers=(1,)), rows)

    def _indicators(self) -> Html | None:
        if not self.sheet.indicators:
            return None
        heads = ("indicator", "value", "unit", "counted-from", "known", "source", "rows")
        rows = [
            tag(
                "tr",
                tag("th", *self._code(one), one.name, scope="row"),
                tag("td", one.value, class_="number"),
                tag("td", one.unit, class_="whole"),
                tag("td", one.count, class_="number"),
                tag("td", one.remarks, class_="known" if one.verified else "known unverified"),
                tag("td", one.source),
                tag("td", self._behind(one)),
            )
            for one in self.sheet.indicators
        ]
        title = self.say("indicators", form=self.sheet.form)
        table = _wide(self._heads(heads, numbers=(1, 3)), rows)
        return tag("section", tag("h2", title), table, id="indicators")

    def _code(self, one: IndicatorRow) -> tuple[Child, ...]:
        return (tag("b", one.code), tag("br")) if one.code else ()

    def _behind(self, row: FigureRow | IndicatorRow) -> Child:
        return row.behind if not row.rows else self._rows(row.behind, row.rows)

    def _rows(self, summary: str, rows: Sequence[int]) -> Html:
        return tag("details", tag("summary", summary), tag("p", ranges(rows), class_="ranges"))

    def _heads(self, keys: Sequence[str], *, numbers: Sequence[int] = ()) -> Html:
        return _heads([self.say(key) for key in keys], numbers)

    def _chart(self, chart: Chart) -> Html | None:
        groups = self.report.groups[chart.grouping]
        labels = [self.say.group(chart.grouping, group) for group in groups]
        series = [
            Series(self.say(f"head-{key}"), tuple(group[key].value for group in groups))
            for key in chart.keys
        ]
        picture = bars(labels, series, alt=chart.title, number=self.say.number)
        if picture is None:
            return None
        legend = [
            join(_swatch(hue), tag("span", one.name))
            for hue, one in zip(HUES, series, strict=False)
        ]
        caption = tag("figcaption", tag("b", chart.title), *legend)
        return tag("figure", caption, picture, class_="broad" if is_wide(labels) else None)

    def _table(self, table: Table) -> Html | None:
        if not table.rows:
            return None
        numbers = range(table.texts, len(table.heads))
        heads = _heads([*table.heads, self.say("rows")], numbers)
        body = [
            tag(
                "tr",
                tag("th", row.cells[0], scope="row"),
                *(
                    tag("td", cell, class_="number" if k >= table.texts else None)
                    for k, cell in enumerate(row.cells[1:], 1)
                ),
                tag("td", self._rows(str(len(row.rows)), row.rows) if row.rows else None),
            )
            for row in table.rows
        ]
        notes = (tag("p", note, class_="known") for note in table.notes)
        return tag("section", tag("h2", table.title), _wide(heads, body), *notes, id=table.id)

    def _missed(self) -> Html:
        table = self._table(self.sheet.missed)
        return table or self._section("missed-list", tag("p", self.say("missed-none")))

    def _forgotten(self) -> Html | None:
        table = self._table(self.sheet.forgotten)
        return None if table is None else join(table, tag("p", self.say("forgotten-note")))

    def _times(self) -> Html:
        notes = each(tag("p", note) for note in self.sheet.times_notes)
        rows = [
            tag(
                "tr",
                tag("th", row.cells[0], scope="row"),
                *(tag("td", cell, class_="number") for cell in row.cells[1:]),
            )
            for row in self.sheet.times.rows
        ]
        table = _wide(_heads(self.sheet.times.heads, range(1, 7)), rows) if rows else None
        return self._section("times", notes, table)

    def _lines(self) -> Html:
        numbers = [k for k, head in enumerate(HEADS) if head in ENDS]
        heads = self._heads(HEADS, numbers=numbers)
        body = [self._line(line) for line in self.report.lines]
        note = tag("p", self.say("behind-note"), class_="known")
        summary = tag("summary", self.say("behind"))
        return tag("details", summary, note, _wide(heads, body), id="behind")

    def _line(self, line: Line) -> Html:
        cells = line_cells(self.say, line)
        return tag(
            "tr",
            *(
                tag("td", str(cell), class_="number" if head in ENDS else None)
                for head, cell in zip(HEADS, cells, strict=True)
            ),
        )


def _swatch(hue: str) -> Html:
    square = tag("rect", width="12", height="12", fill=hue)
    return tag("svg", square, viewBox="0 0 12 12", width="12", height="12", aria_hidden="true")


def _heads(heads: Sequence[str], numbers: Sequence[int]) -> Html:
    cells = (
        tag("th", head, scope="col", class_="number" if k in numbers else None)
        for k, head in enumerate(heads)
    )
    return tag("thead", tag("tr", *cells))


def _wide(heads: Html, rows: Sequence[Html]) -> Html:
    return tag("div", tag("table", heads, tag("tbody", *rows)), class_="wide", tabindex="0")
