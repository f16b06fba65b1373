"""Cars that have left: what is aboard is theirs, and nobody else's until they are back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from builders import MONDAY, batch, depot, district, past_visit, stop, vehicle

import bookcar as bc
from bookcar.adjust.overrides import Adjustment, read_overrides
from bookcar.adjust.underway import cars_out, left_with
from bookcar.audit import audit
from bookcar.errors import InputError
from bookcar.inputs.movements import before
from bookcar.manifests.page import route_page
from bookcar.manifests.rows import week_sheet
from bookcar.model import BatchSettings, District, Event, Pool, Settings
from bookcar.plan import Plan, Route, place_of
from bookcar.plan_index import trips
from bookcar.planning.fleet import fleet_of
from bookcar.roads.sources import travel_for
from bookcar.weeks import Horizon

MON, TUE, WED = (str(MONDAY + dt.timedelta(days=k)) for k in range(3))
HEAD = "date,vehicle,position,stop,keep\n"


def plan_of(tables: District, *rows: str, base: Plan | None = None, folder: Path) -> Plan:
    return bc.plan_week(
        tables, "2026-W49", effort="quick", adjustment=adjusted(*rows, base=base, folder=folder)
    )


def adjusted(*rows: str, base: Plan | None, folder: Path) -> Adjustment | None:
    if not rows:
        return None
    file = folder / "overrides.csv"
    file.write_text(HEAD + "".join(f"{row}\n" for row in rows), "utf-8")
    return Adjustment(file=file, base=base)


def whole(route: Route, made: int | None = None, keep: str = "start") -> list[str]:
    """Return the rows of a route, or of as many of its halts."""
    halts = route.halts[:made]
    return [
        f"{route.date},{route.vehicle},{k},{place_of(halt)},{keep}"
        for k, halt in enumerate(halts, 1)
    ]


def planned(tables: District, routes: dict[tuple[str, str], str], *, folder: Path) -> Plan:
    """Return the plan of these routes, each given by its stops and depots."""
    rows = [
        f"{date},{car},{k},{place},"
        for (date, car), places in routes.items()
        for k, place in enumerate(places.split(), 1)
    ]
    return plan_of(tables, *rows, folder=folder)


def drops(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {visit.stop: visit.drops for route in plan.routes for visit in route.visits}


def route_of(plan: Plan, vehicle_id: str, date: str = MON) -> Route:
    return next(r for r in plan.routes if (r.vehicle, str(r.date)) == (vehicle_id, date))


def custody(plan: Plan, tables: District, adjustment: Adjustment | None) -> list[str]:
    """Return what an audit finds that knows what the cars of the plan adjusted left with."""
    tables = before(tables, MONDAY)
    fleet = fleet_of(tables, Horizon(MONDAY))
    known = {}
    if adjustment:
        overrides = read_overrides(adjustment.file, district=tables, fleet=fleet)
        known = left_with(cars_out(overrides, adjustment.base, fleet), fleet)
        assert known
    return audit(plan, tables, travel_for(tables), left_with=known)


TWO_DAYS = {(MON, "V"): "S1 S2 S3", (TUE, "V"): "S4 S5"}


def one_car(**fields: Any) -> District:
    """Return a car that goes out on three days, and more batches than it needs."""
    stops = tuple(stop(f"S{k}") for k in range(1, 6))
    batches = tuple(batch(f"B{k}") for k in range(1, 10))
    cars = (vehicle("V", weekdays=(0, 1, 2), max_stops=3),)
    return district(*stops, **{"vehicles": cars, "batches": batches} | fields)


def test_the_stops_behind_a_beginning_get_what_is_aboard_for_them(tmp_path: Path) -> None:
    tables = one_car()
    base = planned(tables, TWO_DAYS, folder=tmp_path)
    first = route_of(base, "V")
    assert len(first.visits) == 3
    plan = plan_of(tables, *whole(first, 1), base=base, folder=tmp_path)
    again = route_of(plan, "V")
    assert {v.stop: v.drops for v in again.visits} == {v.stop: v.drops for v in first.visits}
    assert again.books_out == first.books_out
    assert again.stays_aboard == ()
    told = [w for w in plan.warnings if w.rule == "has-left"]
    assert [(w.row, w.variant) for w in told] == [(2, "")]
    assert told[0].figures["batches"] == tuple(sorted(trips(first)[0].loads))


def test_what_no_stop_gets_any_more_stays_aboard(tmp_path: Path) -> None:
    """The last two stops are left out: their crates ride along, and nobody else gets them."""
    tables = one_car()
    base = planned(tables, TWO_DAYS, folder=tmp_path)
    first = route_of(base, "V")
    out = [visit.stop for visit in first.visits[1:]]
    rows = (*whole(first, 1), *(f",,,{name}," for name in out))
    plan = plan_of(tables, *rows, base=base, folder=tmp_path)
    again = route_of(plan, "V")
    stays = {b for visit in first.visits[1:] for b in visit.drops}
    assert set(again.stays_aboard) == stays
    assert (again.books_out, again.visits[-1].books) == (150, 100)
    assert not stays & {b for names in drops(plan).values() for b in names}
    assert stays <= plan.batches_by_id.keys()
    assert custody(plan, tables, adjusted(*rows, base=base, folder=tmp_path)) == []
    for language, words in (
        ("en", "Stays aboard: comes home unopened"),
        ("zh", "留在车上，原样带回"),
    ):
        week = week_sheet(plan, language=language)  # type: ignore[arg-type]
        sheet = week.routes[0]
        assert words in sheet.parts[0].stays_text
        assert all(name in sheet.parts[0].stays_text for name in stays)
        assert words in route_page(sheet, week, map_svg="")


def test_a_stop_that_was_passed_by_keeps_its_crates_aboard(tmp_path: Path) -> None:
    """The road to the first stop was shut: the car went on without it, and is served tomorrow."""
    tables = one_car()
    base = planned(tables, TWO_DAYS, folder=tmp_path)
    first = route_of(base, "V")
    passed, *others = (visit.stop for visit in first.visits)
    rows = [f"{MON},V,{k},{name},start" for k, name in enumerate(others, 1)]
    rows.append(f"{TUE},V,,{passed},visit")
    plan = plan_of(tables, *rows, base=base, folder=tmp_path)
    assert route_of(plan, "V").stays_aboard == first.visits[0].drops
    assert passed in {visit.stop for visit in route_of(plan, "V", TUE).visits}
    assert custody(plan, tables, adjusted(*rows, base=base, folder=tmp_path)) == []


def test_an_added_stop_gets_what_there_is_to_spare(tmp_path: Path) -> None:
    """Instead of its second stop the car went to one that the plan had on another day."""
    tables = one_car()
    base = planned(tables, TWO_DAYS, folder=tmp_path)
    first, second = route_of(base, "V"), route_of(base, "V", TUE)
    added = second.visits[0].stop
    left_over = first.visits[1].stop
    rows = (f"{MON},V,1,{first.visits[0].stop},start", f"{MON},V,2,{added},start")
    plan = plan_of(tables, *rows, f",,,{left_over},", base=base, folder=tmp_path)
    again = route_of(plan, "V")
    assert [v.stop for v in again.visits[:2]] == [first.visits[0].stop, added]
    assert again.visits[1].drops == first.visits[1].drops
    assert [w.rule for w in plan.warnings if w.rule == "other-batch"] == []


def test_a_batch_aboard_is_not_given_out_in_the_depot(tmp_path: Path) -> None:
    """S4 was served today with what was for S3, which goes tomorrow and gets another batch."""
    tables = one_car()
    base = planned(tables, TWO_DAYS, folder=tmp_path)
    rows = [f"{MON},V,{k},S{n},start" for k, n in enumerate((1, 2, 4), 1)]
    rows.append(f"{TUE},V,1,S3,")
    plan = plan_of(tables, *rows, base=base, folder=tmp_path)
    spare = drops(base)["S3"]
    assert drops(plan)["S4"] == spare
    assert drops(plan)["S3"] not in ((), spare)
    assert custody(plan, tables, adjusted(*rows, base=base, folder=tmp_path)) == []


def test_what_cannot_be_aboard_is_refused_in_words(tmp_path: Path) -> None:
    """All of its stops are made, with what it had; one more finds nothing aboard."""
    tables = one_car(vehicles=(vehicle("V", weekdays=(0, 1, 2)),))
    base = planned(tables, TWO_DAYS, folder=tmp_path)
    rows = [f"{MON},V,{k},S{k},start" for k in range(1, 5)]
    with pytest.raises(InputError) as caught:
        plan_of(tables, *rows, base=base, folder=tmp_path)
    (fault,) = caught.value.faults
    assert (fault.rule, fault.variant, fault.row) == ("no-batch", "aboard", 5)
    assert "has no batch aboard" in fault.problem
    agreed = [row.replace("start", "first") for row in rows]
    plan = plan_of(tables, *agreed, base=base, folder=tmp_path)
    assert [v.stop for v in route_of(plan, "V").visits][:4] == ["S1", "S2", "S3", "S4"]
    assert all(not route.stays_aboard for route in plan.routes)
    assert not any(w.rule == "has-left" for w in plan.warnings)


def test_a_stop_without_anything_aboard_is_served_behind_a_reload(tmp_path: Path) -> None:
    car = vehicle("V", weekdays=(0,), reloads=1, reload_s=600)
    tables = one_car(vehicles=(car,))
    base = planned(tables, {(MON, "V"): "S1 S2"}, folder=tmp_path)
    plan = plan_of(tables, f"{MON},V,1,S1,start", base=base, folder=tmp_path)
    first, second = trips(route_of(plan, "V"))
    assert [visit.stop for visit in first.visits] == ["S1", "S2"]
    assert {visit.stop for visit in second.visits} == {"S3", "S4", "S5"}
    without = one_car(vehicles=(vehicle("V", weekdays=(0,)),))
    plan = plan_of(without, f"{MON},V,1,S1,start", base=base, folder=tmp_path)
    assert plan.totals.served == 2


def test_without_a_plan_adjusted_nothing_is_known_to_be_aboard(tmp_path: Path) -> None:
    tables = one_car()
    plan = plan_of(tables, f"{MON},V,1,S4,start", folder=tmp_path)
    assert route_of(plan, "V").visits[0].stop == "S4"
    assert not any(w.rule == "has-left" for w in plan.warnings)


def test_a_plan_that_has_no_such_route_does_not_say_what_is_aboard(tmp_path: Path) -> None:
    tables = one_car()
    base = planned(tables, TWO_DAYS, folder=tmp_path)
    plan = plan_of(tables, f"{WED},V,1,S4,start", base=base, folder=tmp_path)
    (told,) = [w for w in plan.warnings if w.rule == "has-left"]
    assert (told.variant, told.row) == ("unknown", 2)


def test_a_car_has_left_or_it_has_not(tmp_path: Path) -> None:
    rows = (f"{MON},V,1,S1,start", f"{MON},V,2,S2,first")
    with pytest.raises(InputError) as caught:
        plan_of(one_car(), *rows, folder=tmp_path)
    assert [(f.rule, f.variant, f.row) for f in caught.value.faults] == [
        ("override-keep", "left", 3)
    ]


def test_a_stop_that_its_car_comes_to_no_more_is_served_later(tmp_path: Path) -> None:
    """It may make two stops now; S3's batch, the only one left, is in the depot the next day."""
    tables = one_car(batches=tuple(batch(f"B{k}") for k in range(1, 4)))
    base = planned(tables, {(MON, "V"): "S1 S2 S3"}, folder=tmp_path)
    stops, cars = tables.stops[:3], (vehicle("V", weekdays=(0, 1, 2), max_stops=2),)
    tables = one_car(stops=stops, vehicles=cars, batches=tables.batches)
    rows = [f"{MON},V,{k},S{k},start" for k in (1, 2)]
    plan = plan_of(tables, *rows, base=base, folder=tmp_path)
    assert [visit.stop for visit in route_of(plan, "V").visits] == ["S1", "S2"]
    assert route_of(plan, "V").stays_aboard == drops(base)["S3"]
    assert drops(plan)["S3"] == drops(base)["S3"]
    assert custody(plan, tables, adjusted(*rows, base=base, folder=tmp_path)) == []


