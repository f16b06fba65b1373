"""A week from the driver's phone to the records: driven, reloaded on the way, saved, closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browser, browser
from cli.county import write_county
from records.weeks import plan_again, rows_of

import bookcar as bc
from bookcar.manifests.page import route_page
from bookcar.manifests.rows import week_sheet
from bookcar.web.minimap import route_map

__all__ = ["browser"]

THIRD = "S3,Cabo,village,1.03,44.99,40,road"
BATCHES = tuple(f"B{k},40,LIB" for k in range(1, 8))
HISTORY = (
    "date,stop,vehicle,batch,action,books,status\n2026-10-05,S1,V,B1,dropped,40,done\n"
    "2026-10-05,S2,V,B2,dropped,40,done\n"
)
REQUESTS = (
    "id,date,stop,title,status\nQ1,2026-11-20,S1,Emma,open\nQ2,2026-11-20,S1,Ulysses,open\n"
    "Q3,2026-11-20,S2,Middlemarch,open\n"
)


@pytest.mark.browser
@pytest.mark.parametrize("way", ["saved", "shared"])
def test_what_was_driven_is_what_is_recorded(browser: Browser, tmp_path: Path, way: str) -> None:
    """A batch stays aboard, a request was not handed over, one stop is missed, one not told of."""
    district = write_county(
        tmp_path / "county", stops=[THIRD], batches=BATCHES, week_days='["Mon"]'
    )
    (district / "visits.csv").write_text(HISTORY)
    (district / "requests.csv").write_text(REQUESTS)
    plan, folder = plan_again(tmp_path, district, "2026-W49")
    (route,) = plan.routes
    order = [visit.stop for visit in route.visits]
    assert sorted(order) == ["S1", "S2", "S3"]
    (first,) = (visit for visit in route.visits if visit.stop == "S1")
    assert first.collects == ("B1",)
    assert len(first.drops) == 1
    week = week_sheet(plan)
    page = tmp_path / "R01.html"
    page.write_text(route_page(week.routes[0], week, map_svg=route_map(plan, route)), "utf-8")
    at = {stop: k for k, stop in enumerate(order)}

    browser.open(page, size=(360, 720), phone=True)
    browser.touch("#next")
    browser.write("[data-route=out]", "1000")
    for k, stop in enumerate(order):
        browser.touch("#next")
        if stop == "S1":
            browser.touch(f"[data-visit='{k}'][data-now=arrive]")
            browser.touch(f"[data-visit='{k}'][data-now=leave]")
            browser.touch(f"[data-move='drop:{first.drops[0]}']")  # could not be dropped
            browser.touch("[data-move='request:Q2']")  # was not handed over
            browser.write(f"[data-visit='{k}'][data-field=readers]", "31")
            browser.reload()
        if stop == "S2":
            browser.touch(f"[data-visit='{k}'][data-status=missed]")
            browser.write(f"[data-visit='{k}'][data-field=note]", "landslide")
    browser.touch("#next")
    browser.write("[data-route=back]", "1044,5")
    _send(browser, folder, way)
    assert (browser.requests(), browser.console()) == ([], [])

    closing = bc.close_week(folder, district)
    assert [path.name for path in closing.files] == [
        "R01-return.json" if way == "saved" else "R01-return (1).txt"
    ]
    rows = [row for row in rows_of(district / "visits.csv") if row["date"] > "2026-11"]
    told = {stop: [row for row in rows if row["stop"] == stop] for stop in at}
    (collected,) = told["S1"]
    assert (collected["batch"], collected["action"]) == ("B1", "collected")
    assert (collected["readers"], collected["status"]) == ("31", "done")
    assert first.drops[0] in collected["note"]
    assert collected["arrive"]
    assert collected["leave"] >= collected["arrive"]
    (missed,) = told["S2"]
    assert (missed["status"], missed["batch"], missed["note"]) == ("missed", "", "landslide")
    assert {row["status"] for row in told["S3"]} == {"done"}
    assert {row["km"] for row in rows if row["km"]} == {"44.5"}
    asked = {row["id"]: row["status"] for row in rows_of(district / "requests.csv")}
    assert asked == {"Q1": "brought", "Q2": "open", "Q3": "open"}


def _send(browser: Browser, folder: Path, way: str) -> None:
    """Bring the route's file into the week's folder as a download, or as an app passed it on."""
    path = folder / "R01-return.json"
    browser.downloaded("#save", path)
    if way == "shared":
        path.rename(folder / "R01-return (1).txt")
