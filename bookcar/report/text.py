"""The summary of a period in sentences, in the order of a county library's half-year summary.

Bookhouses first, then what the car brought to schools and villages, what was carried on foot, the
rotating collections, the readers' requests, and the figures of reading; then what was missed, and
what is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bookcar.report.figures import Figure, Group, Report
from bookcar.report.words import Words

_NAMED = 4
_REASONS = 6


def paragraphs(report: Report) -> list[str]:
    """Return the summary, a sentence or two a paragraph."""
    words = Words(report)
    days = {"first": report.first.isoformat(), "last": report.last.isoformat()}
    if not report["done"].value:
        found = [words("text-nothing", **days)]
    else:
        found = [_opening(report, words, days), *_kinds(report, words), *_books(report, words)]
        found += [*_requests(report, words), _reading(report, words), _driven(report, words)]
    return [*found, *_missed(report, words), *_forgotten(report, words)]


def _opening(report: Report, words: Words, days: dict[str, str]) -> str:
    keys = ("cars", "done", "stops", "days", "weeks")
    return words("text-opening", **days, **{key: report[key].value or 0 for key in keys})


def _kinds(report: Report, words: Words) -> Iterator[str]:
    """Yield what every kind of stop had, and after schools and villages what was carried."""
    for kind, key in (
        ("bookhouse", "bookhouses"),
        ("school", "schools"),
        ("village", "villages"),
        ("", "foot"),
        ("organisation", "organisations"),
        ("teahouse", "teahouses"),
        ("other", "others"),
    ):
        if key == "foot":
            yield from _on_foot(report, words)
            continue
        group = next((g for g in report.groups["kind"] if g.id == kind), None)
        if group is not None and group["stops"].value:
            yield _kind(words, group, key)


def _kind(words: Words, group: Group, key: str) -> str:
    books = _some(words, group["dropped"])
    if key not in ("schools", "villages"):
        return words(f"text-{key}", stops=group["stops"].value, books=books)
    names = _names(words, _visited(words.report, kind=group.id))
    return words(f"text-{key}", stops=group["stops"].value, books=books, names=names)


def _on_foot(report: Report, words: Words) -> Iterator[str]:
    stops = [stop for stop in _visited(report) if report.stops[stop].on_foot]
    if stops:
        yield words("text-foot", stops=len(stops), names=_names(words, stops))


def _visited(report: Report, *, kind: str | None = None) -> list[str]:
    """Return the stops that had a visit, in the order of their table."""
    came = {visit.stop for visit in report.visits if visit.done}
    return [s for s, name in report.stops.items() if s in came and kind in (None, name.kind)]


def _names(words: Words, stops: list[str]) -> str:
    names = [words.stop(stop) for stop in stops]
    text = words.phrases("figures.comma").join(names[:_NAMED])
    more = len(names) - _NAMED
    return words.phrases("figures.more", names=text, count=more) if more > 0 else text


def _books(report: Report, words: Words) -> Iterator[str]:
    left = _some(words, report["left"])
    if report["collected"].of:
        yield words("text-collected", books=_some(words, report["collected"]), left=left)
    elif report["left"].value:
        yield words("text-left", left=left)


def _requests(report: Report, words: Words) -> Iterator[str]:
    made = report["requests"].value
    if made:
        yield words("text-requests", requests=made, brought=report["brought"].value)
    for key in ("bought", "rewards"):
        if report[key].value:
            yield words(f"text-{key}", count=report[key].value)


def _reading(report: Report, words: Words) -> str:
    told = {key: _some(words, report[of]) for key, of in _OF_READING.items()}
    return words("text-reading", **told)


_OF_READING = {"readers": "readers", "loans": "loans", "cards": "new_cards"}
_SOME = {
    "dropped": "books",
    "collected": "books",
    "left": "books",
    "new_cards": "cards",
    "seconds": "hours",
    "metres": "km",
}


def _driven(report: Report, words: Words) -> str:
    hours, km = _some(words, report["seconds"]), _some(words, report["metres"])
    return words("text-driven", hours=hours, km=km)


def _some(words: Words, figure: Figure) -> str:
    """Return a figure with its unit and how it is known, or that nobody wrote it down."""
    name = _SOME.get(figure.key, figure.key)
    if figure.value is None:
        return words(f"{name}-unknown")
    decimal = figure.key in ("seconds", "metres")
    count = words.amount(figure.key, figure.value) if decimal else figure.value
    amount, basis = words(f"some-{name}", count=count), words.known(figure)
    return words("with-basis", amount=amount, basis=basis) if basis else amount


def _missed(report: Report, words: Words) -> Iterator[str]:
    visits = [visit for visit in report.visits if not visit.done]
    if not visits:
        return
    why = Counter(words.short("; ".join(v.notes)) or words("no-reason") for v in visits)
    told = [
        words("reason-count", reason=reason, count=count)
        for reason, count in why.most_common(_REASONS)
    ]
    text = words.phrases("figures.comma").join(told)
    more = len(why) - _REASONS
    reasons = words.phrases("figures.more", names=text, count=more) if more > 0 else text
    yield words("text-missed", missed=len(visits), reasons=reasons)


def _forgotten(report: Report, words: Words) -> Iterator[str]:
    if report["forgotten"].value:
        yield words("text-forgotten", forgotten=report["forgotten"].value)
