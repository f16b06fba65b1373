"""The report in print: its words go to the typst template as JSON, never as code."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from bookcar import __version__
from bookcar.manifests.fonts import typeface
from bookcar.manifests.typesetting import text_in, typeset
from bookcar.report.chart import HUES, Series, bars, is_wide
from bookcar.report.charts import Chart, charts
from bookcar.report.figures import Report
from bookcar.report.sheet import report_sheet
from bookcar.report.words import Words
from bookcar.web.paper import PAPERS
from bookcar.web.text import wrapped

_EMS = 7.0  # of the narrowest column of words
_LABELS = (
    *("text", "figures", "figure", "value", "known", "indicator", "counted-from", "source"),
    *("page-number", "forgotten-note", "times", "plans"),
)


def report_pdf(report: Report, *, font: Path | None = None) -> bytes:
    """Return the report as a tagged PDF (PDF/UA-1), always the same bytes.

    Raises
    ------
    MissingToolError
        If no font has a character of the report.
    """
    words, sheet = Words(report), report_sheet(report)
    drawn = [told for chart in charts(words) if (told := _drawn(words, chart))]
    labels = {key: words.phrases.topic("report")[key] for key in _LABELS}
    labels["indicators"] = words("indicators", form=sheet.form)
    template = resources.files(__package__).joinpath("report.typ").read_bytes()
    told = msgspec.to_builtins(sheet)
    texts = {"the form itself": text_in(labels) + template.decode(), "the report": text_in(told)}
    texts["the charts"] = text_in(drawn)
    with typeface(texts, language=report.language, font=font) as face:
        data = {
            "labels": labels,
            "report": _wrapped(told),
            "charts": drawn,
            "language": report.language,
            "version": __version__,
            "families": [{"name": f.name, "covers": f.covers} for f in face.families],
            "paper": msgspec.to_builtins(PAPERS[report.paper]),
            "date": {"year": report.last.year, "month": report.last.month, "day": report.last.day},
        }
        whole = json.dumps(data, ensure_ascii=False)
        return typeset(template, whole, day=report.last, face=face)


def _drawn(words: Words, chart: Chart) -> dict[str, Any] | None:
    groups = words.report.groups[chart.grouping]
    labels = [words.group(chart.grouping, group) for group in groups]
    series = [
        Series(words(f"head-{key}"), tuple(group[key].value for group in groups))
        for key in chart.keys
    ]
    svg = bars(labels, series, alt=chart.title, number=words.number)
    if svg is None:
        return None
    named = [{"name": s.name, "hue": hue} for s, hue in zip(series, HUES, strict=True)]
    return {"title": chart.title, "svg": svg.text, "series": named, "wide": is_wide(labels)}


def _wrapped(value: Any) -> Any:
    """Return texts with places to break in words too long for the column they stand in."""
    if isinstance(value, str):
        return wrapped(value, _EMS)
    if isinstance(value, dict):
        return {name: _wrapped(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_wrapped(item) for item in value]
    return value
