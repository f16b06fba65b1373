"""From a district's records to the report of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from bookcar.actuals.plans import Plans, find_plans
from bookcar.actuals.times import times_of
from bookcar.actuals.visits import (
    Line,
    RecordedVisit,
    car_days,
    file_of,
    lines_of,
    recorded_visits,
)
from bookcar.errors import UsageError
from bookcar.inputs.movements import before, last_movements, unplaced
from bookcar.model import KINDS, District
from bookcar.phrases import Figure, Language
from bookcar.phrases.sentence import Sentence
from bookcar.report.figures import (
    Forgotten,
    Form,
    Group,
    Grouping,
    Report,
    StopName,
)
from bookcar.report.indicators import Counted, indicators
from bookcar.report.measures import OF_GROUPS, counted
from bookcar.report.scope import Left, Scope, Wish
from bookcar.report.townships import townships_of

_FIRST_ROW = 2


def report_of(
    district: District,
    first: dt.date,
    last: dt.date,
    *,
    form: Form = "plain",
    plans: Path | None = None,
    language: Language | None = None,
) -> Report:
    """Return the report of a district from one day to another, both included.

    Parameters
    ----------
    form
        The country under whose names the figures are also given.
    plans
        The folder of the district's weeks, e.g. ``routes/mycounty``, in which the plans stand.

    Raises
    ------
    UsageError
        If the period ends before it begins.
    """
    if last < first:
        days = {"first": first.isoformat(), "last": last.isoformat()}
        raise UsageError(Sentence(key="usage.period", figures=days))
    found = find_plans(plans, first, last, stops=district.stops_by_id)
    lines = lines_of(district)
    scope = _scope(district, lines, (first, last), found)
    names = {**_stop_names(district), **_load_names(district, scope)}
    parts = _groups(district, scope, names, (first, last))
    whole = counted(scope)
    basis = Counted(first=first, last=last, figures=whole, groups=parts)
    return Report(
        district=district.name,
        district_en=district.name_en,
        language=language or district.language,
        first=first,
        last=last,
        form=form,
        file=file_of(district),
        figures=whole,
        groups=parts,
        visits=tuple(sorted((*scope.done, *scope.missed), key=lambda v: (v.date, v.rows[0]))),
        lines=tuple(line for line in lines if first <= line.visit.date <= last),
        stops=names,
        unclear=tuple(_unclear(scope)),
        plans=tuple(week.week for week in found.weeks),
        without_plan=found.missing,
        unreadable=found.unreadable,
        forgotten=tuple(
            Forgotten(date=v.date, stop=v.stop, vehicle=v.vehicle) for v in scope.forgotten
        ),
        indicators=indicators(basis, form),
        times=times_of(district, scope.done, found),
        paper=district.settings.printing.paper,
        clock=district.settings.printing.clock,
    )


def _scope(
    district: District, lines: tuple[Line, ...], period: tuple[dt.date, dt.date], plans: Plans
) -> Scope:
    first, last = period

    def within(day: dt.date) -> bool:
        return first <= day <= last

    visits = recorded_visits(lines)
    planned = tuple(visit for visit in plans.visits if within(visit.date))
    forgotten = tuple(v for v in plans.without_record(visits) if within(v.date))
    return Scope(
        stops=district.stops,
        done=tuple(v for v in visits if v.done and within(v.date)),
        missed=tuple(v for v in visits if not v.done and within(v.date)),
        days=tuple(day for day in car_days(lines) if within(day.date)),
        planned=planned,
        forgotten=tuple(sorted(forgotten, key=lambda v: (v.date, v.vehicle, v.begin))),
        plans=plans,
        wishes=tuple(wish for wish in _wishes(district) if within(wish.request.date)),
        left=_left(district, lines, last),
        unplaced=len(unplaced(district, last + dt.timedelta(days=1))),
        requests_kept=bool(district.requests),
    )


def _wishes(district: District) -> Iterator[Wish]:
    for i, request in enumerate(district.requests):
        row = district.where("requests", request.id).row
        yield Wish(_FIRST_ROW + i if row is None else row, request)


def _left(district: District, lines: tuple[Line, ...], last: dt.date) -> tuple[Left, ...]:
    """Return the batches that stand at stops at the end of a day, each with the row that says so.

    What was dropped counts with the books that its row has, where it has any.
    """
    end = last + dt.timedelta(days=1)
    stops, nowhere = district.stops_by_id, {batch.id for batch in unplaced(district, end)}
    rows = {id(line.visit): line.row for line in lines}
    movements = last_movements([line.visit for line in lines if line.visit.date < end])
    found = []
    for batch in before(district, end).batches:
        if batch.at not in stops or batch.id in nowhere:
            continue
        move = movements.get(batch.id)
        here = move is not None and district.place_of(move.stop) == batch.at
        told = here and move is not None and move.date == batch.since
        row = rows[id(move)] if told and move is not None else None
        books = (move.books if told and move is not None else 0) or batch.books
        found.append(Left(batch.at, books, row))
    return tuple(found)


def _stop_names(district: District) -> Mapping[str, StopName]:
    townships = townships_of(district)
    return {
        stop.id: StopName(
            name=stop.name,
            name_en=stop.name_en,
            kind=stop.kind,
            township=townships[stop.id],
            people=stop.people,
            on_foot=stop.access == "foot",
        )
        for stop in district.stops
    }


def _load_names(district: District, scope: Scope) -> Mapping[str, StopName]:
    """Return what is said of the events, and of their loads that were planned or carried."""
    seen = [visit.stop for visit in (*scope.done, *scope.missed)]
    seen += [visit.stop for visit in (*scope.planned, *scope.forgotten)]
    known = dict.fromkeys([*district.events_by_id, *seen])
    events = {stop: district.events_by_id.get(district.place_of(stop)) for stop in known}
    return {
        stop: StopName(
            name=event.name + stop.removeprefix(event.id),
            name_en=event.name_en and event.name_en + stop.removeprefix(event.id),
            kind=event.stop.kind,
            township=event.stop.area,
        )
        for stop, event in events.items()
        if event is not None
    }


def _groups(
    district: District,
    scope: Scope,
    names: Mapping[str, StopName],
    period: tuple[dt.date, dt.date],
) -> dict[Grouping, tuple[Group, ...]]:
    return {
        "township": tuple(_townships(district, scope, names)),
        "car": tuple(_cars(district, scope)),
        "month": tuple(_months(scope, *period)),
        "kind": tuple(_kinds(scope, names)),
    }


def _townships(district: District, scope: Scope, names: Mapping[str, StopName]) -> Iterator[Group]:
    """Yield the townships as the areas have them, then those that only stops name; none last."""
    english = {area.name: area.name_en for area in district.areas}
    named = dict.fromkeys([*english, *sorted({name.township for name in names.values()})])
    for township in sorted(named, key=lambda name: name == ""):
        ids = {stop for stop, name in names.items() if name.township == township}
        if ids:
            part = scope.of_stops(ids)
            yield _group(
                "township", part, id=township, name=township, name_en=english.get(township, "")
            )


def _cars(district: District, scope: Scope) -> Iterator[Group]:
    """Yield the cars of the table, then others that came; visits without a car last."""
    known = {vehicle.id: vehicle.name or vehicle.id for vehicle in district.vehicles}
    came = {v.vehicle for v in (*scope.done, *scope.missed)} | {v.vehicle for v in scope.planned}
    others = sorted(came - known.keys(), key=lambda car: (car == "", car))
    for car in [*(c for c in known if c in came), *others]:
        yield _group("car", scope.of_car(car), id=car, name=known.get(car, car))


def _months(scope: Scope, first: dt.date, last: dt.date) -> Iterator[Group]:
    """Yield every month that has a day of the period, also where nothing was done in it."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    for k in range(first.month - 1, first.month - 1 + months):
        year, month = first.year + k // 12, k % 12 + 1
        name = f"{year}-{month:02d}"
        yield _group("month", scope.of_month((year, month)), id=name, name=name)


