"""Each reason for leaving a stop unserved, in a district in which it is the true one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest
from builders import (
    MONDAY,
    H,
    batch,
    depot,
    district,
    holiday,
    past_visit,
    prepared,
    stop,
    vehicle,
)
from manifests.plans import make_plan
from planning.searches import first_fit, nothing

from bookcar.advice.reasons import unserved_stops
from bookcar.advice.wording import explanation, remedy
from bookcar.model import District, RoadProfile, RoadSettings, Settings, Weights
from bookcar.phrases import Phrases
from bookcar.plan import Swap, Unserved
from bookcar.planning import chances
from bookcar.planning.rounds import plan_options, plan_rounds
from bookcar.planning.visit_options import options_of
from bookcar.planning.week import Week
from bookcar.roads.travel import Table, Travel, Unreached

CAR, VAN = RoadProfile(name="car"), RoadProfile(name="van")


def _unserved(tables: District, travel: Travel | None = None) -> tuple[Unserved, ...]:
    ready = prepared(tables, travel)
    return unserved_stops(ready, week=plan_rounds(ready, search=first_fit))


def _unsearched(tables: District) -> Week:
    """Return a week in which nothing was searched or put in."""
    ready = prepared(tables)
    return plan_options(ready, options_of(ready), search=nothing)


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no-day": ({"month_days": (25,)}, {}),
    "day-closed": ({"weekdays": (0,)}, {"calendar": (holiday(MONDAY),)}),
    "foot-only": ({"access": "foot"}, {}),
    "no-vehicle": ({"weekdays": (4,)}, {"vehicles": (vehicle("V", weekdays=(0, 1)),)}),
    "no-batch": ({}, {"batches": ()}),
    "too-many-books": ({}, {"vehicles": (vehicle("V", books=49),)}),
    "too-heavy": ({}, {"vehicles": (vehicle("V", kg=19),)}),
    "too-far": ({"lon": 107.0}, {"vehicles": (vehicle("V", max_metres=50_000),)}),
    "too-long": ({"lon": 107.9}, {"vehicles": (vehicle("V", max_metres=10**6),)}),
    "back-too-late": ({"lon": 106.85}, {"vehicles": (vehicle("V", starts=15 * H),)}),
    "closed": ({"windows": ((18 * H, 20 * H),)}, {}),
    "no-break": (
        {"windows": ((9 * H, 9 * H + 1_200),), "lon": 106.75},
        {"vehicles": (vehicle("V", ends=10 * H, break_s=H, break_after_s=3_000),)},
    ),
    "leg-beyond-break": (
        {"lon": 107.0},
        {"vehicles": (vehicle("V", break_s=1_800, break_after_s=H),)},
    ),
    "batch-elsewhere": (
        {},
        {"depots": (depot(), depot("E", lon=106.9)), "batches": (batch("B", at="E"),)},
    ),
    "no-single-car": (
        {},
        {"vehicles": (vehicle("V", books=49), vehicle("W", max_metres=1_000))},
    ),
}


@pytest.mark.parametrize("reason", CASES)
def test_the_first_reason_is_the_true_one(reason: str) -> None:
    fields, more = CASES[reason]
    assert [u.reason for u in _unserved(district(stop("S1", **fields), **more))] == [reason]


def test_no_limit_of_one_car_is_blamed_on_another() -> None:
    cars = (vehicle("V", books=49), vehicle("W", max_metres=1_000), vehicle("X", books=40))
    (found,) = _unserved(district(stop("S1"), vehicles=cars))
    assert [(o.vehicle, o.code, o.figure, o.limit) for o in found.obstacles] == [
        ("V", "books", 50, 49),
        ("W", "distance", 3_208, 1_000),
        ("X", "books", 50, 40),
    ]


def test_a_car_that_lacks_two_things_does_not_hide_one_that_lacks_one() -> None:
    cars = (vehicle("V", books=49), vehicle("W", books=40, max_metres=1_000))
    (found,) = _unserved(district(stop("S1"), vehicles=cars))
    assert (found.reason, found.figures) == (
        "too-many-books",
        {"vehicle": "V", "books": 50, "limit": 49},
    )


FULL: dict[str, dict[str, Any]] = {
    "stops": {"max_stops": 1},
    "books": {"books": 99},
    "kg": {"kg": 39},
    "distance": {"max_metres": 6_000},
    "time": {"ends": 9 * H, "max_seconds": H},
    "working-time": {"max_seconds": H},
    "latest-return": {"ends": 9 * H},
}


@pytest.mark.parametrize("code", FULL)
def test_full_says_which_limit_binds(code: str) -> None:
    """S1 alone and S2 alone fit; both are beyond one limit of the only day."""
    car = vehicle("V", weekdays=(0,), **FULL[code])
    night = (depot(windows=((5 * H, 6 * H),)),)  # no reload
    west = {"lon": 106.64} if code == "distance" else {}
    tables = district(stop("S1"), stop("S2", **west), vehicles=(car,), depots=night)
    (found,) = _unserved(tables)
    assert (found.stop, found.reason) == ("S2", "full")
    assert [o.code for o in found.obstacles] == [code]
    (obstacle,) = found.obstacles
    assert (obstacle.vehicle, obstacle.date) == ("V", MONDAY)
    assert obstacle.figure > obstacle.limit
    assert found.swap == Swap(stop="S1", vehicle="V", date=MONDAY)


def test_full_of_two_limits_at_once_lists_both() -> None:
    car = vehicle("V", weekdays=(0,), max_stops=1, books=99)
    (found,) = _unserved(district(stop("S1"), stop("S2"), vehicles=(car,)))
    assert (found.reason, found.together) == ("full", True)
    assert {o.code for o in found.obstacles} == {"stops", "books"}


def test_a_stop_only_other_vehicles_reach_says_whose_road_leads_there() -> None:
    tables = district(
        stop("S1", vehicles=("V",)),
        vehicles=(vehicle("V"), vehicle("W", profile="van")),
        settings=Settings(roads=RoadSettings(profiles=(CAR, VAN))),
    )
    open_road = np.array([[0, 600], [600, 0]], np.int32)
    closed = np.array([[0, -1], [-1, 0]], np.int32)
    cut = Unreached(reason="disconnected", road_m=3, path_m=3)
    travel = Travel(
        places=("D", "S1"),
        tables={
            "car": Table(seconds=closed, metres=closed, unreached={"S1": cut}),
            "van": Table(seconds=open_road, metres=open_road),
        },
        estimated=False,
        note="",
    )
    (found,) = _unserved(tables, travel)
    assert (found.reason, found.figures) == ("only-others-reach", {"vehicles": "W"})


def test_a_stop_whose_only_batches_go_to_others_says_so() -> None:
    tables = district(stop("S1", priority=9), stop("S2"), batches=(batch("B"),))
    (found,) = _unserved(tables)
    assert (found.stop, found.reason) == ("S2", "batch-taken")


def test_a_batch_that_comes_back_after_the_last_day_says_so() -> None:
    """On Monday S1 gives back what S2 has not had; the only car does not come on a later day."""
    tables = district(
        stop("S1"),
        stop("S2"),
        vehicles=(vehicle("V", weekdays=(0,)),),
        batches=(batch("NEW"), batch("OLD", at="S1")),
        visits=(past_visit("S2", dt.date(2026, 9, 1), batch="NEW", action="dropped"),),
    )
    found = {row.stop: row.reason for row in _unserved(tables)}
    assert found == {"S2": "batch-too-late"}


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
    for weight, reason in ((20, "not-worth"), (10_000, "would-fit")):
        tables = district(stop("S50"), settings=Settings(weights=Weights(stop=weight)))
        week = _unsearched(tables)
        (found,) = unserved_stops(prepared(tables), week=week)
        assert found.reason == reason
    tables = district(stop("S50"), settings=Settings(weights=Weights(stop=20)))
    week = _unsearched(tables)
    figures = unserved_stops(prepared(tables), week=week)[0].figures
    assert figures["cost"] > figures["prize"]


def test_a_stop_taken_out_by_hand_says_so() -> None:
    tables = district(stop("S1"), batches=())
    week = plan_rounds(prepared(tables), search=first_fit)
    week = replace(week, left_out=frozenset({"S1"}))
    assert [u.reason for u in unserved_stops(prepared(tables), week=week)] == ["left-out"]


def test_figures_tell_how_far_and_how_long() -> None:
    far = _unserved(district(stop("S1", lon=107.0), vehicles=(vehicle("V", max_metres=50_000),)))
    assert far[0].figures["limit"] == 50.0
    assert far[0].figures["km"] > 100


def test_required_stops_stand_first_then_the_most_overdue() -> None:
    tables = district(
        stop("S1", access="foot", every_weeks=9),
        stop("S2", access="foot"),
        stop("S3", access="foot", required=True),
        visits=(),
        calendar=(holiday(dt.date(2026, 12, 25)),),
        batches=(batch("B1"),),
    )
    assert [u.stop for u in _unserved(tables)] == ["S3", "S1", "S2"]


def test_a_second_visit_that_may_repeat_lacks_a_day_whatever_new_batches_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As where carriers have no time left for anything: then nothing that it has had fits."""
    monkeypatch.setattr(chances, "_again", lambda *_: ({}, frozenset()))
    moves = [
        past_visit("S1", MONDAY - dt.timedelta(days=ago), batch=name, action=what)
        for name in ("A", "B")
        for what, ago in (("dropped", 40), ("collected", 30))
    ]
    wanted = stop("S1", visits_a_week=2, weekdays=(0, 1))
    tables = district(wanted, batches=(batch("A"), batch("B")), visits=tuple(moves))
    (found,) = _unserved(tables)
    assert (found.reason, found.made) == ("too-close", 1)


