"""A sound district, read whole: every column and setting reaches its field of the model."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest
from inputs import folders as given

from bookcar.errors import InputError
from bookcar.inputs.folder import holds_district
from bookcar.inputs.movements import before, unplaced
from bookcar.inputs.reader import Checked, read, read_district
from bookcar.model import RoadProfile, Where

H = 3600

FULL_TOML = """\
name = "綦江"
name_en = "Qijiang"
language = "zh"
time_zone = "Asia/Shanghai"
dispatch_phone = "023-4866"
[bounds]
west = 106
south = 28
east = 108
north = 30
[[depot]]
id = "LIB"
name = "图书馆"
name_en = "Library"
lon = 106.648
lat = 29.023
phone = "1"
[[depot]]
id = "SUB"
name = "分馆"
lon = 106.7
lat = 28.9
[week]
days = ["Mon", "周三"]
starts = 08:30:00
ends = "16:30"
break_min = 45
break_after_h = 3.5
buffer_min = 5
service_min = 25
every_weeks = 6
opens = "09:00"
closes = "16:00"
holidays = [2026-10-01, "2026-10-02"]
[roads]
matrix = "matrix.csv"
max_snap_m = 300
detour = 1.5
speed_kmh = 25
[[roads.profile]]
name = "big"
width_m = 2.5
height_m = 3.1
weight_t = 7.5
[batches]
no_repeat_months = 12
rotate = ["school", "村"]
[weights]
stop = 1
priority = 2
overdue_week = 3
people = 4
"""
FULL = {
    "district": FULL_TOML,
    "matrix": "x",
    "stops": "id,name,name_en,kind,lon,lat,area,people,books,mix,every_weeks,days,opens,closes,"
    "service_min,priority,required,access,vehicles,contact,phone,landmark,note\n"
    "S1,紫荆,Zijing,村,106.6,28.9,永新,900,60,a:3 b:1,2,周一 3日,08:00 14:00,11:30 17:00,"
    "15,7,是,步行,V1 V2,王,138,桥,备注\n"
    "S2,二,,school,106.7,28.8,,,100,,,,,,,,,,,,,,\n",
    "vehicles": "id,name,driver,phone,depot,books,kg,max_km,max_hours,starts,ends,days,break_min,"
    "break_after_h,speed_factor,max_stops,每日驾驶上限（分钟）,profile,fixed_cost,cost_km,cost_hour\n"
    "V1,one,李,139,SUB,1200,800,180.5,8.5,07:00,18:00,Sat,30,4,0.8,9,240,big,10,2,3\n"
    "V2,,,,,2000,,200,9,,,,,,,,,,,,\n",
    "batches": "id,books,kg,crates,audience,mix,at,since,titles\n"
    "B1,60,25,2,children,a:1,S1,2026-09-01,list\nB2,45,,,,,,,\n",
    "visits": "date,stop,vehicle,batch,action,books,status,note\n"
    "2026-09-01,S1,V1,B1,送,60,完成,ok\n2026-09-02,S2,,,,,missed,\n",
    "requests": "id,date,stop,title,isbn,reader,wanted_by,status,类型,batch,条码\n"
    "R1,2026-09-01,S1,活着,978-7-5063-6543-7,张,2026-10-01,已送,奖品,B1,C7\n"
    "R2,2026-09-02,S2,x,,,,,,,\n",
    "closures": "from,to,ways,shape,note\n2026-09-01,2026-09-30,4 5,,w\n"
    "2026-09-01,2026-09-01,,slide,s\n",
    "closures__geojson": '{"type": "FeatureCollection", "features": [{"type": "Feature", '
    '"properties": {"name": "slide"}, "geometry": {"type": "LineString", '
    '"coordinates": [[106.6, 28.9], [106.7, 28.9]]}}]}',
    "areas__geojson": '{"type": "FeatureCollection", "features": [{"type": "Feature", '
    '"properties": {"name": "永新", "name_en": "Yongxin", "people": 49951}, "geometry": {"type": '
    '"Polygon", "coordinates": [[[106, 28], [107, 28], [107, 29], [106, 28]]]}}]}',
}


@pytest.fixture
def full(tmp_path: Path) -> Path:
    return given.write(tmp_path / "full", **FULL)


def test_the_settings(full: Path) -> None:
    district = read(full)
    assert (district.name, district.name_en, district.language) == ("綦江", "Qijiang", "zh")
    assert (district.time_zone, district.dispatch_phone) == ("Asia/Shanghai", "023-4866")
    settings = district.settings
    assert (settings.weekdays, settings.buffer_s) == ((0, 2), 300)
    days = [(e.first, e.last, e.what, e.does) for e in district.calendar]
    assert days == [
        (dt.date(2026, 10, day), dt.date(2026, 10, day), "holiday", "drop") for day in (1, 2)
    ]
    assert (settings.batches.no_repeat_months, settings.batches.rotate) == (
        12,
        ("school", "village"),
    )
    weights = settings.weights
    assert (weights.stop, weights.priority, weights.overdue_week, weights.people) == (1, 2, 3, 4)
    roads = settings.roads
    assert (roads.max_snap_m, roads.detour, roads.speed_kmh) == (300, 1.5, 25)
    assert (roads.extract, roads.matrix) == (None, (full / "matrix.csv").absolute())
    big = RoadProfile(name="big", width_m=2.5, height_m=3.1, weight_t=7.5)
    assert roads.profiles == (RoadProfile(name="car"), big)


def test_depots_and_stops(full: Path) -> None:
    district = read(full)
    library, sub = district.depots
    assert (library.id, library.name, library.name_en, library.phone) == (
        "LIB", "图书馆", "Library", "1",
    )  # fmt: skip
    assert (sub.lon, sub.lat) == (106.7, 28.9)
    stop, plain = district.stops
    assert (stop.name, stop.name_en, stop.kind, stop.area) == ("紫荆", "Zijing", "village", "永新")
    assert (stop.lon, stop.lat, stop.people, stop.books) == (106.6, 28.9, 900, 60)
    assert stop.mix == {"a": 0.75, "b": 0.25}
    assert (stop.every_weeks, stop.weekdays, stop.month_days) == (2, (0,), (3,))
    assert stop.windows == ((8 * H, 11 * H + 1800), (14 * H, 17 * H))
    assert (stop.service_s, stop.priority, stop.required, stop.access) == (900, 7, True, "foot")
    assert (stop.vehicles, stop.contact, stop.phone) == (("V1", "V2"), "王", "138")
    assert (stop.landmark, stop.note) == ("桥", "备注")
    assert (plain.service_s, plain.every_weeks, plain.windows) == (1500, 6, ((9 * H, 16 * H),))


def test_vehicles_and_batches(full: Path) -> None:
    district = read(full)
    one, two = district.vehicles
    assert (one.name, one.driver, one.phone, one.depot) == ("one", "李", "139", "SUB")
    assert (one.books, one.kg, one.max_metres, one.max_seconds) == (1200, 800, 180_500, 30_600)
    assert (one.starts, one.ends, one.weekdays) == (7 * H, 18 * H, (5,))
    assert (one.break_s, one.break_after_s, one.speed_factor) == (1800, 4 * H, 0.8)
    assert (one.max_stops, one.max_driving_s, one.profile) == (9, 4 * H, "big")
    assert two.max_driving_s is None
    assert (one.fixed_cost, one.cost_km, one.cost_hour) == (10, 2, 3)
    assert (two.depot, two.kg, two.weekdays) == ("LIB", None, (0, 2))
    assert (two.starts, two.ends) == (8 * H + 1800, 16 * H + 1800)
    assert (two.break_s, two.break_after_s) == (2700, 12_600)
    batch, light = district.batches
    assert (batch.books, batch.kg, batch.crates, batch.audience) == (60, 25, 2, "children")
    assert (batch.mix, batch.at, batch.since) == ({"a": 1.0}, "S1", dt.date(2026, 9, 1))
    assert batch.titles == "list"
    assert (light.kg, light.crates, light.at, light.since) == (16, 1, "LIB", None)


def test_visits_requests_closures_and_areas(full: Path) -> None:
    district = read(full)
    visit, empty = district.visits
    assert (visit.date, visit.stop, visit.vehicle) == (dt.date(2026, 9, 1), "S1", "V1")
    assert (visit.batch, visit.action, visit.books) == ("B1", "dropped", 60)
    assert (visit.status, visit.note) == ("done", "ok")
    assert (empty.vehicle, empty.batch, empty.action, empty.status) == ("", "", "", "missed")
    request, open_request = district.requests
    assert (request.title, request.isbn, request.reader) == ("活着", "978-7-5063-6543-7", "张")
    assert (request.wanted_by, request.status) == (dt.date(2026, 10, 1), "brought")
    assert (request.kind, request.batch, request.copy) == ("reward", "B1", "C7")
    assert (open_request.wanted_by, open_request.status) == (None, "open")
    assert (open_request.kind, open_request.batch, open_request.copy) == ("title", "", "")
    assert [r.id for r in district.requests if r.waits] == ["R2"]
    ways, shape = district.closures
    assert (ways.ways, ways.shape, ways.note) == ((4, 5), None, "w")
    assert shape.shape is not None
    assert shape.shape["type"] == "LineString"
    assert district.where("closures", str(shape.row)) == Where("closures.csv", 3)
    (area,) = district.areas
    assert (area.name, area.name_en, area.people) == ("永新", "Yongxin", 49951)


def test_shapes_of_one_name_are_one_closure(full: Path) -> None:
    slides = [
        {
            "type": "Feature",
            "id": own,
            "properties": {"name": "slide"},
            "geometry": {"type": "LineString", "coordinates": [[106.6, 28.9], [106.7, lat]]},
        }
        for own, lat in (("1", 28.9), ("2", 29.0))
    ]
    text = json.dumps({"type": "FeatureCollection", "features": slides})
    (full / "closures.geojson").write_text(text, "utf-8")
    rows = "".join(f"2026-09-01,2026-09-30,{name}\n" for name in ("slide", "2"))
    (full / "closures.csv").write_text(f"from,to,shape\n{rows}", "utf-8")
    both, second = read(full).closures
    assert both.shape == {
        "type": "GeometryCollection",
        "geometries": [slide["geometry"] for slide in slides],
    }
    assert (second.shape, second.shape_name) == (slides[1]["geometry"], "2")


def test_origins_and_sums_name_every_file(full: Path) -> None:
    district = read(full)
    assert district.folder == full
    assert district.where("stops", "S2") == Where("stops.csv", 3)
    assert district.where("depots", "SUB") == Where("district.toml", 19)
    assert district.where("visits", "3") == Where("visits.csv", 3)
    expected = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in full.iterdir()}
    assert district.inputs == expected


def test_a_sound_district_has_no_fault(tmp_path: Path) -> None:
    checked = given.check(tmp_path)
    assert checked.faults == ()
    assert checked.district is not None


def test_only_stops_and_vehicles_are_needed(tmp_path: Path) -> None:
    bare = dict.fromkeys(("batches", "visits", "requests", "closures"))
    assert given.check(tmp_path, **bare).faults == ()


def test_read_raises_with_every_fault(tmp_path: Path) -> None:
    stops = given.STOPS.replace("village", "vilage").replace(",mix", ",mixx")
    folder = given.write(tmp_path / "d", stops=stops)
    with pytest.raises(InputError) as raised:
        read(folder)
    assert raised.value.exit_code == 2
    assert raised.value.faults == read_district(folder).faults
    assert {f.severity for f in raised.value.faults} == {"error", "warning"}


@pytest.mark.parametrize("name", ["nowhere", "with\0nul", "x" * 5000])
def test_a_folder_that_is_not_there(tmp_path: Path, name: str) -> None:
    (fault,) = read_district(tmp_path / name).faults
    assert fault.rule == "missing-folder"


def test_a_folder_without_a_district_has_one_fault(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (fault,) = read_district(tmp_path).faults
    assert (fault.rule, fault.file) == ("missing-folder", str(tmp_path))
    (tmp_path / "district.toml").write_text(given.TOML, "utf-8")
    assert {f.file for f in read_district(tmp_path).faults} == {"stops.csv", "vehicles.csv"}


def test_sums_of_ones_own_do_not_make_a_folder_bookcars(tmp_path: Path) -> None:
    folder = given.write(tmp_path / "county")
    (folder / "SHA256SUMS").write_text("")
    assert holds_district(folder)
    assert read_district(folder).district is not None


def test_the_path_of_a_single_table_is_no_district(tmp_path: Path) -> None:
    (fault,) = read_district(given.write(tmp_path) / "stops.csv").faults
    assert (fault.rule, fault.file) == ("not-a-workbook", "stops.csv")


def test_a_folder_named_like_a_table_cannot_be_read(tmp_path: Path) -> None:
    given.write(tmp_path, stops=None)
    (tmp_path / "stops.csv").mkdir()
    assert [f.rule for f in read_district(tmp_path).faults] == ["unreadable-file"]


def test_gcj02_is_converted_for_depots_and_stops(tmp_path: Path) -> None:
    plain = given.check(tmp_path / "a").district
    toml = 'coordinates = "GCJ-02"\n' + given.TOML
    converted = given.check(tmp_path / "b", district=toml).district
    assert plain is not None
    assert converted is not None
    for a, b in zip(plain.depots + plain.stops, converted.depots + converted.stops, strict=True):
        assert 0.002 < abs(a.lon - b.lon) < 0.01


def test_the_extract_is_found_beside_the_tables_and_summed(tmp_path: Path) -> None:
    folder = given.write(tmp_path / "d", district=given.TOML + '[roads]\nextract = "../x.osm"\n')
    (tmp_path / "x.osm").write_bytes(b"<osm/>")
    district = read(folder)
    assert district.settings.roads.extract == tmp_path / "x.osm"
    assert district.inputs["../x.osm"] == hashlib.sha256(b"<osm/>").hexdigest()


def test_all_stops_interchanged_give_one_fault_also_in_europe(tmp_path: Path) -> None:
    rows = "".join(f"S{i},x,village,{42.5 + i / 100},1.5{i},0\n" for i in range(9))
    toml = given.TOML.replace("106.648", "1.52").replace("29.023", "42.5")
    checked = given.check(
        tmp_path,
        district=toml,
        stops="id,name,kind,lon,lat,books\n" + rows,
        **dict.fromkeys(("batches", "visits", "requests")),
    )
    (fault,) = checked.faults
    assert (fault.rule, fault.file, fault.column) == ("coordinates-swapped", "stops.csv", "lon")
    assert "9 of 9" in fault.problem


def test_bounds_may_cross_180_degrees(tmp_path: Path) -> None:
    toml = given.TOML.replace("106.648", "179.9").replace("29.023", "-17")
    toml += "[bounds]\nwest = 177\neast = -178\nsouth = -20\nnorth = -12\n"
    stops = "id,name,kind,lon,lat,books\nS1,x,village,-179.9,-17,0\nS2,y,village,170,-17,0\n"
    checked = given.check(
        tmp_path, district=toml, stops=stops, **dict.fromkeys(("batches", "visits"))
    )
    assert [(f.rule, f.row) for f in checked.faults] == [("coordinates-outside", 3)]


def test_a_district_across_180_degrees_needs_no_bounds(tmp_path: Path) -> None:
    toml = given.TOML.replace("106.648", "179.9").replace("29.023", "-17")
    rows = "".join(
        f"S{i},x,village,{lon},-17,0\n" for i, lon in enumerate((-179.9, 179.8, -179.7, 179.6, 178))
    )
    checked = given.check(
        tmp_path,
        district=toml,
        stops="id,name,kind,lon,lat,books\n" + rows,
        **dict.fromkeys(("batches", "visits", "requests")),
    )
    assert [f.rule for f in checked.faults] == ["coordinates-outside"]


def test_an_id_meant_by_name_or_spelling_is_told(tmp_path: Path) -> None:
    visits = "date,stop\n2026-09-01,Zijing\n2026-09-01,s-01\n2026-09-01,S2.0\n"
    found = given.faults(tmp_path, "unknown-stop", visits=visits)
    assert [fault.fix for fault in found] == [
        "Write S1 if that is meant.",
        "Write S1 if that is meant.",
        "Write S2 if that is meant.",
    ]


def test_only_a_list_cannot_name_a_depot_with_a_space(tmp_path: Path) -> None:
    """Its own car reloads there, for its reload_at is empty."""
    vehicles = "id,books,max_km,max_hours,depot,reloads\nV1,1200,200,8,SUB 1,2\n"
    checked = given.check(
        tmp_path, district=given.TOML + SUB.replace("SUB", "SUB 1"), vehicles=vehicles
    )
    (fault,) = (fault for fault in checked.faults if fault.rule == "bad-id")
    assert fault.problem.startswith("The column reload_at of vehicles cannot name this depot")
    assert checked.district is not None
    assert checked.district.vehicles[0].stores == ("SUB 1",)


@pytest.mark.parametrize(
    ("since", "rule", "at"),
    [
        ("", "batch-moved", "S2"),
        ("2026-08-01", "batch-moved", "S2"),
        ("2026-09-01", "batch-position", "S1"),
        ("2026-09-02", None, "S1"),
    ],
)
def test_the_later_of_table_and_visits_is_believed(
    tmp_path: Path, since: str, rule: str | None, at: str
) -> None:
    batches = f"id,books,at,since\nB1,60,LIB,\nB2,120,S1,{since}\n"
    checked = read_district(given.write(tmp_path / "county", batches=batches))
    assert checked.district is not None
    assert {b.id: b.at for b in checked.district.batches}["B2"] == at
    rules = {f.rule for f in checked.faults} & {"batch-moved", "batch-position"}
    assert rules == ({rule} if rule else set())


def test_a_closed_week_is_in_the_visits_alone(tmp_path: Path) -> None:
    """What was collected is in the store of the car, what was dropped is at the stop."""
    visits = given.VISITS + (
        "2026-10-05,S2,V1,B2,collected,120,done\n2026-10-05,S2,V1,B1,dropped,60,done\n"
    )
    checked = read_district(given.write(tmp_path / "county", visits=visits))
    assert checked.district is not None
    assert {b.id: b.at for b in checked.district.batches} == {"B1": "S2", "B2": "LIB"}
    assert "batch-moved" not in {f.rule for f in checked.faults}


def test_visits_that_take_a_batch_from_another_place_than_the_table_are_told(
    tmp_path: Path,
) -> None:
    visits = given.VISITS + "2026-10-05,S3,V1,B2,dropped,120,done\n"
    (fault,) = given.faults(tmp_path / "county", "batch-moved", visits=visits)
    assert "at another place than the table says (B2)" in fault.problem


SUB = '\n[[depot]]\nid = "SUB"\nname = "Sub-store"\nlon = 106.70\nlat = 28.95\n'


def _collected(tmp_path: Path, rows: str, *, since: str = "", depots: str = SUB) -> Checked:
    """Read a district of two depots in which rows of visits moved batch B2."""
    return given.check(
        tmp_path / "county",
        district=given.TOML + depots,
        visits="date,stop,vehicle,batch,action,status,depot\n" + rows,
        batches=f"id,books,at,since\nB2,120,S2,{since}\n",
    )


@pytest.mark.parametrize(
    ("rows", "since"),
    [
        ("2026-10-05,S2,SOLD,B2,collected,done,\n", ""),
        ("2026-10-05,S2,,B2,collected,done,\n", "2026-10-04"),
        ("2026-10-05,S2,SOLD,B2,collected,done,\n2026-10-01,S2,SOLD,B2,dropped,done,\n", ""),
    ],
)
def test_it_is_told_when_nobody_knows_where_a_batch_was_put_off(
    tmp_path: Path, rows: str, since: str
) -> None:
    checked = _collected(tmp_path, rows, since=since)
    (fault,) = (fault for fault in checked.faults if fault.rule == "unknown-put-off")
    assert (fault.severity, fault.row, fault.column) == ("warning", 2, "depot")
    assert "1 collected batch (B2)" in fault.problem
    assert checked.district is not None
    assert checked.district.batches[0].at == "LIB"


@pytest.mark.parametrize(
    ("rows", "since", "depots"),
    [
        ("2026-10-05,S2,SOLD,B2,collected,done,SUB\n", "", SUB),
        ("2026-10-05,S2,V1,B2,collected,done,\n", "", SUB),
        ("2026-10-05,S2,SOLD,B2,collected,missed,\n", "", SUB),
        ("2026-10-05,S2,SOLD,B2,dropped,done,\n", "", SUB),
        ("2026-10-05,S2,SOLD,B2,collected,done,\n", "2026-10-05", SUB),
        ("2026-10-05,S2,SOLD,B2,collected,done,\n2026-10-06,S2,V1,B2,dropped,done,\n", "", SUB),
        ("2026-10-05,S2,SOLD,B2,collected,done,\n", "", ""),
    ],
)
def test_where_a_batch_was_put_off_is_not_asked_without_need(
    tmp_path: Path, rows: str, since: str, depots: str
) -> None:
    checked = _collected(tmp_path, rows, since=since, depots=depots)
    assert checked.district is not None
    assert "unknown-put-off" not in {fault.rule for fault in checked.faults}


def test_a_district_before_a_day_does_not_know_what_came_after(tmp_path: Path) -> None:
    """B1 went to S2 on the Monday; before it the store had it, as the table says."""
    visits = given.VISITS + (
        "2026-10-05,S2,V1,B2,collected,120,done\n2026-10-05,S2,V1,B1,dropped,60,done\n"
    )
    tables = read(given.write(tmp_path / "county", visits=visits))
    for day, at in ((4, {"B1": "LIB", "B2": "S2"}), (5, {"B1": "LIB", "B2": "S2"})):
        then = before(tables, dt.date(2026, 10, day))
        assert {b.id: b.at for b in then.batches} == at
        assert all(v.date < dt.date(2026, 10, day) for v in then.visits)
    assert before(tables, dt.date(2026, 10, 6)) == tables


@pytest.mark.parametrize(
    ("rows", "at", "lost"),
    [
        ("", "S1", ["B2"]),
        ("2026-09-01,S2,V1,B2,dropped,120,missed\n", "S1", ["B2"]),
        ("2026-09-01,S2,V1,B2,dropped,120,done\n", "S2", []),
        ("2026-08-01,S2,V1,B2,dropped,9,done\n2026-09-01,S2,V1,B2,collected,9,done\n", "LIB", []),
    ],
)
def test_a_row_brought_up_to_date_does_not_say_where_a_batch_was_before(
    tmp_path: Path, rows: str, at: str, lost: list[str]
) -> None:
    """The week's visit is in the visits, and in the batches table as well."""
    head = "date,stop,vehicle,batch,action,books,status\n"
    tables = read(
        given.write(
            tmp_path / "county",
            visits=f"{head}{rows}2026-10-05,S1,V1,B2,dropped,120,done\n",
            batches="id,books,at,since\nB1,60,LIB,\nB2,120,S1,2026-10-05\n",
        )
    )
    for day in (5, 1):
        monday = dt.date(2026, 10, day)
        assert {b.id: b.at for b in before(tables, monday).batches}["B2"] == at
        assert [b.id for b in unplaced(tables, monday)] == lost
    assert unplaced(tables, dt.date(2026, 10, 6)) == ()


