"""The lists of titles."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import openpyxl
import pypdf
import pytest
from calls import changed
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.errors import MissingToolError
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.titles import title_lists, titles_pdf
from bookcar.manifests.write import write_manifests
from bookcar.model import Title
from bookcar.pages.week import week_page
from bookcar.plan import Plan
from bookcar.web.text import BREAK, printable

FEW = (
    Title(title="活着", author="余华", isbn="9787506365437", call_number="I247.5/12", copies=39),
    Title(title="To Live"),
)
MANY = tuple(Title(title=f"Book {k}", author="A. Writer", copies=1) for k in range(1, 201))


def _pages(plan: Plan) -> list[str]:
    week = week_sheet(plan)
    pdf = titles_pdf(week, title_lists(plan, week))
    return [_bare(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def _bare(text: str) -> str:
    return re.sub(rf"[\s{BREAK}]+", "", text)


def test_every_batch_that_moves_has_its_list_with_where_it_goes() -> None:
    plan = make_plan(routes=1, stops=3, titles=FEW)
    week = week_sheet(plan)
    lists = title_lists(plan, week)
    assert [t.batch.id for t in lists[:3]] == ["B1003-1", "B1002-1", "B1001-1"], "as loaded"
    assert {t.batch.id for t in lists[3:]} == {"B2001-1", "B2002-1", "B2003-1"}
    pages = _pages(plan)
    assert len(pages) == 6
    for page, listed in zip(pages, lists, strict=True):
        for said in (listed.batch.id, *listed.moves, "活着", "余华", "9787506365437", "I247.5/12"):
            assert _bare(said) in page, said
        assert page.count("ToLive") == 1
        assert "Total40" in page
        assert "page1of1" in page


def test_a_batch_that_comes_back_and_goes_out_has_one_list() -> None:
    plan = make_plan(routes=2, stops=2, titles=FEW)
    first, second = plan.routes
    again = msgspec.structs.replace(second.visits[0], drops=first.visits[0].collects)
    routes = (first, changed(second, visits=(again, *second.visits[1:])))
    plan = msgspec.structs.replace(plan, routes=routes)
    (listed,) = [t for t in title_lists(plan, week_sheet(plan)) if t.batch.id == "B2001-1"]
    assert [move.split(" · ")[:2] for move in listed.moves] == [["Collect", "R01"], ["Drop", "R02"]]


def test_a_long_list_goes_on_with_its_heading_and_counts_its_pages() -> None:
    pages = _pages(make_plan(routes=1, stops=1, titles=MANY, rest=False))
    own = [page for page in pages if "B1001-1" in page]
    assert len(own) > 2
    for number, page in enumerate(own, start=1):
        assert f"page{number}of{len(own)}" in page
        assert "CallnumberISBN" in page
    found = [int(n) for page in own for n in re.findall(r"Book(\d{1,3})A\.Writer", page)]
    assert found == list(range(1, 201))


def test_hostile_titles_are_text_on_paper_and_in_cells(tmp_path: Path) -> None:
    titles = tuple(Title(title=name, author=name, call_number=name) for name in HOSTILE)
    plan = make_plan(routes=1, stops=1, titles=titles, rest=False)
    text = "".join(_pages(plan))
    for name in HOSTILE:
        assert _bare(printable(name)) in text, name
    write_manifests(plan, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "week.xlsx")["Titles"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}, "no formula"
    assert {printable(name) for name in HOSTILE} <= {cell.value for cell in cells}


def test_they_are_written_and_linked_only_where_there_are_some(tmp_path: Path) -> None:
    for name, titles in (("with", FEW), ("without", ())):
        folder = tmp_path / name
        folder.mkdir()
        plan = make_plan(routes=1, titles=titles)
        write_manifests(plan, folder)
        assert (folder / "titles.pdf").exists() == bool(titles)
        assert ('href="titles.pdf"' in week_page(plan)) == bool(titles)
        sheets = openpyxl.load_workbook(folder / "week.xlsx").sheetnames
        assert ("Titles" in sheets) == bool(titles)


def test_they_are_the_same_each_time() -> None:
    plan = make_plan(routes=1, titles=FEW, plan=ZH)
    week = week_sheet(plan)
    assert titles_pdf(week, title_lists(plan, week)) == titles_pdf(week, title_lists(plan, week))


def test_a_missing_glyph_names_the_batch() -> None:
    plan = make_plan(routes=1, stops=1, rest=False, titles=(Title(title="rune \U0010fffd"),))
    with pytest.raises(MissingToolError, match=r"U\+10FFFD.*the titles of batch B1001-1"):
        _pages(plan)


def test_the_code_is_the_batch(tmp_path: Path) -> None:
    pyzbar = pytest.importorskip("pyzbar.pyzbar")
    image = pytest.importorskip("PIL.Image")
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    plan = make_plan(routes=1, stops=2, titles=FEW, plan=ZH)
    week = week_sheet(plan)
    lists = title_lists(plan, week)
    (tmp_path / "t.pdf").write_bytes(titles_pdf(week, lists))
    subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", "-png", "t.pdf", "t"], cwd=tmp_path, check=True
    )
    codes = [
        code.data.decode()
        for path in sorted(tmp_path.glob("*.png"))
        for code in pyzbar.decode(image.open(path))
    ]
    assert codes == [listed.batch.id for listed in lists]
