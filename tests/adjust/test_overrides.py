"""Routes fixed by hand: reading them, what they break, and the week around them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from builders import MONDAY, H, batch, depot, district, past_visit, stop, vehicle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages.boards import busy_district
from reloading import yard_village

import bookcar as bc
from bookcar.adjust.overrides import Adjustment, Overrides, read_overrides
from bookcar.audit import audit
from bookcar.errors import InputError
from bookcar.model import BatchSettings, Carrier, District, Settings, Weights
from bookcar.plan import Plan
from bookcar.planning.fleet import fleet_of
from bookcar.roads.sources import travel_for
from bookcar.weeks import Horizon

WEEK = Horizon(MONDAY)

HEAD = "date,vehicle,position,stop\n"
MON, TUE = "2026-11-30", "2026-12-01"


def _file(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "overrides.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def _read(folder: Path, *rows: str, head: str = HEAD) -> Overrides:
    tables = _small()
    return read_overrides(
        _file(folder, *rows, head=head), district=tables, fleet=fleet_of(tables, WEEK)
    )


def _small(**fields: Any) -> District:
    cars = (vehicle("V"), vehicle("W", weekdays=(1,)))
    return district(*(stop(f"S{k}") for k in range(1, 5)), **{"vehicles": cars} | fields)


def _plan(tables: District, file: Path | None = None, **how: Any) -> Plan:
    adjustment = None if file is None else Adjustment(file=file, **how)
    return bc.plan_week(tables, "2026-W49", effort="quick", adjustment=adjustment)


def _stops(plan: Plan) -> dict[tuple[str, str], list[str]]:
    return {(str(r.date), r.vehicle): [v.stop for v in r.visits] for r in plan.routes}


def _faults(tables: District, file: Path, **how: Any) -> list[tuple[str, int | None]]:
    with pytest.raises(InputError) as caught:
        _plan(tables, file, **how)
    return [(fault.rule, fault.row) for fault in caught.value.faults]


def test_rows_become_routes_in_order_of_position(tmp_path: Path) -> None:
    overrides = _read(tmp_path, f"{MON},V,2,S1", f"{MON},V,1,S2", f"{TUE},W,1,S3", ",,,S4")
    assert [[v.stop for v in route.visits] for route in overrides.routes] == [["S2", "S1"], ["S3"]]
    assert [(v.stop, v.row) for v in overrides.left_out] == [("S4", 5)]


def test_a_file_a_spreadsheet_saved_again_reads_the_same(tmp_path: Path) -> None:
    """With semicolons, slashes in dates, a mark at the beginning and a guarded cell."""
    path = tmp_path / "o.csv"
    path.write_text(
        "\ufeffPlan;Date;Vehicle;Position;Stop\r\nabc;2026/11/30;V;1;S1\r\n;;;;\r\n", "utf-8"
    )
    tables = _small()
    overrides = read_overrides(path, district=tables, fleet=fleet_of(tables, WEEK))
    assert overrides.plan == "abc"
    assert [v.stop for v in overrides.routes[0].visits] == ["S1"]


@pytest.mark.parametrize(
    "text",
    [
        f"date|vehicle|position|stop|keep\n{MON}|V|1|S1|start\n",
        f"date，vehicle，position，stop，keep\n{MON}，V，1，S1，start\n",
        f"sep=;\ndate;vehicle;position;stop;keep\n{MON};V;1;S1;start\n",
        f"# who saved this, when\ndate,vehicle,position,stop,keep\n#,,,,\n{MON},V,1,S1,start\n",
        "日期\t车辆\t顺序\t站点\t保留\n2026年11月30日\tV\t１\tS1\t开头\n",
    ],
    ids=["bars", "wide commas", "separator named", "comments", "Chinese"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_whatever_a_table_may_look_like_is_read(text: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_bytes(text.encode(encoding))
    tables = msgspec.structs.replace(_small(), time_zone="Asia/Shanghai")
    overrides = read_overrides(tmp_path / "o.csv", district=tables, fleet=fleet_of(tables, WEEK))
    assert [[visit.stop for visit in route.visits] for route in overrides.starts] == [["S1"]]
    assert overrides.routes == ()


def test_what_is_odd_in_the_file_is_a_warning_of_the_plan(tmp_path: Path) -> None:
    """A column of one's own and a lost character in it keep no route from being fixed."""
    file = _file(tmp_path, f"{MON},V,1,S1,\ufffd", head="date,vehicle,position,stop,why\n")
    plan = _plan(_small(), file)
    assert _stops(plan)[MON, "V"] == ["S1"]
    odd = [(w.rule, w.row) for w in plan.warnings if w.file == "overrides.csv"]
    assert odd[:2] == [("damaged-text", 2), ("unknown-column", 1)]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (f"{MON},V,1,S9", "override-stop"),
        (f"{MON},V,1,", "empty-required"),
        (f"{MON},X,1,S1", "override-vehicle"),
        (f"{MON},W,1,S1", "override-vehicle"),
        (f"{MON},,1,S1", "override-vehicle"),
        (",V,1,S1", "override-date"),
        ("2026-11-31,V,1,S1", "bad-date"),
        ("2026-12-05,V,1,S1", "override-date"),
        ("2027-01-04,V,1,S1", "override-date"),
        (f"{MON},V,,S1", "override-position"),
        (f"{MON},V,0,S1", "out-of-range"),
        (f"{MON},V,first,S1", "bad-number"),
        (f"{MON},V,1,S1，S2", "override-stop"),
        (f"{MON},V,1,S1,S2", "ragged-row"),
    ],
)
def test_a_bad_cell_is_named(row: str, rule: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, f"{TUE},V,1,S2", row)
    assert [(fault.rule, fault.row) for fault in caught.value.faults] == [(rule, 3)]


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, f"{MON},V,1,S1", f"{MON},V,1,S2", f"{TUE},V,1,S1", "x,y,z,S3")
    found = [(fault.rule, fault.row) for fault in caught.value.faults]
    assert found == [
        ("bad-date", 5),
        ("bad-number", 5),
        ("override-vehicle", 5),
        ("override-position", 3),
        ("override-twice", 4),
    ]