def reloading_car(**fields: Any) -> District:
    """Return a small car that comes back to reload, and two stops that give something back."""
    car = {"books": 100, "weekdays": (0, 1), "reloads": 2, "reload_s": 600}
    batches = [batch(f"B{k}") for k in range(1, 12)]
    batches += [batch("OLD1", at="S1"), batch("OLD4", at="S4")]
    stops = tuple(stop(f"S{k}") for k in range(1, 7))
    given = {"vehicles": (vehicle("V", **car),), "batches": tuple(batches)}
    return district(*stops, **given | fields)


def test_a_beginning_with_a_reload_knows_what_came_aboard_at_each(tmp_path: Path) -> None:
    tables = reloading_car()
    base = planned(tables, {(MON, "V"): "S1 S2 D S3 S4 D S5 S6"}, folder=tmp_path)
    first = route_of(base, "V")
    rows = [*whole(first, 4), ",,,S4,"]
    plan = plan_of(tables, *rows, base=base, folder=tmp_path)
    again = route_of(plan, "V")
    assert [place_of(halt) for halt in again.halts[:4]] == ["S1", "S2", "D", "S3"]
    reload, before_it = again.reloads[0], first.reloads[0]
    assert sorted(reload.loads) == sorted(before_it.loads)
    assert reload.stays_aboard == first.visits[3].drops
    assert (reload.books, again.visits[2].books) == (100, 50)
    assert custody(plan, tables, adjusted(*rows, base=base, folder=tmp_path)) == []
    if len(again.reloads) > 1:
        assert set(reload.stays_aboard) <= set(again.reloads[1].unloads)


