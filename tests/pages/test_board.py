"""The board in a real browser: the same figures as Python, moved by mouse and by keyboard alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from browser import Browser, browser
from builders import batch, district, stop
from handing import ring as handing_ring
from manifests.plans import HOSTILE
from pages.boards import busy_district, cut_off, planned
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import bookcar as bc
from bookcar.adjust.overrides import Adjustment
from bookcar.manifests.rows import week_sheet
from bookcar.model import District, PrintSettings, Settings
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.violations import try_route
from bookcar.pages.board import board_page
from bookcar.pages.board_case import BoardCase, board_case
from bookcar.plan import Plan
from bookcar.planning.visit_options import refusal
from bookcar.web.text import printable

__all__ = ["browser"]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tables() -> District:
    return busy_district()


@pytest.fixture(scope="module")
def plan(tables: District) -> Plan:
    return planned(tables)[0]


@pytest.fixture(scope="module")
def page(tables: District, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("board") / "board.html"
    path.write_text(board_page(*_with_travel(tables)), "utf-8")
    return path


def _with_travel(tables: District) -> tuple[Plan, District, Any]:
    plan, travel = planned(tables)
    return plan, tables, travel


def _edits(case: BoardCase, count: int) -> Iterator[tuple[int, list[int]]]:
    """Yield the routes that come out of random moves, one stop to one place at a time."""
    chance = random.Random(3)
    orders = [list(order) for order in case.orders]
    for _ in range(count):
        stop = chance.randrange(len(case.due))
        for order in orders:
            if stop in order:
                order.remove(stop)
        car = chance.randrange(len(orders))
        orders[car].insert(chance.randint(0, len(orders[car])), stop)
        yield car, list(orders[car])
        if len(orders[car]) > 9:
            del orders[car][::2]


def _told_by_python(case: BoardCase, car: int, order: list[int]) -> dict[str, Any]:
    trial = try_route(case.problem, car, order)
    told: dict[str, Any] = {
        "metres": trial.metres,
        "aboard": [list(levels) for levels in trial.aboard],
        "violations": [list(violation) for violation in trial.violations],
        "refused": sorted(
            [why, k]
            for k, stop in enumerate(order)
            if (why := refusal(case.due[stop], case.fleet.days[car], case.fleet.crews, ()))
        ),
    }
    if trial.times is not None:
        times = trial.times
        told["clock"] = [times.depart, *times.arrive, *times.begin, *times.leave, times.back]
        told["breaks"] = [
            [taken.position, taken.moment, taken.begin, taken.end] for taken in times.breaks
        ]
    return told


_TOLD_BY_PAGE = """
const data = JSON.parse(document.getElementById("data").textContent);
const board = bookcarModel(data);
return arguments[0].map(([car, order]) => {
  const { times, metres, aboard, violations } = board.evaluate(car, order);
  const personal = (b) => ["foot", "day", "vehicle"].includes(b.code);
  const told = {
    metres, aboard,
    violations: violations
      .filter((b) => !personal(b))
      .map((b) => [b.code, b.figure, b.limit, b.position]),
    refused: violations.filter(personal).map((b) => [b.code, b.position]),
  };
  if (times !== null) {
    told.clock = [times.depart, ...times.arrive, ...times.begin, ...times.leave, times.back];
    told.breaks = times.breaks.map((b) => [b.position, b.moment, b.begin, b.end]);
  }
  return told;
});
"""


def test_the_page_says_what_python_says_on_200_random_edits(
    browser: Browser, tables: District, tmp_path: Path
) -> None:
    plan, travel = planned(tables)
    travel = cut_off(travel, "S09")
    case = board_case(plan, tables, travel)
    path = tmp_path / "board.html"
    path.write_text(board_page(plan, tables, travel), "utf-8")
    browser.open(path, kept=False)
    edits = list(_edits(case, 200))
    told = browser.run(_TOLD_BY_PAGE, edits)
    codes, free = set(), 0
    for (car, order), by_page in zip(edits, told, strict=True):
        by_page["refused"].sort()
        by_python = _told_by_python(case, car, order)
        assert by_page == by_python, (car, order)
        codes |= {violation[0] for violation in by_python["violations"]}
        codes |= {why for why, _ in by_python["refused"]}
        free += not by_python["violations"]
    assert free > 20, "some edits must keep every limit"
    assert codes >= {
        *("road", "stops", "distance", "driving-time", "books", "latest-return", "working-time"),
        *("opening-hours", "foot", "day"),
    }


def test_the_page_counts_hand_ons_as_python_does(browser: Browser, tmp_path: Path) -> None:
    """Whatever is moved: what is handed on comes aboard at its giver only if that comes before."""
    tables = handing_ring(6, books=250, spare=3, days=2, cars=2)
    plan, travel = planned(tables)
    case = board_case(plan, tables, travel)
    assert len(case.problem.hand_ons) >= 3
    path = tmp_path / "board.html"
    path.write_text(board_page(plan, tables, travel), "utf-8")
    browser.open(path, kept=False)
    edits = list(_edits(case, 100))
    kept = set()
    for (car, order), by_page in zip(edits, browser.run(_TOLD_BY_PAGE, edits), strict=True):
        by_page["refused"].sort()
        problem = _with_those_in_order(case.problem, order)
        kept.add(len(problem.hand_ons))
        assert by_page == _told_by_python(replace(case, problem=problem), car, order), order
    assert len(kept) >= 3


def _with_those_in_order(problem: Problem, order: list[int]) -> Problem:
    """Return a problem with those hand-ons alone whose giver comes before the taker."""
    places = {task: at for at, task in enumerate(order)}
    hand_ons = tuple(
        one
        for one in problem.hand_ons
        if one.giver in places and places[one.giver] < places.get(one.taker, -1)
    )
    tasks = tuple(
        replace(
            task,
            handed=tuple(sum(h.of(k) for h in hand_ons if h.taker == n) for k in (0, 1)),
        )
        for n, task in enumerate(problem.tasks)
    )
    return replace(problem, tasks=tasks, hand_ons=hand_ons)


@pytest.mark.parametrize("rule", ["work", "driving"])
def test_the_page_rests_as_often_as_python(browser: Browser, tmp_path: Path, rule: Any) -> None:
    """Crews that rest every hour, or every 40 minutes of driving, do so several times a day."""
    most = 3_600 if rule == "work" else 2_400
    cars = [
        msgspec.structs.replace(car, break_s=900, break_after_s=most)
        for car in busy_district().vehicles
    ]
    tables = busy_district(vehicles=tuple(cars), settings=Settings(break_rule=rule))
    plan, travel = planned(tables)
    case = board_case(plan, tables, travel)
    path = tmp_path / "board.html"
    path.write_text(board_page(plan, tables, travel), "utf-8")
    browser.open(path, kept=False)
    edits = list(_edits(case, 100))
    counts = set()
    for (car, order), by_page in zip(edits, browser.run(_TOLD_BY_PAGE, edits), strict=True):
        by_page["refused"].sort()
        by_python = _told_by_python(case, car, order)
        assert by_page == by_python, (car, order)
        counts.add(len(by_python.get("breaks", ())))
    assert counts >= {0, 1, 2, 3}


def test_it_asks_nothing_of_a_network_and_logs_no_error(browser: Browser, page: Path) -> None:
    browser.open(page, kept=False)
    assert browser.requests() == []
    assert browser.console() == []


def test_every_route_is_a_column_with_the_plans_times(
    browser: Browser, page: Path, plan: Plan
) -> None:
    browser.open(page, kept=False)
    columns = browser.texts(".column")
    assert len(columns) == 1 + 6  # unserved, and three cars on two days
    for route in plan.routes:
        (column,) = [text for text in columns if text.startswith(f"{route.id} ")]
        assert f"{route.depart // 3600:02d}:{route.depart % 3600 // 60:02d}–" in column
        assert f"{len(route.visits)} stops · {route.metres / 1000:.1f} km" in column
    assert browser.text("#state") == "✓ every limit kept"


def _column_of(browser: Browser, stop: str) -> int:
    script = "return Number(document.querySelector(arguments[0]).closest('.column').dataset.car)"
    return int(browser.run(script, f'.card[data-stop="{stop}"]'))


def _stops_in(browser: Browser, car: int) -> list[str]:
    script = "return Array.from(document.querySelectorAll(arguments[0]), e => e.dataset.stop)"
    return list(browser.run(script, f'.column[data-car="{car}"] .card'))


def _fullest(browser: Browser) -> int:
    return max(range(6), key=lambda car: len(_stops_in(browser, car)))


def test_a_stop_is_dragged_with_the_mouse_and_undone(browser: Browser, page: Path) -> None:
    browser.open(page, kept=False)
    car = _fullest(browser)
    before = _stops_in(browser, car)
    cards = [browser.driver.find_element("css selector", f'.card[data-stop="{s}"]') for s in before]
    drag = ActionChains(browser.driver, duration=50)
    drag.click_and_hold(cards[0]).move_to_element_with_offset(cards[2], 0, 6).release().perform()
    assert _stops_in(browser, car) == [before[1], before[2], before[0], *before[3:]]
    assert "1 moved" in browser.text("#totals")
    browser.click("#undo")
    assert _stops_in(browser, car) == before
    assert "0 moved" in browser.text("#totals")


def test_a_stop_is_dragged_onto_another_route(browser: Browser, page: Path) -> None:
    browser.open(page, kept=False)
    car = _fullest(browser)
    stop = _stops_in(browser, car)[0]
    other = next(k for k in range(6) if k != car)
    card = browser.driver.find_element("css selector", f'.card[data-stop="{stop}"]')
    column = browser.driver.find_element("css selector", f'.column[data-car="{other}"] ol')
    ActionChains(browser.driver, duration=50).drag_and_drop(card, column).perform()
    assert _column_of(browser, stop) == other
    assert browser.count(".ghost, .line, .lifted") == 0


def test_a_picked_stop_says_what_it_adds_on_every_route(browser: Browser, page: Path) -> None:
    browser.open(page, kept=False)
    car = _fullest(browser)
    stop = _stops_in(browser, car)[0]
    browser.click(f'.card[data-stop="{stop}"]')
    offers = browser.texts(".offer")
    assert len(offers) == 1 + 5
    assert all("min" in offer and "km" in offer for offer in offers[1:])
    broken = [offer for offer in offers if offer.startswith("✗")]
    assert all(len(offer.split("back ")[1]) > 5 for offer in broken), "a limit is named"
    browser.click(f'.column:not([data-car="{car}"]):not([data-car="-1"]) .offer')
    assert _column_of(browser, stop) != car


def test_the_keyboard_alone_moves_a_stop(browser: Browser, page: Path) -> None:
    browser.open(page, kept=False)
    car = _fullest(browser)
    before = _stops_in(browser, car)
    browser.run(f"document.querySelector('.card[data-stop=\"{before[0]}\"]').focus()")
    keys = ActionChains(browser.driver)
    keys.send_keys(Keys.ARROW_DOWN, Keys.ENTER, Keys.ARROW_UP).perform()
    assert _stops_in(browser, car)[:2] == [before[1], before[0]]
    assert browser.run("return document.activeElement.dataset.stop") == before[1]
    across = Keys.ARROW_RIGHT if car < 5 else Keys.ARROW_LEFT
    ActionChains(browser.driver).send_keys(across).perform()
    assert _column_of(browser, before[1]) == (car + 1 if car < 5 else car - 1)
    assert browser.text("#said").startswith("stop ")
    ActionChains(browser.driver).send_keys(Keys.DELETE).perform()
    assert _column_of(browser, before[1]) == -1
    undo = ActionChains(browser.driver).key_down(Keys.CONTROL)
    undo.send_keys("zzz").key_up(Keys.CONTROL).perform()
    assert _stops_in(browser, car) == before


def _saved(browser: Browser, folder: Path) -> Path:
    return browser.downloaded("#save", folder / "overrides.csv")


def test_what_it_saves_is_applied_and_checked(
    browser: Browser, page: Path, tables: District, tmp_path: Path
) -> None:
    """A stop taken off: the new plan has just that changed, with the times the board showed."""
    plan = planned(tables)[0]
    browser.open(page, kept=False)
    car = _fullest(browser)
    first, second = _stops_in(browser, car)[:2]
    browser.run(f"document.querySelector('.card[data-stop=\"{first}\"]').focus()")
    ActionChains(browser.driver).send_keys(Keys.DELETE).perform()
    case = board_case(plan, tables, planned(tables)[1])
    day = case.fleet.days[car]
    (column,) = browser.texts(f'.column[data-car="{car}"] > p:nth-of-type(3)')
    file = _saved(browser, tmp_path)
    adjustment = Adjustment(file=file, base=plan, keep=True)
    after = bc.plan_week(tables, "2026-W49", adjustment=adjustment)
    (route,) = [r for r in after.routes if (r.vehicle, r.date) == (day.vehicle.id, day.date)]
    assert route.visits[0].stop == case.due[int(second)].stop.id
    assert case.due[int(first)].stop.id in {row.stop for row in after.unserved}
    assert column.startswith(f"{route.depart // 3600:02d}:{route.depart % 3600 // 60:02d}–")
    untouched = {(r.vehicle, r.date): r.visits for r in plan.routes}
    for other in after.routes:
        if other is not route:
            assert other.visits == untouched[other.vehicle, other.date]


def test_one_of_two_visits_taken_off_leaves_the_other_where_it_is(
    browser: Browser, tmp_path: Path
) -> None:
    """A row that leaves a stop out takes every visit no row names: the other one is named."""
    often = district(
        stop("S1", visits_a_week=2), stop("S2"), batches=tuple(batch(f"B{k}") for k in range(3))
    )
    plan, tables, travel = _with_travel(often)
    page = tmp_path / "board.html"
    page.write_text(board_page(plan, tables, travel), "utf-8")
    browser.open(page, kept=False)
    days = [route.date for route in plan.routes for v in route.visits if v.stop == "S1"]
    card = next(
        k for k, due in enumerate(board_case(plan, often, travel).due) if due.stop.id == "S1"
    )
    browser.run(f"document.querySelector('.card[data-stop=\"{card}\"]').focus()")
    ActionChains(browser.driver).send_keys(Keys.DELETE).perform()
    file = _saved(browser, tmp_path)
    for keep in (True, False):
        adjustment = Adjustment(file=file, base=plan, keep=keep)
        after = bc.plan_week(tables, "2026-W49", adjustment=adjustment, effort="quick")
        assert [r.date for r in after.routes for v in r.visits if v.stop == "S1"] == days[1:]
        assert [(row.stop, row.made) for row in after.unserved] == [("S1", 1)]


def test_nothing_changed_saves_only_the_header(
    browser: Browser, page: Path, tmp_path: Path
) -> None:
    browser.open(page, kept=False)
    assert _saved(browser, tmp_path).read_text("utf-8-sig") == "plan,date,vehicle,position,stop\n"


def test_hostile_names_are_shown_and_run_nowhere(
    browser: Browser, tables: District, tmp_path: Path
) -> None:
    names = [HOSTILE[k % len(HOSTILE)] for k in range(len(tables.stops))]
    stops = tuple(
        msgspec.structs.replace(stop, name=name)
        for stop, name in zip(tables.stops, names, strict=True)
    )
    hostile = msgspec.structs.replace(tables, stops=stops, name=HOSTILE[1])
    path = tmp_path / "board.html"
    path.write_text(board_page(*_with_travel(hostile), language="zh"), "utf-8")
    browser.open(path, kept=False)
    shown = "".join(browser.texts(".card"))
    assert all(printable(name) in shown for name in set(names[:3]))
    assert browser.console() == []
    assert browser.requests() == []


def test_it_fits_a_phone(browser: Browser, page: Path) -> None:
    browser.open(page, size=(390, 780), kept=False)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert browser.run(wide) == 0


def test_times_follow_the_districts_clock(browser: Browser, tmp_path: Path) -> None:
    """The board says what the manifests say: 2:05 pm where the district reads the clock so."""
    settings = Settings(printing=PrintSettings(clock="12h"))
    tables = busy_district(stops=6, settings=settings)
    plan, travel = planned(tables)
    path = tmp_path / "board.html"
    path.write_text(board_page(plan, tables, travel), "utf-8")
    shown = " ".join(browser.open(path).texts("#columns"))
    for route in week_sheet(plan).routes:
        assert f"{route.depart.text}–{route.back.text}" in shown
        assert route.depart.text.endswith("m")


def test_the_same_plan_gives_the_same_bytes(tables: District) -> None:
    assert board_page(*_with_travel(tables)) == board_page(*_with_travel(tables))