@pytest.mark.parametrize(
    ("head", "rule"),
    [
        ("", "empty-file"),
        (HEAD, "empty-file"),
        (f"date,vehicle,stop\n{MON},V,S1\n", "missing-column"),
        ("vehicle,position,stop\nV,1,S1\n", "missing-column"),
        (f"date,日期,vehicle,position,stop\n{MON},{MON},V,1,S1\n", "duplicate-column"),
        (f'{HEAD}{MON},V,1,"S1\n', "bad-quotes"),
    ],
)
def test_a_bad_file_is_refused(head: str, rule: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, head=head)
    assert {fault.rule for fault in caught.value.faults} == {rule}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    tables = _small()
    with pytest.raises(InputError, match="cannot be read"):
        read_overrides(tmp_path / "no", district=tables, fleet=fleet_of(tables, WEEK))


def test_the_rest_is_planned_around_a_fixed_route(tmp_path: Path) -> None:
    plan = _plan(_small(), _file(tmp_path, f"{TUE},W,1,S4", f"{TUE},W,2,S1"))
    stops = _stops(plan)
    assert stops[TUE, "W"] == ["S4", "S1"]
    assert {stop for own in stops.values() for stop in own} == {"S1", "S2", "S3", "S4"}
    assert [w.rule for w in plan.warnings][:1] == ["by-hand"]


def test_keep_leaves_the_other_routes_as_they_are(tmp_path: Path) -> None:
    tables = busy_district()
    base = _plan(tables)
    first, second = base.routes[0], base.routes[1]
    rest = [visit.stop for visit in first.visits[1:]]
    rows = [f"{first.date},{first.vehicle},{k},{name}" for k, name in enumerate(rest, 1)]
    plan = _plan(tables, _file(tmp_path, *rows), base=base, keep=True)
    assert _stops(plan)[str(first.date), first.vehicle] == rest
    assert {r.id: r for r in plan.routes}[second.id] == second
    assert plan.totals.served == base.totals.served - 1


def test_keep_with_nothing_changed_gives_the_same_routes(tmp_path: Path) -> None:
    tables = busy_district()
    base = _plan(tables)
    route = base.routes[0]
    rows = [f"{route.date},{route.vehicle},{k},{v.stop}" for k, v in enumerate(route.visits, 1)]
    again = _plan(tables, _file(tmp_path, *rows), base=base, keep=True)
    assert again.routes == base.routes
    assert [u.stop for u in again.unserved] == [u.stop for u in base.unserved]


def test_keep_puts_an_unserved_stop_in(tmp_path: Path) -> None:
    """A car may make one stop a day; S2 was left over and now goes on Tuesday."""
    tables = district(
        stop("S1", priority=9), stop("S2"), vehicles=(vehicle(max_stops=1, weekdays=(0, 1)),)
    )
    left = _plan(tables, _file(tmp_path, f"{MON},V,1,S1", ",,,S2"))
    assert [u.stop for u in left.unserved] == ["S2"]
    plan = _plan(tables, _file(tmp_path, f"{TUE},V,1,S2"), base=left, keep=True)
    assert _stops(plan) == {(MON, "V"): ["S1"], (TUE, "V"): ["S2"]}


def test_a_stop_left_out_is_listed_and_said(tmp_path: Path) -> None:
    plan = _plan(_small(), _file(tmp_path, ",,,S3"))
    assert [u.stop for u in plan.unserved] == ["S3"]
    assert any(w.rule == "left-out" and w.row == 2 for w in plan.warnings)


