"""The week's page, read by a parser and opened in a browser."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from browser import Browser, browser
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.errors import Fault
from bookcar.pages.week import week_page
from bookcar.phrases import Phrases
from bookcar.phrases.sentence import Sentence, told
from bookcar.plan import Plan
from bookcar.web.geometry import Points
from bookcar.web.text import printable

__all__ = ["browser"]


@dataclass(frozen=True)
class _Roads:
    lines: Mapping[str, Sequence[Points]]


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("</style>")[1]))


def _links(page: str) -> list[str]:
    return re.findall(r'<a href="([^"]*)"', page)


@pytest.mark.parametrize(
    ("wanted", "verdict"),
    [
        ({"routes": 2, "stops": 5, "unserved": 0}, "All 10 due stops are served, in 2 routes."),
        ({"routes": 2, "stops": 5, "unserved": 3}, "10 of 13 due stops are served, in 2 routes; 3"),
        ({"routes": 0, "unserved": 3}, "none of the 3 due stops is served"),
        ({"routes": 0, "unserved": 0}, "No stop is due this week"),
    ],
)
def test_the_verdict_comes_first(wanted: dict[str, Any], verdict: str) -> None:
    page = week_page(make_plan(**wanted))
    assert verdict in _text(page)
    assert page.index('class="verdict') < page.index("<nav")


def test_one_is_said_as_one() -> None:
    page = _text(week_page(make_plan(routes=1, stops=1, unserved=0)))
    assert "The one due stop is served, in 1 route." in page


def test_the_legend_of_the_timeline_has_the_colours_of_its_bars() -> None:
    page = week_page(make_plan(routes=4, stops=3))
    legend, picture = page.split('class="legend"')[1].split("</svg></div>")[0].split("</p>", 1)
    drawn = set(re.findall(r'<rect [^>]*fill="([^"]+)"', picture))
    assert drawn <= set(re.findall(r'fill="([^"]+)"', legend))
    assert len(drawn) > 3


def test_required_stops_left_over_are_said() -> None:
    page = week_page(make_plan(unserved=2, stop={"required": True}))
    assert "2 of them must be served whatever it costs." in _text(page)


def test_every_figure_is_the_plans() -> None:
    plan = make_plan(routes=3, stops=4, unserved=2)
    text = _text(week_page(plan))
    totals = plan.totals
    for figure in (
        f"{totals.served} / {totals.due}",
        f"{totals.metres / 1000:,.1f}",
        f"{totals.batches_dropped} / {totals.batches_collected}",
    ):
        assert figure in text
    for route in plan.routes:
        assert f"{route.metres / 1000:.1f} / 450.0" in text
        assert f"{route.peak_books:,} / 1,200" in text
    assert plan.id in text
    assert told(plan.road_note, "en") in text
    assert "No road within 500 m (nearest: 1.2 km)." in text
    for name, digest in plan.provenance.inputs.items():
        assert name in text
        assert digest in text


def test_links_lead_to_files_beside_it_and_to_the_maps() -> None:
    links = _links(week_page(make_plan(routes=2), maps_href="../../../maps/x/2026-W49"))
    assert "../../../maps/x/2026-W49/routes.html" in links
    assert "../../../maps/x/2026-W49/coverage.html" in links
    assert "../../../maps/x/2026-W49/routes.html#R02" in links
    assert {"manifests.pdf", "week.xlsx", "visits.csv", "unserved.csv", "plan.json"} <= set(links)
    assert {"manifests/R01.html", "gpx/R02.gpx"} <= set(links)


def test_without_maps_there_are_no_links_to_them() -> None:
    assert not [link for link in _links(week_page(make_plan())) if "routes.html" in link]


def test_an_estimate_is_said() -> None:
    assert "estimated from coordinates" in _text(week_page(make_plan(plan={"estimated": True})))
    assert "estimated" not in _text(week_page(make_plan()))


def test_warnings_are_for_your_attention() -> None:
    fault = Fault(rule="tiles-credit", file="stops.csv", row=7)
    plan = msgspec.structs.replace(make_plan(), warnings=(fault,))
    assert "For your attention (1) The maps must say whose the tiles are." in _text(week_page(plan))
    assert "1 thing to look at." in _text(week_page(plan)), "the verdict says how many"


def test_the_verdict_counts_what_is_to_be_seen() -> None:
    """As many as stand in the sections that its links lead to."""
    faults = tuple(Fault(rule="tiles-credit", file="stops.csv", row=row) for row in (7, 9))
    page = week_page(msgspec.structs.replace(make_plan(unserved=2), warnings=faults))
    for section, key in (("decisions", "open"), ("attention", "eyes")):
        body = re.search(rf'<h2 id="{section}">.*?</section>', page, re.DOTALL)
        assert body
        shown = len(re.findall(r"<li", body[0]))
        assert shown > 0
        told = Phrases("en")(f"pages.{key}", count=shown)
        assert f'<a href="#{section}">{told}</a>' in page
        assert f"({shown})</h2>" in body[0]


def test_an_unserved_stop_says_what_would_help() -> None:
    text = _text(week_page(make_plan(unserved=2)))
    assert "What would help" in text
    assert "Let a vehicle work on one of its days" in text
    assert "raise roads.max_snap_m above the 1.2 km" in text


def test_the_greater_roads_lie_beneath_the_little_maps() -> None:
    near = np.array([[106.65, 29.02], [106.66, 29.03]])
    plain = week_page(make_plan())
    assert week_page(make_plan(), roads=_Roads({"path": [near], "village": [near]})) == plain
    assert week_page(make_plan(), roads=_Roads({"county": [near]})).count("#a6a6a6") == 2


def test_chinese() -> None:
    page = week_page(make_plan(plan=ZH))
    assert '<html lang="zh-Hans">' in page
    assert "本周应到 12 站，已安排 10 站，共 2 条路线；2 站未安排，原因见下。" in _text(page)


def _hostile() -> Plan:
    note = Sentence(key="common.roads-matrix", figures={"file": HOSTILE[1]})
    plan = make_plan(
        routes=2,
        unserved=len(HOSTILE),
        names=HOSTILE,
        stop={"area": HOSTILE[1], "name_en": HOSTILE[2]},
        vehicle={"name": HOSTILE[10], "driver": HOSTILE[1]},
        plan={"district": HOSTILE[0], "road_note": (note,)},
    )
    fault = Fault(
        rule="two-sources", file="<img src=x>", value=HOSTILE[1], figures={"read": "`${x}`</p>"}
    )
    made = msgspec.structs.replace(plan.provenance, folder=HOSTILE[1], inputs={HOSTILE[1]: "ab"})
    return msgspec.structs.replace(plan, warnings=(fault,), provenance=made)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 360])
def test_hostile_names_are_shown_and_do_nothing(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "index.html"
    path.write_text(week_page(_hostile(), maps_href="../maps"), "utf-8")
    browser.open(path, size=(width, 900), ready=None)
    assert browser.requests() == []
    assert browser.console() == []
    assert browser.count("script, img") == 0
    shown = browser.texts("[aria-labelledby=unserved-list] td:first-child bdi")
    assert sorted(shown) == sorted(printable(name) for name in HOSTILE)
    assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_it_prints(browser: Browser, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    path = tmp_path / "index.html"
    path.write_text(week_page(make_plan(routes=6, unserved=4)), "utf-8")
    (tmp_path / "x.pdf").write_bytes(browser.open(path, ready=None).pdf())
    pages = pypdf.PdfReader(tmp_path / "x.pdf").pages
    text = "".join(page.extract_text() for page in pages)
    assert all(f"R0{k}" in text for k in range(1, 7))
    assert len(pages) <= 2


def test_the_same_plan_gives_the_same_page() -> None:
    assert week_page(make_plan()) == week_page(make_plan())
