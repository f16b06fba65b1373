"""The accessible twin of the paper manifest, opened in a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from browser import Browser, browser
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.manifests.page import route_page
from bookcar.manifests.phone_data import SCRIPTS
from bookcar.manifests.rows import week_sheet
from bookcar.plan import Plan
from bookcar.web.minimap import route_map
from bookcar.web.text import printable

__all__ = ["browser"]


def _page(plan: Plan, language: str | None = None) -> str:
    week = week_sheet(plan, language=language)
    return route_page(week.routes[0], week, map_svg=route_map(plan, plan.routes[0]))


class _Outline(HTMLParser):
    """Collects elements, and checks that they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def _outline(page: str) -> _Outline:
    outline = _Outline()
    outline.feed(page)
    assert outline.open == []
    return outline


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_what_the_paper_says(language: str) -> None:
    plan = make_plan(routes=1, stops=6, batches=2, plan={"estimated": True})
    (sheet,) = week_sheet(plan, language=language).routes
    text = re.sub(r"\s+", "", "".join(_outline(_page(plan, language)).said))
    for said in (
        *(sheet.km.text + " / " + sheet.max_km.text, sheet.start_text, sheet.return_text),
        *(f"{sheet.peak_books} / {sheet.max_books}", f"{sheet.dropped} / {sheet.drop_books}"),
        week_sheet(plan, language=language).warning,
    ):
        assert re.sub(r"\s+", "", said) in text
    for row in sheet.rows:
        for said in (row.name, row.name_en, row.phone, row.aboard_text, row.note, *row.requests):
            assert re.sub(r"\s+", "", said) in text
        assert f"{row.arrive.text}–{row.depart.text}" in text
        assert all(batch.id in text for batch in (*row.drops, *row.collects))


def test_it_can_be_heard_and_walked_through() -> None:
    outline = _outline(_page(make_plan(routes=1, stops=3)))
    headings = [int(tag[1]) for tag, _ in outline.seen if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(headings))
    pictures = [attributes for tag, attributes in outline.seen if tag == "figure"]
    assert len(pictures) == 4
    assert all(attributes["aria-label"] for attributes in pictures)
    fields = [
        k for k, (tag, _) in enumerate(outline.seen) if tag in {"input", "textarea", "select"}
    ]
    assert all(
        "label" in {tag for tag, _ in outline.seen[k - 2 : k]} or "aria-label" in outline.seen[k][1]
        for k in fields
    )
    heads = [attributes for tag, attributes in outline.seen if tag == "th"]
    assert all(attributes["scope"] in {"col", "row"} for attributes in heads)


def test_phones_and_maps_are_one_touch_away() -> None:
    links = [a["href"] for tag, a in _outline(_page(make_plan(plan=ZH))).seen if tag == "a"]
    assert "tel:+862348660000" in links
    assert any(str(link).startswith("https://uri.amap.com/marker?position=") for link in links)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 360])
def test_hostile_names_are_shown_and_do_nothing(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    plan = make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE, plan={"district": HOSTILE[1]})
    path = tmp_path / "R01.html"
    path.write_text(_page(plan), "utf-8")
    browser.open(path, size=(width, 900), ready=None)
    assert browser.requests() == []
    assert browser.console() == []
    assert browser.count("script") == 1 + len(SCRIPTS)  # the data and the form's own
    names = [name.strip() for name in browser.texts("li.stop h3 bdi")]
    assert names == [printable(name) for name in HOSTILE]
    assert browser.run("return document.documentElement.scrollWidth") <= width


def test_the_same_plan_gives_the_same_page() -> None:
    assert _page(make_plan()) == _page(make_plan())
