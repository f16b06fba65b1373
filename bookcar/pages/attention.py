"""What the head of a library should look at before a week is approved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bookcar.advice.remedies import spare
from bookcar.errors import Fault
from bookcar.manifests.sheet import WeekSheet
from bookcar.phrases import Phrases
from bookcar.plan import Plan
from bookcar.web.text import cut, printable

_TIGHT_S = 600
_REST_S = 6 * 3600  # whoever works longer rests, by directive 2003/88/EC, article 4
_FEW_DUE = 3  # of fewer stops no share is worth a word
_ONE_BY_ONE = 2  # warnings of a kind; more are told together
_LONGEST = 24
_DANGEROUS = ("unknown-way", "shape-off-road", "closures-unused")  # a car on a road that is closed


@dataclass(frozen=True)
class Point:
    """One thing to look at: ``bad`` is one that should not stay so, ``note`` one to know."""

    weight: Literal["bad", "note"]
    text: str


def points(plan: Plan, week: WeekSheet) -> list[Point]:
    """Return all there is to look at, the worst first; every figure is the plan's."""
    say = Phrases(week.language)
    found = [point for find in _FINDERS for point in find(plan, week, say)]
    found += [Point(_weight(some[0]), _told(some, say)) for some in _alike(plan.warnings)]
    return sorted(found, key=lambda point: point.weight != "bad")


def _weight(warning: Fault) -> Literal["bad", "note"]:
    return "bad" if warning.rule in _DANGEROUS else "note"


def _alike(warnings: Sequence[Fault]) -> list[list[Fault]]:
    """Return warnings by their kind, in their order; two of a kind are told one by one."""
    kinds: dict[tuple[str, str, str, str | None], list[Fault]] = {}
    for fault in warnings:
        key = (fault.rule, fault.variant, fault.file, fault.column)
        kinds.setdefault(key, []).append(fault)
    return [
        part
        for some in kinds.values()
        for part in ([some] if len(some) > _ONE_BY_ONE else [[fault] for fault in some])
    ]


def _told(alike: Sequence[Fault], say: Phrases) -> str:
    """Return the first of some warnings, and in which rows the others of its kind are."""
    first, *others = alike
    if not others:
        return _sentence(first, say)
    rows = tuple(str(fault.row) for fault in others if fault.row is not None)
    key = "pages.look-alike" if rows else "pages.look-alike-rowless"
    return f"{_sentence(first, say)} {say(key, count=len(others), rows=rows)}"


def _sentence(warning: Fault, say: Phrases) -> str:
    told = (tell(say.language) for tell in (warning.problem_in, warning.fix_in, warning.where_in))
    return printable(
        say("pages.look-warning", **dict(zip(("problem", "fix", "where"), told, strict=True)))
    )


def _required(_plan: Plan, week: WeekSheet, say: Phrases) -> Iterator[Point]:
    names = tuple(row.called for row in week.unserved if row.required)
    if names:
        yield Point("bad", say("pages.look-required", count=len(names), names=names))


def _townships(plan: Plan, _week: WeekSheet, say: Phrases) -> Iterator[Point]:
    """Yield townships less than half of whose due stops are served, the worst first.

    A stop that lacks one of its two visits is not served, as everywhere in a plan.
    """
    lacking = {row.stop for row in plan.unserved}
    visited = {visit.stop for route in plan.routes for visit in route.visits}

    def area(stop: str) -> str:
        return printable(plan.area_of(plan.stops_by_id[stop], say.language))

    served = Counter(map(area, visited - lacking))
    left = Counter(map(area, lacking))
    due = served + left
    poor = [a for a in due if a and due[a] >= _FEW_DUE and served[a] * 2 < due[a]]
    for name in sorted(poor, key=lambda a: (served[a] / due[a], -due[a], a)):
        shown = {"area": cut(name, _LONGEST), "served": served[name], "due": due[name]}
        yield Point("bad", say("pages.look-township", **shown))


def _tight(plan: Plan, _week: WeekSheet, say: Phrases) -> Iterator[Point]:
    vehicles = plan.vehicles_by_id
    left = [(spare(r, vehicles[r.vehicle]).seconds, printable(r.id)) for r in plan.routes]
    tight = tuple(
        say("pages.look-tight-route", route=name, minutes=seconds // 60)
        for seconds, name in sorted(left)
        if seconds < _TIGHT_S
    )
    if tight:
        yield Point("note", say("pages.look-tight", limit=_TIGHT_S // 60, routes=tight))


def _restless(plan: Plan, _week: WeekSheet, say: Phrases) -> Iterator[Point]:
    """Yield the long routes on which nobody rests: that no rule asks for it makes it no better."""
    long = tuple(
        printable(route.id)
        for route in plan.routes
        if route.back - route.depart > _REST_S and not route.breaks
    )
    if long:
        hours = _REST_S // 3600
        yield Point("note", say("pages.look-breaks", hours=hours, routes=long, count=len(long)))


def _phones(_plan: Plan, week: WeekSheet, say: Phrases) -> Iterator[Point]:
    silent = tuple(
        f"{route.id} {row.number} {cut(row.called, _LONGEST)}"
        for route in week.routes
        for row in route.visits
        if not row.phone
    )
    if silent:
        yield Point("note", say("pages.look-phones", count=len(silent), stops=silent))


def _drivers(_plan: Plan, week: WeekSheet, say: Phrases) -> Iterator[Point]:
    nobody = tuple(route.id for route in week.routes if not route.driver)
    if nobody:
        yield Point("note", say("pages.look-drivers", routes=nobody))


def _estimated(_plan: Plan, week: WeekSheet, _say: Phrases) -> Iterator[Point]:
    if week.warning:
        yield Point("note", week.warning)


_FINDERS: Sequence[Callable[[Plan, WeekSheet, Phrases], Iterator[Point]]] = (
    _required,
    _townships,
    _tight,
    _restless,
    _phones,
    _drivers,
    _estimated,
)
