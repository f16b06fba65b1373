"""The page opens without a network, says what is counted, and runs nothing that it was given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import Browser, browser
from manifests.axe import serious
from report.samples import HOSTILE, empty, full, hostile

from bookcar.phrases import LANGUAGES, Language
from bookcar.report.page import report_page
from bookcar.report.words import Words, ranges

__all__ = ["browser"]


def written(tmp_path: Path, page: str) -> Path:
    path = tmp_path / "report.html"
    path.write_text(page, "utf-8")
    return path


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_alone_and_without_an_error(
    browser: Browser,
    tmp_path: Path,
    language: Language,
) -> None:
    report = full(tmp_path, language=language, form="cn")
    path = written(tmp_path, report_page(report))
    for width in (1200, 360):
        browser.open(path, ready=None, size=(width, 900))
        assert browser.requests() == []
        assert browser.console() == []
        assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.count("figure > svg") == 4
    assert browser.count("#figures tbody tr") == len(report.figures)
    assert browser.count("#indicators tbody tr") == len(report.indicators)
    assert browser.count("#behind tbody tr") == len(report.lines)


@pytest.mark.browser
def test_the_rows_behind_a_figure_unfold(browser: Browser, tmp_path: Path) -> None:
    report = full(tmp_path)
    browser.open(written(tmp_path, report_page(report)), ready=None)
    row = [figure.key for figure in report.figures].index("readers") + 1
    place = f"#figures tbody tr:nth-child({row})"
    assert browser.text(f"{place} .number") == f"{report['readers'].value:,}"
    browser.click(f"{place} summary")
    assert browser.text(f"{place} .ranges") == ranges(report["readers"].rows)


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_text_and_nothing_else(
    browser: Browser,
    tmp_path: Path,
    language: Language,
) -> None:
    page = report_page(hostile(language))
    assert "<script" not in page
    browser.open(written(tmp_path, page), ready=None)
    assert browser.console() == []
    assert "{{ x }}</script><script>alert(1)</script> =1+1" in browser.text("header p bdi")
    assert "\u202e" not in page


def test_an_empty_period_says_so() -> None:
    page = report_page(empty())
    assert "No visit was recorded from 2020-01-01 to 2020-06-30." in page
    assert "first half of 2020" in page
    assert "<figure" not in page


def test_same_records_same_page(tmp_path: Path) -> None:
    one, two = (report_page(full(tmp_path / name)) for name in "ab")
    assert one == two


def test_unverified_names_are_marked(tmp_path: Path) -> None:
    page = report_page(full(tmp_path, form="cn"))
    rows = [row for row in page.split("<tr>") if "name not verified" in row]
    assert [re.search("流动服务书刊借阅(人|册)次|农家书屋补充册数", row)[0] for row in rows] == [
        "流动服务书刊借阅人次",
        "流动服务书刊借阅册次",
        "农家书屋补充册数",
    ]


def test_row_numbers_are_told_in_short() -> None:
    assert ranges((2, 3, 4, 9, 11, 12)) == "2-4, 9, 11-12"
    assert ranges(()) == ""


def test_hostile_names_stay_short() -> None:
    report = hostile()
    assert len(Words(report).stop("S1")) <= 80 < len(HOSTILE * 2)


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_nothing_serious(
    browser: Browser, tmp_path: Path, language: Language
) -> None:
    report = full(tmp_path, language=language, form="uk")
    browser.open(written(tmp_path, report_page(report)), ready=None)
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert serious(browser) == []
