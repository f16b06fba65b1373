"""Reloads in a planned week: when a car comes back, and where what it takes aboard is from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import H, batch, depot, district, stop, vehicle
from msgspec import structs

import bookcar as bc
from bookcar.adjust.overrides import Adjustment
from bookcar.errors import InputError
from bookcar.model import Depot, District
from bookcar.plan import Plan, Reload, Route
from bookcar.plan_file import load
from bookcar.weeks import clock

WEEK = "2026-W49"
AT_E = {"reload_at": ("E",)}


def small(*stops: Any, **fields: Any) -> District:
    """Return two stops of 50 books each for a car of 60 that works on Mondays."""
    car = {"books": 60, "weekdays": (0,), "reloads": 1, "reload_s": 900}
    car |= fields.pop("car", {})
    places = stops or (stop("S1"), stop("S2"))
    return district(*places, vehicles=(vehicle("V", **car),), **fields)


def planned(tables: District, **more: Any) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick", **more)


def one_route(plan: Plan) -> Route:
    (route,) = plan.routes
    return route


def with_sub_store(*, at: tuple[str, ...] = ("B002",), **car: Any) -> District:
    """Return the small district far from its depot, with a sub-store beside the stops."""
    return small(
        stop("S21"),
        stop("S22"),
        depots=(depot("D"), depot("E", lon=106.65 + 0.215)),
        batches=tuple(batch(b, at="E" if b in at else "D") for b in ("B001", "B002", "B003")),
        car={"reload_at": ("E",)} | car,
    )


def test_where_the_load_binds_a_reload_lets_all_stops_be_served() -> None:
    without = planned(small(car={"reloads": 0}))
    assert without.totals.served == 1
    assert without.unserved[0].reason == "needs-reload"
    assert without.unserved[0].figures["vehicle"] == "V"
    plan = planned(small())
    assert plan.totals.served == 2
    route = one_route(plan)
    first, reload, second = route.calls
    assert isinstance(reload, Reload)
    assert (reload.depot, reload.depart - reload.begin) == ("D", 900)
    assert reload.loads == second.drops
    assert (route.books_out, first.books, reload.books, second.books) == (50, 0, 50, 0)
    assert route.peak_books == 50


def _advice(tables: District) -> tuple[str, str | None]:
    """Return why the one stop left over is unserved, and where a reload would help."""
    (row,) = planned(tables).unserved
    return row.reason, row.figures.get("place")


def test_a_reload_is_advised_only_where_and_when_the_car_may_make_it() -> None:
    """The advice is the store and the hours that the plan with one reload more would keep to."""
    none = {"reloads": 0}
    assert _advice(small(car=none)) == ("needs-reload", "depot D")
    closed = (depot("D", windows=((5 * H, 6 * H),)),)
    assert _advice(small(car=none, depots=closed)) == ("full", None)


def test_a_reload_is_advised_at_the_sub_store_that_has_the_batches() -> None:
    """The third stop's batch is in the sub-store, where the car may reload once."""
    third = structs.replace(stop("S21"), id="S23")
    store = with_sub_store(at=("B002", "B003"))
    assert _advice(structs.replace(store, stops=(*store.stops, third))) == (
        "needs-reload",
        "depot E",
    )


def test_a_reload_is_not_advised_at_a_store_that_lacks_the_batches() -> None:
    """Both stops have batches of the depot; the car may reload at a sub-store that has none."""
    assert _advice(with_sub_store(at=(), reloads=0)) == ("full", None)


def test_a_car_that_holds_the_whole_day_makes_no_reload() -> None:
    assert one_route(planned(small(car={"books": 1_000, "reloads": 3}))).reloads == ()


def test_a_reload_puts_off_what_was_collected() -> None:
    tables = small(
        stop("S1", books=0),
        stop("S2", books=0),
        batches=(batch("A", at="S1"), batch("B", at="S2")),
    )
    route = one_route(planned(tables))
    (reload,) = route.reloads
    assert reload.unloads == route.visits[0].collects
    assert (reload.loads, reload.books) == ((), 0)


def test_what_comes_aboard_at_a_sub_store_was_there() -> None:
    plan = planned(with_sub_store())
    assert plan.totals.served == 2
    route = one_route(plan)
    (reload,) = route.reloads
    assert (reload.depot, reload.loads) == ("E", ("B002",))
    assert route.visits[1].drops == ("B002",)
    home = planned(with_sub_store(reload_at=("D",)))
    assert home.totals.served == 2
    assert home.totals.metres > plan.totals.metres * 1.5


