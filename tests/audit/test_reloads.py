"""The rules on reloads, each broken in a plan with one that is otherwise clean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from audit.clean import LEG, Audited, clean
from builders import H, depot

from bookcar.plan import Break, Reload

T = 8 * H
AT_HOME = Reload(
    depot="D",
    leg=LEG,
    arrive=T + 2_880,
    begin=T + 2_880,
    depart=T + 4_080,
    unloads=("OLD",),
    loads=("B2",),
    books=50,
    kg=20,
)


def reloading() -> Audited:
    """Return the clean plan with Monday's car back at its depot between both stops."""
    case = clean().with_row("vehicles", "V", reloads=1)
    case = case.with_visit(0, 0, books=50, kg=20)
    case = case.with_visit(0, 1, arrive=T + 4_920, begin=T + 4_920, depart=T + 6_120, books=0, kg=0)
    case = case.with_route(
        0,
        reloads=[(1, AT_HOME)],
        back=T + 6_960,
        metres=40_000,
        drive_s=3_360,
        service_s=3_600,
        wait_s=0,
        books_out=50,
        kg_out=20,
        peak_books=50,
        peak_kg=20,
    )
    said = case.plan.objective
    assert said is not None
    terms = {**said.terms, "km": 60.0}
    objective = msgspec.structs.replace(said, terms=terms, cost=60.0, bound=58.0)
    totals = msgspec.structs.replace(case.plan.totals, metres=60_000, seconds=6_960 + 3_480)
    return case.with_plan(objective=objective, totals=totals)


def _changed(**fields: Any) -> Audited:
    reload = msgspec.structs.replace(AT_HOME, **fields)
    return reloading().with_route(0, reloads=[(1, reload)])


def test_a_route_with_a_reload_is_clean() -> None:
    assert reloading().findings() == []


def test_a_load_is_only_too_large_within_a_part() -> None:
    assert reloading().with_row("vehicles", "V", books=50, kg=20).findings() == []
    small = reloading().with_row("vehicles", "V", books=49, kg=19)
    assert small.broken() == {"books-within-limit", "kg-within-limit"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda: reloading().with_row("vehicles", "V", reloads=0), "reloads-a-day"),
        (lambda: _elsewhere(reload_at=()), "reload-where-it-may"),
        (lambda: reloading().with_route(0, reloads=[(2, AT_HOME)]), "reload-before-a-visit"),
        (
            lambda: reloading().with_route(0, reloads=[(1, AT_HOME), (1, AT_HOME)]),
            "reload-before-a-visit",
        ),
        (lambda: _changed(begin=T + 2_940), "reload-lasts"),
        (lambda: _opening(T + 2_881, 17 * H), "reload-hours"),
        (lambda: _opening(T, T + 4_079), "reload-hours"),
        (lambda: _changed(unloads=()), "reload-moves"),
        (lambda: _changed(loads=("B1",)), "reload-moves"),
        (lambda: _changed(books=100), "books-aboard"),
        (lambda: _changed(kg=40), "kg-aboard"),
        (lambda: _changed(arrive=T + 2_879), "clock-adds-up"),
        (lambda: _changed(depot="X"), "in-the-tables"),
        (lambda: _elsewhere(reload_at=("E",)), "batch-is-where-it-is-taken"),
        (
            lambda: reloading().with_route(
                0, breaks=[(2, Break(moment="after", begin=T, end=T + 600))]
            ),
            "break-taken",
        ),
    ],
)
def test_a_broken_rule_is_found(change: Callable[[], Audited], rule: str) -> None:
    assert rule in change().broken()


def _opening(opens: int, closes: int) -> Audited:
    return reloading().with_row("depots", "D", windows=((opens, closes),))


def _elsewhere(**fields: Any) -> Audited:
    """Return the plan with its reload at a second store, which has none of the batches."""
    case = _changed(depot="E").with_row("vehicles", "V", **fields)
    case = case.with_district(depots=(*case.district.depots, depot("E")))
    places = tuple("E" if place == "S5" else place for place in case.travel.places)
    return replace(case, travel=replace(case.travel, places=places))


def test_a_break_may_be_taken_at_a_depot() -> None:
    case = reloading().with_row("vehicles", "V", break_s=600, break_after_s=4_080)
    assert "break-taken" in case.broken()
    rest = Break(moment="before", begin=T + 2_880, end=T + 3_480)
    late = {"begin": T + 3_480, "depart": T + 4_680}
    reload = msgspec.structs.replace(AT_HOME, **late)
    visit = {"arrive": T + 5_520, "begin": T + 5_520, "depart": T + 6_720}
    rested = case.with_visit(0, 1, **visit).with_route(
        0, breaks=[(1, rest)], reloads=[(1, reload)], back=T + 7_560
    )
    totals = msgspec.structs.replace(rested.plan.totals, seconds=7_560 + 3_480)
    assert rested.with_plan(totals=totals).findings() == []


def test_what_is_put_off_is_in_that_store_the_next_day() -> None:
    """OLD is put off at the depot on Monday, so Tuesday's route may bring it to S3."""
    tuesday = reloading().with_visit(1, 0, drops=("OLD",))
    assert "batch-is-where-it-is-taken" not in tuesday.broken()
    away = _elsewhere(reload_at=("E",)).with_visit(1, 0, drops=("OLD",))
    found = [f for f in away.findings() if "batch OLD" in f]
    assert found
    assert "is not in depot D but at E" in found[0]