@pytest.mark.parametrize(("weeks", "left"), [(1, "another 3 weeks."), (3, "another week.")])
def test_a_stop_not_due_is_refused(weeks: int, left: str, tmp_path: Path) -> None:
    tables = _small(visits=(past_visit("S1", MONDAY - dt.timedelta(weeks=weeks)),))
    with pytest.raises(InputError) as caught:
        _plan(tables, _file(tmp_path, f"{MON},V,1,S1"))
    (fault,) = caught.value.faults
    assert (fault.rule, fault.row) == ("stop-not-due", 2)
    assert fault.problem.endswith(f"is not due for {left}")


@pytest.mark.parametrize(
    ("stop_fields", "car_fields", "rule", "words"),
    [
        ({}, {"max_stops": 1}, "route-stops", "2 stops; the vehicle may make 1"),
        ({}, {"max_metres": 6_000}, "route-distance", "km; the limit is 6.0 km"),
        ({}, {"max_driving_s": 300}, "route-driving-time", "of driving; the limit is 0:05 h"),
        ({}, {"books": 90}, "route-books", "100 books aboard at most; it holds 90"),
        ({}, {"kg": 30}, "route-kg", "40 kg aboard at most; it may carry 30 kg"),
        ({"service_s": 5 * H}, {}, "route-latest-return", "after 17:00"),
        ({"service_s": 4 * H}, {"max_seconds": 6 * H}, "route-working-time", "the limit is 6:00 h"),
        ({"windows": ((8 * H, 8 * H + 1_800),)}, {}, "route-opening-hours", "is closed at"),
        ({"service_s": 3 * H}, {"break_s": 900, "break_after_s": 60}, "route-break", "no break"),
        ({"weekdays": (2,)}, {}, "stop-day", "cannot be visited on that day"),
        ({"vehicles": ("W",)}, {}, "stop-vehicle", "does not allow this vehicle"),
        ({"access": "foot"}, {}, "stop-foot", "is reached only on foot"),
    ],
)
def test_a_bad_route_is_told_in_plain_words(
    *,
    stop_fields: dict[str, Any],
    car_fields: dict[str, Any],
    rule: str,
    words: str,
    tmp_path: Path,
) -> None:
    tables = district(
        stop("S1", **stop_fields),
        stop("S2", **stop_fields),
        vehicles=(vehicle("V", **car_fields), vehicle("W", weekdays=(1,))),
    )
    file = _file(tmp_path, f"{MON},V,1,S1", f"{MON},V,2,S2")
    with pytest.raises(InputError, match=words) as caught:
        _plan(tables, file)
    assert rule in {fault.rule for fault in caught.value.faults}


def test_every_broken_limit_is_told_at_once(tmp_path: Path) -> None:
    tables = _small(vehicles=(vehicle("V", books=60, max_stops=1),))
    file = _file(tmp_path, f"{MON},V,1,S1", f"{MON},V,2,S2")
    assert _faults(tables, file) == [("route-stops", None), ("route-books", None)]


def test_a_visit_without_a_batch_is_a_fault(tmp_path: Path) -> None:
    tables = _small(batches=(batch("B1"),))
    file = _file(tmp_path, f"{MON},V,1,S1", f"{MON},V,2,S2")
    assert _faults(tables, file) in ([("no-batch", 2)], [("no-batch", 3)])


def test_a_batch_brought_back_by_a_fixed_route_serves_a_later_one(tmp_path: Path) -> None:
    tables = _small(batches=(batch("NEW"), batch("OLD", at="S1")))
    plan = _plan(tables, _file(tmp_path, f"{MON},V,1,S1", f"{TUE},V,1,S2"))
    drops = {v.stop: v.drops for r in plan.routes for v in r.visits}
    assert drops == {"S1": ("NEW",), "S2": ("OLD",)}


def test_what_was_driven_is_fixed_in_a_week_that_has_begun(tmp_path: Path) -> None:
    """By Tuesday the table of visits has Monday's: its batches are still that route's to bring."""
    shelf = tuple(batch(f"B{k}") for k in range(1, 5))
    before = _small(batches=shelf)
    base = _plan(before)
    monday = base.routes[0]
    assert monday.date == MONDAY
    done = [(v.stop, name) for v in monday.visits for name in v.drops]
    at = {name: stop for stop, name in done}
    begun = _small(
        batches=tuple(batch(b.id, at=at.get(b.id, "D")) for b in shelf),
        listed=shelf,
        visits=tuple(
            past_visit(stop, MONDAY, vehicle="V", batch=name, action="dropped")
            for stop, name in done
        ),
    )
    rows = [f"{MON},{monday.vehicle},{k},{v.stop}" for k, v in enumerate(monday.visits, 1)]
    plan = _plan(begun, _file(tmp_path, *rows), base=base)
    assert plan.routes[0] == monday
    assert [w.rule for w in plan.warnings] == ["by-hand"]