def test_a_stop_passed_by_before_a_reload_has_its_crates_put_off_there(tmp_path: Path) -> None:
    tables = reloading_car()
    base = planned(tables, {(MON, "V"): "S1 S2 D S3 S4 D S5 S6"}, folder=tmp_path)
    rows = [f"{MON},V,{k},{place},start" for k, place in enumerate(("S1", "D", "S3"), 1)]
    rows.append(f"{TUE},V,1,S2,")
    plan = plan_of(tables, *rows, base=base, folder=tmp_path)
    again = route_of(plan, "V")
    missed = drops(base)["S2"]
    assert again.stays_aboard == missed
    assert set(again.reloads[0].unloads) == {"OLD1", *missed}
    assert custody(plan, tables, adjusted(*rows, base=base, folder=tmp_path)) == []


def test_what_was_collected_takes_its_room(tmp_path: Path) -> None:
    """S1's old batch takes the room of its new one: S4's has none until S2 has had its own."""
    car = vehicle("V", books=100, weekdays=(0,))
    tables = reloading_car(vehicles=(car,))
    base = planned(tables, {(MON, "V"): "S1 S2"}, folder=tmp_path)
    bare = tuple(stop(f"S{k}", books=0 if k == 4 else 50) for k in range(1, 7))
    tables = reloading_car(vehicles=(car,), stops=bare)
    plan = plan_of(tables, *whole(route_of(base, "V"), 1), base=base, folder=tmp_path)
    again = route_of(plan, "V")
    assert [visit.stop for visit in again.visits] == ["S1", "S2", "S4"]
    assert (again.books_out, again.peak_books) == (100, 100)
    assert [visit.books for visit in again.visits] == [100, 50, 100]


