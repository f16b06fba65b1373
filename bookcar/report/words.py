"""How a report is worded: names, numbers, units, and how well a figure is known."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from bookcar.phrases import Phrases
from bookcar.report.figures import Figure, Group, Grouping, Indicator, Report
from bookcar.web.text import cut, printable

UNITS: Mapping[str, str] = {
    **dict.fromkeys(("planned", "done", "missed", "forgotten"), "visits"),
    **dict.fromkeys(("cars", "cars_over_10h", "cars_under_10h"), "cars"),
    **dict.fromkeys(("seconds", "hours_over_10h"), "hours"),
    **dict.fromkeys(("dropped", "collected", "left", "bookhouse_books"), "books"),
    **dict.fromkeys(("requests", "brought"), "titles"),
    **dict.fromkeys(("readers", "borrowers"), "readers"),
    "stops": "stops",
    "people": "people",
    "bought": "copies",
    "rewards": "rewards",
    "days": "days",
    "weeks": "weeks",
    "metres": "km",
    "loans": "loans",
    "new_cards": "cards",
}
"""The unit of every figure, as the phrases name it."""
PER: Mapping[str, int] = {"hours": 3_600, "km": 1_000}
"""How many of what is counted make a unit of those that are printed with a decimal."""
MARKS: Mapping[str, str] = {"dash": "—", "star": "*", "tilde": "~"}
"""What stands at a figure of a part that is not known, known in part, or taken from plans."""

_OF: Mapping[str, str] = {
    "metres": "days",
    "people": "stops",
    **dict.fromkeys(("dropped", "collected", "left"), "batches"),
}
_LONGEST = 80
_MONTHS_OF_HALF, _MONTHS_OF_QUARTER = 6, 3


class Words:
    """Says what a report holds in one language."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.phrases = Phrases(report.language)
        self.english = report.language == "en"

    def __call__(self, key: str, **figures: object) -> str:
        """Return a phrase of the report."""
        return self.phrases(f"report.{key}", **figures)

    def number(self, value: float, form: str = ",") -> str:
        """Return a number with the marks of the language."""
        return self.phrases.number(value, form)

    def title(self) -> str:
        """Return the title, with the period as people call it."""
        return self("title", period=self.period())

    def period(self) -> str:
        """Return the name of the period: a year, half-year, quarter or month, or its days."""
        first, last = self.report.first, self.report.last
        days = {"first": first.isoformat(), "last": last.isoformat()}
        whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
        if not whole or first.year != last.year:
            return self("period-days", **days)
        months, year = last.month - first.month + 1, first.year
        if months == 12:
            return self("period-year", year=year)
        if months == _MONTHS_OF_HALF and first.month in (1, 7):
            return self(f"period-half-{1 if first.month == 1 else 2}", year=year)
        if months == _MONTHS_OF_QUARTER and first.month % _MONTHS_OF_QUARTER == 1:
            return self("period-quarter", year=year, quarter=(first.month + 2) // 3)
        if months == 1:
            month = self.phrases(f"figures.month-{first.month}")
            return self("period-month", year=year, month=month)
        return self("period-days", **days)

    def district(self) -> str:
        """Return the district's name, in English too where it has one."""
        own, english = self.report.district, self.report.district_en
        return printable(" ".join(dict.fromkeys(name for name in (own, english) if name)))

    def unit(self, key: str) -> str:
        """Return the unit of a figure."""
        return self(f"unit-{UNITS[key]}")

    def amount(self, key: str, value: int) -> str:
        """Return a number of a figure in its unit: hours and km with a decimal."""
        per = PER.get(UNITS[key])
        return self.number(value) if per is None else self.number(value / per, ",.1f")

    def value(self, figure: Figure) -> str:
        """Return a figure, or that it was not recorded."""
        if figure.value is None:
            empty = not figure.of and figure.key in ("seconds", "metres", "people", *_COUNTED)
            return self("nothing-to-record" if empty else "not-recorded")
        return self.amount(figure.key, figure.value)

    def cell(self, figure: Figure) -> str:
        """Return a figure as a table of parts has it: a dash, or marked where it is not whole."""
        if figure.value is None:
            return MARKS["dash"]
        before = MARKS["tilde"] if figure.planned else ""
        after = MARKS["star"] if figure.missing else ""
        return before + self.amount(figure.key, figure.value) + after

    def known(self, figure: Figure) -> str:
        """Return how a figure is known, empty where every record tells it."""
        return self.phrases("figures.semicolon").join(self._known(figure))

    def _known(self, figure: Figure) -> Iterator[str]:
        if figure.table == "plans":
            yield from self._known_from_plans()
        if figure.table == "requests" and figure.key == "brought" and figure.value is not None:
            yield self("known-today")
        if figure.of and figure.recorded < figure.of:
            of = _OF.get(figure.key, "visits")
            yield self(f"known-of-{of}", recorded=figure.recorded, of=figure.of)
            if figure.planned:
                amount = f"{self.amount(figure.key, figure.from_plans)} {self.unit(figure.key)}"
                yield self("known-planned", planned=figure.planned, amount=amount)
                if figure.missing:
                    yield self("known-missing", missing=figure.missing)

    def _known_from_plans(self) -> Iterator[str]:
        report = self.report
        found, others = len(report.plans), len(report.without_plan) + len(report.unreadable)
        if not found:
            yield self("known-no-plans")
        elif others:
            yield self("known-weeks", found=found, of=found + others)

    def behind(self, figure: Figure) -> str:
        """Return what a figure was counted from."""
        if figure.table == "plans":
            return self("rows-plans")
        if not figure.rows:
            return self("rows-none")
        return self("rows-of", count=len(figure.rows), file=self.file(figure))

    def file(self, figure: Figure) -> str:
        """Return the table that the rows of a figure stand in."""
        return "requests.csv" if figure.table == "requests" else printable(self.report.file)

    def stop(self, stop: str) -> str:
        """Return the name of a stop."""
        name = self.report.stops.get(stop)
        if name is None:
            return printable(stop)
        return self.short((name.name_en if self.english else "") or name.name or stop)

    def township(self, name: str) -> str:
        """Return the name of a township, in English where it has one."""
        group = next((g for g in self.report.groups["township"] if g.id == name), None)
        return self("no-township") if group is None else self.group("township", group)

    def group(self, grouping: Grouping, group: Group) -> str:
        """Return the name of a township, car, month or kind."""
        if grouping == "kind":
            return self.phrases(f"common.kind-{group.id}")
        if not group.id:
            return self(f"no-{grouping}")
        if grouping == "car" and group.name != group.id:
            return self.short(f"{group.id} {group.name}")
        return self.short((group.name_en if self.english else "") or group.name)

    def short(self, text: str) -> str:
        """Return a text as one line of a bearable length."""
        return cut(printable(text), _LONGEST)

    def indicator(self, one: Indicator) -> str:
        """Return the figure of an indicator in the unit of its form."""
        if one.value is None:
            return self("no-such-car" if self._has_no_car(one) else "not-recorded")
        return f"{one.value:,.{one.digits}f}"

    def _has_no_car(self, one: Indicator) -> bool:
        """Tell whether there is no mean because there is no car, and that is known."""
        cars = (row for row in self.report.indicators if row.figure.key == "cars_over_10h")
        return one.figure.key == "hours_over_10h" and any(row.value == 0 for row in cars)

    def remarks(self, one: Indicator) -> str:
        """Return what must be said of an indicator."""
        said = [] if one.verified else [self("unverified")]
        said += [self("part")] if one.part else []
        said += [self(f"note-{one.note}")] if one.note else []
        said += [known] if (known := self.known(one.figure)) else []
        said += self._hint(one)
        return self.phrases("figures.semicolon").join(said)

    def _hint(self, one: Indicator) -> list[str]:
        """Return what to write down for hours that are not known."""
        hours = self.report["seconds"]
        if one.figure.key not in _OF_HOURS or not hours.missing:
            return []
        return [self("hint-hours", missing=hours.missing, of=hours.of)]

    def date(self, day: dt.date) -> str:
        """Return a day with its weekday."""
        return f"{day.isoformat()} {self.phrases(f'common.day-{day.weekday()}')}"


_OF_HOURS = ("cars_over_10h", "hours_over_10h", "cars_under_10h")
_COUNTED = ("readers", "loans", "new_cards")


def ranges(rows: Sequence[int]) -> str:
    """Return row numbers in short, e.g. ``2-14, 20``."""
    parts: list[list[int]] = [[rows[0]]] if rows else []
    for before, row in pairwise(rows):
        if row == before + 1:
            parts[-1].append(row)
        else:
            parts.append([row])
    return ", ".join(f"{p[0]}-{p[-1]}" if len(p) > 1 else f"{p[0]}" for p in parts)
