"""The manifests on paper."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest
import typst
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.errors import MissingToolError
from bookcar.manifests import fonts
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.phrases import Language, Phrases
from bookcar.plan import Plan
from bookcar.web.minimap import route_map
from bookcar.web.text import BREAK, printable

NO_ROOM = Phrases("en")("reasons.no-vehicle")


def _pdf(plan: Plan, language: str | None = None) -> bytes:
    maps = [route_map(plan, route) for route in plan.routes]
    return manifests_pdf(week_sheet(plan, language=language), maps=maps)


def _pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def _bare(text: str) -> str:
    """Return text without white space and break marks, which extraction moves about."""
    return re.sub(rf"[\s{BREAK}]+", "", text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_on_paper_is_the_plans(language: str) -> None:
    plan = make_plan(routes=2, stops=6, batches=2)
    week = week_sheet(plan, language=language)
    text = _bare("".join(_pages(_pdf(plan, language))))
    for route in week.routes:
        for figure in (
            *(route.date_text, route.depart.text, route.back.text, route.vehicle, route.driver),
            *(f"{route.km.text} / {route.max_km.text}", f"{route.peak_books} / {route.max_books}"),
            *(f"{route.hours.text} / {route.max_hours.text}", route.start_text, route.return_text),
            *(f"{route.dropped} / {route.drop_books}", f"{route.peak_kg} / {route.max_kg}"),
        ):
            assert _bare(figure) in text, figure
        for row in route.rows:
            for said in (
                *(row.name, row.name_en, row.arrive.text, row.depart.text, row.phone),
                *(row.contact, row.landmark, row.note, row.aboard_text, row.total_km.text),
                *(batch.id for batch in (*row.drops, *row.collects)),
                *row.requests,
            ):
                assert _bare(said) in text, said
    assert plan.dispatch_phone.replace(" ", "") in text


def test_every_page_says_route_and_page_of_pages() -> None:
    pages = _pages(_pdf(make_plan(routes=2, stops=9)))
    by_route = {
        route: [page for page in pages if page.startswith(route)] for route in ("R01", "R02")
    }
    assert sum(map(len, by_route.values())) == len(pages)
    for own in by_route.values():
        for number, page in enumerate(own, start=1):
            assert f"page {number} of {len(own)}" in page


def test_the_load_comes_first_and_in_reverse_and_the_stops_in_order() -> None:
    load, stops = _pages(_pdf(make_plan(routes=1, stops=5)))
    for text, reverse in ((load, True), (stops, False)):
        found = [text.index(f"B100{k}-1") for k in range(1, 6)]
        assert found == sorted(found, reverse=reverse)
    assert "Picked" in load
    assert "Navigate" in stops


@pytest.mark.parametrize(
    ("stops", "language"), [(1, "en"), (7, "en"), (12, "en"), (1, "zh"), (7, "zh"), (12, "zh")]
)
def test_a_route_of_twelve_stops_is_one_sheet_of_paper(language: str, stops: int) -> None:
    """Each of them gives back books, too."""
    short = {"note": "", "name_en": "Longtang", "landmark": "office", "phone": "159 4729 0000"}
    plan = make_plan(routes=1, stops=stops, batches=1, stop=short)
    assert len(_pages(_pdf(plan, language))) == 2


@pytest.mark.parametrize("stops", [4, 25])
def test_no_two_drivers_share_a_sheet_of_paper(stops: int) -> None:
    plan = make_plan(routes=3, stops=stops)
    pages = _pages(_pdf(plan))
    first = [next(k for k, p in enumerate(pages) if p.startswith(r)) for r in ("R01", "R02", "R03")]
    assert all(k % 2 == 0 for k in first)
    assert all(page.startswith("R0") or not page.strip() for page in pages)


def test_printed_on_one_side_no_page_is_blank() -> None:
    plan = make_plan(routes=3, stops=25)
    week = msgspec.structs.replace(week_sheet(plan), single_sided=True)
    maps = [route_map(plan, route) for route in plan.routes]
    alone = _pages(manifests_pdf(week, maps=maps))
    assert all(page.strip() for page in alone)
    assert alone == [page for page in _pages(_pdf(plan)) if page.strip()]


def test_the_strip_has_every_call_with_the_way_to_it() -> None:
    plan = make_plan(routes=1, stops=9)
    (route,) = week_sheet(plan).routes
    front = _bare(_pages(_pdf(plan))[0])
    for row in route.rows:
        for said in (row.called, row.arrive.text, row.leg_text, f"{row.leg_km.text} km"):
            assert _bare(said) in front
    assert _bare(route.return_leg_text) in front


def test_figures_are_large_enough_to_read_at_the_wheel() -> None:
    sizes: list[tuple[str, float]] = []

    def visit(text: str, _cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if re.search(r"\d+[.:]\d", text):
            sizes.append((text, size * abs(tm[3] or 1)))

    reader = pypdf.PdfReader(io.BytesIO(_pdf(make_plan(routes=1, stops=9))))
    reader.pages[1].extract_text(visitor_text=visit)
    figures = [size for text, size in sizes if "bookcar" not in text]
    assert len(figures) > 20
    assert min(figures) >= 9


@pytest.mark.parametrize(("language", "stops"), [("en", 6), ("zh", 9), ("en", 12)])
def test_nothing_on_the_back_but_its_foot_is_smaller_than_nine_points(
    language: Language, stops: int
) -> None:
    small: list[str] = []

    def visit(text: str, _cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if size * abs(tm[3] or 1) < 9 and text.strip():
            small.append(text)

    plan = make_plan(routes=1, stops=stops)
    reader = pypdf.PdfReader(io.BytesIO(_pdf(plan, language)))
    reader.pages[1].extract_text(visitor_text=visit)
    week = week_sheet(plan, language=language)
    foot = _bare(f"{week.plan_text} · {week.road_note}")
    assert small
    assert all(_bare(text) in foot for text in small), small


def test_no_stop_is_split_over_a_page() -> None:
    plan = make_plan(routes=1, stops=5, batches=12, stop={"name": "名" * 300})
    pages = _pages(_pdf(plan))
    for number in range(1, 6):
        ids = [f"B{action}{number:03d}-{k}" for action in "12" for k in range(1, 13)]
        holding = {k for k, page in enumerate(pages) if any(f"{i} " in page for i in ids)}
        in_stops = {k for k in holding if "Picked" not in pages[k]}
        assert len(in_stops) == 1, number


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_stop_has_room_to_write_what_happened(language: Language) -> None:
    say = Phrases(language)
    text = "".join(_pages(_pdf(make_plan(routes=1, stops=4), language)))
    for key in ("actual-time", "left-time", "readers", "loans", "new-cards", "remark", "signature"):
        assert text.count(say(f"manifests.{key}")) >= 4, key
    assert text.count(say("manifests.hand-over")) == 1
    assert text.count(say("manifests.odometer")) == 1


@pytest.mark.parametrize("stops", [2, 6, 7, 8, 9, 11, 12])
def test_the_hand_over_has_no_page_of_its_own(stops: int) -> None:
    pages = _pages(_pdf(make_plan(routes=1, stops=stops, batches=1)))
    (page,) = (page for page in pages if "Hand-over" in page)
    assert "loading list" in page


def test_names_come_out_as_they_are() -> None:
    plan = make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE)
    text = _bare("".join(_pages(_pdf(plan))))
    for name in HOSTILE:
        assert _bare(printable(name)) in text, name


@pytest.mark.parametrize(
    "wanted",
    [
        {"routes": 1, "stops": 25},
        {"routes": 1, "stops": 1, "rest": False},
        {"routes": 1, "stops": 3, "batches": 0, "lines": False},
        {"routes": 2, "stops": 4, "stop": {"lon": 106.65, "lat": 29.02}},
        {"routes": 1, "stops": 2, "stop": {"lon": 179.99, "lat": -16.5}},
        {"routes": 1, "stops": 3, "stop": {"note": "n" * 3000, "name_en": "N" * 300}},
        {"routes": 1, "stops": 3, "stop": {"contact": "", "phone": "", "area": "", "landmark": ""}},
        {"routes": 1, "vehicle": {"name": "V" * 300, "driver": "", "kg": None}},
    ],
)
def test_odd_plans_print(wanted: dict[str, Any]) -> None:
    assert len(_pages(_pdf(make_plan(**wanted)))) >= 2


def test_a_week_without_routes_is_one_page_that_says_so() -> None:
    (page,) = _pages(_pdf(make_plan(routes=0, unserved=3)))
    assert "No routes this week" in page
    assert "3 due stops are not served" in page
    assert NO_ROOM in " ".join(page.split())
    (page,) = _pages(_pdf(make_plan(routes=0, unserved=0)))
    assert "no stop is due" in page


def test_an_estimate_is_said_on_every_page() -> None:
    pages = _pages(_pdf(make_plan(plan={"estimated": True})))
    assert all("estimated from coordinates" in " ".join(page.split()) for page in pages)
    assert not any("estimated" in page for page in _pages(_pdf(make_plan())))


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = make_plan(routes=2, plan=ZH)
    assert _pdf(plan) == _pdf(plan)


def test_the_same_bytes_with_and_without_fonts_on_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a bare machine the page is the same, Chinese and Latin with accents alike."""
    plan = make_plan(routes=1, plan=ZH, names=("塆塝屲村", "Sant Julià de Lòria · Żółć"))
    here = _pdf(plan)
    bare = fonts._catalogue(typst.Fonts(include_system_fonts=False))
    monkeypatch.setattr(fonts, "installed", lambda: bare)
    assert _pdf(plan) == here
    printed = {
        str(font.get_object()["/BaseFont"])
        for page in pypdf.PdfReader(io.BytesIO(here)).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name.split("+")[-1].split("-")[0] for name in printed} == {
        "NotoSansSC",
        "LibertinusSerif",
    }


