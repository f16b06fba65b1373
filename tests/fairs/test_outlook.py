"""What is told of an event: by the records, of the weeks ahead, of who lends; and its warnings."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from builders import MONDAY, past_visit, stop
from click.testing import CliRunner
from fairs.fair import DAY, OPENS, STOCK, after, carried, county, fair
from msgspec.structs import replace

import bookcar as bc
from bookcar.advice.fair_outlook import outlook
from bookcar.advice.fair_warnings import fair_warnings
from bookcar.cli import main
from bookcar.inputs.reader import read
from bookcar.manifests.rows import week_sheet
from bookcar.model import TimetableEntry, Title
from bookcar.pages.fair import event_pages
from bookcar.phrases import LANGUAGES, Language
from bookcar.records.close import close_week

WEEK = 7 * DAY


def _rules(tables: bc.District, today: dt.date | None = MONDAY) -> list[tuple[str, str]]:
    return [(f.rule, f.variant) for f in fair_warnings(tables, today)]


def test_a_fair_that_can_be_held_has_no_warning() -> None:
    tables = county()
    assert _rules(tables) == []
    found = outlook(tables, tables.events[0], MONDAY)
    assert (found.wanted, found.lacking, found.too_many) == (900, 0, 0)
    assert [(w.monday, w.brings, w.fetches, w.car_days) for w in found.weeks] == [
        (MONDAY, 900, 0, 8),
        (MONDAY + WEEK, 0, 900, 10),
    ]
    (lender,) = found.lenders
    assert (lender.batches, lender.lendable, lender.books) == (20, 20, 1_200)


def test_too_few_books_in_its_pools_are_told() -> None:
    tables = county(pools=(replace(STOCK, reserve=10), county().pools[1]))
    assert _rules(tables) == [("event-short-of-books", "")]
    (fault,) = fair_warnings(tables, MONDAY)
    assert fault.figures["lacking"] == 300


def test_what_stops_are_promised_is_not_lent() -> None:
    stops = tuple(stop(f"S{n}", books=60) for n in range(11, 19))
    pools = (replace(STOCK, stops=tuple(s.id for s in stops)), county().pools[1])
    promises = tuple(TimetableEntry(stop=s.id, date=MONDAY + WEEK) for s in stops)
    promises += (TimetableEntry(stop="S1", date=MONDAY),)
    event = fair(pools=("F",))
    tables = replace(county(event, pools=pools), timetable=promises)
    tables = replace(tables, stops=(*tables.stops, *stops))
    (lender,) = outlook(tables, event, MONDAY).lenders
    assert (lender.kept, lender.lendable) == (8, 12)
    back = replace(event, fetch_by=MONDAY + WEEK - DAY, last=OPENS, fetch_from=OPENS + DAY)
    (sooner,) = outlook(replace(tables, events=(back,)), back, MONDAY).lenders
    assert (sooner.kept, sooner.lendable) == (0, 20)


def test_too_few_cars_are_told() -> None:
    tables = county(fair(bring_from=OPENS - DAY, books=1_000))
    assert _rules(tables) == [("event-few-cars", "")]
    (fault,) = fair_warnings(tables, MONDAY)
    assert fault.figures["lacking"] == 50  # 95 % of 600 and 400


def test_what_did_not_come_back_is_told() -> None:
    tables = county(fair(fetch_by=MONDAY + WEEK))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    there = after(tables, plan)
    size = sum(books for *_, books in carried(plan))
    assert outlook(there, there.events[0], MONDAY + WEEK).there == size
    late = MONDAY + 3 * WEEK
    assert _rules(there, late) == [("event-not-back", "")]
    (week,) = outlook(there, there.events[0], late).weeks
    assert (week.monday, week.fetches) == (late, size)


def test_books_that_were_counted_less_are_missing() -> None:
    tables = county()
    gone = past_visit("FAIR/1", OPENS - DAY, batch="F01", action="dropped", books=60)
    back = past_visit("FAIR/2", OPENS + 4 * DAY, batch="F01", action="collected", books=55)
    known = replace(tables, visits=(gone, back))
    found = outlook(known, tables.events[0], MONDAY + 3 * WEEK)
    assert (found.brought, found.back, found.there, found.missing) == (60, 55, 0, 5)
    assert _rules(known, MONDAY + 3 * WEEK) == [("event-not-back", "missing")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_who_brings_what_and_lists_every_batch(language: Language) -> None:
    listed = (Title(title="Dream <of> the Red Chamber", author="Cao", copies=2),)
    event = fair(bring_from=OPENS - DAY, opens=9 * 3600, closes=17 * 3600, stays=("S",))
    tables = county(event)
    known = tuple(replace(b, titles="t.csv") for b in tables.batches if b.pool == "F")
    tables = replace(tables, batches=known, titles={"t.csv": listed})
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    ((name, page),) = event_pages(plan, week_sheet(plan, language=language))
    assert name == "FAIR.html"
    loaded = [b for r in plan.routes for v in r.visits if v.stop[:4] == "FAIR" for b in v.drops]
    assert loaded
    assert all(f"<bdi>{b}</bdi>" in page for b in loaded)
    assert page.count("Dream &lt;of&gt; the Red Chamber") == len(loaded)
    assert "09:00" in page
    fetching = bc.plan_week(after(tables, plan), "2026-W50", effort="quick")
    ((_, later),) = event_pages(fetching, week_sheet(fetching, language=language))
    assert all(f"<bdi>{b}</bdi>" in later for b in loaded)
    assert "☐" in later


def _folder(folder: Path) -> Path:
    folder.mkdir()
    rows = {
        "district.toml": 'name = "Testshire"\ntime_zone = "Asia/Shanghai"\n[[depot]]\nid = "D"\n'
        'name = "Library"\nlon = 106.65\nlat = 29.02\n',
        "stops.csv": "id,name,kind,lon,lat,books,every_weeks\nS1,one,village,106.66,29.02,50,2\n",
        "vehicles.csv": "id,books,max_km,max_hours\nL,600,200,9\nS,400,200,9\n",
        "pools.csv": "id,name,for\nF,fair stock,FAIR\n",
        "batches.csv": "id,books,pool\n" + "".join(f"F{k:02d},60,F\n" for k in range(20)),
        "events.csv": "id,name,place,from,to,books,bring_from,stays\n"
        "FAIR,Spring fair,S1,2026-11-20,2026-11-22,900,2026-11-19,S\n",
    }
    for name, text in rows.items():
        (folder / name).write_text(text)
    return folder


def test_a_fair_is_planned_closed_fetched_and_counted_from_files(tmp_path: Path) -> None:
    county_of, routes = _folder(tmp_path / "county"), str(tmp_path / "routes")
    maps = ["--routes", routes, "--maps", str(tmp_path / "maps")]

    def run(*words: str) -> str:
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    run("plan", str(county_of), "--week", "2026-W47", "--effort", "quick", *maps)
    week = Path(routes) / "county" / "2026-W47"
    assert "FAIR/1" in (week / "visits.csv").read_text("utf-8-sig")
    assert (week / "events" / "FAIR.html").exists()
    public = (week / "timetable.csv").read_text("utf-8-sig").splitlines()
    assert [line.count("Private") for line in public[1:] if "Spring fair" in line] == [1, 1]
    assert 'href="events/FAIR.html"' in (week / "index.html").read_text("utf-8")
    assert "is clean" in run("audit", str(week))
    close_week(week, county_of)
    told = run("event", str(county_of), "FAIR", "--week", "2026-W48")
    assert "900 books were brought, 0 came back, 900 are there" in told
    assert "2026-W48: 900 books to fetch" in told
    run("plan", str(county_of), "--week", "2026-W48", "--effort", "quick", *maps)
    close_week(week.parent / "2026-W48", county_of, done_except=["FAIR/2"])
    district = read(county_of)
    assert {batch.at for batch in district.batches} == {"D", "FAIR"}
    assert "360 are there" in run("event", str(county_of), "--week", "2026-W49")
    report = ["--from", "2026-11-16", "--to", "2026-11-29", "--routes", routes]
    run("report", str(county_of), *report)


def test_an_event_is_named(tmp_path: Path) -> None:
    county_of = _folder(tmp_path / "county")
    result = CliRunner().invoke(main, ["event", str(county_of), "X"])
    assert (result.exit_code, "no event 'X'" in result.output) == (2, True)
    (county_of / "events.csv").unlink()
    (county_of / "pools.csv").unlink()
    (county_of / "batches.csv").write_text("id,books\nB1,60\n")
    result = CliRunner().invoke(main, ["event", str(county_of)])
    assert "no events" in result.output
