"""What was moved on the board is kept by the browser, warned of on leaving, dropped at will."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from browser import Browser, browser
from pages.boards import busy_district, planned
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from bookcar.model import District
from bookcar.pages.board import board_page

__all__ = ["browser"]

pytestmark = pytest.mark.browser

_LEAVING = """
const event = new Event("beforeunload", {cancelable: true});
dispatchEvent(event);
return event.defaultPrevented;
"""


@pytest.fixture(scope="module")
def tables() -> District:
    return busy_district()


@pytest.fixture(scope="module")
def page(tables: District, tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan, travel = planned(tables)
    path = tmp_path_factory.mktemp("board") / "board.html"
    path.write_text(board_page(plan, tables, travel), "utf-8")
    return path


@pytest.fixture
def board(browser: Browser, page: Path) -> Iterator[Browser]:
    yield browser.open(page, kept=False)
    browser.open(page, kept=False)


def _take_off(browser: Browser) -> str:
    """Take the first stop of a route off it and return which it is."""
    stop = str(browser.run("return document.querySelector('[data-car=\"0\"] .card').dataset.stop"))
    browser.run(f"document.querySelector('.card[data-stop=\"{stop}\"]').focus()")
    ActionChains(browser.driver).send_keys(Keys.DELETE).perform()
    return stop


def _order(browser: Browser) -> list[str]:
    script = "return [...document.querySelectorAll('.card')].map((card) => card.dataset.stop)"
    return list(browser.run(script))


def test_moves_are_there_again_when_the_page_is_opened_again(board: Browser, page: Path) -> None:
    before = _order(board)
    _take_off(board)
    moved = _order(board)
    assert moved != before
    assert board.text("#kept") == "Kept in this browser, not yet saved as a file."
    board.open(page)
    assert _order(board) == moved
    assert "1 moved" in board.text("#totals")
    assert board.text("#said") == "1 move is back from when this page was last open."
    board.click("#undo")
    assert _order(board) == before
    assert _order(board.open(page)) == before


def test_moves_can_be_dropped_all_at_once_and_fetched_back(board: Browser, page: Path) -> None:
    before = _order(board)
    assert board.run("return document.getElementById('drop').disabled")
    _take_off(board)
    _take_off(board)
    moved = _order(board)
    board.click("#drop")
    assert _order(board) == before
    assert board.text("#kept") == ""
    assert board.run("return document.activeElement.id") == "undo"
    assert _order(board.open(page)) == before
    _take_off(board)
    _take_off(board)
    board.click("#drop")
    board.click("#undo")
    assert _order(board) == moved


def test_leaving_is_warned_of_until_the_moves_are_saved(board: Browser, tmp_path: Path) -> None:
    assert not board.run(_LEAVING)
    _take_off(board)
    assert board.run(_LEAVING)
    board.downloaded("#save", tmp_path / "overrides.csv")
    assert not board.run(_LEAVING)
    assert board.text("#kept") == "Saved as overrides.csv."
    board.reload()
    assert board.text("#kept") == "Saved as overrides.csv.", "that it was saved is kept, too"
    _take_off(board)
    assert board.run(_LEAVING)


def test_moves_of_another_plan_or_other_tables_are_not_taken_up(
    board: Browser, tables: District, page: Path, tmp_path: Path
) -> None:
    _take_off(board)
    plan, travel = planned(tables)
    other = tmp_path / "other.html"
    renamed = msgspec.structs.replace(plan, id="another")
    other.write_text(board_page(renamed, tables, travel), "utf-8")
    assert "0 moved" in board.open(other).text("#totals")
    fewer = msgspec.structs.replace(tables, stops=tables.stops[:-1])
    other.write_text(board_page(plan, fewer, travel), "utf-8")
    assert "0 moved" in board.open(other).text("#totals")
    assert "1 moved" in board.open(page).text("#totals")


@pytest.mark.parametrize(
    "spoiled",
    [
        "text = '{'",
        "text = 'null'",
        "kept.orders[0] = 'x'",
        "kept.left.push(kept.left[0])",
        "kept.left.pop()",
        "kept.orders[0].push(9999)",
        "kept.orders.pop()",
        "kept.orders[0] = null",
        "delete kept.touched",
        "kept.made += 1",
    ],
)
def test_what_was_kept_and_is_spoiled_is_left_alone(
    board: Browser, page: Path, spoiled: str
) -> None:
    _take_off(board)
    board.run(
        "const key = Object.keys(localStorage).find((one) => one.startsWith('bookcar:board'));"
        "const kept = JSON.parse(localStorage[key]); let text = null;"
        f"{spoiled}; localStorage[key] = text ?? JSON.stringify(kept)"
    )
    board.open(page)
    assert "0 moved" in board.text("#totals")
    assert board.console() == []


def test_a_browser_that_keeps_nothing_is_told_of(board: Browser, page: Path) -> None:
    """Where storage is refused, the board works, and says to save before leaving."""
    refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})"
    end = board.before_each_page(refuse)
    try:
        board.open(page)
        _take_off(board)
        assert board.text("#kept").startswith("Not yet saved: this browser keeps nothing")
        assert board.run(_LEAVING)
        assert board.console() == []
    finally:
        end()


def test_no_place_is_offered_on_a_day_that_is_past(board: Browser, page: Path) -> None:
    """On Tuesday Monday's routes stand as they are; what is put there is said to be past."""
    begin = "const data = JSON.parse(document.getElementById('data').textContent);"
    places = """
    const board = bookcarModel(data), stop = data.orders.flat()[0];
    return board.places(stop).map((place) => data.cars[place.car].date);
    """
    both = {"2026-11-30", "2026-12-01"}
    assert set(board.run(f"{begin} data.today = bookcarDay(new Date()); {places}")) == both
    codes = """
    const board = bookcarModel(data), car = data.cars.findIndex((one) => one.date < data.today);
    const order = data.orders[car], told = (list) => board.evaluate(car, list).violations;
    return [told(order), told([...order].reverse())].map((all) => all.map((one) => one.code));
    """
    try:
        board.be_on("2026-12-01T07:00")
        board.open(page, kept=False)
        begin = f"{begin} data.today = bookcarDay(new Date());"
        assert set(board.run(f"{begin} {places}")) == {"2026-12-01"}
        as_planned, changed = board.run(f"{begin} {codes}")
        assert "past" not in as_planned
        assert changed[0] == "past"
        assert board.console() == []
    finally:
        board.be_on()