def test_a_batch_aboard_goes_to_no_other_car_before_it_is_back(tmp_path: Path) -> None:
    """Every batch of the depot is aboard V; W goes out the same day and gets none."""
    stops = tuple(stop(f"S{k}") for k in range(1, 4))
    tables = district(*stops, vehicles=(vehicle("V"), vehicle("W")))
    base = planned(tables, {(MON, "V"): "S1 S2 S3"}, folder=tmp_path)
    rows = (*whole(route_of(base, "V"), 1), f"{MON},W,1,S3,")
    with pytest.raises(InputError) as caught:
        plan_of(tables, *rows, base=base, folder=tmp_path)
    assert [(fault.rule, fault.row) for fault in caught.value.faults] == [("no-batch", 3)]


def test_what_a_car_cannot_have_left_with_is_refused(tmp_path: Path) -> None:
    """Monday's car brings a batch back that Tuesday's leaves with, and Monday is not fixed."""
    cars = (vehicle("V", weekdays=(0,)), vehicle("W", weekdays=(1,)))
    stops = (stop("S1", vehicles=("V",)), stop("S2", vehicles=("W",)))
    tables = district(*stops, vehicles=cars, batches=(batch("B1"), batch("OLD", at="S1")))
    base = plan_of(tables, folder=tmp_path)
    assert drops(base) == {"S1": ("B1",), "S2": ("OLD",)}
    tuesday = f"{TUE},W,1,S2,start"
    with pytest.raises(InputError) as caught:
        plan_of(tables, tuesday, base=base, folder=tmp_path)
    assert [(f.rule, f.figures["batch"]) for f in caught.value.faults] == [
        ("override-aboard", "OLD")
    ]
    plan = plan_of(tables, f"{MON},V,1,S1,", tuesday, base=base, folder=tmp_path)
    assert drops(plan) == drops(base)
    plan = plan_of(tables, f"{MON},V,1,S1,start", tuesday, base=base, folder=tmp_path)
    assert drops(plan) == drops(base)
    gone = district(*stops, vehicles=cars, batches=(batch("B1"),))
    with pytest.raises(InputError) as caught:
        plan_of(gone, tuesday, base=base, folder=tmp_path)
    assert [(f.rule, f.variant) for f in caught.value.faults] == [("override-aboard", "gone")]