def test_a_batch_not_back_in_time_is_replaced_and_said(tmp_path: Path) -> None:
    """S2 was to get what S1 gives back on Monday; S1 now comes on Tuesday."""
    tables = _small(batches=(batch("NEW"), batch("OLD", at="S1")))
    base = _plan(tables, _file(tmp_path, f"{MON},V,1,S1", f"{TUE},V,1,S2"))
    more = _small(batches=(batch("NEW"), batch("OLD", at="S1"), batch("MORE")))
    file = _file(tmp_path, f"{TUE},V,1,S2", f"{TUE},W,1,S1")
    plan = _plan(more, file, base=base)
    drops = {v.stop: v.drops for r in plan.routes for v in r.visits}
    assert drops["S2"] == ("MORE",)
    assert any(w.rule == "other-batch" and "OLD" in w.problem for w in plan.warnings)


def test_overrides_of_another_plan_are_told(tmp_path: Path) -> None:
    tables = _small()
    base = _plan(tables)
    file = _file(tmp_path, f"abc,{MON},V,1,S1", head="plan," + HEAD)
    plan = _plan(tables, file, base=base, keep=True)
    assert any(w.rule == "other-plan" and "abc" in w.problem for w in plan.warnings)


def test_a_kept_route_whose_vehicle_is_off_is_a_fault(tmp_path: Path) -> None:
    base = _plan(_small(), _file(tmp_path, f"{TUE},W,1,S1"))
    tables = _small(vehicles=(vehicle("V"), vehicle("W", weekdays=(2,))))
    file = _file(tmp_path, f"{MON},V,1,S2")
    assert _faults(tables, file, base=base, keep=True) == [("override-keep", None)]


def test_a_kept_stop_that_is_gone_or_no_longer_due_is_a_fault(tmp_path: Path) -> None:
    base = _plan(_small(), _file(tmp_path, f"{MON},V,1,S1", f"{MON},V,2,S2", f"{TUE},W,1,S3"))
    file = _file(tmp_path, f"{TUE},W,1,S3")
    gone = _small().with_stops({"S2", "S3", "S4"})
    assert _faults(gone, file, base=base, keep=True) == [("stop-not-due", None)]
    served = _small(visits=(past_visit("S1", MONDAY - dt.timedelta(7)),))
    assert _faults(served, file, base=base, keep=True) == [("stop-not-due", None)]


def test_a_car_of_another_depot_brings_that_depots_batches(tmp_path: Path) -> None:
    tables = _small(
        depots=(depot("D"), depot("E", lon=106.7)),
        vehicles=(vehicle("V"), vehicle("W", depot="E")),
        batches=(batch("HERE"), batch("THERE", at="E")),
    )
    plan = _plan(tables, _file(tmp_path, f"{MON},W,1,S1"))
    drops = {v.stop: v.drops for r in plan.routes for v in r.visits}
    assert drops["S1"] == ("THERE",)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_any_edit_is_refused_in_words_or_gives_a_clean_plan(
    data: st.DataObject, tmp_path: Path
) -> None:
    tables = busy_district(12)
    base = _plan(tables)
    fleet = fleet_of(tables, WEEK)
    chosen = data.draw(
        st.lists(st.sampled_from(tables.stops), max_size=6, unique_by=lambda s: s.id)
    )
    rows = []
    for k, place in enumerate(chosen, 1):
        day = data.draw(st.sampled_from([None, *fleet.days]))
        name = "," if day is None else f"{day.date},{day.vehicle.id}"
        rows.append(f"{name},{'' if day is None else k},{place.id}")
    if not rows:
        return
    file = _file(tmp_path, *rows)
    keep = data.draw(st.booleans())
    try:
        plan = _plan(tables, file, base=base, keep=keep)
    except InputError as error:
        elsewhere = [fault for fault in error.faults if fault.file != file.name]
        if elsewhere:
            pytest.fail(str(elsewhere))
        return
    assert audit(plan, tables, travel_for(tables)) == []
    fixed = {row.split(",")[3]: tuple(row.split(",")[:2]) for row in rows}
    where = {stop: key for key, own in _stops(plan).items() for stop in own}
    for name, key in fixed.items():
        assert where.get(name, ("", "")) == key


KEEP = "date,vehicle,position,stop,keep\n"


def _routes(plan: Plan) -> dict[str, list[str]]:
    return {f"{r.date:%a} {r.vehicle}": [v.stop for v in r.visits] for r in plan.routes}


