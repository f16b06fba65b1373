"""The week's figures against the week before, the little maps, and what was checked."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
from builders import MONDAY, district, past_visit, stop
from manifests.plans import make_plan

import bookcar as bc
from bookcar.outputs import Folders, write_week
from bookcar.pages.week import week_page
from bookcar.roads.sources import travel_for


def _changes(page: str) -> list[str]:
    return re.findall(r"<small>([^<]*) on last week</small>", page)


def test_each_figure_says_how_it_changed() -> None:
    plan, before = make_plan(routes=6, stops=5), make_plan(routes=5, stops=5)
    changes = _changes(week_page(plan, before=before))
    served, routes, km, hours, books, batches = changes
    assert (served, routes, books, batches) == ("+5", "+1", "+200", "+5")
    assert km == f"+{round((plan.totals.metres - before.totals.metres) / 1000)}"
    assert hours == f"+{round((plan.totals.seconds - before.totals.seconds) / 3600)}"


def test_fewer_and_the_same_are_said_too() -> None:
    plan = make_plan(routes=2)
    assert set(_changes(week_page(plan, before=plan))) == {"±0"}
    assert _changes(week_page(plan, before=make_plan(routes=3)))[1] == "−1"


def test_without_a_week_before_nothing_is_compared() -> None:
    assert _changes(week_page(make_plan())) == []


def test_every_route_has_a_little_map_that_leads_to_its_manifest() -> None:
    page = week_page(make_plan(routes=3))
    pictures = page.split('class="pictures"')[1]
    for route in ("R01", "R02", "R03"):
        assert re.search(rf'<figure><a href="manifests/{route}\.html"><svg', pictures)


def test_what_was_checked_is_said() -> None:
    assert "No stop gets a batch that it has had lately." in week_page(make_plan())


def test_the_week_before_is_found_beside_the_plan(tmp_path: Path) -> None:
    first = district(stop("S1"), stop("S2"))
    visits = (past_visit("S1", MONDAY), past_visit("S2", MONDAY))
    folders = {
        week: Folders(routes=tmp_path / "routes" / week, maps=tmp_path / "maps" / week)
        for week in ("2026-W49", "2026-W50")
    }
    for week, tables in (
        ("2026-W49", first),
        ("2026-W50", msgspec.structs.replace(first, visits=visits)),
    ):
        plan = bc.plan_week(tables, week, effort="quick")
        write_week(plan, tables, folders[week], travel=travel_for(tables), parts=("routes",))
    assert _changes((folders["2026-W49"].routes / "index.html").read_text("utf-8")) == []
    changes = _changes((folders["2026-W50"].routes / "index.html").read_text("utf-8"))
    assert changes[:2] == ["−2", "−1"]
    assert (folders["2026-W50"].routes / "board.html").exists()
