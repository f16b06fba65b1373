"""What people see of a timetable: pages in Chromium, prints read back, every word in place."""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest
from browser import Browser, browser
from builders import holiday, stop
from dateutil.rrule import rrulestr
from icalendar import Calendar, Event
from timetables.small import FIRST, LAST, county, made, travel_of

from bookcar.model import Area, District
from bookcar.pages.stock_lines import stock_lines
from bookcar.phrases import LANGUAGES, Language, Phrases
from bookcar.planning.store import promised_stock
from bookcar.published.calendar_code import MOST_BYTES, calendar_codes
from bookcar.published.map import map_page
from bookcar.published.page import index_page
from bookcar.published.village_list import list_page
from bookcar.published.words import Words, by_area
from bookcar.published.write import write_timetable
from bookcar.timetable import Timetable
from bookcar.timetable_changes import told_by

__all__ = ["browser"]

new = msgspec.structs.replace
MOVED = dt.date(2027, 1, 12)


@pytest.fixture(scope="module")
def tables() -> District:
    shut = holiday(dt.date(2027, 1, 11), does="move", to=MOVED)
    given = county(calendar=(shut,), dispatch_phone="01234")
    more = (
        stop("P1", kind="school", name="<School>"),
        stop("F1", access="foot", name="Far & high"),
    )
    return new(given, stops=(*given.stops, *more))


@pytest.fixture(scope="module")
def table(tables: District) -> Timetable:
    before = told_by(made(tables, FIRST - dt.timedelta(weeks=4), FIRST - dt.timedelta(days=1)))
    return made(tables, told=before, seed=3)