def test_a_fixed_visit_stays_on_its_car_and_day_and_the_rest_is_planned_around_it(
    tmp_path: Path,
) -> None:
    """Left alone, W never goes out: all four stops lie on one line."""
    file = _file(tmp_path, f"{TUE},W,,S3,visit", head=KEEP)
    plan = _plan(_small(), file)
    assert "S3" in _routes(plan)["Tue W"]
    assert plan.totals.served == 4
    assert [w.rule for w in plan.warnings] == ["by-hand"]
    assert plan.objective is not None
    assert plan.objective.no_bound == "by-hand"


def test_a_route_begins_as_fixed_and_may_go_on(tmp_path: Path) -> None:
    """The far stop first, then a near one: nobody would drive like that unasked."""
    rows = (f"{MON},V,1,S4,start", f"{MON},V,2,S1,start")
    plan = _plan(_small(), _file(tmp_path, *rows, head=KEEP))
    assert _routes(plan)["Mon V"][:2] == ["S4", "S1"]
    assert plan.totals.served == 4


def test_a_beginning_and_a_visit_go_together(tmp_path: Path) -> None:
    rows = (f"{MON},V,1,S4,开头", f"{MON},V,,S2,visit")
    plan = _plan(_small(), _file(tmp_path, *rows, head=KEEP))
    first, *rest = _routes(plan)["Mon V"]
    assert first == "S4"
    assert "S2" in rest


def test_fixed_visits_keep_the_batches_of_the_plan_adjusted(tmp_path: Path) -> None:
    tables = busy_district()
    base = _plan(tables)
    route = base.routes[-1]
    visit = route.visits[-1]
    row = f"{route.date},{route.vehicle},,{visit.stop},visit"
    plan = _plan(tables, _file(tmp_path, row, head=KEEP), base=base)
    again = [v for r in plan.routes for v in r.visits if v.stop == visit.stop]
    assert [v.drops for v in again] == [visit.drops]
    assert audit(plan, tables, travel_for(tables)) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((f"{MON},V,1,S1,sometimes",), [("bad-choice", 2)]),
        ((f"{MON},V,1,S1,", f"{MON},V,,S2,visit"), [("override-keep", 3)]),
        ((f"{MON},V,,S1,start",), [("override-position", 2)]),
        ((f"{MON},V,1,S1,start", f"{MON},V,1,S2,start"), [("override-position", 3)]),
        ((f"{MON},V,,S1,visit", f"{TUE},V,,S1,visit"), [("override-twice", 3)]),
    ],
)
def test_rows_that_cannot_be_kept_so_are_refused(
    rows: tuple[str, ...], found: list[tuple[str, int]], tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, *rows, head=KEEP)
    assert [(fault.rule, fault.row) for fault in caught.value.faults] == found


def test_a_beginning_that_breaks_a_limit_is_refused_with_the_limit(tmp_path: Path) -> None:
    tables = _small(vehicles=(vehicle("V", max_metres=5_000),))
    file = _file(tmp_path, f"{MON},V,1,S4,start", head=KEEP)
    assert _faults(tables, file) == [("route-distance", None)]


def test_a_fixed_visit_without_a_batch_or_a_route_is_refused(tmp_path: Path) -> None:
    file = _file(tmp_path, f"{MON},V,,S1,visit", f"{MON},V,,S2,visit", head=KEEP)
    ((rule, row),) = _faults(_small(batches=(batch("B1"),)), file)
    assert (rule, row in (2, 3)) == ("no-batch", True)  # either could have the one there is
    one = _small(vehicles=(vehicle("V", max_stops=1),))
    assert [rule for rule, _ in _faults(one, file)] == ["override-missed"]


def test_a_required_stop_gives_way_to_what_is_fixed_and_comes_where_there_is_room(
    tmp_path: Path,
) -> None:
    """There is time for one: the near one that must be served, or the far one that is fixed."""
    near = [stop(f"S{k}", required=True, service_s=H) for k in (1, 2)]
    far = stop("S9", service_s=H)
    cars = (vehicle("V", weekdays=(0,), max_stops=1),)
    file = _file(tmp_path, f"{MON},V,,S9,visit", head=KEEP)
    plan = _plan(district(*near, far, vehicles=cars), file)
    assert (_routes(plan), [u.stop for u in plan.unserved]) == ({"Mon V": ["S9"]}, ["S1", "S2"])
    roomy = (vehicle("V", weekdays=(0,), max_stops=2),)
    plan = _plan(district(*near, far, vehicles=roomy), file)
    assert sorted(_routes(plan)["Mon V"]) in (["S1", "S9"], ["S2", "S9"])


def test_a_fixed_visit_on_a_day_the_stop_is_closed_is_refused(tmp_path: Path) -> None:
    tables = district(stop("S1", weekdays=(2,)), stop("S2"))
    file = _file(tmp_path, f"{MON},V,,S1,visit", head=KEEP)
    assert _faults(tables, file) == [("stop-day", 2)]


