"""The sheet of paper and the clock, by settings, in everything that is printed."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pypdf
import pytest
from browser import Browser, browser
from manifests.plans import make_plan

from bookcar.manifests.rows import week_sheet
from bookcar.manifests.write import write_manifests
from bookcar.model import Paper
from bookcar.pages.week import week_page
from bookcar.phrases import Phrases
from bookcar.plan import Plan
from bookcar.web.paper import PAPERS
from bookcar.web.times import time_text

__all__ = ["browser"]

TWELVE = re.compile(r"\d{1,2}:\d\d [ap]m")


def _written(folder: Path, plan: Plan) -> Path:
    write_manifests(plan, folder, single=["R01"])
    (folder / "index.html").write_text(week_page(plan), "utf-8")
    return folder


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a week on Letter by the 12-hour clock."""
    plan = make_plan(routes=2, stops=8, plan={"paper": "letter", "clock": "12h"})
    return _written(tmp_path_factory.mktemp("letter"), plan)


def _sizes(pdf: bytes) -> set[tuple[int, int]]:
    boxes = (page.mediabox for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return {(round(float(box.width)), round(float(box.height))) for box in boxes}


def test_every_pdf_has_the_sheet(letter: Path, tmp_path: Path) -> None:
    a4 = _written(tmp_path, make_plan(routes=1, stops=2))
    wall = {"letter": (1224, 792), "a4": (1191, 842)}
    for folder, paper, size in ((letter, "letter", (612, 792)), (a4, "a4", (595, 842))):
        pdfs = sorted(folder.rglob("*.pdf"))
        assert len(pdfs) == 5
        for path in pdfs:
            wanted = wall[paper] if path.name == "wall.pdf" else size
            assert _sizes(path.read_bytes()) == {wanted}, path.name


def test_pages_and_workbook_print_on_the_sheet(letter: Path) -> None:
    for page in (letter / "index.html", letter / "manifests" / "R01.html"):
        assert "size: letter" in page.read_text("utf-8")
        assert "A4" not in page.read_text("utf-8")
    book = openpyxl.load_workbook(letter / "week.xlsx")
    assert {sheet.page_setup.paperSize for sheet in book} == {PAPERS["letter"].xlsx}


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_browser_prints_on_the_sheet(browser: Browser, tmp_path: Path, paper: Paper) -> None:
    path = tmp_path / "index.html"
    path.write_text(week_page(make_plan(plan={"paper": paper})), "utf-8")
    browser.open(path, ready=None)
    ((width, height),) = _sizes(browser.pdf())
    wanted = PAPERS[paper].width / 25.4 * 72, PAPERS[paper].height / 25.4 * 72
    assert (width, height) == pytest.approx(wanted, abs=1)


def test_times_are_read_by_the_clock(letter: Path) -> None:
    """No 24-hour time is left on paper or page; programs and commands get theirs in 24 hours."""
    week = week_sheet(make_plan(routes=2, stops=8, plan={"paper": "letter", "clock": "12h"}))
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(letter / "manifests.pdf").pages)
    flat = re.sub(r"\s+", " ", text)
    for route in week.routes:
        for row in route.rows:
            assert TWELVE.fullmatch(row.arrive.text)
            assert row.arrive.text in flat
            assert row.depart.text in flat
    page = (letter / "index.html").read_text("utf-8")
    assert ">8:00 am<" in page, "the timeline's hours"
    assert "8:01 am–" in page
    assert "08:01" not in re.sub(r"<pre>.*?</pre>", "", page)
    assert re.search(r",0\d:\d\d,", (letter / "timetable.csv").read_text("utf-8-sig"))
    sheet = openpyxl.load_workbook(letter / "week.xlsx").worksheets[1]
    assert sheet["D2"].number_format == "h:mm AM/PM"


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "12:00 am", "上午 12:00"),
        (8 * 3600 + 90, "8:01 am", "上午 8:01"),
        (12 * 3600, "12:00 pm", "下午 12:00"),
        (13 * 3600 + 59, "1:00 pm", "下午 1:00"),
        (86_400, "12:00 am", "上午 12:00"),
    ],
)
def test_the_twelve_hour_clock(seconds: int, english: str, chinese: str) -> None:
    assert time_text(seconds, Phrases("en"), "12h") == english
    assert time_text(seconds, Phrases("zh"), "12h") == chinese


def test_ten_labels_fit_either_sheet() -> None:
    for paper in PAPERS.values():
        assert 2 * paper.label_width + paper.label_gap <= paper.width
        assert 5 * paper.label_height <= paper.height
