"""Labels for the crates and posters for the villages."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pypdf
import pytest
from icalendar import Calendar
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.errors import MissingToolError
from bookcar.manifests.handouts import labels_pdf, posters_pdf, without_poster
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.timetable import PRIVATE
from bookcar.web.paper import PAPERS
from bookcar.web.text import BREAK, printable


def _pages(pdf: bytes) -> list[str]:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [re.sub(rf"[\s{BREAK}]+", "", page.extract_text()) for page in pages]


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", printable(text))


def test_every_crate_to_load_has_a_label_in_loading_order() -> None:
    week = week_sheet(make_plan(routes=2, stops=4, batches=2))
    text = "".join(_pages(labels_pdf(week)))
    crates = [row.batch for route in week.routes for row in route.load]
    assert text.count("crate") == sum(batch.crates for batch in crates)
    found = [text.index(batch.id) for batch in crates]
    assert found == sorted(found)


def test_ten_labels_stand_on_a_page() -> None:
    week = week_sheet(make_plan(routes=1, stops=7, batches=2))  # every second batch has two crates
    crates = sum(row.batch.crates for row in week.routes[0].load)
    assert len(_pages(labels_pdf(week))) == -(-crates // 10)


def _codes(pdf: bytes, folder: Path) -> list[str]:
    """Return what the codes on a PDF hold, as they are read from its pages."""
    pyzbar = pytest.importorskip("pyzbar.pyzbar")
    image = pytest.importorskip("PIL.Image")
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    (folder / "l.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", "l.pdf", "l"], cwd=folder, check=True)
    return [
        code.data.decode()
        for path in sorted(folder.glob("*.png"))
        for code in pyzbar.decode(image.open(path))
    ]


def test_the_codes_on_the_labels_are_the_batches(tmp_path: Path) -> None:
    week = week_sheet(make_plan(routes=1, stops=6, plan=ZH))
    found = set(_codes(labels_pdf(week), tmp_path))
    assert found == {row.batch.id for row in week.routes[0].load}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_poster_per_visit_says_where_and_when(language: str) -> None:
    week = week_sheet(make_plan(routes=2, stops=3), language=language)
    rows = [row for route in week.routes for row in route.rows if row.kind not in PRIVATE]
    assert rows
    date = {"en": "Monday,30November2026", "zh": "2026年11月30日（星期一）"}[language]
    for page, row in zip(_pages(posters_pdf(week)), rows, strict=True):
        assert _bare(row.name) in page
        assert f"{row.begin.text}–{row.depart.text}" in page
        assert date in page
        assert _bare(row.landmark) in page
        assert row.phone.replace(" ", "") not in page, "nobody's own number hangs in the village"


def test_the_code_on_a_poster_is_the_visit_for_a_calendar(tmp_path: Path) -> None:
    week = week_sheet(make_plan(routes=1, stops=3), language="en")
    rows = [row for row in week.routes[0].rows if row.kind not in PRIVATE]
    found = [
        Calendar.from_ical(code).walk("VEVENT") for code in _codes(posters_pdf(week), tmp_path)
    ]
    told = {(str(e["summary"]), f"{e['dtstart'].dt:%H:%M}–{e['dtend'].dt:%H:%M}") for (e,) in found}
    assert told == {(row.name, f"{row.begin.text}–{row.depart.text}") for row in rows}
    assert {e["dtstart"].dt.date() for (e,) in found} == {week.routes[0].date}


KINDS = ("school", "village", "organisation")


def test_no_poster_hangs_where_nobody_from_outside_may_come() -> None:
    plan = make_plan(routes=1, stops=3)
    kinds = dict(zip((v.stop for v in plan.routes[0].visits), KINDS, strict=True))
    stops = tuple(
        msgspec.structs.replace(one, kind=kinds.get(one.id, one.kind)) for one in plan.stops
    )
    week = week_sheet(msgspec.structs.replace(plan, stops=stops))
    (page,) = _pages(posters_pdf(week))
    assert _bare(week.routes[0].rows[1].name) in page
    assert without_poster(week, ()) == {"private": 2}
    event = week.routes[0].rows[1].stop
    assert without_poster(week, (event,)) == {"private": 2, "event": 1}


def test_hostile_and_long_names_fit_a_page_each() -> None:
    week = week_sheet(make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE))
    posters = _pages(posters_pdf(week))
    public = [
        n for n, row in zip(HOSTILE, week.routes[0].rows, strict=True) if row.kind not in PRIVATE
    ]
    for page, name in zip(posters, public, strict=True):
        assert _bare(name) in page
    assert _pages(labels_pdf(week))


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_label_keeps_its_route_however_long_the_name(paper: str) -> None:
    """The last line stands inside the label: what reaches beyond would be cut off with it."""
    names = ("W" * 300, "塆塝屲" * 100)
    week = week_sheet(make_plan(routes=1, stops=4, names=names, plan={"paper": paper}))
    size = PAPERS["letter" if paper == "letter" else "a4"]
    height = size.label_height / 25.4 * 72
    top = (size.height - 5 * size.label_height) / 2 / 25.4 * 72
    for page in pypdf.PdfReader(io.BytesIO(labels_pdf(week))).pages:
        ends: list[float] = []

        def note(text: str, cm: list[float], tm: list[float], *_: object) -> None:
            if "R01" in text:
                ends.append(cm[3] * tm[5] + cm[5])  # noqa: B023  used within this turn

        text = page.extract_text(visitor_text=note)
        assert len(ends) == text.count("R01") > 0
        page_height = float(page.mediabox.height)
        for y in ends:
            down = (page_height - y - top) % height
            assert 12 < down < height - 4, (down, height)


def test_a_week_without_routes_says_so() -> None:
    week = week_sheet(make_plan(routes=0))
    assert "Nobatchisdropped" in _pages(labels_pdf(week))[0]
    assert "Noroutesthisweek" in _pages(posters_pdf(week))[0]


def test_they_are_tagged_and_the_same_each_time() -> None:
    week = week_sheet(make_plan(plan=ZH))
    for make in (labels_pdf, posters_pdf):
        pdf = make(week)
        assert pdf == make(week)
        assert pypdf.PdfReader(io.BytesIO(pdf)).root_object["/MarkInfo"]["/Marked"]


def test_a_missing_glyph_names_the_stop() -> None:
    week = week_sheet(make_plan(names=("rune \U0010fffd",)))
    with pytest.raises(MissingToolError, match=r"U\+10FFFD.*S001 \(R01\)"):
        posters_pdf(week)
