"""Reloads on the week's page and on the board."""

from __future__ import annotations

import random
from itertools import chain
from pathlib import Path

import msgspec
import pytest
from browser import Browser, browser
from msgspec import structs
from pages.test_board import _TOLD_BY_PAGE
from reloading import STORE, far_plan, far_village, yard_plan, yard_village

import bookcar as bc
from bookcar.adjust.overrides import Adjustment
from bookcar.optimiser.violations import try_route
from bookcar.pages.board import board_page
from bookcar.pages.board_case import BoardCase, board_case
from bookcar.pages.week import week_page
from bookcar.roads.sources import travel_for

__all__ = ["browser"]


@pytest.fixture(scope="module")
def case() -> BoardCase:
    return board_case(far_plan(), far_village(), travel_for(far_village()))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("board") / "board.html"
    tables = far_village()
    depots = tuple(msgspec.structs.replace(one, name_en="") for one in tables.depots)
    unnamed = msgspec.structs.replace(tables, depots=depots)
    path.write_text(board_page(far_plan(), unnamed, travel_for(unnamed)), "utf-8")
    return path


def test_the_reloads_of_the_plan_are_the_last_tasks(case: BoardCase) -> None:
    (order,) = [order for order in case.orders if order]
    reloads = [k for k, task in enumerate(case.problem.tasks) if task.reload]
    assert reloads == [4, 5]
    assert sorted(order) == list(range(6))
    assert [depot.id for depot in case.stores] == ["E", "E"]


@pytest.mark.parametrize(("language", "said"), [("en", "4 · 2 reloads"), ("zh", "4 · 补书 2 次")])
def test_the_weeks_page_counts_reloads_apart(language: str, said: str) -> None:
    page = week_page(far_plan(), language=language)
    assert said in page
    assert 'class="reloading"' in page
    legend, picture = page.split('class="legend"')[1].split("</p>", 1)
    assert legend.count('fill="#6b7684"') == 1
    assert picture.count('fill="#6b7684"') == 2


@pytest.mark.browser
def test_the_board_says_what_python_says(browser: Browser, page: Path, case: BoardCase) -> None:
    browser.open(page, kept=False)
    chance = random.Random(5)
    edits = []
    for _ in range(60):
        order = list(chain.from_iterable(case.orders))
        chance.shuffle(order)
        edits.append((0, order[: chance.randint(1, 6)]))
    told = browser.run(_TOLD_BY_PAGE, edits)
    for (car, order), by_page in zip(edits, told, strict=True):
        trial = try_route(case.problem, car, order)
        assert by_page["metres"] == trial.metres
        assert by_page["aboard"] == [list(levels) for levels in trial.aboard]
        assert by_page["violations"] == [list(violation) for violation in trial.violations]
        assert trial.times is not None
        assert by_page["clock"][-1] == trial.times.back


@pytest.mark.browser
def test_a_reload_stays_and_its_loads_follow(browser: Browser, page: Path, tmp_path: Path) -> None:
    browser.open(page, kept=False)
    assert len(browser.driver.find_elements("css selector", ".card.reload")) == 2
    assert browser.run("return document.title") != "owned"
    assert STORE in browser.run("return document.querySelector('.card.reload').textContent")
    first = "const b = bookcarModel(JSON.parse(document.getElementById('data').textContent));"
    assert browser.run(first + "return b.move(4, 0, 0)") is False
    moved = first + (
        "const order = b.listed(0); const last = order[order.length - 1];"
        "b.move(last, 0, order.length - 2);"
        "return [b.listed(0), b.evaluate(0, b.listed(0)).aboard[0], b.csv()];"
    )
    order, books, csv = browser.run(moved)
    assert [k for k in order if k >= 4] == [4, 5]
    assert len(books) == 7
    file = tmp_path / "overrides.csv"
    file.write_text(csv, "utf-8")
    assert ",E\r\n" in csv
    adjusted = bc.plan_week(
        far_village(),
        "2026-W49",
        effort="quick",
        adjustment=Adjustment(file=file, base=far_plan(), keep=True),
    )
    names = [row.split(",")[4] for row in csv.strip().split("\r\n")[1:]]
    assert list(adjusted.routes[0].places[1:-1]) == names


@pytest.mark.browser
def test_a_reload_without_a_stop_behind_it_goes(browser: Browser, page: Path) -> None:
    browser.open(page, kept=False)
    left = browser.run(
        "const b = bookcarModel(JSON.parse(document.getElementById('data').textContent));"
        "b.stopsOf(b.listed(0)).slice(1).forEach((stop) => b.move(stop, b.LEFT, 0));"
        "return [b.listed(0).length, b.canUndo()];"
    )
    assert left == [1, True]


@pytest.mark.parametrize(("weekdays", "stocked"), [((0,), (False,)), ((0, 1), (False, True))])
def test_the_board_knows_where_books_are(
    weekdays: tuple[int, ...], stocked: tuple[bool, ...]
) -> None:
    """The yard has none on Monday; what is collected then is there on Tuesday."""
    tables = yard_village()
    plan = yard_plan()
    cars = (structs.replace(tables.vehicles[0], weekdays=weekdays),)
    tables = structs.replace(tables, vehicles=cars)
    assert board_case(plan, tables, travel_for(tables)).stocked == stocked


def test_a_depot_with_batches_has_books(case: BoardCase) -> None:
    assert case.stocked == (True,)


@pytest.mark.browser
def test_a_car_without_books_is_offered_a_stop_behind_its_reload(
    browser: Browser, tmp_path: Path
) -> None:
    """The stop left over lies beside the yard, so that it would be on the way out."""
    tables, plan = yard_village(), yard_plan()
    assert [row.stop for row in plan.unserved] == ["S01"]
    path = tmp_path / "board.html"
    path.write_text(board_page(plan, tables, travel_for(tables)), "utf-8")
    browser.open(path, kept=False)
    position, violations, early, moved = browser.run(
        "const b = bookcarModel(JSON.parse(document.getElementById('data').textContent));"
        "const near = b.listed(b.LEFT)[0];"
        "const { position, trial } = b.bestPlace(0, near);"
        "const early = b.evaluate(0, [near, ...b.listed(0)]).violations;"
        "b.move(near, 0, 0);"
        "return [position, trial.violations, early, b.totals().broken];"
    )
    assert position > 0
    assert violations == []
    assert [(violation["code"], violation["position"]) for violation in early] == [("unstocked", 0)]
    assert moved == 1
