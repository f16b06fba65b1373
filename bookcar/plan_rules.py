"""What every reader of a plan takes for granted: ids that lead somewhere, hours of a day, a week.

Whether a plan is right is for the audit, which needs the district. These rules need the plan alone,
so that no page, map or comparison meets an id, a day or a road that it cannot look up. They go by
the names of fields wherever these stand in the plan: one name is one thing.
"""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import msgspec
import polyline

from bookcar.errors import Fault, UsageError
from bookcar.phrases import LANGUAGES, Figure, Language, Phrases
from bookcar.plan import (
    Break,
    Call,
    Fetch,
    MissingVisit,
    Plan,
    Reload,
    Route,
    Unserved,
    Visit,
    place_of,
)
from bookcar.weeks import parse_week, week_dates, week_name

_FIRST_WEEK, _LAST_WEEK = "1900-W01", "2999-W52"
_DAY_S = 86_400
_MOST = 10**9

# Fields that name a row of one of the plan's tables.
_NAMES_A: Mapping[str, tuple[str, ...]] = {
    "stop": ("stops",),
    "depot": ("depots",),
    "vehicle": ("vehicles",),
    "drops": ("batches",),
    "collects": ("batches",),
    "place": ("stops", "depots"),
    "takes": ("batches",),
    "unloads": ("batches",),
    "loads": ("batches",),
    "stays_aboard": ("batches",),
    "repeats": ("batches",),
    "requests": ("requests",),
    "to_find": ("requests",),
    "in_batch": ("batches",),
    "at": ("depots", "stops"),
    "trips": ("stops",),
    "stays": ("vehicles",),
    "carrier": ("carriers",),
}
_TABLES = ("stops", "depots", "vehicles", "batches", "requests", "carriers")

# Least and most of a number by its field; of the others, whole numbers are at least 0.
_CLOCK = ("depart", "back", "arrive", "begin", "end", "starts", "ends", "leaves", "home")
_RANGES: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(_CLOCK, (0, _DAY_S)),
    "windows": (0, _DAY_S),
    "lon": (-180, 180),
    "lat": (-90, 90),
    **dict.fromkeys(("overdue", "figure", "limit"), (-_MOST, _MOST)),
    "visits_a_week": (1, 7),
    "days_between": (1, 6),
    "every_weeks": (1, _MOST),
    "made": (0, 1),
}

# Parts whose fields are not the plan's own: how it was made, what was told of the tables.
_APART = (
    "provenance",
    "warnings",
    "road_note",
    "figures",
    "schema_version",
    "kept_near",
    "promises",
    "replanned",
)

# Their keys are words of the district's or of the cost, and not names of fields.
_BY_WORD = ("mix", "terms", "areas_en")


class _Leaf(NamedTuple):
    """A value of a plan: where JSON has it, and the name of its field."""

    path: str
    field: str
    value: Any


@dataclass(frozen=True)
class _Case:
    """A plan with every value in it, for the rules."""

    plan: Plan
    file: str

    @cached_property
    def leaves(self) -> tuple[_Leaf, ...]:
        """Return every value of the plan that any rule may look at."""
        return tuple(
            leaf
            for field, value in msgspec.to_builtins(self.plan).items()
            for leaf in _leaves(field, field, value)
        )

    @cached_property
    def ids(self) -> dict[str, frozenset[str]]:
        """Return the ids of each of the plan's tables."""
        return {
            table: frozenset(row.id for row in getattr(self.plan, table) or ()) for table in _TABLES
        }

    def fault(
        self, rule: str, path: str, *, value: object = None, variant: str = "", **figures: Figure
    ) -> Fault:
        shown = None if value is None else str(value)
        return Fault(
            rule=rule,
            variant=variant,
            file=self.file,
            column=path,
            value=shown,
            figures=figures,
        )


def _leaves(path: str, field: str, value: object) -> Iterator[_Leaf]:
    if field in _APART:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", field if field in _BY_WORD else key, inner)
    elif isinstance(value, list | tuple):
        for k, inner in enumerate(value):
            yield from _leaves(f"{path}[{k}]", field, inner)
    else:
        yield _Leaf(path, field, value)


def faults_of(plan: Plan, file: str) -> list[Fault]:
    """Return everything that would stop a reader of the plan, in the order of the rules.

    Parameters
    ----------
    file
        What to call the plan in the messages.
    """
    case = _Case(plan, file)
    return [fault for rule in RULES for fault in rule(case)]


def plan_week(case: _Case) -> Iterator[Fault]:
    """Require a week of the calendar, written as folders are named."""
    week = case.plan.week
    try:
        right = week_name(parse_week(week))
    except UsageError:
        right = ""
    if week != right or not _FIRST_WEEK <= week <= _LAST_WEEK:
        yield case.fault("plan-week", "week", value=week, first=_FIRST_WEEK, last=_LAST_WEEK)


def plan_time_zone(case: _Case) -> Iterator[Fault]:
    """Require a time zone that the calendar of visits can name."""
    zone = case.plan.time_zone
    try:
        zoneinfo.ZoneInfo(zone)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        yield case.fault("plan-time-zone", "time_zone", value=zone)


