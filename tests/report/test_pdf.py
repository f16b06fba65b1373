"""The print is read back by pypdf: every figure and sentence is in it, whatever names hold."""

from __future__ import annotations

import io
from pathlib import Path

import msgspec
import pypdf
import pytest
from report.samples import empty, full, hostile

from bookcar.phrases import LANGUAGES, Language
from bookcar.report.pdf import report_pdf
from bookcar.report.sheet import report_sheet


def read(data: bytes) -> str:
    """Return the text without what a line break leaves in it."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return squeezed("".join(page.extract_text() for page in pages))


def squeezed(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c != "\u200b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_and_sentence_is_printed(tmp_path: Path, language: Language) -> None:
    report = full(tmp_path, language=language, form="us")
    sheet, text = report_sheet(report), read(report_pdf(report))
    for row in sheet.figures:
        assert squeezed(row.name + row.value) in text
    for one in sheet.indicators:
        assert squeezed(one.code) in text
    for table in sheet.tables:
        for line in table.rows:
            assert squeezed(line.cells[0]) in text
    assert squeezed(sheet.title) in text
    pages = pypdf.PdfReader(io.BytesIO(report_pdf(report))).pages
    for sentence in sheet.paragraphs:
        assert squeezed(sentence) in read_page(pages[0]), sentence


def read_page(page: pypdf.PageObject) -> str:
    return squeezed(page.extract_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_and_an_empty_period_are_printed(language: Language) -> None:
    text = read(report_pdf(hostile(language)))
    assert squeezed("{{ x }}</script><script>alert(1)</script> =1+1 #let $ *b*") in text
    assert report_pdf(empty(language)).startswith(b"%PDF")


def test_long_words_leave_no_invisible_characters_in_the_text() -> None:
    """They break across lines all the same; who copies or searches the text finds whole words."""
    report = hostile()
    name = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
    stops = {key: msgspec.structs.replace(s, name=name) for key, s in report.stops.items()}
    pages = pypdf.PdfReader(
        io.BytesIO(report_pdf(msgspec.structs.replace(report, stops=stops)))
    ).pages
    text = "".join(page.extract_text() for page in pages)
    assert "\u200b" not in text
    assert name in "".join(text.split())


def test_same_records_same_bytes(tmp_path: Path) -> None:
    assert report_pdf(full(tmp_path / "a")) == report_pdf(full(tmp_path / "b"))
