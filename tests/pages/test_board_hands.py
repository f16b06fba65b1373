"""The board under a finger, on paper and on its map: places offered, dragging, scrolling, names."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest
from browser import Browser, browser
from pages.boards import busy_district, planned
from selenium.webdriver.common.action_chains import ActionChains

from bookcar.model import Area, District
from bookcar.optimiser.violations import try_route
from bookcar.pages.board import board_page
from bookcar.pages.board_case import BoardCase, board_case
from bookcar.plan import Plan
from bookcar.planning.visit_options import refusal

__all__ = ["browser"]

pytestmark = pytest.mark.browser
PHONE = (390, 780)


@pytest.fixture(scope="module")
def tables() -> District:
    """Return the busy district with English names for stops and their township."""
    busy = busy_district()
    stops = tuple(
        msgspec.structs.replace(one, name=f"站{k}", name_en=f"Halt {k}", area="镇")
        for k, one in enumerate(busy.stops)
    )
    ring = ((106.5, 28.9), (106.8, 28.9), (106.8, 29.2), (106.5, 28.9))
    outline = {"type": "Polygon", "coordinates": [ring]}
    area = Area(name="镇", name_en="Townley", outline=outline)
    return msgspec.structs.replace(busy, stops=stops, areas=(area,))


@pytest.fixture(scope="module")
def made(tables: District) -> tuple[Plan, Any]:
    return planned(tables)


@pytest.fixture(scope="module")
def case(tables: District, made: tuple[Plan, Any]) -> BoardCase:
    return board_case(made[0], tables, made[1])


@pytest.fixture(scope="module")
def page(tables: District, made: tuple[Plan, Any], tmp_path_factory: Any) -> Path:
    path = tmp_path_factory.mktemp("board") / "board.html"
    path.write_text(board_page(made[0], tables, made[1]), "utf-8")
    return path


def _stops_in(browser: Browser, car: int) -> list[int]:
    script = "return [...document.querySelectorAll(arguments[0])].map((e) => +e.dataset.stop)"
    return list(browser.run(script, f'.column[data-car="{car}"] .card'))


def _fullest(case: BoardCase) -> int:
    return max(range(len(case.orders)), key=lambda car: len(case.orders[car]))


# ---- the best place


def _best(case: BoardCase, stop: int) -> tuple[int, int] | None:
    """Return car and place that keep every limit and add the least time, by trying them all."""
    found = []
    for car, order in enumerate(case.orders):
        if stop in order or refusal(case.due[stop], case.fleet.days[car], case.fleet.crews, ()):
            continue
        before = try_route(case.problem, car, list(order)).times if order else None
        away = before.back - before.depart if before else 0
        for at in range(len(order) + 1):
            trial = try_route(case.problem, car, [*order[:at], stop, *order[at:]])
            if trial.times is not None and not trial.violations:
                added = trial.times.back - trial.times.depart - away
                found.append((trial.times.back, trial.metres, added, car, at))
    by_car = {car: min(row for row in found if row[3] == car) for *_, car, _ in found}
    ranked = sorted(by_car.values(), key=lambda row: (row[2], row[1], row[3]))
    return (ranked[0][3], ranked[0][4]) if ranked else None


def test_the_best_place_of_all_is_told_first_and_taken_by_one_click(
    browser: Browser, page: Path, case: BoardCase
) -> None:
    told = 0
    for stop in range(len(case.due)):
        browser.open(page, kept=False)
        browser.run(f"document.querySelector('.card[data-stop=\"{stop}\"]').click()")
        best = _best(case, stop)
        first = browser.texts(".place")[0]
        assert first.startswith("Best: ") == (best is not None), stop
        assert browser.count(".place.best") == browser.count(".offer.best") == (best is not None)
        if best is None:
            continue
        browser.run("document.querySelector('.place.best').click()")
        assert _stops_in(browser, best[0]).index(stop) == best[1]
        assert browser.text("#state") == "✓ every limit kept"
        told += 1
    assert told >= 5


def test_green_is_dark_enough_to_read_on(browser: Browser, page: Path, case: BoardCase) -> None:
    stop = next(k for k in range(len(case.due)) if _best(case, k))
    browser.open(page, kept=False)
    browser.run(f"document.querySelector('.card[data-stop=\"{stop}\"]').click()")
    script = "return getComputedStyle(document.querySelector('.place.best')).backgroundColor"
    assert browser.run(script) == "rgb(29, 95, 58)"


# ---- dragging


def _middle(browser: Browser, selector: str) -> tuple[float, float]:
    box = browser.run(
        "return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", selector
    )
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("finger", [{"grip": ".grip"}, {"rest": 0.5}])
def test_a_finger_drags_by_the_grip_or_after_a_rest(
    browser: Browser, page: Path, case: BoardCase, finger: dict[str, Any]
) -> None:
    browser.open(page, size=PHONE, phone=True, kept=False)
    car = _fullest(case)
    first, _, third = _stops_in(browser, car)[:3]
    column = f'.column[data-car="{car}"]'
    browser.run("document.querySelector(arguments[0]).scrollIntoView({inline: 'center'})", column)
    x, y = _middle(browser, f'.card[data-stop="{third}"]')
    browser.drag(f'.card[data-stop="{first}"]', (x, y + 8), **finger)
    assert _stops_in(browser, car)[2] == first
    assert browser.count(".ghost, .line, .lifted") == 0
    assert browser.count("[aria-pressed=true][data-stop]") == 1, "what was put down is held"


def test_a_finger_that_does_not_rest_scrolls_and_moves_nothing(
    browser: Browser, page: Path, case: BoardCase
) -> None:
    browser.open(page, size=PHONE, phone=True, kept=False)
    before = [_stops_in(browser, car) for car in range(-1, len(case.orders))]
    card = '.column[data-car="-1"] .card'
    x, y = _middle(browser, card)
    browser.drag(card, (x - 150, y))
    assert [_stops_in(browser, car) for car in range(-1, len(case.orders))] == before
    assert browser.run("return document.getElementById('columns').scrollLeft") > 50
    assert browser.count(".ghost, [aria-pressed=true][data-stop]") == 0


def test_a_finger_held_at_the_edge_brings_the_next_routes_into_sight(
    browser: Browser, page: Path, case: BoardCase
) -> None:
    # how far it scrolls depends on the machine's speed; between two routes nothing is put down
    for hold in (0.9, 1.1, 1.4):
        browser.open(page, size=PHONE, phone=True, kept=False)
        (stop, *_) = _stops_in(browser, -1)
        at = _middle(browser, f'.card[data-stop="{stop}"]')[1]
        browser.drag(f'.card[data-stop="{stop}"]', (PHONE[0] - 6, at), rest=0.5, hold=hold)
        assert browser.run("return document.getElementById('columns').scrollLeft") > 300
        if stop not in _stops_in(browser, -1):
            return
    pytest.fail("it was never put on a route that was out of sight")


def test_a_mouse_held_at_the_edge_scrolls_the_board_and_the_list(
    browser: Browser, page: Path, case: BoardCase
) -> None:
    browser.open(page, size=(1000, 480), kept=False)
    card = browser.driver.find_element("css selector", ".card")
    edge = browser.driver.find_element("css selector", "#columns")
    drag = ActionChains(browser.driver, duration=50).click_and_hold(card)
    width = browser.run("return arguments[0].clientWidth", edge)
    drag.move_to_element_with_offset(edge, width // 2 - 8, 0).pause(0.8).release().perform()
    assert browser.run("return arguments[0].scrollLeft", edge) > 100


def test_escape_ends_a_drag_where_it_began(browser: Browser, page: Path, case: BoardCase) -> None:
    browser.open(page, kept=False)
    car = _fullest(case)
    before = _stops_in(browser, car)
    cards = [browser.driver.find_element("css selector", f'[data-stop="{k}"]') for k in before]
    drag = ActionChains(browser.driver, duration=50)
    drag.click_and_hold(cards[0]).move_to_element(cards[2]).send_keys("\ue00c").release().perform()
    assert _stops_in(browser, car) == before
    assert browser.count(".ghost, .line, .lifted") == 0


# ---- paper


def test_every_route_prints_whole_and_then_the_map(
    browser: Browser, page: Path, made: tuple[Plan, Any]
) -> None:
    browser.open(page, size=(1000, 480), kept=False)
    pages = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages
    text = " ".join(one.extract_text() for one in pages)
    for route in made[0].routes:
        assert f"{route.id} " in text
    names = {f"Halt {k}" for k in range(24)}
    served = {made[0].stops_by_id[v.stop].name_en for r in made[0].routes for v in r.visits}
    assert served <= names
    assert all(name in text for name in served)
    assert len(pages) == 2
    assert pages[0].mediabox.width > pages[0].mediabox.height
    assert "Take it off" not in text


# ---- the map beside


def _spots(browser: Browser, car: int) -> str:
    script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.getAttribute('d'))"
    return "".join(browser.run(script, f'.way[data-car="{car}"] path'))


def test_the_map_has_every_stop_and_follows_each_move(
    browser: Browser, page: Path, case: BoardCase
) -> None:
    browser.open(page, kept=False)
    assert browser.count(".mark") == len(case.due)
    assert browser.count(".mark.off") == len(case.due) - sum(map(len, case.orders))
    (stop, *_) = (k for order in case.orders for k in order if _best(case, k))
    script = "return document.querySelector(arguments[0]).getAttribute('transform').slice(10, -1)"
    spot = str(browser.run(script, f'[data-mark="{stop}"]'))
    browser.run(f"document.querySelector('.card[data-stop=\"{stop}\"]').click()")
    assert browser.count(".hint") == 1
    browser.run("document.querySelector('.place.best').click()")
    car = _best(case, stop)[0]  # type: ignore[index]  # chosen so
    assert spot in _spots(browser, car)
    browser.click("#undo")
    assert spot not in _spots(browser, car)


def test_a_stop_on_the_map_is_picked_by_a_click(browser: Browser, page: Path) -> None:
    browser.open(page, kept=False)
    browser.run(
        "document.querySelector('[data-mark=\"3\"]').dispatchEvent(new MouseEvent('click'))"
    )
    assert browser.count('.card[data-stop="3"][aria-pressed=true]') == 1
    assert browser.count("#places:not([hidden])") == 1


def test_the_map_can_be_put_away(browser: Browser, page: Path) -> None:
    browser.open(page, kept=False)
    assert browser.count("#beside:not([hidden])") == 1
    browser.click("#show-map")
    assert browser.count("#beside[hidden]") == 1
    browser.open(page, size=PHONE, phone=True)
    assert browser.count("#beside[hidden]") == 1, "on a phone it is shown when asked for"
    browser.click("#show-map")
    assert browser.count("#beside:not([hidden])") == 1


# ---- names


def test_the_english_board_has_english_names(
    browser: Browser, page: Path, tables: District, made: tuple[Plan, Any]
) -> None:
    browser.open(page, kept=False)
    shown = browser.text("body")
    assert "Halt 3" in shown
    assert "Townley" in shown
    assert "站3" not in "".join(browser.texts("main, #map"))
    chinese = page.with_name("zh.html")
    chinese.write_text(board_page(made[0], tables, made[1], language="zh"), "utf-8")
    shown = "".join(browser.open(chinese, kept=False).texts("main, #map"))
    assert "站3" in shown
    assert "镇" in shown
    assert "Halt" not in shown
