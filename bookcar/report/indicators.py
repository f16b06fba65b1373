"""The figures of a period under the names and in the units of a country's form."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import get_args

import msgspec

from bookcar.report.figures import Figure, Form, Group, Grouping, Indicator

_HOUR = 3_600
_THRESHOLD_S = 10 * _HOUR  # a week, of CIPFA's questionnaire


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of a form, as ``indicators.toml`` explains it."""

    measure: str
    name: str
    unit: str
    source: str
    code: str = ""
    per: int = 1
    digits: int = 0
    note: str = ""
    part: bool = False
    verified: bool = True


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What indicators are made of: a period, its figures, and those of its parts."""

    first: dt.date
    last: dt.date
    figures: tuple[Figure, ...]
    groups: Mapping[Grouping, tuple[Group, ...]]


@cache
def forms() -> Mapping[Form, tuple[Line, ...]]:
    """Return the lines of every form; ``plain`` has none."""
    text = (resources.files(__package__) / "indicators.toml").read_text("utf-8")
    table = msgspec.convert(tomllib.loads(text), dict[Form, tuple[Line, ...]])
    return {form: table.get(form, ()) for form in get_args(Form)}


def indicators(counted: Counted, form: Form) -> tuple[Indicator, ...]:
    """Return the lines of a form with their figures."""
    return tuple(_filled(line, _figure(counted, line.measure)) for line in forms()[form])


def _filled(line: Line, figure: Figure) -> Indicator:
    value = None if figure.value is None else round(figure.value / line.per, line.digits)
    fields = msgspec.structs.asdict(line)
    kept = {name: fields[name] for name in Indicator.__struct_fields__ if name in fields}
    return Indicator(value=value, figure=figure, **kept)


def _figure(counted: Counted, measure: str) -> Figure:
    if measure in DERIVED:
        return DERIVED[measure](counted)
    return next(figure for figure in counted.figures if figure.key == measure)


def cars_over_10h(counted: Counted) -> Figure:
    """Cars whose service lasted more than 10 hours a week in the mean of the period's weeks."""
    return _cars("cars_over_10h", counted, _over(counted))


def cars_under_10h(counted: Counted) -> Figure:
    """Cars whose service lasted no more than that."""
    over = {group.id for group in _over(counted)}
    return _cars("cars_under_10h", counted, [g for g in _timed(counted) if g.id not in over])


def hours_over_10h(counted: Counted) -> Figure:
    """Seconds of service a week of the cars over 10 hours, in their mean."""
    over = _over(counted)
    total = sum(group["seconds"].value or 0 for group in over)
    mean = round(total / _weeks(counted) / len(over)) if over else None
    rows = sorted(row for group in over for row in group["seconds"].rows)
    return Figure(key="hours_over_10h", value=mean, rows=tuple(rows))


def bookhouse_books(counted: Counted) -> Figure:
    """Books brought to bookhouses."""
    houses = [group for group in counted.groups["kind"] if group.id == "bookhouse"]
    if not houses:
        return Figure(key="bookhouse_books", value=0)
    return msgspec.structs.replace(houses[0]["dropped"], key="bookhouse_books")


def borrowers(_counted: Counted) -> Figure:
    """People who borrowed; the records tell who came, not who borrowed."""
    return Figure(key="borrowers", value=None)


DERIVED: Mapping[str, Callable[[Counted], Figure]] = {
    measure.__name__: measure
    for measure in (cars_over_10h, cars_under_10h, hours_over_10h, bookhouse_books, borrowers)
}
"""Figures that only a form asks for."""


def _timed(counted: Counted) -> list[Group]:
    """Return the cars, as far as it is known how long their service lasted."""
    return [g for g in counted.groups["car"] if g.id and g["seconds"].value is not None]


def _over(counted: Counted) -> list[Group]:
    least = _THRESHOLD_S * _weeks(counted)
    return [group for group in _timed(counted) if (group["seconds"].value or 0) > least]


def _cars(key: str, counted: Counted, cars: Sequence[Group]) -> Figure:
    rows = sorted(row for group in cars for row in group["seconds"].rows)
    value = len(cars) if _timed(counted) else None
    return Figure(key=key, value=value, rows=tuple(rows))


def _weeks(counted: Counted) -> float:
    """Return how many weeks the period has, parts of weeks counted by their days."""
    return ((counted.last - counted.first).days + 1) / 7
