"""A report as it is read: titles, sentences and tables of texts, the same for every writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from bookcar import __version__
from bookcar.actuals.times import FEWEST_AT_STOP, FEWEST_LEGS, FEWEST_OF_KIND, Proposal, Times
from bookcar.report.figures import GROUPINGS, Figure, Group, Grouping, Report
from bookcar.report.measures import OF_GROUPS
from bookcar.report.text import paragraphs
from bookcar.report.words import MARKS, Words
from bookcar.weeks import week_name

_MINUTE = 60


class FigureRow(msgspec.Struct, frozen=True, kw_only=True):
    """A figure in words; ``sub`` if it is a part of the one above."""

    name: str
    value: str
    unit: str
    known: str
    behind: str
    rows: tuple[int, ...]
    sub: bool = False


class IndicatorRow(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator in words; ``count`` is the whole figure in its own unit."""

    code: str
    name: str
    value: str
    unit: str
    count: str
    remarks: str
    source: str
    behind: str
    rows: tuple[int, ...]
    verified: bool = True


class TableRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a table of texts, and the rows of the records behind it."""

    cells: tuple[str, ...]
    rows: tuple[int, ...] = ()


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table of texts; the first ``texts`` columns are words, the others numbers."""

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[TableRow, ...]
    texts: int = 1
    notes: tuple[str, ...] = ()


class ReportSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report says."""

    title: str
    district: str
    dates: str
    paragraphs: tuple[str, ...]
    figures: tuple[FigureRow, ...]
    form: str
    indicators: tuple[IndicatorRow, ...]
    tables: tuple[Table, ...]
    plans: tuple[str, ...]
    unclear: tuple[str, ...]
    missed: Table
    forgotten: Table
    times_notes: tuple[str, ...]
    times: Table
    footer: str


def report_sheet(report: Report) -> ReportSheet:
    """Return what a report says, in its language."""
    words = Words(report)
    days = {"first": report.first.isoformat(), "last": report.last.isoformat()}
    return ReportSheet(
        title=words.title(),
        district=words.district(),
        dates=words("dates", **days),
        paragraphs=tuple(paragraphs(report)),
        figures=tuple(_figure(words, figure) for figure in report.figures),
        form=words(f"form-{report.form}"),
        indicators=tuple(_indicators(words)),
        tables=tuple(_parts(words, grouping) for grouping in GROUPINGS),
        plans=tuple(_plans(words)),
        unclear=tuple(sentence.text_in(report.language) for sentence in report.unclear),
        missed=_missed(words),
        forgotten=_forgotten(words),
        times_notes=tuple(_times_notes(words)),
        times=_times(words),
        footer=words("footer", version=__version__, file=report.file),
    )


def _figure(words: Words, figure: Figure) -> FigureRow:
    return FigureRow(
        name=words(f"figure-{figure.key}"),
        value=words.value(figure),
        unit="" if figure.value is None else words.unit(figure.key),
        known=words.known(figure),
        behind=words.behind(figure),
        rows=figure.rows,
        sub=figure.key == "brought",
    )


def _indicators(words: Words) -> Iterator[IndicatorRow]:
    for one in words.report.indicators:
        known = one.figure.value is not None
        count = f"{words.value(one.figure)} {words.unit(one.figure.key)}" if known else ""
        yield IndicatorRow(
            code=one.code,
            name=one.name,
            value=words.indicator(one),
            unit=one.unit if known else "",
            count=count,
            remarks=words.remarks(one),
            source=one.source,
            behind=words.behind(one.figure),
            rows=one.figure.rows,
            verified=one.verified,
        )


def _parts(words: Words, grouping: Grouping) -> Table:
    groups = words.report.groups[grouping]
    keys = [key for key in OF_GROUPS[grouping] if _is_told(groups, key)]
    rows = [
        TableRow(
            cells=(words.group(grouping, group), *(words.cell(group[key]) for key in keys)),
            rows=tuple(sorted({*group["done"].rows, *group["missed"].rows})),
        )
        for group in groups
    ]
    shown = "".join(cell for row in rows for cell in row.cells[1:])
    notes = [words(f"{key}-means", mark=mark) for key, mark in MARKS.items() if mark in shown]
    left_out = [words(f"head-{key}") for key in OF_GROUPS[grouping] if key not in keys]
    if left_out and rows:
        notes.append(words("left-out", heads=tuple(left_out)))
    return Table(
        id=grouping,
        title=words(f"by-{grouping}"),
        heads=(words(grouping), *(words(f"head-{key}") for key in keys)),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _is_told(groups: Sequence[Group], key: str) -> bool:
    """Tell whether a table needs a column: not if none of its parts has anything in it."""
    return key == "done" or any(group[key].value for group in groups)


def _plans(words: Words) -> Iterator[str]:
    report = words.report
    found, missing, broken = report.plans, report.without_plan, report.unreadable
    yield words("plans-found", found=len(found), of=len(found) + len(missing) + len(broken))
    visited = {week_name(visit.date) for visit in report.visits}
    lacking = tuple(week for week in missing if week in visited)
    if lacking and found:
        yield words("plans-missing", weeks=lacking)
    if broken:
        yield words("plans-unreadable", weeks=broken)


def _missed(words: Words) -> Table:
    rows = [
        TableRow(
            cells=(
                *(words.date(visit.date), visit.stop, words.stop(visit.stop), visit.vehicle),
                words.short("; ".join(visit.notes)) or words("no-reason"),
            ),
            rows=visit.rows,
        )
        for visit in words.report.visits
        if not visit.done
    ]
    heads = ("date", "stop", "name", "car", "why")
    return _texts(words, "missed", heads, rows)


def _forgotten(words: Words) -> Table:
    rows = [
        TableRow(cells=(words.date(one.date), one.stop, words.stop(one.stop), one.vehicle))
        for one in words.report.forgotten
    ]
    return _texts(words, "forgotten", ("date", "stop", "name", "car"), rows)


def _texts(words: Words, name: str, heads: Sequence[str], rows: Sequence[TableRow]) -> Table:
    return Table(
        id=name,
        title=words(f"{name}-list"),
        heads=tuple(map(words, heads)),
        rows=tuple(rows),
        texts=len(heads),
    )


def _times_notes(words: Words) -> Iterator[str]:
    times = words.report.times
    if times is None:
        yield words("times-none")
        return
    counts = {"visits": times.visits, "of": times.of, "planned": times.with_plan}
    yield words("times-basis", **counts, legs=times.legs)
    if not times.with_plan:
        yield words("times-no-plan")
    if times.older:
        yield words("times-older", count=times.older)
    fewest = {"legs": FEWEST_LEGS, "kind": FEWEST_OF_KIND, "stop": FEWEST_AT_STOP}
    yield words("times-note", **fewest)


def _times(words: Words) -> Table:
    heads = ("times-of", "seen", "median", "quartiles", "planned", "now", "proposed")
    rows = [] if words.report.times is None else list(_times_rows(words, words.report.times))
    return Table(
        id="times",
        title=words("times"),
        heads=tuple(map(words, heads)),
        rows=tuple(rows),
    )


def _times_rows(words: Words, times: Times) -> Iterator[TableRow]:
    """Yield cars, the buffer and kinds; of the stops those for which something is proposed."""
    for car in times.cars:
        yield _ratio(words, car)
    if times.buffer is not None:
        yield _minutes(words, times.buffer, words("buffer-of"))
    for kind in times.kinds:
        name = words.phrases(f"common.kind-{kind.of}")
        yield _minutes(words, kind, words("kind-of", kind=name))
    for stop in times.stops:
        if stop.proposed is not None:
            name = f"{stop.of} {words.stop(stop.of)}"
            yield _minutes(words, stop, words("stop-of", stop=name))


def _ratio(words: Words, car: Proposal) -> TableRow:
    seen = car.seen
    middle = "–".join(words("ratio", ratio=r) for r in (seen.low, seen.high))
    proposed = words("no-proposal")
    if car.proposed is not None:
        proposed = words("factor", factor=car.proposed)
    return TableRow(
        cells=(
            *(words("ratio-of", car=words.short(car.of)), words.number(seen.count)),
            *(words("ratio", ratio=seen.median), middle, words("ratio", ratio=1)),
            *(words("factor", factor=car.now), proposed),
        )
    )


def _minutes(words: Words, one: Proposal, name: str) -> TableRow:
    def minutes(seconds: float | None) -> str:
        return MARKS["dash"] if seconds is None else words("minutes", minutes=seconds / _MINUTE)

    seen = one.seen
    middle = "–".join(f"{s / _MINUTE:.0f}" for s in (seen.low, seen.high))
    proposed = words("no-proposal") if one.proposed is None else minutes(one.proposed)
    return TableRow(
        cells=(
            *(name, words.number(seen.count), minutes(seen.median), middle),
            *(minutes(one.planned), minutes(one.now), proposed),
        )
    )