def test_a_sub_store_without_books_is_of_no_use() -> None:
    plan = planned(with_sub_store(at=()))
    assert plan.totals.served == 1
    assert one_route(plan).reloads == ()


def test_a_car_whose_own_depot_is_empty_loads_elsewhere_first() -> None:
    plan = planned(with_sub_store(at=("B001", "B002", "B003"), books=120))
    assert plan.totals.served == 2
    route = one_route(plan)
    (reload,) = route.reloads
    assert route.halts[0] == reload
    assert (reload.depot, route.books_out) == ("E", 0)
    assert sorted(reload.loads) == sorted(b for visit in route.visits for b in visit.drops)


def test_the_depot_serves_where_a_sub_store_is_one_of_several_places() -> None:
    plan = planned(with_sub_store(at=(), reload_at=("E", "D"), max_metres=500_000))
    assert plan.totals.served == 2
    assert [r.depot for r in one_route(plan).reloads] == ["D"]


def test_a_store_out_of_reach_is_not_called_at() -> None:
    tables = with_sub_store()
    far = (tables.depots[0], depot("E", lon=109.0))
    plan = planned(structs.replace(tables, depots=far))
    assert plan.totals.served == 1
    assert one_route(plan).reloads == ()


def test_a_store_is_called_at_within_its_hours() -> None:
    late = (depot("D", windows=((11 * H, 12 * H),)),)
    (reload,) = one_route(planned(small(depots=late))).reloads
    assert reload.begin >= 11 * H
    closed = (depot("D", windows=((5 * H, 6 * H),)),)
    assert planned(small(depots=closed)).totals.served == 1


@pytest.mark.parametrize(
    ("hours", "car", "rule"),
    [
        ((18 * H, 20 * H), {}, "store-closed"),
        ((5 * H, 8 * H), {}, "store-closed"),
        ((16 * H, 17 * H), {}, "store-closed"),
        ((9 * H, 17 * H), {"max_metres": 30_000}, "store-out-of-reach"),
        ((9 * H, 17 * H), {}, None),
    ],
    ids=[
        "opens after work",
        "closes before the car is there",
        "too late to drive back",
        "far",
        "open",
    ],
)
def test_a_store_where_no_car_can_reload_is_told_and_gives_nothing_out(
    hours: tuple[int, int], car: dict[str, Any], rule: str | None
) -> None:
    """The store lies 35 km away by the estimate, 69 minutes each way."""
    tables = with_sub_store(**{"max_seconds": 10 * H} | car)
    stores = (tables.depots[0], depot("E", lon=106.65 + 0.215, windows=(hours,)))
    plan = planned(structs.replace(tables, depots=stores))
    told = [w for w in plan.warnings if w.rule in ("store-closed", "store-out-of-reach")]
    assert [w.rule for w in told] == ([rule] if rule else [])
    dropped = {batch for route in plan.routes for visit in route.visits for batch in visit.drops}
    assert ("B002" in dropped) == (rule is None)
    if rule == "store-closed":
        assert f"({clock(hours[0])}-{clock(hours[1])})" in told[0].problem
        assert "works 08:00-17:00" in told[0].problem


def test_what_a_sub_store_got_on_monday_goes_out_from_there_on_tuesday() -> None:
    """Nothing but what S21 gives back is left for S23; the audit holds where it is."""
    tables = small(
        stop("S21", priority=9),
        stop("S22", priority=9),
        stop("S23", weekdays=(1,)),
        depots=(depot("D"), depot("E", lon=106.65 + 0.215)),
        batches=(batch("B001"), batch("B002", at="E"), batch("OLD", at="S21")),
        car={"reload_at": ("E",), "weekdays": (0, 1)},
    )
    plan = planned(tables)
    assert plan.totals.served >= 2
    brought = [v.drops for route in plan.routes for v in route.visits if v.stop == "S23"]
    assert brought in ([], [("OLD",)])


def apply(tables: District, tmp_path: Path, rows: str, *, keep: bool = True, **more: Any) -> Plan:
    file = tmp_path / "overrides.csv"
    file.write_text("date,vehicle,position,stop,keep\n" + rows, "utf-8")
    return planned(tables, adjustment=Adjustment(file=file, keep=keep, **more))


FIXED = "2026-11-30,V,1,S2,\n2026-11-30,V,2,D,\n2026-11-30,V,3,S1,\n"


def test_a_fixed_route_keeps_its_reload(tmp_path: Path) -> None:
    for keep in (True, False):
        plan = apply(small(), tmp_path, FIXED, keep=keep)
        assert one_route(plan).places == ("D", "S2", "D", "S1", "D")


