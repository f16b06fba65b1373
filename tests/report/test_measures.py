"""Every figure equals what pandas makes of the table of visits, and of the rows it names."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import msgspec
import pandas as pd
import pytest
from report.records import FIRST, LAST, random_district
from report.weeks import write_plans

from bookcar.actuals.visits import lines_of
from bookcar.model import Area, District
from bookcar.report.build import report_of
from bookcar.report.figures import Figure, Report
from bookcar.report.measures import MEASURES
from bookcar.report.townships import townships_of

PERIOD = (dt.date(2026, 11, 9), dt.date(2027, 1, 10))
SEEDS = range(12)
COUNTS = ("readers", "loans", "new_cards")


def table(district: District) -> pd.DataFrame:
    """Return the rows of the period, each with the visit that it belongs to."""
    rows = [msgspec.structs.asdict(v) | {"row": i} for i, v in enumerate(district.visits, 2)]
    frame = pd.DataFrame(rows)
    frame = frame[(frame.date >= PERIOD[0]) & (frame.date <= PERIOD[1])].copy()
    frame["done_that_day"] = (
        frame.status.eq("done").groupby([frame.date, frame.stop]).transform("any")
    )
    done = frame[frame.status == "done"].copy()
    by = done.groupby(["date", "stop", "vehicle"], sort=False).arrive
    done["time"] = by.transform(lambda times: times.ffill().bfill().fillna(-1))
    frame["time"] = done.time
    return frame


def done(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame.status == "done"]


def of_visits(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return what each visit that was done has in a column, NaN where no row tells it."""
    return done(frame).groupby(["date", "stop", "vehicle", "time"])[column].first()


def value(number: float) -> int | None:
    return None if pd.isna(number) else int(number)


def made(district: District, plans: Path | None = None) -> Report:
    return report_of(district, *PERIOD, plans=plans)


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_are_those_of_pandas(seed: int) -> None:
    district = random_district(seed)
    report, frame = made(district), table(district)
    for column in COUNTS:
        told = of_visits(frame, column)
        figure = report[column]
        assert figure.value == value(told.sum(min_count=1))
        assert (figure.of, figure.recorded) == (len(told), told.notna().sum())


def test_the_random_records_have_what_people_do() -> None:
    reports = [made(random_district(seed)) for seed in SEEDS]
    done = [visit for report in reports for visit in report.visits if visit.done]
    assert sum(len(visit.lines) > 1 for visit in done) > 100
    days = Counter((id(r), v.date, v.stop, v.vehicle) for r in reports for v in r.visits if v.done)
    assert max(days.values()) == 2  # two visits by one car on one day
    assert {"", "sold"} <= {visit.vehicle for visit in done}
    assert any(report.unclear for report in reports)
    assert all(0 < report["readers"].recorded < report["readers"].of for report in reports)


@pytest.mark.parametrize("seed", SEEDS)
def test_visits_stops_and_weeks_are_those_of_pandas(seed: int) -> None:
    district = random_district(seed)
    report, frame = made(district), table(district)
    rows = done(frame)
    assert report["done"].value == rows.groupby(["date", "stop", "vehicle", "time"]).ngroups
    missed = frame[~frame.done_that_day]
    assert report["missed"].value == missed.groupby(["date", "stop"]).ngroups
    assert set(report["missed"].rows) == set(missed.row)
    assert report["stops"].value == rows.stop.nunique()
    assert report["cars"].value == rows.vehicle[rows.vehicle != ""].nunique()
    assert report["days"].value == rows.groupby(["date", "vehicle"]).ngroups
    days = pd.to_datetime(rows.date)
    assert report["weeks"].value == days.dt.strftime("%G-W%V").nunique()
    people = {s.id: s.people for s in district.stops}
    assert report["people"].value == sum(people[stop] for stop in rows.stop.unique())


