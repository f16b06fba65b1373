"""Readers' requests on everything printed: how each comes, and what is only to be looked for."""

from __future__ import annotations

import io
import re
from typing import Any

import msgspec
import openpyxl
import pypdf
import pytest
from manifests.plans import make_plan

from bookcar.manifests.ical import visits_ics
from bookcar.manifests.page import route_page
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.workbook import week_workbook
from bookcar.plan import Plan, PlanRequest
from bookcar.web.minimap import route_map
from bookcar.web.text import BREAK

MEANS: dict[str, dict[str, Any]] = {
    "Q1": {"carried": "batch", "in_batch": "B-S001-1"},
    "Q2": {"carried": "single", "copy": "C7"},
    "Q3": {"carried": "single"},
    "Q4": {"carried": "along"},
    "Q5": {"carried": "single", "kind": "reward"},
    "Q6": {"carried": "single", "kind": "bought", "copy": "C8"},
}
WORDS = {
    "en": [
        "Title Q1 (for Li) · in batch {batch}",
        "Title Q2 (for Li) · copy C7",
        "Title Q3 (for Li) · set aside",
        "Title Q4 (for Li) · to take along",
        "Title Q5 (for Li) · reward",
        "Title Q6 (for Li) · bought · copy C8",
    ],
    "zh": [
        "《Title Q1》（Li） · 在批次 {batch} 中",
        "《Title Q2》（Li） · 单册 C7",
        "《Title Q3》（Li） · 已备好",
        "《Title Q4》（Li） · 请随车带去",
        "《Title Q5》（Li） · 奖品",
        "《Title Q6》（Li） · 新购 · 单册 C8",
    ],
}


def _plan() -> Plan:
    """Return a plan whose first visit brings six requests, and has one to find."""
    plan = make_plan(routes=1, stops=3)
    (route,) = plan.routes
    first = route.visits[0]
    means = MEANS | {"Q1": {"carried": "batch", "in_batch": first.drops[0]}, "Q7": {}}
    requests = tuple(
        PlanRequest(id=name, stop=first.stop, title=f"Title {name}", reader="Li", **how)
        for name, how in means.items()
    )
    visit = msgspec.structs.replace(first, requests=tuple(MEANS), to_find=("Q7",))
    calls = tuple(visit if call is first else call for call in route.calls)
    route = msgspec.structs.replace(route, calls=calls)
    return msgspec.structs.replace(plan, requests=requests, routes=(route,)).with_id()


def _bare(text: str) -> str:
    return re.sub(rf"[\s{BREAK}]+", "", text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_says_how_it_comes(language: str) -> None:
    plan = _plan()
    row = week_sheet(plan, language=language).routes[0].rows[0]
    batch = plan.routes[0].visits[0].drops[0]
    assert list(row.requests) == [words.format(batch=batch) for words in WORDS[language]]
    assert len(row.to_find) == 1
    assert "Title Q7" in row.to_find[0]


def test_what_is_to_find_stands_under_a_heading_of_its_own_everywhere() -> None:
    plan = _plan()
    week = week_sheet(plan)
    (route,) = week.routes
    heading, title = _bare("Not aboard: find on the shelf"), _bare("Title Q7 (for Li)")
    page = route_page(route, week, map_svg="")
    without = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    paper = "".join(
        page.extract_text()
        for page in pypdf.PdfReader(
            io.BytesIO(manifests_pdf(week, maps=[route_map(plan, r) for r in plan.routes]))
        ).pages
    )
    for text in (_bare(re.sub(r"<[^>]*>", "", without)), _bare(paper)):
        assert text.count(heading) == 2  # for the store, and at the stop
        assert text.count(title) == 2
        assert text.index(heading) < text.index(title)


def test_the_workbook_and_the_calendar_keep_them_apart() -> None:
    plan = _plan()
    week = week_sheet(plan)
    book = openpyxl.load_workbook(io.BytesIO(week_workbook(week)))
    rows = next(
        rows
        for sheet in book
        if (rows := list(sheet.iter_rows(values_only=True)))
        and any("Requests" in row for row in rows)
    )
    head = next(row for row in rows if "Requests" in row)
    first = rows[rows.index(head) + 1]
    asked = dict(zip(head, first, strict=True))
    assert str(asked["Requests"]).count("\n") == len(MEANS) - 1
    assert asked["Not aboard: find on the shelf"] == "Title Q7 (for Li)"
    text = re.sub(r"\r?\n ", "", visits_ics(plan, week).decode())
    assert "Not aboard: find on the shelf: Title Q7 (for Li)" in text