def random_week(rng: Random) -> District:
    """Return a few cars, some with reloads, and stops that give batches back."""
    count = rng.randint(5, 10)
    cars = tuple(
        vehicle(
            name,
            weekdays=(0, 1, 2)[: rng.randint(1, 3)],
            books=rng.choice((100, 150, 400)),
            reloads=rng.choice((0, 1, 2)),
            reload_s=600,
            reload_at=rng.choice(((), ("D", "E"))),
            max_stops=rng.choice((None, 4)),
        )
        for name in "VW"[: rng.randint(1, 2)]
    )
    batches = [
        batch(f"B{k}", at=rng.choice("DDE"), books=rng.choice((40, 50, 60))) for k in range(14)
    ]
    batches += [batch(f"OLD{k}", at=f"S{k}") for k in range(1, count) if rng.random() < 0.4]
    return district(
        *(stop(f"S{k}", books=rng.choice((0, 50, 50, 90))) for k in range(1, count)),
        depots=(depot(), depot("E", lon=106.69)),
        vehicles=cars,
        batches=tuple(batches),
    )


@pytest.mark.parametrize("seed", range(24))
def test_custody_holds_however_a_random_week_goes_on(seed: int, tmp_path: Path) -> None:
    """Some cars are on their way when stops are passed by, left out and added."""
    rng = Random(seed)
    tables = random_week(rng)
    base = plan_of(tables, folder=tmp_path)
    rows: list[str] = []
    today = rng.choice([str(route.date) for route in base.routes])
    for route in base.routes:
        if str(route.date) < today:
            rows += whole(route, keep="route")
        elif str(route.date) == today:
            made = list(route.halts[: rng.randint(1, len(route.halts))])
            while place_of(made[-1]) in "DE":
                made.pop()
            rows += whole(route, len(made))
    named = {row.split(",")[3] for row in rows}
    free = [visit.stop for r in base.routes for visit in r.visits if visit.stop not in named]
    rows += [f",,,{name}," for name in free if rng.random() < 0.3]
    adjustment = adjusted(*rows, base=base, folder=tmp_path)
    plan = bc.plan_week(tables, "2026-W49", effort="quick", adjustment=adjustment)
    assert custody(plan, tables, adjustment) == []
    assert audit(plan, tables, travel_for(tables)) == [], "the plan itself says what is aboard"
    for route in base.routes:
        if str(route.date) == today:
            again = route_of(plan, route.vehicle, today)
            assert sorted(trips(again)[0].loads) == sorted(trips(route)[0].loads)