def test_keep_goes_with_whole_routes_only(tmp_path: Path) -> None:
    base = _plan(_small())
    file = _file(tmp_path, f"{MON},V,,S1,visit", head=KEEP)
    assert ("override-keep", 2) in _faults(_small(), file, base=base, keep=True)


def _twice() -> District:
    wanted = stop("S1", visits_a_week=2, every_weeks=1)
    return district(wanted, stop("S2"), batches=tuple(batch(f"B{i}") for i in range(3)))


def test_the_second_visit_is_planned_days_apart_from_the_one_fixed(tmp_path: Path) -> None:
    wed = "2026-12-02"
    plan = _plan(_twice(), _file(tmp_path, f"{wed},V,1,S1"))
    days = {r.date.isoformat() for r in plan.routes for v in r.visits if v.stop == "S1"}
    assert wed in days
    assert days - {wed} <= {MON, "2026-12-04"}
    assert len(days) == 2


def test_both_visits_may_be_fixed_and_one_left_out(tmp_path: Path) -> None:
    both = _plan(_twice(), _file(tmp_path, f"{MON},V,1,S1", "2026-12-03,V,1,S1"))
    assert [str(r.date) for r in both.routes for v in r.visits if v.stop == "S1"] == [
        MON,
        "2026-12-03",
    ]
    one = _plan(_twice(), _file(tmp_path, f"{MON},V,1,S1", ",,,S1"))
    assert [(u.stop, u.reason, u.made) for u in one.unserved] == [("S1", "left-out", 1)]


@pytest.mark.parametrize("keep", [False, True])
def test_one_row_leaves_out_all_visits_that_no_other_row_names(tmp_path: Path, keep: bool) -> None:
    base = _plan(_twice())
    first, second = (r for r in base.routes if any(v.stop == "S1" for v in r.visits))
    none = _plan(_twice(), _file(tmp_path, ",,,S1"), base=base, keep=keep)
    assert {v.stop for r in none.routes for v in r.visits} == {"S2"}
    assert [(u.stop, u.reason, u.made) for u in none.unserved] == [("S1", "left-out", 0)]
    assert [w.problem for w in none.warnings] == ["This week stop S1 stop S1 is left out by hand."]
    rows = [f"{first.date},V,{k},{v.stop}" for k, v in enumerate(first.visits, 1)]
    one = _plan(_twice(), _file(tmp_path, *rows, ",,,S1"), base=base, keep=keep)
    assert [str(r.date) for r in one.routes for v in r.visits if v.stop == "S1"] == [
        str(first.date)
    ]
    assert [(u.stop, u.reason, u.made) for u in one.unserved] == [("S1", "left-out", 1)]
    assert any("gets only the visit placed here" in w.problem for w in one.warnings)
    assert second.date != first.date


def test_two_visits_too_close_or_too_many_are_refused(tmp_path: Path) -> None:
    close = _file(tmp_path, f"{MON},V,1,S1", f"{TUE},V,1,S1")
    assert _faults(_twice(), close) == [("override-spacing", 3)]
    three = _file(tmp_path, f"{MON},V,1,S1", "2026-12-02,V,1,S1", "2026-12-04,V,1,S1")
    assert _faults(_twice(), three) == [("override-twice", 4)]


def test_keep_leaves_the_other_visit_of_a_stop_as_it_is(tmp_path: Path) -> None:
    base = _plan(_twice())
    first, second = sorted(r.date for r in base.routes for v in r.visits if v.stop == "S1")
    plan = _plan(_twice(), _file(tmp_path, f"{first},V,1,S1"), base=base, keep=True)
    assert {r.date for r in plan.routes for v in r.visits if v.stop == "S1"} == {first, second}


