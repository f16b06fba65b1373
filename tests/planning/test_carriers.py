"""Carriers and cars in one week: who meets whom, when, and why somebody is left unserved."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise, permutations
from typing import Any

import msgspec
import pytest
from builders import MONDAY, H, batch, depot, past_visit, prepared, stop, vehicle
from builders import district as anywhere
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

import bookcar as bc
from bookcar.advice.wording import explanation, remedy
from bookcar.audit import audit
from bookcar.model import BatchSettings, Carrier, CarrierSettings, District, Settings, Stop
from bookcar.optimiser.timing import schedule
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.plan import FootLeg, Plan, Visit
from bookcar.planning.tours import Crew
from bookcar.planning.week_problem import week_problem
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Footway, Meeting

WEEK = "2026-W49"
DAY = (6 * H, 19 * H)


def district(*stops: Stop, **fields: Any) -> District:
    """Return a district whose clocks are those of its place: daylight goes by them."""
    return anywhere(*stops, **{"time_zone": "Asia/Shanghai"} | fields)


def _afoot(id: str, **fields: Any) -> Stop:
    """Return a stop that no car reaches, half a kilometre north of the road."""
    return stop(id, **{"access": "foot", "lat": 29.0245} | fields)


def _carrier(*stops: Stop, id: str = "K", **fields: Any) -> Carrier:
    """Return who lives at the first of the stops and serves them all."""
    home = {"lon": stops[0].lon, "lat": stops[0].lat, "at": stops[0].id}
    served = tuple(s.id for s in stops)
    return Carrier(**{"id": id, "name": f"carrier {id}", "stops": served} | home | fields)


def _plan(tables: District) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick")


def _visit(plan: Plan, name: str) -> Visit:
    return next(v for route in plan.routes for v in route.visits if v.stop == name)


def _foot(plan: Plan, name: str) -> FootLeg:
    foot = _visit(plan, name).foot
    assert foot
    return foot


def _why(tables: District) -> tuple[str, dict[str, Any]]:
    (row,) = _plan(tables).unserved
    return row.reason, dict(row.figures)


def test_a_fetcher_meets_the_car_and_goes_home_with_the_books() -> None:
    """Two trips of 20 kg up, none down: 800 m of road, less than an hour."""
    house = _afoot("S5")
    tables = district(
        stop("S5x5", lon=106.70), house, carriers=(_carrier(house),), batches=_kg(40, 40)
    )
    plan = _plan(tables)
    foot = _foot(plan, "S5")
    (tour,) = foot.tours
    assert plan.unserved == ()
    assert foot.metres == pytest.approx(1.65 * 500, rel=0.01)
    assert (tour.up, tour.up_kg, tour.down) == (2, 20, 0)
    assert tour.metres == 4 * foot.metres
    assert not foot.waits
    assert tour.leaves < _visit(plan, "S5").begin < tour.home
    assert plan.carriers_by_id["K"].name == "carrier K"


def _kg(*kg: int) -> tuple[Any, ...]:
    return tuple(batch(f"B{k:03d}", kg=each) for k, each in enumerate(kg, start=1))


def test_what_is_collected_comes_down_before_the_car_does() -> None:
    house = _afoot("S5")
    old = batch("OLD", kg=30, at="S5")
    near = stop("S6", lon=106.70)
    tables = district(near, house, carriers=(_carrier(house),), batches=(*_kg(20, 20), old))
    visit, foot = _visit(_plan(tables), "S5"), _foot(_plan(tables), "S5")
    (tour,) = foot.tours
    assert visit.collects == ("OLD",)
    assert (tour.down, tour.down_kg) == (2, 15)
    assert tour.metres == (3 + 1) * foot.metres
    assert visit.begin - tour.leaves > 3 * tour.down_s * 0.6


def test_the_car_waits_where_nobody_could_walk_so_far() -> None:
    """With 2 km a day one way down and one up, twice 800 m, is all from a house at the road."""
    house = _afoot("S5")
    home = {"at": "", "lon": 106.70, "lat": 29.02}
    old = batch("OLD", kg=20, at="S5")
    tables = district(stop("S4", lon=106.70), house, batches=(*_kg(20, 20), old))
    free, held = (
        msgspec.structs.replace(tables, carriers=(_carrier(house, **home, metres=metres),))
        for metres in (10_000, 2_000)
    )
    there, waited = (_visit(_plan(one), "S5") for one in (free, held))
    assert there.foot
    assert waited.foot
    assert (there.foot.waits, waited.foot.waits) == (False, True)
    assert there.depart - there.begin == 600
    assert waited.depart - waited.begin > 1_800
    assert waited.foot.tours[0].metres * 2 == there.foot.tours[0].metres


def test_two_carriers_share_what_one_cannot_carry() -> None:
    """80 kg take four trips of one carrier, 7 x 825 m; with 4 km a day it takes two of them."""
    house = _afoot("S5")
    pair = [_carrier(house, id=name, metres=4_000) for name in ("A", "B")]
    near = stop("S6", lon=106.70)
    tables = district(near, house, carriers=tuple(pair), batches=_kg(80, 80))
    few = msgspec.structs.replace(tables, carriers=(pair[0],))
    foot = _foot(_plan(tables), "S5")
    assert [t.carrier for t in foot.tours] == ["A", "B"]
    assert [(t.up, t.up_kg) for t in foot.tours] == [(2, 20), (2, 20)]
    reason, figures = _why(few)
    assert reason == "too-heavy-on-foot"
    assert figures["trips"] == 4


def test_a_carrier_of_two_stops_goes_to_them_on_two_days() -> None:
    one, two = _afoot("S5"), _afoot("S6")
    tables = district(stop("S7"), one, two, carriers=(_carrier(one, two),))
    plan = _plan(tables)
    days = {v.stop: route.date for route in plan.routes for v in route.visits if v.foot}
    assert len(set(days.values())) == 2


def test_a_carrier_goes_to_two_stops_on_the_only_day_home_in_between() -> None:
    one, two = _afoot("S5"), _afoot("S6")
    tables = district(
        stop("S7"), one, two, carriers=(_carrier(one, two, weekdays=(2,), metres=20_000),)
    )
    plan = _plan(tables)
    assert plan.unserved == ()
    first, second = sorted((_foot(plan, s).tours[0] for s in ("S5", "S6")), key=lambda t: t.leaves)
    assert first.home <= second.leaves
    assert audit(plan, tables, travel_for(tables)) == []


@pytest.mark.parametrize("less", [{}, {"starts": 8 * H, "ends": 10 * H + 1_800}])
def test_a_carrier_without_time_or_km_beside_a_stop_is_said_to_be_taken(
    less: dict[str, Any],
) -> None:
    one, two = _afoot("S5"), _afoot("S6", priority=-1)
    carrier = _carrier(one, two, weekdays=(2,), **{"metres": 10_000, **less})
    tables = district(stop("S7"), one, two, carriers=(carrier,), batches=_kg(10, 10))
    reason, figures = _why(tables)
    assert (reason, figures["carrier"]) == ("carrier-taken", "carrier K")


def test_a_batch_too_heavy_for_the_carrier_is_said_to_be_where_no_other_would_do() -> None:
    """The mean is light, as all that stays at S4 is; the only one left weighs 200 kg."""
    house = _afoot("S5", books=60)
    light = [batch(f"L{k}", books=60, kg=1, at="S4") for k in range(30)]
    tables = district(
        stop("S4", lon=106.70, books=0),
        house,
        carriers=(_carrier(house),),
        batches=(*light, batch("H", books=60, kg=200)),
        settings=Settings(batches=BatchSettings(rotate=())),
    )
    (row,) = _plan(tables).unserved
    assert (row.stop, row.reason) == ("S5", "too-heavy-on-foot")
    assert (row.figures["kg"], row.figures["trips"], row.figures["a_trip"]) == (200, 10, 20)


def test_one_more_visit_whose_day_the_carrier_is_elsewhere_is_said_so() -> None:
    """On Thursday, far enough from Monday, the carrier goes where nobody can go on Monday."""
    one = _afoot("S5", visits_a_week=2, days_between=3)
    two = _afoot("S6", weekdays=(3,), required=True)
    carrier = _carrier(one, two, weekdays=(0, 3), metres=10_000)
    tables = district(stop("S7"), one, two, carriers=(carrier,), batches=_kg(*6 * (10,)))
    plan = _plan(tables)
    (row,) = plan.unserved
    assert (row.stop, row.made, row.reason) == ("S5", 1, "carrier-taken")
    assert row.lost > 0
    assert audit(plan, tables, travel_for(tables)) == []
    free = msgspec.structs.replace(carrier, metres=40_000)
    assert _plan(msgspec.structs.replace(tables, carriers=(free,))).unserved == ()


def test_one_more_visit_is_tried_with_who_has_days_far_enough_apart() -> None:
    """Nobody carries as much as the visit brings; of the two the second has the days."""
    house = _afoot("S5", visits_a_week=2, days_between=3)
    some = (_carrier(house, id="A", weekdays=(0, 2)), _carrier(house, id="Z", kg=5, metres=30_000))
    small = vehicle(kg=5)
    tables = district(stop("S7"), house, carriers=some, batches=_kg(10, 10), vehicles=(small,))
    row = next(row for row in _plan(tables).unserved if row.stop == "S5")
    further = row.second.reason if row.second else ""
    assert (row.reason, further) == ("too-heavy", "too-heavy")


def test_a_plan_with_two_tours_a_day_can_be_kept_and_planned_again() -> None:
    one, two = _afoot("S5"), _afoot("S6")
    tables = district(
        stop("S7"),
        one,
        two,
        carriers=(_carrier(one, two, weekdays=(2,), metres=20_000),),
        batches=_kg(10, 10, 10, 10),
    )
    plan = _plan(tables)
    more = msgspec.structs.replace(tables, stops=(*tables.stops, stop("S2")))
    again = bc.plan_week(more, WEEK, effort="quick", keeping=plan)
    assert {v.stop for route in again.routes for v in route.visits} == {"S2", "S5", "S6", "S7"}
    assert audit(again, more, travel_for(more)) == []


def test_several_stops_meet_one_car_at_one_place() -> None:
    one, two = _afoot("S5"), _afoot("S5b", lon=106.7001, lat=29.0246)
    tables = district(
        stop("S5c", lon=106.70), one, two, carriers=(_carrier(one, id="A"), _carrier(two, id="B"))
    )
    plan = _plan(tables)
    (route,) = plan.routes
    assert {v.stop for v in route.visits} == {"S5", "S5b", "S5c"}
    assert sum(leg.metres > 0 for leg in route.legs) == 2


REASONS: dict[str, dict[str, Any]] = {
    "foot-only": {"stops": ("S6",)},
    "no-carrier-day": {"weekdays": (6,)},
    "too-far-on-foot": {"metres": 1_000},
    "too-heavy-on-foot": {"metres": 1_700, "kg": 1},
    "carrier-hours": {"starts": 10 * H, "ends": 10 * H + 1_200},
    "shut-on-foot": {"starts": 8 * H, "ends": 10 * H},
    "after-dusk": {"starts": 18 * H + 300, "ends": 23 * H},
    "carrier-not-met": {"starts": 16 * H + 1_200, "ends": 20 * H},
}


@pytest.mark.parametrize("code", REASONS)
def test_why_nobody_carries_is_told_with_what_would_help(code: str) -> None:
    hours = {"windows": ((12 * H, 18 * H),)} if code == "shut-on-foot" else {}
    house = _afoot("S5", **hours)
    near = stop("S5x", lon=106.70)
    early = (vehicle(ends=16 * H),) if code == "carrier-not-met" else (vehicle(),)
    tables = district(near, house, vehicles=early)
    tables = msgspec.structs.replace(tables, carriers=(_carrier(house, **REASONS[code]),))
    plan = _plan(tables)
    (row,) = plan.unserved
    assert row.reason == code
    for language in LANGUAGES:
        say = Phrases(language)
        assert "{" not in explanation(plan, row, say) + (remedy(plan, row, say) or "")


def test_lifting_the_limit_that_is_told_serves_the_stop() -> None:
    """The remedy is true: so many km a day, and the stop is served."""
    house = _afoot("S5")
    tables = district(stop("S5x", lon=106.70), house, carriers=(_carrier(house, metres=1_000),))
    reason, figures = _why(tables)
    assert reason == "too-far-on-foot"
    enough = _carrier(house, metres=round(figures["figure"] * 1_000))
    assert _plan(msgspec.structs.replace(tables, carriers=(enough,))).unserved == ()
    short = _carrier(house, metres=round(figures["figure"] * 1_000) - 1)
    assert _plan(msgspec.structs.replace(tables, carriers=(short,))).unserved != ()


def test_a_stop_without_carriers_is_left_as_it_was() -> None:
    """And a district that has none is planned to the byte as ever."""
    tables = district(stop("S1"), _afoot("S2"))
    reason, _ = _why(tables)
    assert reason == "foot-only"
    assert "carriers" not in msgspec.to_builtins(_plan(tables))


def _flat(metres: int) -> Footway:
    steps = ((float(metres), 0.0),) if metres else ()
    return Footway(metres=metres, steps=steps)


@hypothesis(max_examples=60)
@given(
    up=st.integers(0, 60),
    down=st.integers(0, 60),
    metres=st.integers(100, 3_000),
    home=st.integers(0, 2_000),
    opens=st.integers(8, 13),
)
def test_windows_are_those_a_minute_by_minute_count_allows(
    *, up: int, down: int, metres: int, home: int, opens: int
) -> None:
    """Every begin of a meeting is tried; the audit walks what the carrier does, step by step."""
    meeting = Meeting(
        row="P",
        number=1,
        lon=0,
        lat=0,
        up=_flat(metres),
        homes={"K": (_flat(home), _flat(home + metres))},
    )
    hours = ((opens * H, (opens + 4) * H),)
    carrier = Carrier(id="K", name="K", lon=0, lat=0, stops=("S",), metres=12_000)
    crew = Crew(
        meeting=meeting,
        carriers=[carrier],
        light={MONDAY: DAY},
        windows=hours,
        settings=CarrierSettings(),
    )
    for waits in (False, True):
        visiting = crew.tried(up, down, waits=waits)
        windows = visiting.windows.get(MONDAY, ())
        for begin in range(6 * H, 19 * H, 300):
            inside = any(o <= begin and begin + visiting.service_s <= c for o, c in windows)
            assert inside == _possible((begin, up, down, waits), carrier, meeting, hours[0])


def _possible(
    asked: tuple[int, int, int, bool],
    carrier: Carrier,
    meeting: Meeting,
    hours: tuple[int, int],
) -> bool:
    """Walk it all, and tell whether every moment is allowed."""
    begin, up, down, waits = asked
    trips, falls = -(-up // carrier.kg), -(-down // carrier.kg)
    home, to_stop = meeting.homes["K"]
    step = meeting.up.metres
    there: list[float] = []
    if waits:
        rounds, now, walked = max(trips, falls, 1), begin + 600, 2 * home.metres
        for n in range(rounds):
            now += _seconds(step, up / trips if n < trips else 0)
            there += [now, now + 300]
            now += 300 + _seconds(step, down / falls if n < falls else 0)
            walked += 2 * step
        leaves, back = begin - _seconds(home.metres, 0), now + _seconds(home.metres, 0)
        spans = [there]
    else:
        before, after = [], []
        now, walked = begin, 0
        for n in range(falls):
            now -= _seconds(step, down / falls)
            before += [now, now - 300]
            now -= 300
            walked += step
            if n < falls - 1:
                now -= _seconds(step, 0)
                walked += step
        first = to_stop if falls else home
        leaves, walked = now - _seconds(first.metres, 0), walked + first.metres
        now = begin + 600
        for n in range(trips):
            if n:
                now, walked = now + _seconds(step, 0), walked + step
            now, walked = now + _seconds(step, up / trips), walked + step
            after += [now, now + 300]
            now += 300
        last = to_stop if trips else home
        back, walked = now + _seconds(last.metres, 0), walked + last.metres
        spans = [before, after]
    free = leaves >= max(DAY[0], carrier.starts) and back <= min(DAY[1], carrier.ends)
    open_then = all(hours[0] <= min(span) and max(span) <= hours[1] for span in spans if span)
    return free and open_then and walked <= carrier.metres


def _seconds(metres: int, kg: float) -> int:
    """Return seconds on the flat: 5.037 km/h, less by the load, five minutes each half-hour."""
    exact = metres * 3.6 / (6 * 2.718281828459045 ** (-0.175)) / max(0.25, 1 - 0.35 * kg / 20)
    rests = int(exact // 1_800) * 300 if kg else 0
    return -int(-round(exact, 6) // 1) + rests


@pytest.mark.parametrize("seed", range(6))
def test_the_best_route_of_a_small_week_is_found(seed: int) -> None:
    """Against every order at every choice of meeting places, with one car-day."""
    east = [2 + (3 * seed + 5 * k) % 7 for k in range(3)]
    road = [stop(f"S{k}", lon=106.65 + 0.01 * x, required=True) for k, x in enumerate(east)]
    houses = [
        _afoot(f"F{k}", lon=106.65 + 0.01 * (1 + (2 * seed + 4 * k) % 8), lat=29.03, required=True)
        for k in range(2)
    ]
    tables = district(
        *road,
        *houses,
        vehicles=(vehicle(weekdays=(1,)),),
        carriers=tuple(_carrier(h, id=f"K{h.id}") for h in houses),
    )
    plan = _plan(tables)
    assert plan.unserved == ()
    assert plan.totals.metres == _least(tables)


def _least(tables: District) -> int:
    base = prepared(tables)
    options = list(_options(base))
    best = 10**9
    choices = [range(len(base.travel.meetings[s])) for s in sorted(base.travel.meetings)]
    for first in choices[0]:
        for second in choices[1]:
            now = base.meeting_at(
                dict(zip(sorted(base.travel.meetings), (first, second), strict=True))
            )
            problem = week_problem(options, now.fleet, now.travel, settings=tables.settings)
            metres = problem.tables[0].metres
            at = [task.location for task in problem.tasks]
            for order in permutations(range(len(options))):
                way = [0, *(at[k] for k in order), 0]
                length = sum(int(metres[a, b]) for a, b in pairwise(way))
                if length < best and schedule(problem, 0, order) is not None:
                    best = length
    return best


def _options(base: Any) -> list[Any]:
    from bookcar.planning.visit_options import options_of  # noqa: PLC0415

    return options_of(base)


@hypothesis(max_examples=15)
@given(data=st.data())
def test_random_weeks_with_carriers_are_clean(data: st.DataObject) -> None:
    one = data.draw
    houses = [
        _afoot(
            f"F{k}",
            lon=106.65 + 0.01 * one(st.integers(1, 9)),
            lat=29.02 + 0.002 * one(st.integers(1, 9)),
            windows=((one(st.integers(8, 11)) * H, one(st.integers(13, 18)) * H),),
        )
        for k in range(one(st.integers(1, 4)))
    ]
    carriers = tuple(
        Carrier(
            id=f"K{k}",
            name=f"k{k}",
            lon=106.65 + 0.01 * one(st.integers(0, 9)),
            lat=29.02 + 0.002 * one(st.integers(0, 9)),
            kg=one(st.integers(5, 25)),
            metres=1_000 * one(st.integers(2, 15)),
            starts=one(st.integers(5, 10)) * H,
            ends=one(st.integers(12, 22)) * H,
            weekdays=tuple(one(st.sets(st.integers(0, 4), min_size=1))),
            stops=tuple(sorted(one(st.sets(st.sampled_from([h.id for h in houses]), min_size=1)))),
        )
        for k in range(one(st.integers(1, 3)))
    )
    old = [batch(f"O{k}", at=h.id, kg=one(st.integers(1, 40))) for k, h in enumerate(houses)]
    new = [batch(f"N{k}", kg=one(st.integers(0, 40))) for k in range(8)]
    tables = district(
        *(stop(f"S{k}") for k in range(1, 4)),
        *houses,
        carriers=carriers,
        batches=(*old, *new),
    )
    plan = _plan(tables)
    assert audit(plan, tables, travel_for(tables)) == []


def test_a_plan_kept_near_meets_where_it_did() -> None:
    house = _afoot("S5")
    tables = district(stop("S4"), stop("S6"), house, carriers=(_carrier(house),))
    plan = _plan(tables)
    more = msgspec.structs.replace(tables, stops=(*tables.stops, stop("S2")))
    again = bc.plan_week(more, WEEK, effort="quick", keeping=plan)
    assert _foot(again, "S5").choice == _foot(plan, "S5").choice


def test_a_visit_on_foot_makes_history_as_any() -> None:
    house = _afoot("S5")
    seen = past_visit("S5", MONDAY - dt.timedelta(days=7))
    tables = district(stop("S1"), house, carriers=(_carrier(house),), visits=(seen,))
    assert "S5" not in {v.stop for route in _plan(tables).routes for v in route.visits}


def test_settings_change_the_pace() -> None:
    house = _afoot("S5")
    tables = district(stop("S6"), house, carriers=(_carrier(house),), depots=(depot(),))
    slow = Settings(carriers=CarrierSettings(load_factor=0.4))
    plain, slowed = (
        _foot(_plan(one), "S5").tours[0].up_s
        for one in (tables, msgspec.structs.replace(tables, settings=slow))
    )
    assert slowed > plain * 1.5


@pytest.mark.parametrize(("how", "drops"), [("oldest", ("OLD",)), ("no-books", ())])
def test_what_nobody_can_carry_up_is_no_reason_against_what_a_stop_has_had(
    how: Any, drops: tuple[str, ...]
) -> None:
    """The car could bring NEW, but that is twelve trips: more than the carrier may walk."""
    house = _afoot("S5")
    moves = (("dropped", 40), ("collected", 30))
    tables = district(
        stop("S5x5", lon=106.70, books=0),
        house,
        carriers=(_carrier(house, kg=5, metres=15_000),),
        batches=(batch("OLD", kg=5), batch("NEW", kg=60)),
        visits=tuple(
            past_visit("S5", MONDAY - dt.timedelta(days=ago), batch="OLD", action=what)
            for what, ago in moves
        ),
        settings=Settings(batches=BatchSettings(when_seen_all=how)),
    )
    visit = _visit(_plan(tables), "S5")
    assert (visit.drops, visit.repeats) == (drops, drops)
