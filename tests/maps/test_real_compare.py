"""The map of changes on plans made by the planner: it says what the plans say, name by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import bookcar as bc
from bookcar.maps.compare import compare_map
from bookcar.model import District
from bookcar.plan import Plan
from bookcar.roads.basemap import basemap

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = ("gains service", "loses service", "keeps service", "served in neither")
STOPS = ".leaflet-stops-pane path"

Changes = dict[str, Counter[str]]


def plan_for(district: District, week: str) -> Plan:
    return bc.plan_week(district, week, effort="quick")


@pytest.fixture(scope="module")
def district(root: Path, tmp_path_factory) -> Callable[[str], District]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOKCAR_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield lambda name: bc.read(root / "examples" / name)


@pytest.fixture(scope="module")
def one_car_less(district, write) -> tuple[Path, Changes]:
    """Return the map of a week with one of two cars in the workshop, and what it must say."""
    whole = district("qijiang")
    less = msgspec.structs.replace(whole, vehicles=whole.vehicles[:1])
    before, after = (plan_for(d, "2026-W49") for d in (whole, less))
    page = compare_map(before, after, basemap(whole), areas=whole.areas, language="en")
    return write(page), changes(whole, *(on_routes(plan) for plan in (before, after)))


@pytest.fixture(scope="module")
def next_month(district, write) -> tuple[Path, Changes]:
    """Return the map from one week to another four weeks later with nothing recorded between."""
    given = district("fuhuan")
    before, after = (plan_for(given, week) for week in ("2026-W49", "2027-W05"))
    page = compare_map(before, after, basemap(given), areas=given.areas, language="en")
    return write(page), changes(given, *(in_time(plan) for plan in (before, after)))


def on_routes(plan: Plan) -> set[str]:
    return {visit.stop for route in plan.routes for visit in route.visits}


def in_time(plan: Plan) -> set[str]:
    """Return the stops visited by this plan, or before it and not longer ago than they want."""
    known = {s.id for s in plan.stops if s.weeks_since is not None}
    rested = {s.id for s in plan.stops if s.id in known and s.weeks_since <= s.every_weeks}
    return on_routes(plan) | rested


def changes(district: District, before: set[str], after: set[str]) -> Changes:
    every = {stop.id: stop.name for stop in district.stops}
    kinds = (after - before, before - after, before & after, set(every) - before - after)
    return {
        word: Counter(every[stop] for stop in kind) for word, kind in zip(WORDS, kinds, strict=True)
    }


@pytest.fixture(params=["one_car_less", "next_month"])
def compared(request) -> tuple[Path, Changes]:
    return request.getfixturevalue(request.param)


def test_lists_and_table_name_who_gains_loses_and_keeps(browser, compared):
    page, expected = compared
    assert expected["loses service"] or expected["gains service"]
    browser.open(page, timeout=60)
    first = " li button > span > bdi:first-child"
    for name, word in (("gained", WORDS[0]), ("lost", WORDS[1])):
        assert Counter(browser.texts(f"#{name}{first}")) == expected[word]
    browser.click("[data-value=table]")
    rows = browser.run(ROWS)
    for word in WORDS:
        assert Counter(name for name, change in rows if change == word) == expected[word]


def test_figures_and_legend_count_them(browser, compared):
    page, expected = compared
    gained, lost, kept, neither = (sum(expected[word].values()) for word in WORDS)
    browser.open(page, timeout=60)
    assert [int(n) for n in browser.texts("[data-change]")] == [gained, lost, kept, neither]
    shown = [f"+{gained}" if gained else "0", f"−{lost}" if lost else "0", str(kept)]
    assert browser.texts(".changes .figures b") == shown


def test_each_box_hides_its_stops_and_each_card_says_the_change(browser, compared):
    page, expected = compared
    browser.open(page, timeout=60)
    total = sum(map(Counter.total, expected.values()))
    assert browser.count(STOPS) == total
    for i, word in enumerate(WORDS):
        browser.click(f"[data-layer=change-{i}]")
        assert browser.count(STOPS) == total - expected[word].total()
        browser.click(f"[data-layer=change-{i}]")
    for name, word in (("gained", WORDS[0]), ("lost", WORDS[1])):
        if expected[word]:
            browser.click(f"#{name} [data-stop]")
            assert browser.texts(".card h3 bdi")[-2:][0] in expected[word]
            assert word in browser.texts(".card p")


ROWS = """
const tables = document.querySelectorAll('#tables table');
return Array.from(tables[tables.length - 1].querySelectorAll('tbody tr'), row =>
  [row.querySelector('th bdi').textContent, row.cells[4].textContent]);
"""