def plan_dates(case: _Case) -> Iterator[Fault]:
    """Require every route to lie in the week of the plan."""
    week = case.plan.week
    if any(plan_week(case)):
        return  # told already
    days = week_dates(parse_week(week))
    for k, route in enumerate(case.plan.routes):
        if route.date not in days:
            yield case.fault("plan-dates", f"routes[{k}].date", value=route.date, week=week)


def known_ids(case: _Case) -> Iterator[Fault]:
    """Require of every id that is named a row of its own in the plan."""
    for leaf in case.leaves:
        tables = _NAMES_A.get(leaf.field, ())
        if (
            tables
            and leaf.value is not None
            and not any(leaf.value in case.ids[table] for table in tables)
        ):
            yield case.fault("known-ids", leaf.path, value=leaf.value, tables=tables)


def ids_once(case: _Case) -> Iterator[Fault]:
    """Refuse an id given twice, a stop that is a depot too, a stop that is unserved twice."""
    plan = case.plan
    named = {
        table: [row.id for row in getattr(plan, table) or ()] for table in (*_TABLES, "routes")
    }
    named["stops, depots"] = [*case.ids["stops"], *case.ids["depots"]]
    named["unserved"] = [row.stop for row in plan.unserved]
    for table, ids in named.items():
        for name, count in sorted(Counter(ids).items()):
            if count > 1:
                yield case.fault("ids-once", table, value=name, count=count)


def plan_numbers(case: _Case) -> Iterator[Fault]:
    """Refuse a time of day beyond 24:00, less than none of anything, a place off the globe."""
    for path, field, value in case.leaves:
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        least, most = _RANGES.get(field, (0 if isinstance(value, int) else -_MOST, _MOST))
        if not least <= value <= most:
            yield case.fault("plan-numbers", path, value=value, least=least, most=most)


def plan_lines(case: _Case) -> Iterator[Fault]:
    """Require every drawn road to be an encoded polyline on the globe."""
    for leaf in case.leaves:
        if leaf.field == "line" and not _is_line(leaf.value):
            yield case.fault("plan-lines", leaf.path)


def _is_line(text: str) -> bool:
    if not all("?" <= sign <= "~" for sign in text):
        return False
    try:
        points = polyline.decode(text, 5)
    except IndexError:  # it ends within a number
        return False
    return all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in points)


def plan_calls(case: _Case) -> Iterator[Fault]:
    """Require a visit of every route, one after every reload or fetch, a halt at every break."""
    for k, route in enumerate(case.plan.routes):
        path = f"routes[{k}]"
        if not route.visits:
            yield case.fault("plan-calls", path, value=route.id)
        for i, call in enumerate(route.calls):
            place = f"{path}.calls[{i}]"
            if isinstance(call, Reload | Fetch) and not _visits(route.calls[i + 1 :]):
                yield case.fault("plan-calls", place, value=place_of(call), variant="reload")
            if isinstance(call, Break) and not _stands_at_a_halt(route, i, call):
                yield case.fault("plan-calls", place, value=call.moment, variant="break")


def _visits(calls: Sequence[Call]) -> bool:
    return any(isinstance(call, Visit) for call in calls)


def _stands_at_a_halt(route: Route, place: int, rest: Break) -> bool:
    beside = place + 1 if rest.moment == "before" else place - 1
    return 0 <= beside < len(route.calls) and not isinstance(route.calls[beside], Break)


def plan_words(case: _Case) -> Iterator[Fault]:
    """Require words for every reason, warning and note, with the figures that these want."""
    plan = case.plan
    said: dict[str, Callable[[Language], object]] = {}
    for k, row in enumerate(plan.unserved):
        said[f"unserved[{k}]"] = partial(_reason_in, row)
        if row.second is not msgspec.UNSET:
            said[f"unserved[{k}].second"] = partial(_reason_in, row.second)
        for n, one in enumerate(row.further or ()):
            said[f"unserved[{k}].further[{n}]"] = partial(_reason_in, one)
    for k, warning in enumerate(plan.warnings):
        said[f"warnings[{k}]"] = warning.text_in
    for k, note in enumerate(plan.road_note):
        said[f"road_note[{k}]"] = note.text_in
    for term in plan.objective.terms if plan.objective else ():
        said[f"objective.terms.{term}"] = partial(_term_in, term)
    for path, say in said.items():
        if not all(_can_be_said(say, language) for language in LANGUAGES):
            yield case.fault("plan-words", path)


def _reason_in(row: Unserved | MissingVisit, language: Language) -> None:
    say = Phrases(language)
    figures = {**row.figures, "obstacles": "", "changes": ""}  # said by the limits in the way
    say.filled(f"reasons.{row.reason}", figures)
    say.filled(f"reasons.help-{row.reason}", figures)
    for obstacle in row.obstacles:
        told = {"over": "", "figure": obstacle.figure, "limit": obstacle.limit}
        say.filled(f"limits.{obstacle.code}.lacks", told)
        say.filled(f"limits.{obstacle.code}.change", told)


def _term_in(term: str, language: Language) -> str:
    return Phrases(language).filled(f"pages.term-{term}", {"value": ""})


def _can_be_said(say: Callable[[Language], object], language: Language) -> bool:
    try:
        say(language)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
        return False
    return True


RULES: tuple[Callable[[_Case], Iterator[Fault]], ...] = (
    plan_week,
    plan_time_zone,
    plan_dates,
    known_ids,
    ids_once,
    plan_numbers,
    plan_lines,
    plan_calls,
    plan_words,
)