def _back(**fields: Any) -> District:
    """Return a car that is out on Monday, one for Monday and Tuesday, and a batch to collect."""
    cars = (vehicle("V", weekdays=(0,)), vehicle("W", weekdays=(0, 1), max_stops=1))
    batches = (batch("B1"), batch("B2"), batch("H", at="S1"))
    stops = (stop("S1"), stop("S2"), stop("S3", vehicles=("W",)))
    return district(**{"stops": stops, "vehicles": cars, "batches": batches} | fields)


@pytest.mark.parametrize("keep", ["start", "route", "first"])
def test_what_a_car_that_is_back_brought_is_in_its_depot_from_the_next_day(
    keep: str, tmp_path: Path
) -> None:
    """Whatever the whole route is kept as: S3 gets what S1 gave back, and on Tuesday."""
    tables = _back()
    driven = planned(tables, {(MON, "V"): "S1 S2"}, folder=tmp_path)
    plan = plan_of(tables, *whole(route_of(driven, "V"), keep=keep), base=driven, folder=tmp_path)
    assert drops(plan) == {"S1": ("B1",), "S2": ("B2",), "S3": ("H",)}
    assert route_of(plan, "W", TUE).visits[0].stop == "S3"
    assert plan.unserved == ()


def test_what_a_car_that_is_back_dropped_is_in_no_depot(tmp_path: Path) -> None:
    """S1 had nothing to give back, so nothing is left for S3 when its two batches are dropped."""
    tables = _back(batches=(batch("B1"), batch("B2")))
    driven = planned(tables, {(MON, "V"): "S1 S2"}, folder=tmp_path)
    rows = whole(route_of(driven, "V"))
    plan = plan_of(tables, *rows, base=driven, folder=tmp_path)
    assert [(row.stop, row.reason) for row in plan.unserved] == [("S3", "batch-taken")]
    assert custody(plan, tables, adjusted(*rows, base=driven, folder=tmp_path)) == []


@pytest.mark.parametrize(("days", "reason"), [((0,), "batch-too-late"), ((0, 1), "")])
def test_what_stayed_aboard_is_nobodys_until_the_car_is_back(
    days: tuple[int, ...], reason: str, tmp_path: Path
) -> None:
    """S2 was not reached: its batch comes home unopened, and W may have it on Tuesday."""
    tables = _back(
        stops=(stop("S1", books=0), stop("S2"), stop("S3", vehicles=("W",))),
        batches=(batch("B2"),),
        vehicles=(vehicle("V", weekdays=(0,)), vehicle("W", weekdays=days)),
    )
    driven = planned(tables, {(MON, "V"): "S1 S2"}, folder=tmp_path)
    rows = (*whole(route_of(driven, "V"), 1), ",,,S2,")
    plan = plan_of(tables, *rows, base=driven, folder=tmp_path)
    assert route_of(plan, "V").stays_aboard == ("B2",)
    left = {row.stop: row.reason for row in plan.unserved}
    assert left.pop("S2") == "left-out"
    assert left == ({"S3": reason} if reason else {})
    assert drops(plan).get("S3") == (None if reason else ("B2",))
    assert custody(plan, tables, adjusted(*rows, base=driven, folder=tmp_path)) == []