def test_it_is_tagged_titled_and_dated_by_the_plan() -> None:
    reader = pypdf.PdfReader(io.BytesIO(_pdf(make_plan(plan=ZH))))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh"
    assert "2026-W49" in reader.metadata.title
    assert reader.metadata.creation_date.date().isoformat() == "2026-11-30"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_a_missing_glyph_stops_the_print_and_names_the_stop() -> None:
    plan = make_plan(names=("花田村", "rune \U0010fffd"))
    with pytest.raises(MissingToolError, match=r"U\+10FFFD.*S002 \(R01\).*--font"):
        _pdf(plan)


def test_the_codes_on_paper_lead_to_the_stops(tmp_path: Path) -> None:
    pyzbar = pytest.importorskip("pyzbar.pyzbar")
    image = pytest.importorskip("PIL.Image")
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    plan = make_plan(routes=1, stops=6, names=("綦江区永新镇三溪村便民服务中心",), plan=ZH)
    (tmp_path / "m.pdf").write_bytes(_pdf(plan))
    subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", "-png", "m.pdf", "m"], cwd=tmp_path, check=True
    )
    found = {
        code.data.decode()
        for path in sorted(tmp_path.glob("*.png"))
        for code in pyzbar.decode(image.open(path))
    }
    assert found == {row.code for row in week_sheet(plan).routes[0].rows}
