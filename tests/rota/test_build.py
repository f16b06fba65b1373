"""Where each collection is, week by week."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import MONDAY, batch, district, past_visit, stop
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from reloading import far_village

import bookcar as bc
from bookcar.model import Pool
from bookcar.rota.build import Rota, first_open_week, in_weeks, make_rota

WEEK = dt.timedelta(weeks=1)
TEA = Pool(id="T", name="Tea houses", kinds=("teahouse",), weeks=1, no_repeat_months=24)


def _house(id: str, **fields):
    return stop(id, kind="teahouse", every_weeks=1, **fields)


def _places(rota: Rota) -> dict[str, tuple[str, ...]]:
    return {line.batch: line.places for line in rota.lines}


def test_collections_go_round_until_a_stop_has_had_them_all() -> None:
    """One tea house, three collections: a new one each week for three weeks, then none."""
    tables = district(
        _house("S1"), pools=(TEA,), batches=[batch(f"T{n}", pool="T") for n in range(3)]
    )
    rota = make_rota(tables, MONDAY, weeks=5, back=0)
    places = _places(rota)
    for week in range(3):
        assert sum(at[week] == "S1" for at in places.values()) == 1
    assert {n for at in places.values() for n, place in enumerate(at) if place == "S1"} >= {0, 1, 2}
    (turn,) = rota.turns
    assert turn.next == MONDAY
    assert turn.gaps == (MONDAY + 3 * WEEK, MONDAY + 4 * WEEK)


def test_who_is_not_visited_keeps_what_it_has() -> None:
    """Unlike the forecast of the stock, which takes a batch to be made up."""
    tables = district(
        _house("S1"),
        pools=(TEA,),
        batches=[batch("T0", pool="T", at="S1")],
        visits=(past_visit("S1", MONDAY - WEEK, batch="T0", action="dropped"),),
    )
    rota = make_rota(tables, MONDAY, weeks=3, back=1)
    assert _places(rota) == {"T0": ("S1",) * 4}
    assert [week.how for week in rota.weeks] == ["recorded", *["expected"] * 3]
    assert rota.turns[0].next is None
    assert len(rota.turns[0].gaps) == 3


def test_what_is_over_is_as_recorded() -> None:
    visits = (
        past_visit("S1", MONDAY - 3 * WEEK, batch="T0", action="dropped"),
        past_visit("S1", MONDAY - WEEK, batch="T0", action="collected", depot="D"),
        past_visit("S2", MONDAY - WEEK, batch="T0", action="dropped"),
    )
    own = batch("T0", pool="T", at="D", since=MONDAY - 20 * WEEK)
    tables = district(_house("S1"), _house("S2"), pools=(TEA,), batches=(own,), visits=visits)
    tables = tables.__class__(
        **{name: getattr(tables, name) for name in tables.__struct_fields__} | {"listed": (own,)}
    )
    rota = make_rota(tables, MONDAY, weeks=1, back=4)
    assert _places(rota)["T0"][:4] == ("D", "S1", "S1", "S2")
    (line,) = rota.lines
    assert (line.brought, line.last) == (2, MONDAY - WEEK)
    assert first_open_week(tables) == MONDAY


def test_what_is_collected_before_a_reload_is_where_the_car_reloads() -> None:
    """The plan puts OLD off at the sub-store E, not at the depot that the car comes from."""
    pool = Pool(id="T", name="All", kinds=("village", "school"), weeks=1, no_repeat_months=24)
    plain = far_village()
    batches = tuple(structs.replace(one, pool="T") for one in plain.batches)
    tables = structs.replace(plain, pools=(pool,), batches=batches)
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    put_off = {b: r.depot for route in plan.routes for r in route.reloads for b in r.unloads}
    assert "E" in put_off.values()
    rota = make_rota(tables, MONDAY, weeks=1, back=0, plans={MONDAY: plan})
    assert rota.weeks[0].how == "planned"
    at = {batch: places[-1] for batch, places in _places(rota).items()}
    assert {batch: at[batch] for batch in put_off} == put_off


def test_collections_that_stay_are_none_of_the_rota() -> None:
    topups = Pool(id="H", name="Top-ups", kinds=("bookhouse",))
    tables = district(
        _house("S1"),
        stop("S2", kind="bookhouse"),
        pools=(TEA, topups),
        batches=(batch("H0", pool="H"), batch("T0", pool="T")),
    )
    rota = make_rota(tables, MONDAY, weeks=2, back=0)
    assert [line.batch for line in rota.lines] == ["T0"]
    assert [turn.stop for turn in rota.turns] == ["S1"]


def test_what_circulates_least_stands_first() -> None:
    tables = district(
        _house("S1"),
        pools=(TEA,),
        batches=[batch(f"T{n}", pool="T") for n in range(4)],
        visits=(
            past_visit("S1", MONDAY - 9 * WEEK, batch="T0", action="dropped"),
            past_visit("S1", MONDAY - 8 * WEEK, batch="T0", action="collected", depot="D"),
        ),
    )
    rota = make_rota(tables, MONDAY, weeks=2, back=0)
    assert [line.coming for line in rota.least(4)].count(1) == 2
    assert rota.least(1)[0].batch not in {"T0"}
    assert rota.least(1)[0].brought + rota.least(1)[0].coming == 0


def test_a_week_that_is_no_monday_is_refused() -> None:
    with pytest.raises(ValueError, match="is no Monday"):
        make_rota(district(_house("S1")), MONDAY + dt.timedelta(days=1), weeks=1, back=0)


def test_weeks_that_follow_each_other_are_said_as_one() -> None:
    weeks = [MONDAY, MONDAY + WEEK, MONDAY + 3 * WEEK, MONDAY + 4 * WEEK, MONDAY + 5 * WEEK]
    assert in_weeks(weeks[:2]) == ["2026-W49–W50"]
    assert in_weeks(weeks) == ["2026-W49–W50", "2026-W52–2027-W01"]


@settings(max_examples=40, deadline=None)
@given(
    houses=st.integers(1, 4),
    count=st.integers(1, 7),
    weeks=st.integers(1, 3),
    reserve=st.integers(0, 2),
    order=st.sampled_from(["free", "ring"]),
)
def test_nothing_is_lost_repeated_or_in_two_places(*, houses, count, weeks, reserve, order) -> None:
    """By what the rules of pools say, counted from the places alone."""
    pool = Pool(
        id="T",
        name="",
        kinds=("teahouse",),
        weeks=weeks,
        no_repeat_months=24,
        reserve=reserve,
        order=order,
    )
    tables = district(
        *(_house(f"S{n}") for n in range(houses)),
        stop("S9", kind="bookhouse"),
        pools=(pool,),
        batches=[batch(f"T{n}", pool="T") for n in range(count)],
    )
    rota = make_rota(tables, MONDAY, weeks=12, back=0)
    stops = {f"S{n}" for n in range(houses)}
    for line in rota.lines:
        assert set(line.places) <= {*stops, "D"}
        stays = [p for n, p in enumerate(line.places) if n == 0 or line.places[n - 1] != p]
        at_stops = [place for place in stays if place != "D"]
        assert len(set(at_stops)) == len(at_stops) == line.coming
    in_store = [sum(line.places[n] == "D" for line in rota.lines) for n in range(12)]
    assert min(in_store) >= min(reserve, count)