def test_a_batch_aboard_a_car_that_is_not_back_is_refused_by_the_audit(tmp_path: Path) -> None:
    """On Monday it is with V; on Tuesday it may be loaded."""
    tables = _back(batches=(batch("B1"), batch("B2")))
    driven = planned(tables, {(MON, "V"): "S1 S2"}, folder=tmp_path)
    rows = (*whole(route_of(driven, "V"), 1), ",,,S2,")
    plan = plan_of(tables, *rows, base=driven, folder=tmp_path)
    known = adjusted(*rows, base=driven, folder=tmp_path)
    assert custody(plan, tables, known) == []
    early = msgspec.structs.replace(route_of(plan, "W", TUE), date=MONDAY)
    routes = tuple(early if route.vehicle == "W" else route for route in plan.routes)
    found = custody(msgspec.structs.replace(plan, routes=routes), tables, known)
    assert any("B2" in text and "aboard V (R01)" in text for text in found)


def test_a_stop_put_in_behind_a_beginning_has_had_all_that_its_car_could_bring(
    tmp_path: Path,
) -> None:
    """NEW is in the depot that V has left; where it reloads is nothing that S2 has not had."""
    moved = (("dropped", 40), ("collected", 30))
    tables = district(
        stop("S1"),
        stop("S2"),
        depots=(depot("D"), depot("E", lon=106.66)),
        vehicles=(vehicle("V", weekdays=(0,), reloads=1, reload_at=("E",)),),
        batches=(batch("B1"), batch("NEW"), batch("OLD", at="E")),
        visits=tuple(
            past_visit("S2", MONDAY - dt.timedelta(days=ago), batch="OLD", action=what)
            for what, ago in moved
        ),
        settings=Settings(batches=BatchSettings(when_seen_all="no-books")),
    )
    base = planned(tables, {(MON, "V"): "S1"}, folder=tmp_path)
    first = base.routes[0].visits[0]
    rows = whole(base.routes[0], 1)
    plan = plan_of(tables, *rows, base=base, folder=tmp_path)
    assert first.stop == "S1"
    assert drops(plan)["S2"] == ()
    assert audit(plan, tables, travel_for(tables)) == []
    assert custody(plan, tables, adjusted(*rows, base=base, folder=tmp_path)) == []
    rules = [w for w in plan.warnings if w.rule != "has-left"]
    unsaid = msgspec.structs.replace(plan, warnings=tuple(rules))
    found = {finding.split(":")[0] for finding in audit(unsaid, tables, travel_for(tables))}
    assert found == {"plan-id", "books-are-brought"}


def test_what_a_car_has_left_with_is_kept_from_an_event_as_it_was_in_its_store(
    tmp_path: Path,
) -> None:
    """The pool keeps its one batch for S1, also while it is on its way there."""
    fields = {"id": "FAIR", "name": "Fair", "books": 50}
    place = stop("FAIR", kind="other", books=0, lon=106.655)
    opens = MONDAY + dt.timedelta(days=4)
    event = Event(**fields, stop=place, first=opens, last=opens)
    tables = district(
        stop("S1"),
        stop("S5", books=0),
        vehicles=(vehicle("V", weekdays=(0, 1, 2), max_stops=3),),
        batches=(batch("P1", pool="P"),),
        pools=(Pool(id="P", name="P", kinds=("village",), stops=("FAIR",)),),
        events=(event,),
    )
    base = planned(tables, {(MON, "V"): "S1 S5"}, folder=tmp_path)
    plan = plan_of(tables, *whole(route_of(base, "V"), 1), base=base, folder=tmp_path)
    for one in (base, plan):
        assert drops(one)["S1"] == ("P1",)
        why = {u.reason for u in one.unserved if u.stop.startswith("FAIR")}
        assert why == {"pool-promised"}