def test_a_stop_that_gets_one_of_two_visits_says_why_it_lacks_the_other() -> None:
    """On Monday and Tuesday only, no two visits are two days apart."""
    wanted = stop("S1", visits_a_week=2, weekdays=(0, 1))
    tables = district(wanted, batches=(batch("A"), batch("B")))
    (found,) = _unserved(tables)
    assert (found.reason, found.made, found.lost) == ("too-close", 1, 60.0)
    text = explanation(make_plan(), found, Phrases("en"))
    assert text.startswith("One of two visits is missing: Its two visits are to be 2 days apart")


def test_what_only_a_car_too_near_to_the_other_visit_could_bring_is_not_the_reason() -> None:
    """V brings A and B on Monday; W, of Wednesday, could bring neither of them to S1."""
    tables = district(
        stop("S1", visits_a_week=2, weekdays=(0, 2)),
        stop("S2", weekdays=(0,)),
        vehicles=(vehicle("V", weekdays=(0,)), vehicle("W", weekdays=(2,), books=49)),
    )
    (found,) = _unserved(tables)
    assert (found.stop, found.reason, found.made) == ("S1", "too-many-books", 1)
    assert found.figures == {"vehicle": "W", "books": 50, "limit": 49}


def test_a_car_too_near_to_the_other_visit_has_no_limit_to_raise() -> None:
    """X, of Monday as the visit made, lacks way alone; W, of Wednesday, lacks books as well."""
    tables = district(
        stop("S1", visits_a_week=2, weekdays=(0, 2)),
        vehicles=(
            vehicle("V", weekdays=(0,), books=50),
            vehicle("W", weekdays=(2,), books=50, max_metres=1_000),
            vehicle("X", weekdays=(0,), max_metres=1_000),
        ),
        batches=(batch("A"), batch("B", books=60)),
    )
    (found,) = _unserved(tables)
    assert (found.reason, found.made) == ("no-single-car", 1)
    assert {obstacle.vehicle for obstacle in found.obstacles} == {"W"}