@pytest.mark.parametrize("seed", SEEDS)
def test_books_are_those_of_pandas(seed: int) -> None:
    district = random_district(seed)
    report, rows = made(district), done(table(district))
    for action in ("dropped", "collected"):
        of_it = rows[rows.action == action]
        assert report[action].value == of_it.books.sum()
        assert report[action].recorded == (of_it.books > 0).sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_stands_at_stops_at_the_end_is_where_pandas_has_it(seed: int) -> None:
    district = random_district(seed)
    rows = pd.DataFrame([msgspec.structs.asdict(v) for v in district.visits])
    moves = rows[(rows.status == "done") & (rows.batch != "") & (rows.date <= PERIOD[1])]
    last = moves.sort_values("date", kind="stable").groupby("batch").last()
    books = 0
    for batch in district.listed:
        if batch.id not in last.index:
            books += batch.books if batch.at.startswith("S") else 0
        elif last.action[batch.id] == "dropped":
            books += last.books[batch.id] or batch.books
    assert made(district)["left"].value == books


@pytest.mark.parametrize("seed", SEEDS)
def test_hours_and_km_are_recorded_or_else_planned_or_else_unknown(
    seed: int, tmp_path: Path
) -> None:
    district = random_district(seed)
    write_plans(tmp_path, district, seed=seed, first=FIRST, last=LAST)
    report, frame = made(district, tmp_path), table(district)
    real = of_visits(frame, "leave") - of_visits(frame, "arrive")
    planned = _planned_seconds(tmp_path, frame)
    seconds = report["seconds"]
    taken = real.index.to_frame().loc[real.isna()].apply(planned, axis=1)
    assert seconds.recorded == real.notna().sum()
    assert seconds.planned == taken.notna().sum()
    assert seconds.from_plans == taken.sum()
    assert seconds.value == real.sum() + taken.sum()
    assert seconds.missing == taken.isna().sum()
    with_visit = done(frame).groupby(["date", "vehicle"]).size().index
    driven = frame.groupby(["date", "vehicle"]).day_metres.first()[with_visit]
    routes = _routes(tmp_path)
    instead = [routes.get(key) for key in driven.index[driven.isna()]]
    metres = report["metres"]
    assert metres.recorded == driven.notna().sum()
    assert metres.planned == sum(m is not None for m in instead)
    assert metres.value == driven.sum() + sum(m or 0 for m in instead)


def _routes(folder: Path) -> dict[tuple[dt.date, str], int]:
    plans = [msgspec.json.decode(p.read_bytes()) for p in sorted(folder.glob("*/plan.json"))]
    return {
        (dt.date.fromisoformat(r["date"]), r["vehicle"]): r["metres"]
        for plan in plans
        for r in plan["routes"]
    }


def _planned_seconds(folder: Path, frame: pd.DataFrame):
    """Return how long a visit was to last: of its week and stop, its day's and car's first."""
    calls = pd.DataFrame(
        [
            {"week": plan["week"], "date": dt.date.fromisoformat(r["date"]),
             "vehicle": r["vehicle"], **call}
            for path in sorted(folder.glob("*/plan.json"))
            for plan in [msgspec.json.decode(path.read_bytes())]
            for r in plan["routes"]
            for call in r["calls"]
        ]
    )  # fmt: skip

    def seconds(visit: pd.Series) -> float:
        found = calls[(calls.week == visit.date.strftime("%G-W%V")) & (calls.stop == visit.stop)]
        if found.empty:
            return float("nan")
        found = found.assign(day=found.date != visit.date, car=found.vehicle != visit.vehicle)
        best = found.sort_values(["day", "car", "date", "begin"]).iloc[0]
        return float(best.depart - best.begin)

    return seconds


@pytest.mark.parametrize("seed", SEEDS)
def test_a_figure_can_be_counted_again_from_the_rows_it_names(seed: int) -> None:
    district = random_district(seed)
    by_row = {line.row: line.visit for line in lines_of(district)}
    report = made(district)
    for figures in (report.figures, *(g.figures for gs in report.groups.values() for g in gs)):
        for figure in figures:
            again = _again(figure, by_row)
            assert again is None or again == (figure.value or 0), figure.key
            if figure.table == "visits":
                assert figure.rows == tuple(sorted(set(figure.rows)))