@settings(max_examples=30, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_any_rows_on_stops_visited_twice_are_refused_in_words_or_kept(
    data: st.DataObject, tmp_path: Path
) -> None:
    """Whole routes, beginnings, single visits and stops left out, in any mixture."""
    tables = _often()
    days = st.sampled_from([None, *fleet_of(tables, WEEK).days])
    rows = []
    for k in range(1, data.draw(st.integers(1, 5)) + 1):
        day, place = data.draw(days), data.draw(st.sampled_from(tables.stops)).id
        word = data.draw(st.sampled_from(["", "start", "visit"]))
        rows.append(
            f",,,{place}," if day is None else f"{day.date},{day.vehicle.id},{k},{place},{word}"
        )
    keep = data.draw(st.booleans())
    file = _file(tmp_path, *rows, head=KEEP)
    try:
        plan = _plan(tables, file, base=_plan(tables), keep=keep)
    except InputError as error:
        elsewhere = [fault for fault in error.faults if fault.file != file.name]
        if elsewhere:
            pytest.fail(str(elsewhere))
        return
    assert audit(plan, tables, travel_for(tables)) == []
    made = {(str(r.date), r.vehicle, v.stop) for r in plan.routes for v in r.visits}
    asked = [tuple(row.split(",")) for row in rows]
    assert {(date, car, name) for date, car, _, name, _ in asked if date} <= made
    begun = _stops(plan)
    for date, car in {(date, car) for date, car, _, _, word in asked if word == "start"}:
        first = [name for d, c, _, name, word in asked if (d, c, word) == (date, car, "start")]
        assert begun[date, car][: len(first)] == first


def _often() -> District:
    """Return a district of four stops, two of them visited twice, with batches out and to spare."""
    places = (
        stop("S1", visits_a_week=2, every_weeks=1),
        stop("S2", visits_a_week=2, days_between=1, kind="bookhouse"),
        stop("S3", windows=((9 * H, 12 * H),)),
        stop("S4", weekdays=(1, 2)),
    )
    cars = (vehicle("V", weekdays=(0, 1, 2)), vehicle("W", weekdays=(1, 3), max_stops=2))
    held = tuple(batch(f"H{k}", at=f"S{k}") for k in (1, 2, 4))
    return district(*places, vehicles=cars, batches=(*held, *(batch(f"B{k}") for k in range(5))))


def test_a_beginning_is_never_supplied_from_a_depot_its_car_comes_to_later(tmp_path: Path) -> None:
    """The only batches are where the car may reload, and it begins with a stop that wants some."""
    file = _file(tmp_path, f"{MON},V,1,S22,start", head=KEEP)
    assert _faults(yard_village(), file) == [("no-batch", 2)]
    loaded = _file(tmp_path, f"{MON},V,1,E,start", f"{MON},V,2,S22,start", head=KEEP)
    assert _plan(yard_village(), loaded).routes[0].visits[0].stop == "S22"


def test_the_other_visit_of_a_stop_keeps_its_distance_from_a_pinned_one(tmp_path: Path) -> None:
    """S1 may be visited on Mondays only: the visit that a row pins is the one that is made."""
    tables = _small(vehicles=(vehicle("V"),))
    twice = stop("S1", visits_a_week=2, weekdays=(0,), required=True)
    tables = msgspec.structs.replace(tables, stops=(twice, *tables.stops[1:]))
    file = _file(tmp_path, f"{MON},V,,S1,visit", head="date,vehicle,position,stop,keep\n")
    plan = _plan(tables, file)
    assert _stops(plan)[MON, "V"].count("S1") == 1
    assert [(row.stop, row.reason, row.made) for row in plan.unserved] == [("S1", "too-close", 1)]


def test_a_stop_waits_for_what_a_fixed_route_has(tmp_path: Path) -> None:
    """S1 and S2 have had OLD; the fixed visit to S1 gets NEW, so S2 has not had all there is."""
    day = dt.date(2026, 5, 4)
    had = tuple(
        past_visit(name, day + dt.timedelta(days=k), batch="OLD", action=action)
        for name, k, action in (
            ("S1", 0, "dropped"),
            ("S1", 2, "collected"),
            ("S2", 4, "dropped"),
            ("S2", 6, "collected"),
        )
    )
    tables = district(stop("S1"), stop("S2"), batches=(batch("OLD"), batch("NEW")), visits=had)
    plan = _plan(tables, _file(tmp_path, f"{MON},V,1,S1"))
    assert [(r.date, v.stop, v.drops) for r in plan.routes for v in r.visits] == [
        (MONDAY, "S1", ("NEW",))
    ]
    assert [(row.stop, row.reason) for row in plan.unserved] == [("S2", "batch-taken")]


def test_a_stop_waits_for_what_a_route_brings_back_and_another_gets(tmp_path: Path) -> None:
    """OLD is back on Tuesday for S3. S50, which has had NEW alone, loses no visit without books."""
    had = tuple(
        past_visit("S50", dt.date(2026, 9, day), batch="NEW", action=action)
        for day, action in ((1, "dropped"), (3, "collected"))
    )
    tables = district(
        stop("S1"),
        stop("S3"),
        stop("S50"),
        batches=(batch("NEW"), batch("OLD", at="S1")),
        visits=had,
        settings=Settings(
            batches=BatchSettings(when_seen_all="no-books"), weights=Weights(stop=20)
        ),
    )
    plan = _plan(tables, _file(tmp_path, f"{MON},V,1,S1,start", head=KEEP))
    assert {v.stop: v.drops for r in plan.routes for v in r.visits} == {
        "S1": ("NEW",),
        "S3": ("OLD",),
    }
    assert [(row.stop, row.reason, row.lost) for row in plan.unserved] == [
        ("S50", "batch-taken", 0.0)
    ]


def _seen_what_fits(how: Literal["oldest", "no-books"]) -> District:
    """Return a stop that has had "old"; the batch that it has not had is too large for its car."""
    rows = (
        past_visit("S1", dt.date(2026, 8, 3), batch="old", action="dropped"),
        past_visit("S1", dt.date(2026, 9, 7), batch="old", action="collected"),
    )
    return district(
        stop("S1", vehicles=("V",)),
        vehicles=(vehicle("V", books=60), vehicle("W")),
        batches=(batch("old"), batch("large", books=100)),
        visits=rows,
        settings=Settings(batches=BatchSettings(no_repeat_months=24, when_seen_all=how)),
    )


@pytest.mark.parametrize("how", ["oldest", "no-books"])
@pytest.mark.parametrize("keep", ["", "start", "visit"])
def test_what_a_plan_brings_again_is_kept(
    how: Literal["oldest", "no-books"], keep: str, tmp_path: Path
) -> None:
    tables = _seen_what_fits(how)
    base = _plan(tables)
    (route,) = base.routes
    (visit,) = route.visits
    assert visit.drops == visit.repeats == (("old",) if how == "oldest" else ())
    row = f"{route.date},V,{'' if keep == 'visit' else 1},S1,{keep}"
    plan = _plan(tables, _file(tmp_path, row, head=KEEP), base=base)
    assert plan.routes[0].visits[0].drops == visit.drops


def _emptied_first() -> tuple[District, Plan]:
    """Return a stop whose held batch fills the car of Monday, and not that of Thursday."""
    tables = district(
        stop("S1", visits_a_week=2, weekdays=(0, 3)),
        vehicles=(vehicle("V", books=60, weekdays=(0,)), vehicle("W", books=50, weekdays=(3,))),
        batches=(batch("B1"), batch("B2"), batch("OLD", at="S1", books=60)),
    )
    base = _plan(tables)
    told = [(r.vehicle, visit.collects) for r in base.routes for visit in r.visits]
    assert told == [("V", ("OLD",)), ("W", ())]
    return tables, base


def _kept(base: Plan, keep: str, number: int) -> str:
    route = base.routes[number]
    return f"{route.date},{route.vehicle},{'' if keep == 'visit' else 1},S1,{keep}"


@pytest.mark.parametrize("later", ["start", "first", "visit", "route"])
@pytest.mark.parametrize("earlier", ["start", "first", "visit", "route"])
def test_what_an_earlier_fixed_visit_collects_the_later_one_does_not(
    earlier: str, later: str, tmp_path: Path
) -> None:
    tables, base = _emptied_first()
    rows = [_kept(base, earlier, 0), _kept(base, later, 1)]
    plan = _plan(tables, _file(tmp_path, *rows, head=KEEP), base=base)
    visits = [(r.vehicle, v.drops, v.collects) for r in plan.routes for v in r.visits]
    assert visits == [(r.vehicle, v.drops, v.collects) for r in base.routes for v in r.visits]


@pytest.mark.parametrize("keep", ["start", "first", "visit", "route"])
def test_a_later_visit_without_the_one_that_empties_its_stop_is_refused_with_that_one(
    keep: str, tmp_path: Path
) -> None:
    tables, base = _emptied_first()
    with pytest.raises(InputError) as caught:
        _plan(tables, _file(tmp_path, _kept(base, keep, 1), head=KEEP), base=base)
    (fault,) = [fault for fault in caught.value.faults if fault.variant == "emptied"]
    assert "stop S1 stop S1 is emptied by V on Mon 30 Nov" in fault.problem
    assert fault.row == 2


@pytest.mark.parametrize(
    ("fields", "service", "rule", "words"),
    [
        ({"weekdays": (1,)}, H, "stop-foot", ("nobody comes to carry", "carrier K", "Tue")),
        ({"starts": 8 * H, "ends": 10 * H}, 3 * H, "route-opening-hours", ("carrier K", "8:")),
    ],
)
def test_carriers_who_miss_a_visit_put_in_by_hand_are_named(
    *, fields: dict[str, Any], service: int, rule: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    """By their days, or by the hours in which they can be at the road."""
    house = stop("S2", access="foot", lat=29.0245)
    home = {"lon": house.lon, "lat": house.lat, "at": "S2"}
    carrier = Carrier(**{"id": "K", "name": "carrier K", "stops": ("S2",)} | home | fields)
    first = stop("S1", service_s=service)
    tables = district(first, house, time_zone="Asia/Shanghai", carriers=(carrier,))
    file = _file(tmp_path, f"{MON},V,1,S1", f"{MON},V,2,S2")
    with pytest.raises(InputError) as caught:
        _plan(tables, file)
    (fault,) = caught.value.faults
    assert (fault.rule, fault.row) == (rule, 3)
    for word in words:
        assert word in f"{fault.problem} {fault.fix}"
