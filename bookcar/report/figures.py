"""A report: figures, each with the rows it was counted from, and what of them was not recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import msgspec

from bookcar.actuals.times import Times
from bookcar.actuals.visits import Line, RecordedVisit
from bookcar.model import Clock, Kind, Paper
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence

Form = Literal["plain", "cn", "uk", "us", "fi", "no"]
Table = Literal["visits", "requests", "plans"]
Grouping = Literal["township", "car", "month", "kind"]

GROUPINGS: tuple[Grouping, ...] = ("township", "car", "month", "kind")


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of a period.

    Attributes
    ----------
    key
        What it counts; `bookcar.report.measures` says how.
    value
        In whole seconds, metres, books, people or visits; None where it was not recorded.
    rows
        Numbers of the rows that it was counted from.
    table
        Where they stand; ``plans`` have no rows.
    of
        Of how many visits, days of a car, stops or batches it would have to be known; 0 where every
        record tells it.
    recorded, planned
        Of how many it was recorded, and of how many it was taken from the plan instead.
    from_plans
        The part of ``value`` that was taken from plans.
    """

    key: str
    value: int | None
    rows: tuple[int, ...] = ()
    table: Table = "visits"
    of: int = 0
    recorded: int = 0
    planned: int = 0
    from_plans: int = 0

    @property
    def missing(self) -> int:
        """Of how many it is known from nowhere."""
        return self.of - self.recorded - self.planned


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a township, a car, a month or a kind of stop.

    ``id`` is empty for the stops of no township, and for visits whose car nobody wrote down.
    """

    id: str
    name: str
    figures: tuple[Figure, ...]
    name_en: str = ""

    def __getitem__(self, key: str) -> Figure:
        return next(figure for figure in self.figures if figure.key == key)


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """A figure under the name and in the unit of a country's form.

    Attributes
    ----------
    name, code
        As the form has them.
    unit
        As printed behind the figure.
    value
        Rounded to ``digits``; None where it was not recorded.
    figure
        What ``value`` was made from, with its rows.
    note
        Which phrase must be read with it; empty for none.
    part
        Whether the form asks for the whole library, of which this is the mobile part.
    source
        Where the name was read.
    verified
        False where the name is from memory alone.
    """

    name: str
    unit: str
    value: float | None
    figure: Figure
    source: str
    digits: int = 0
    code: str = ""
    note: str = ""
    part: bool = False
    verified: bool = True


class Report(msgspec.Struct, frozen=True, kw_only=True, dict=True):  # for look-ups
    """The service of a district from one day to another, both included.

    Attributes
    ----------
    file
        The table of visits, whose rows the figures name.
    figures
        Of the whole district.
    groups
        The same by township, car, month and kind of stop, as far as they can be parted.
    visits
        Every visit of the period with its rows, those that were missed included.
    lines
        Every row of the period.
    unclear
        What the table tells in two ways, and how it was counted.
    plans, without_plan, unreadable
        The weeks of which a plan was found, none, or one that cannot be read.
    forgotten
        Planned visits of which nothing is recorded: day, stop and vehicle.
    times
        Planned against real times; None where no times were recorded.
    stops
        What is said of the stops, by id.
    """

    district: str
    language: Language
    first: dt.date
    last: dt.date
    form: Form
    file: str
    figures: tuple[Figure, ...]
    groups: Mapping[Grouping, tuple[Group, ...]]
    visits: tuple[RecordedVisit, ...]
    lines: tuple[Line, ...]
    stops: Mapping[str, StopName]
    district_en: str = ""
    unclear: tuple[Sentence, ...] = ()
    plans: tuple[str, ...] = ()
    without_plan: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    forgotten: tuple[Forgotten, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    times: Times | None = None
    paper: Paper = "a4"
    clock: Clock = "24h"

    def __getitem__(self, key: str) -> Figure:
        return next(figure for figure in self.figures if figure.key == key)

    @cached_property
    def numbers(self) -> Mapping[int, int]:
        """The number of the visit that each row belongs to; a row of none is not there."""
        return {row: n for n, visit in enumerate(self.visits, 1) for row in visit.rows}

    @cached_property
    def counted(self) -> Mapping[str, frozenset[int]]:
        """The rows that each figure is counted from."""
        return {figure.key: frozenset(figure.rows) for figure in self.figures}


class StopName(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of a stop."""

    name: str
    kind: Kind
    name_en: str = ""
    township: str = ""
    people: int = 0
    on_foot: bool = False


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """A planned visit of which nothing is recorded."""

    date: dt.date
    stop: str
    vehicle: str