def test_a_batch_is_elsewhere_for_the_days_far_enough_from_the_other_visit() -> None:
    """V, too small for B, visits S1 on Thursday; the car of Monday loads where there is nothing."""
    tables = district(
        stop("S1", visits_a_week=2, weekdays=(0, 3)),
        depots=(depot(), depot("E", lon=106.7)),
        vehicles=(vehicle("V", weekdays=(3,), books=50), vehicle("W", depot="E", weekdays=(0,))),
        batches=(batch("A"), batch("B", books=60)),
    )
    (found,) = _unserved(tables)
    assert (found.reason, found.made) == ("batch-elsewhere", 1)


def test_a_stop_that_gets_neither_of_two_visits_loses_both() -> None:
    """Never visited: a week overdue, which counts for the first visit only."""
    tables = district(stop("S50", visits_a_week=2), batches=(batch("A"), batch("B")))
    week = _unsearched(tables)
    (found,) = unserved_stops(prepared(tables), week=week)
    assert (found.made, found.lost) == (0, 75.0 + 60.0)
    assert found.second is not msgspec.UNSET
    assert (found.reason, found.second.reason) == ("not-worth", "not-worth")
    assert (found.figures["prize"], found.second.figures["prize"]) == (75, 60)


def test_two_visits_that_are_missing_for_one_reason_are_told_in_one() -> None:
    tables = district(stop("S50", visits_a_week=2), vehicles=(vehicle("V", max_metres=9_000),))
    (found,) = _unserved(tables)
    assert found.second is not msgspec.UNSET
    assert (found.reason, found.second.reason) == ("too-far", "too-far")
    say = Phrases("en")
    assert explanation(make_plan(), found, say).startswith("Neither of two visits is made: ")
    assert remedy(make_plan(), found, say) == say("reasons.help-too-far", **found.figures)