def test_the_same_folder_gives_the_same_district(full: Path) -> None:
    assert read(full) == read(full)


@pytest.mark.parametrize(
    ("first", "second", "warned"),
    [
        ("Wu,Mon Tue,,", "Wu,Tue Wed,,", True),
        ("Wu,,,", "w u,,,", True),
        ("Wu,Mon,,", "Wu,Tue,,", False),
        ("Wu,,08:00,12:00", "Wu,,12:00,17:00", False),
        ("Wu,,08:00,12:30", "Wu,,12:00,17:00", True),
        ("Wu,Sat,,", "Wu,Sat,,", False),
        (",,,", ",,,", False),
        ("Wu,,,", "Li,,,", False),
    ],
)
def test_a_driver_of_two_cars_at_a_time_is_told_with_both_rows(
    first: str, second: str, warned: bool, tmp_path: Path
) -> None:
    """Cars do not go out on Saturdays here, so nobody drives two then."""
    rows = "".join(f"V{k},1200,200,8,{row}\n" for k, row in enumerate((first, second), 1))
    vehicles = f"id,books,max_km,max_hours,driver,days,starts,ends\n{rows}"
    found = given.faults(tmp_path, "driver-in-two-cars", vehicles=vehicles)
    assert [fault.row for fault in found] == [3] * warned
    assert all("vehicle V1 in row 2" in fault.problem for fault in found)


def test_what_was_counted_at_a_visit(tmp_path: Path) -> None:
    """Empty is not counted, which is something else than nobody."""
    visits = (
        "日期,站点,动作,批次,到达,离开,到车读者（人）,借出册数,新办证（张）,当日公里,实际驾驶员\n"
        "2026-10-01,S1,,,9:05,上午10:10,31,0,,62.5,王师傅\n"
    )
    (one,) = read(given.write(tmp_path / "county", visits=visits)).visits
    assert (one.arrive, one.leave) == (9 * 3600 + 300, 10 * 3600 + 600)
    assert (one.readers, one.loans, one.new_cards) == (31, 0, None)
    assert (one.day_metres, one.who) == (62_500, "王师傅")