def _kinds(scope: Scope, names: Mapping[str, StopName]) -> Iterator[Group]:
    for kind in KINDS:
        ids = {stop for stop, name in names.items() if name.kind == kind}
        if ids:
            yield _group("kind", scope.of_stops(ids), id=kind, name=kind)


def _group(grouping: Grouping, scope: Scope, **named: str) -> Group:
    return Group(figures=counted(scope, OF_GROUPS[grouping]), **named)


def _unclear(scope: Scope) -> Iterator[Sentence]:
    """Yield what rows of one visit, or of one car's day, tell in two ways."""
    for visit in scope.done:
        for column in visit.unclear:
            yield _sentence(_telling(visit, column), column, visit.told[column].value)
    for day in scope.days:
        if day.unclear and day.metres is not None:
            rows = tuple(row for row in day.rows if row != day.metres.row)
            yield _sentence((day.metres.row, *rows), "km", day.metres.value // 1000)


def _telling(visit: RecordedVisit, column: str) -> list[int]:
    return [line.row for line in visit.lines if getattr(line.visit, column) is not None]


def _sentence(rows: Iterable[int], column: str, value: int) -> Sentence:
    figures: dict[str, Figure] = {"rows": tuple(rows), "column": column, "value": value}
    return Sentence(key="report.unclear", figures=figures)


def as_data(report: Report) -> dict[str, object]:
    """Return a report as plain data, for ``--json``."""
    data: dict[str, object] = msgspec.to_builtins(report)
    return data
