"""The page of all weeks of a district: figures of each plan, and what differs from week to week."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from browser import Browser, browser
from manifests.plans import HOSTILE, make_plan

from bookcar.pages.weeks import weeks_in, weeks_page
from bookcar.plan import Plan

__all__ = ["browser"]


def _saved(folder: Path, week: str, *, name: str = "", **fields: int) -> Plan:
    plan = make_plan(routes=2, stops=4)
    totals = msgspec.structs.replace(plan.totals, **fields)
    plan = msgspec.structs.replace(plan, week=week, totals=totals)
    path = folder / (name or week) / "plan.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(plan.to_json())
    return plan


def _rows(page: str) -> list[str]:
    text = re.sub(r"<[^>]+>", " ", page.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0])
    return [re.sub(r"\s+", " ", row) for row in re.split(r"(?=20\d\d-W\d\d )", text)[1:]]


def test_every_week_has_its_figures_and_what_differs_from_the_one_before(tmp_path: Path) -> None:
    _saved(tmp_path, "2026-W49", served=80, due=90, metres=1_000_000, books=7_000, seconds=36_000)
    _saved(tmp_path, "2026-W50", served=85, due=88, metres=1_034_700, books=6_900, seconds=39_600)
    page = weeks_page(weeks_in(tmp_path), language="en", maps="../../maps/x")
    latest, first = _rows(page)
    assert "85 / 88 +5 on last week" in latest
    assert "3 −7 on last week" in latest
    assert "1,034.7 +35 on last week" in latest
    assert "11:00 +1 on last week" in latest
    assert "6,900 −100 on last week" in latest
    assert "on last week" not in first
    assert "80 / 90" in first
    links = re.findall(r'href="([^"]+)"', page)
    assert {"2026-W50/index.html", "../../maps/x/2026-W50/routes.html"} <= set(links)


def test_a_year_ends_between_two_weeks_and_a_gap_is_no_week_before(tmp_path: Path) -> None:
    _saved(tmp_path, "2026-W53", books=10)
    _saved(tmp_path, "2027-W01", books=11)
    _saved(tmp_path, "2027-W03", books=12)
    third, second, _ = _rows(weeks_page(weeks_in(tmp_path), language="en", maps=None))
    assert "+1 on last week" in second
    assert "on last week" not in third


def test_what_is_no_week_is_left_out_and_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    _saved(tmp_path, "2026-W49")
    _saved(tmp_path, "2026-W49", name="2026-W49-tried")
    (tmp_path / "2026-W50").mkdir()
    (tmp_path / "2026-W50" / "plan.json").write_text('{"week": 3')
    weeks = weeks_in(tmp_path)
    assert [week.week for week in weeks] == ["2026-W49", "2026-W50"]
    broken, _ = _rows(weeks_page(weeks, language="en", maps=None))
    assert "The plan of this week cannot be read." in broken


def test_no_week_at_all_is_an_empty_page(tmp_path: Path) -> None:
    assert weeks_in(tmp_path) == []
    assert "<tbody></tbody>" in weeks_page([], language="en", maps=None)


@pytest.mark.browser
def test_hostile_names_do_nothing_and_it_fits_a_phone(browser: Browser, tmp_path: Path) -> None:
    for name in HOSTILE[:3]:
        plan = msgspec.structs.replace(make_plan(), district=name, district_en=name)
        (tmp_path / plan.week).mkdir(exist_ok=True)
        (tmp_path / plan.week / "plan.json").write_bytes(plan.to_json())
        path = tmp_path / "index.html"
        path.write_text(weeks_page(weeks_in(tmp_path), language="zh", maps="../m"), "utf-8")
        browser.open(path, size=(360, 700), ready=None)
        assert browser.requests() == []
        assert browser.console() == []
        assert browser.count("script, img") == 0
        assert browser.run("return document.documentElement.scrollWidth") <= 360