def _again(figure: Figure, by_row: dict) -> int | None:
    rows = [by_row[row] for row in figure.rows] if figure.table == "visits" else []
    if figure.key in COUNTS:
        return sum(getattr(row, figure.key) for row in rows)
    if figure.key in ("dropped", "collected"):
        return sum(row.books for row in rows)
    if figure.key == "metres" and not figure.planned:
        return sum(row.day_metres for row in rows)
    if figure.key == "stops":
        return len({row.stop for row in rows})
    return None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_add_up_to_the_whole(seed: int, tmp_path: Path) -> None:
    district = random_district(seed)
    write_plans(tmp_path, district, seed=seed, first=FIRST, last=LAST)
    report = made(district, tmp_path)
    adding = ("planned", "done", "missed", "forgotten", "seconds", "dropped", "collected", *COUNTS)
    for groups in report.groups.values():
        for key in adding:
            assert sum(g[key].value or 0 for g in groups) == (report[key].value or 0), key
            rows = sorted(row for g in groups for row in g[key].rows)
            assert rows == list(report[key].rows), key


def test_planned_visits_are_done_missed_or_forgotten(tmp_path: Path) -> None:
    district = random_district(3, visits=5)
    write_plans(tmp_path, district, seed=3, first=FIRST, last=LAST)
    report = made(district, tmp_path)
    assert report["planned"].value == len([r for r in _planned(tmp_path) if in_period(r)])
    assert report["forgotten"].value == len(report.forgotten)
    recorded = {(v.date.strftime("%G-W%V"), v.stop) for v in district.visits}
    sure = [f for f in report.forgotten if (f.date.strftime("%G-W%V"), f.stop) not in recorded]
    never = [
        p
        for p in _planned(tmp_path)
        if in_period(p) and (p[0].strftime("%G-W%V"), p[1]) not in recorded
    ]
    assert sorted((f.date, f.stop) for f in sure) == sorted(never)


def in_period(planned: tuple[dt.date, str]) -> bool:
    return PERIOD[0] <= planned[0] <= PERIOD[1]


def _planned(folder: Path) -> list[tuple[dt.date, str]]:
    plans = [msgspec.json.decode(p.read_bytes()) for p in folder.glob("*/plan.json")]
    return [
        (dt.date.fromisoformat(r["date"]), call["stop"])
        for plan in plans
        for r in plan["routes"]
        for call in r["calls"]
    ]


def test_an_empty_period_has_no_figure_that_could_be_taken_for_a_count() -> None:
    district = random_district(1)
    report = report_of(district, dt.date(2020, 1, 1), dt.date(2020, 6, 30))
    for key in (*COUNTS, "seconds", "metres", "people", "planned"):
        assert report[key].value is None
    assert report["done"].value == 0
    assert [group.id for group in report.groups["month"]] == [f"2020-0{m}" for m in range(1, 7)]
    assert all(figure.rows == () for figure in report.figures if figure.key != "left")


def test_nothing_written_down_is_not_zero() -> None:
    district = random_district(2)
    bare = tuple(
        msgspec.structs.replace(
            v, readers=None, loans=None, arrive=None, leave=None, day_metres=None
        )
        for v in district.visits
    )
    report = made(msgspec.structs.replace(district, visits=bare, requests=()))
    assert [report[k].value for k in ("readers", "loans", "seconds", "metres", "requests")] == [
        None
    ] * 5
    assert report["new_cards"].value is not None
    assert report["readers"].missing == report["done"].value


def test_every_measure_says_in_one_line_what_it_counts() -> None:
    for key, measure in MEASURES.items():
        assert measure.__doc__, key
        assert measure.__doc__.count("\n") == 0, key


def test_a_stop_outside_every_outline_is_of_the_township_that_its_row_names() -> None:
    district = random_district(1)
    ring = [(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.0)]
    outline = {"type": "Polygon", "coordinates": [ring]}
    stops = tuple(
        msgspec.structs.replace(s, lon=120.0, lat=30.0, area="North" if k else "")
        for k, s in enumerate(district.stops)
    )
    tables = msgspec.structs.replace(
        district, stops=stops, areas=(Area(name="Sea", outline=outline),)
    )
    found = townships_of(tables)
    assert found == {s.id: "North" if k else "" for k, s in enumerate(stops)}