@pytest.mark.parametrize(("days", "second"), [((0, 1), "too-close"), ((0, 2), "not-worth")])
def test_each_of_two_visits_that_are_missing_has_its_own_reason(
    days: tuple[int, ...], second: str
) -> None:
    """The second is worth less, as nobody has waited for it, and needs a day far enough off."""
    wanted = stop("S50", visits_a_week=2, weekdays=days)
    cars = (vehicle("V", cost_km=60 / 130, fixed_cost=3.0),)
    settings = Settings(weights=Weights(overdue_week=100.0))
    tables = district(wanted, batches=(batch("A"), batch("B")), vehicles=cars, settings=settings)
    (found,) = unserved_stops(prepared(tables), week=_unsearched(tables))
    assert found.second is not msgspec.UNSET
    assert (found.reason, found.second.reason, found.made) == ("would-fit", second, 0)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Unserved) == found
    for language, words in (("en", ("First visit: It", "Second visit: ")), ("zh", ("第一次：",))):
        told = explanation(make_plan(), found, Phrases(language))  # type: ignore[arg-type]
        assert all(word in told for word in words)
        assert "{" not in told + remedy(make_plan(), found, Phrases(language))  # type: ignore[arg-type]


def test_a_stop_that_wants_one_visit_has_one_reason() -> None:
    tables = district(stop("S50"))
    (found,) = unserved_stops(prepared(tables), week=_unsearched(tables))
    assert found.second is msgspec.UNSET
    assert b"second" not in msgspec.json.encode(found)


def test_a_required_stop_and_one_without_a_batch_lose_nothing() -> None:
    for fields, more in (({"required": True}, {}), ({}, {"batches": ()})):
        tables = district(stop("S50", **fields), **more)
        week = _unsearched(tables)
        assert [u.lost for u in unserved_stops(prepared(tables), week=week)] == [0.0]


def test_the_limit_told_is_that_of_the_best_load_though_none_fits_alone_with_it() -> None:
    """V could come straight from D with what is there; W, which has no room, loads at E only."""
    tables = district(
        stop("S9", priority=9),
        stop("S10"),
        depots=(depot(), depot("E", lon=106.95)),
        vehicles=(
            vehicle("V", max_metres=15_000, reloads=1, reload_at=("E",), weekdays=(0,)),
            vehicle("W", depot="E", max_stops=1, weekdays=(0,)),
        ),
        batches=(batch("D1"), batch("E1", at="E"), batch("E2", at="E")),
    )
    (row,) = _unserved(tables)
    travel = prepared(tables).travel
    there, back = (travel.tables["car"].metres[travel.rows[a], travel.rows[b]] for a, b in
                   (("D", "S10"), ("S10", "D")))  # fmt: skip
    assert (row.stop, row.reason) == ("S10", "full")
    told = {(o.vehicle, o.code): o.figure for o in row.obstacles}
    assert told["V", "distance"] == there + back
