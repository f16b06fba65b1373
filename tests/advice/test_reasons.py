"""Each reason for leaving a stop unserved, in a district in which it is the true one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from builders import H, batch, district, prepared, stop, vehicle
from planning.searches import first_fit, nothing

from bookcar.advice.reasons import unserved_stops
from bookcar.model import District, Settings, Weights
from bookcar.phrases import Phrases
from bookcar.plan import Unserved
from bookcar.planning.rounds import plan_rounds
from bookcar.roads.travel import Table, Travel, Unreached


def _unserved(tables: District, travel: Travel | None = None) -> tuple[Unserved, ...]:
    ready = prepared(tables, travel)
    return unserved_stops(ready, week=plan_rounds(ready, search=first_fit))


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no-day": ({"month_days": (25,)}, {}),
    "foot-only": ({"access": "foot"}, {}),
    "no-vehicle": ({"weekdays": (4,)}, {"vehicles": (vehicle("V", weekdays=(0, 1)),)}),
    "no-batch": ({}, {"batches": ()}),
    "too-many-books": ({}, {"vehicles": (vehicle("V", books=49),)}),
    "too-heavy": ({}, {"vehicles": (vehicle("V", kg=19),)}),
    "too-far": ({"lon": 107.9}, {"vehicles": (vehicle("V", max_metres=50_000),)}),
    "too-long": ({"lon": 107.9}, {"vehicles": (vehicle("V", max_metres=10**6),)}),
    "closed": ({"windows": ((18 * H, 20 * H),)}, {}),
}


@pytest.mark.parametrize("reason", CASES)
def test_the_first_reason_is_the_true_one(reason: str) -> None:
    fields, more = CASES[reason]
    assert [u.reason for u in _unserved(district(stop("S1", **fields), **more))] == [reason]


def test_no_room_when_the_stop_alone_would_fit() -> None:
    one_day = vehicle("V", weekdays=(0,), max_stops=1)
    found = _unserved(district(stop("S1"), stop("S2"), vehicles=(one_day,)))
    assert [(u.stop, u.reason) for u in found] == [("S2", "no-room")]


@pytest.mark.parametrize("reason", ["off-road", "disconnected", "foot-only"])
def test_a_stop_no_road_leads_to(reason: Any) -> None:
    tables = district(stop("S1"))
    closed = np.array([[0, -1], [-1, 0]], np.int32)
    cut = Unreached(reason=reason, road_m=1_599, path_m=53)
    table = Table(seconds=closed, metres=closed, unreached={"S1": cut})
    travel = Travel(places=("D", "S1"), tables={"car": table}, estimated=False, note=())
    found = _unserved(tables, travel)
    assert [u.reason for u in found] == [reason]
    if reason == "off-road":
        assert found[0].figures == {"limit_m": 500, "road": "1,599 m"}


def test_a_stop_that_fits_but_is_not_worth_the_way_says_so() -> None:
    """A search that serves nobody, and a stop whose way there costs more than its prize."""
    tables = district(stop("S50"))
    for weight, reason in ((20, "not-worth"), (10_000, "no-room")):
        tables = district(stop("S50"), settings=Settings(weights=Weights(stop=weight)))
        week = plan_rounds(prepared(tables), search=nothing)
        (found,) = unserved_stops(prepared(tables), week=week)
        assert found.reason == reason
    tables = district(stop("S50"), settings=Settings(weights=Weights(stop=20)))
    week = plan_rounds(prepared(tables), search=nothing)
    figures = unserved_stops(prepared(tables), week=week)[0].figures
    assert figures["cost"] > figures["prize"]


def test_a_stop_taken_out_by_hand_says_so() -> None:
    tables = district(stop("S1"), batches=())
    week = plan_rounds(prepared(tables), search=first_fit)
    week = replace(week, left_out=frozenset({"S1"}))
    assert [u.reason for u in unserved_stops(prepared(tables), week=week)] == ["left-out"]


def test_figures_tell_how_far_and_how_long() -> None:
    far = _unserved(district(stop("S1", lon=107.9), vehicles=(vehicle("V", max_metres=50_000),)))
    assert far[0].figures["limit"] == 50.0
    assert far[0].figures["km"] > 300


def test_required_stops_stand_first_then_the_most_overdue() -> None:
    tables = district(
        stop("S1", access="foot", every_weeks=9),
        stop("S2", access="foot"),
        stop("S3", access="foot", required=True),
        visits=(),
        settings=Settings(holidays=frozenset({dt.date(2026, 12, 25)})),
        batches=(batch("B1"),),
    )
    assert [u.stop for u in _unserved(tables)] == ["S3", "S1", "S2"]


def test_a_stop_that_gets_one_of_two_visits_says_why_it_lacks_the_other() -> None:
    """On Monday and Tuesday only, no two visits are two days apart."""
    wanted = stop("S1", visits_a_week=2, weekdays=(0, 1))
    tables = district(wanted, batches=(batch("A"), batch("B")))
    (found,) = _unserved(tables)
    assert (found.reason, found.made, found.lost) == ("too-close", 1, 60.0)
    text = Phrases("en").reason(found.reason, found.figures, made=found.made)
    assert text.startswith("One of two visits is missing: Its two visits are to be 2 days apart")


def test_a_stop_that_gets_neither_of_two_visits_loses_both() -> None:
    """Never visited: a week overdue, which counts for the first visit only."""
    tables = district(stop("S50", visits_a_week=2), batches=(batch("A"), batch("B")))
    week = plan_rounds(prepared(tables), search=nothing)
    (found,) = unserved_stops(prepared(tables), week=week)
    assert (found.made, found.lost) == (0, 75.0 + 60.0)


def test_a_required_stop_and_one_without_a_batch_lose_nothing() -> None:
    for fields, more in (({"required": True}, {}), ({}, {"batches": ()})):
        tables = district(stop("S50", **fields), **more)
        week = plan_rounds(prepared(tables), search=nothing)
        assert [u.lost for u in unserved_stops(prepared(tables), week=week)] == [0.0]