@pytest.fixture(scope="module")
def folder(tables: District, table: Timetable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("published") / "timetable-2027-01-04"
    write_timetable(table, tables, path, travel=travel_of(tables, table))
    return path


def pdf_text(path: Path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    done = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_how_many_batches_are_out(table: Timetable, language: Language) -> None:
    page = index_page(table, language=language)
    (pool,) = table.stock
    own = page[page.index('id="stock"') :]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", own)[1:4]
    assert cells == [str(pool.store), str(pool.visits), str(pool.most)]
    beyond = new(table, stock=(new(pool, store=1, most=2),), within_stock=False)
    assert "<b>2</b>" in index_page(beyond, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_how_far_apart_visits_lie_without_more_batches(
    tables: District, table: Timetable, language: Language, tmp_path: Path
) -> None:
    """In the words of the command, and without a stock nothing."""
    (own,) = {batch.pool for batch in tables.batches}
    few = new(tables, batches=tables.batches[:1])
    stock = promised_stock(table, few)
    said = list(stock_lines(few, stock, Phrases(language), of="promised"))
    assert own == ""
    assert any(len(week.made) < len(week.due) for week in stock)
    for given, lines in ((stock, said), ((), [])):
        write_timetable(
            table, few, tmp_path, travel=travel_of(tables, table), stock=given, language=language
        )
        page = (tmp_path / "index.html").read_text("utf-8")
        section = page[page.index('id="stock"') :].split("</section>")[0]
        shown = re.findall(r"<li>(.*?)</li>", section)
        assert [html.unescape(line) for line in shown] == lines
    assert len(said) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_every_week_stop_and_reason(table: Timetable, language: Language) -> None:
    page = index_page(table, language=language)
    for route in table.routes:
        assert f'id="r-{route.date}-{route.vehicle}"' in page
    for name in ("2027-W01", "2027-W04", "&lt;School&gt;", "Far &amp; high"):
        assert name in page
    assert table.left[0].reason.text_in(language) in html.unescape(page)
    assert "{" not in re.sub(r"<style>.*</style>", "", page, flags=re.DOTALL)


def test_the_calendar_has_the_cars_of_each_day_and_links_to_them(table: Timetable) -> None:
    page = index_page(table, language="en")
    chips = re.findall(r'href="#(r-[^"]+)" class="chip"', page)
    assert sorted(chips) == sorted(f"r-{r.date}-{r.vehicle}" for r in table.routes)


def test_the_list_has_public_stops_only_and_all_their_dates(table: Timetable) -> None:
    page, words = list_page(table, language="en"), Words(table, "en")
    assert "&lt;School&gt;" not in page
    for one in table.served:
        if one.public:
            for occasion in words.occasions(one):
                assert words.dates(occasion.dates) in page
                assert occasion.times in page


def test_english_names_townships_by_their_english_names(tmp_path: Path) -> None:
    """On the list, its print and the page for the office; a township without one keeps its own."""
    given = county(dispatch_phone="01234")
    north = [new(one, area="北镇" if n % 2 else "南镇") for n, one in enumerate(given.stops)]
    areas = [
        Area(name=name, name_en=english, outline={"type": "Polygon", "coordinates": []})
        for name, english in (("北镇", "North Town"), ("南镇", ""), ("东镇", "East Town"))
    ]
    given = new(given, stops=tuple(north), areas=tuple(areas))
    table = made(given)
    assert table.areas_en == {"北镇": "North Town"}
    for language, names in (("en", ("North Town", "南镇")), ("zh", ("北镇", "南镇"))):
        page = list_page(table, language=language)
        assert tuple(re.findall(r"<h2><bdi>(.*?)</bdi></h2>", page)) == tuple(reversed(names))
        assert "<b>01234</b>" in page
        assert f"<bdi>{names[0]}</bdi>" in index_page(table, language=language)
        other = "北镇" if language == "en" else "North Town"
        assert other not in page + index_page(table, language=language)
    write_timetable(table, given, tmp_path, travel=travel_of(given, table), language="en")
    listed = pdf_text(tmp_path / "list.pdf")
    assert "North Town" in listed
    assert "北镇" not in listed


def test_the_prints_say_every_date_of_every_public_stop(folder: Path, table: Timetable) -> None:
    posters, listed = pdf_text(folder / "posters.pdf"), pdf_text(folder / "list.pdf")
    pages = posters.split("\f")
    areas = by_area(one for one in table.served if one.public)
    public = [one for _, own in areas for one in own]
    assert len(pages) - 1 == len(public)
    words = Words(table, "en")
    for page, one in zip(pages, public, strict=False):
        assert one.name in page
        assert "01234" in page
        for occasion in words.occasions(one):
            assert occasion.times in page
            for date in occasion.dates:
                assert str(date.day) in page
        assert one.name in listed


def test_a_card_for_each_public_stop_stands_four_on_a_sheet(folder: Path, table: Timetable) -> None:
    pages = pdf_text(folder / "cards.pdf").split("\f")[:-1]
    public = [one for one in table.served if one.public]
    assert len(pages) == -(-len(public) // 4)
    words, text = Words(table, "en"), "".join(pages)
    for one in public:
        assert one.name in text
        for occasion in words.occasions(one):
            assert occasion.times in text


def _dates(event: Event) -> list[dt.datetime]:
    """Return when an event is, as `dateutil` reads its rule."""
    begins = event.decoded("dtstart")
    rule: Iterable[dt.datetime] = [begins]
    if "rrule" in event:
        rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=begins)
    away = {day.dt for day in event["exdate"].dts} if "exdate" in event else set()
    also = [day.dt for day in event["rdate"].dts] if "rdate" in event else []
    return [one for one in rule if one not in away] + also


def _events(text: str) -> list[Event]:
    return list(Calendar.from_ical(text.replace("\n", "\r\n")).walk("VEVENT"))


def test_the_code_on_a_poster_holds_the_dates_as_a_calendar(table: Timetable) -> None:
    """Read by `icalendar` and `dateutil`, which share nothing with what wrote it."""
    codes = calendar_codes(table)
    assert codes.keys() == {one.id for one in table.served if one.public}
    for name, text in codes.items():
        assert len(text.encode()) <= MOST_BYTES
        visits = table.visits_by_stop[name]
        midnight = dt.time()
        wanted = [
            dt.datetime.combine(route.date, midnight) + dt.timedelta(seconds=visit.begin)
            for route, visit in visits
        ]
        assert sorted(day for event in _events(text) for day in _dates(event)) == sorted(wanted)
        lasts = {visit.leave - visit.begin for _, visit in visits}
        for event in _events(text):
            length = event.decoded("dtend") - event.decoded("dtstart")
            assert length.total_seconds() in lasts


def test_too_many_dates_for_a_code_are_the_next_ones(table: Timetable) -> None:
    """Sixty dates without a rule to them: a code of all of them would be too fine to read."""
    one = next(one for one in table.served if one.public)
    days = [dt.date(2027, 1, 4) + dt.timedelta(days=n * n % 89 + n) for n in range(60)]
    route, visit = table.visits_by_stop[one.id][0]
    routes = tuple(
        new(route, id=f"X{n}", date=day, visits=(visit,)) for n, day in enumerate(sorted(set(days)))
    )
    text = calendar_codes(new(table, routes=routes))[one.id]
    events = list(Calendar.from_ical(text.replace("\n", "\r\n")).walk("VEVENT"))
    assert len(text.encode()) <= MOST_BYTES
    begins = [event.decoded("dtstart").date() for event in events]
    assert begins == [route.date for route in routes][: len(begins)]
    assert len(begins) >= 3


def test_no_page_asks_the_network_or_complains(folder: Path, browser: Browser) -> None:
    for name in ("index.html", "list.html"):
        for size in ((1500, 950), (360, 740)):
            opened = browser.open(folder / name, size=size, ready=None)
            assert opened.requests() == []
            assert opened.console() == []
            wide = browser.driver.execute_script("return document.documentElement.scrollWidth")
            assert wide <= size[0], (name, size)


def test_the_slider_shows_one_week_and_at_its_end_all(
    folder: Path, table: Timetable, browser: Browser
) -> None:
    opened = browser.open(folder / "map.html")
    weeks = len(table.mondays)
    shown = "return [...document.querySelectorAll('g.week:not([hidden])')].length"
    move = "const s = document.getElementById('week'); s.value = arguments[0];"
    move += "s.dispatchEvent(new Event('input')); return document.getElementById('shown').value"
    assert browser.driver.execute_script(shown) == 1
    assert browser.driver.execute_script(move, 2) == "2027-W03"
    assert browser.driver.execute_script(shown) == 1
    assert browser.driver.execute_script(move, weeks) == "all weeks"
    assert browser.driver.execute_script(shown) == weeks
    assert opened.requests() == []
    assert opened.console() == []


def test_the_files_are_the_same_every_time(
    tables: District, table: Timetable, folder: Path, tmp_path: Path
) -> None:
    write_timetable(table, tables, tmp_path / "again", travel=travel_of(tables, table))
    for path in folder.rglob("*"):
        if path.is_file():
            other = tmp_path / "again" / path.relative_to(folder)
            assert other.read_bytes() == path.read_bytes(), path.name


def test_a_moved_visit_is_told_with_its_new_day(table: Timetable) -> None:
    assert table.last == LAST
    moved = [one for one in table.exceptions if one.fate == "moved"]
    page = index_page(table, language="en")
    assert all(f"on {Words(table, 'en').short(MOVED)} instead" in page for one in moved)


def test_the_map_shows_the_whole_of_every_way(table: Timetable) -> None:
    """A road that leads round a mountain is on the sheet, though no stop lies there."""
    route = table.routes[0]
    depot = next(d for d in table.depots if d.id == route.depot)
    first = route.visits[0].stop
    far = ((depot.lon - 0.3, depot.lat + 0.2), (depot.lon + 0.3, depot.lat - 0.2))
    page = map_page(table, ways={(route.vehicle, route.depot, first): far})
    (box,) = re.findall(r'viewBox="0 0 (\d+) (\d+)"', page)
    paths = re.findall(r' d="M([^"]+)"[^>]*class="drive', page)
    spots = [tuple(map(float, spot.split(","))) for path in paths for spot in path.split()]
    assert spots
    assert all(0 <= x <= int(box[0]) and 0 <= y <= int(box[1]) for x, y in spots)