def test_a_kept_plan_keeps_its_reloads(tmp_path: Path) -> None:
    tables = small(stop("S1"), stop("S2"), stop("S3"), car={"weekdays": (0, 1)})
    base = planned(tables)
    assert base.totals.served == 3
    other = next(r for r in base.routes if r.reloads)
    lone = next(r for r in base.routes if r != other).visits[0].stop
    date = next(r for r in base.routes if r != other).date
    kept = apply(tables, tmp_path, f"{date},V,1,{lone},\n", base=base)
    (same,) = [route for route in kept.routes if route.reloads]
    assert same.places == other.places
    assert [halt.begin for halt in same.halts] == [halt.begin for halt in other.halts]


def test_a_kept_route_that_loses_its_stop_loses_the_reload_before_it(tmp_path: Path) -> None:
    base = planned(small())
    last = one_route(base).visits[1].stop
    kept = apply(small(), tmp_path, f",,,{last},\n", base=base)
    assert one_route(kept).reloads == ()


def test_a_beginning_keeps_its_reload(tmp_path: Path) -> None:
    rows = FIXED.replace(",\n", ",start\n")
    tables = small(stop("S1"), stop("S2"), stop("S3", books=0))
    plan = apply(tables, tmp_path, rows, keep=False)
    assert one_route(plan).places[:4] == ("D", "S2", "D", "S1")
    assert plan.totals.served == 3


def test_a_sub_store_in_a_fixed_route_supplies_what_follows(tmp_path: Path) -> None:
    rows = "2026-11-30,V,1,S22,\n2026-11-30,V,2,E,\n2026-11-30,V,3,S21,\n"
    for keep in ("", "start"):
        plan = apply(with_sub_store(), tmp_path, rows.replace(",\n", f",{keep}\n"), keep=not keep)
        assert one_route(plan).places == ("D", "S22", "E", "S21", "D")
        assert one_route(plan).visits[1].drops == ("B002",)


@pytest.mark.parametrize(
    ("rows", "car", "rule"),
    [
        (FIXED, {"reloads": 0}, "route-reloads"),
        (FIXED.replace(",D,", ",E,"), {}, "route-reload"),
        (FIXED.replace(",\n", ",start\n"), {"reloads": 0}, "route-reloads"),
        (FIXED.replace("3,S1", "1,S1"), {}, "override-position"),
        ("2026-11-30,V,1,S2,\n2026-11-30,V,2,D,\n", {}, "override-reload"),
        ("2026-11-30,V,1,E,start\n2026-11-30,V,,S1,visit\n", AT_E, "override-reload"),
        ("2026-11-30,V,1,E,start\n2026-11-30,V,2,S1,visit\n", AT_E, "override-reload"),
        ("2026-11-30,V,1,S1,start\n2026-11-30,V,2,E,start\n", AT_E, "override-reload"),
        ("2026-11-30,V,,D,visit\n", {}, "override-keep"),
        (",,,D,\n", {}, "override-stop"),
    ],
)
def test_a_reload_that_cannot_be_is_named(
    rows: str, car: dict[str, Any], rule: str, tmp_path: Path
) -> None:
    tables = small(car=car, depots=(depot("D"), depot("E", lon=106.7)))
    with pytest.raises(InputError) as caught:
        apply(tables, tmp_path, rows, keep=False)
    assert rule in {fault.rule for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("store", "car", "words", "fix"),
    [
        (
            depot("E", name="Branch", windows=((18 * H, 20 * H),)),
            AT_E,
            ("works 08:00-17:00 and cannot be at depot E Branch for 15 min", "open (18:00-20:00)"),
            "Change the depot's opens and closes",
        ),
        (depot("E", lon=109.0), AT_E, ("cannot drive to depot E",), "correct where the depot lies"),
        (depot("E"), {}, ("does not reload at depot E",), "It can reload at D. Add the depot"),
    ],
    ids=["closed", "far", "not listed"],
)
def test_a_fixed_reload_is_refused_with_the_right_reason(
    tmp_path: Path, *, store: Depot, car: dict[str, Any], words: tuple[str, ...], fix: str
) -> None:
    tables = small(car=car, depots=(depot("D"), store))
    with pytest.raises(InputError) as caught:
        apply(tables, tmp_path, FIXED.replace(",D,", ",E,"))
    (fault,) = caught.value.faults
    assert (fault.rule, fault.row) == ("route-reload", 3)
    assert all(part in fault.problem for part in words)
    assert fix in fault.fix
    assert "none" not in fault.fix


def test_a_plan_with_reloads_is_read_back(tmp_path: Path) -> None:
    plan = planned(small())
    plan.save(tmp_path / "plan.json")
    assert load(tmp_path / "plan.json") == plan
