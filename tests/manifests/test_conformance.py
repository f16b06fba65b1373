"""PDF/UA-1 (ISO 14289-1): every printed document, by a validator and by its structure."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pypdf
import pytest
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.manifests.handouts import labels_pdf, posters_pdf
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.titles import title_lists, titles_pdf
from bookcar.model import Title
from bookcar.plan import Plan
from bookcar.web.minimap import route_map

TITLES = tuple(Title(title=name) for name in HOSTILE)
PLANS = {
    "plain": make_plan(routes=2, stops=6, batches=2, titles=TITLES),
    "hostile": make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE, titles=TITLES, plan=ZH),
    "empty": make_plan(routes=0),
}


def _manifests(plan: Plan) -> bytes:
    return manifests_pdf(week_sheet(plan), maps=[route_map(plan, r) for r in plan.routes])


def _titles(plan: Plan) -> bytes:
    week = week_sheet(plan)
    return titles_pdf(week, title_lists(plan, week))


DOCUMENTS: dict[str, Callable[[Plan], bytes]] = {
    "manifests": _manifests,
    "labels": lambda plan: labels_pdf(week_sheet(plan)),
    "posters": lambda plan: posters_pdf(week_sheet(plan)),
    "titles": _titles,
}
CASES = [
    pytest.param(document, plan, id=f"{document}-{plan}")
    for document in DOCUMENTS
    for plan in PLANS
    if (document, plan) != ("titles", "empty")  # not written then
]


@pytest.mark.parametrize(("document", "plan"), CASES)
def test_a_validator_finds_no_failure(document: str, plan: str) -> None:
    """The rules of PDF/UA-1 that a machine can check, by an independent validator."""
    validator = pytest.importorskip("page", reason="page-validation is not installed")
    report = validator.validate_pdf_bytes(DOCUMENTS[document](PLANS[plan]), profile="ua1")
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.passed > 50


def test_the_validator_finds_what_is_wrong() -> None:
    validator = pytest.importorskip("page", reason="page-validation is not installed")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(_manifests(PLANS["plain"])))
    del writer.root_object["/Lang"]
    stream = io.BytesIO()
    writer.write(stream)
    assert not validator.validate_pdf_bytes(stream.getvalue(), profile="ua1").is_compliant


@pytest.mark.parametrize(("document", "plan"), CASES)
def test_the_structure_is_what_a_screen_reader_needs(document: str, plan: str) -> None:
    """Tagged, titled, in a language, in the order of its structure, every picture described."""
    reader = pypdf.PdfReader(io.BytesIO(DOCUMENTS[document](PLANS[plan])))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == PLANS[plan].language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert PLANS[plan].week in str(reader.metadata.title)
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert all(page.get("/Tabs") == "/S" for page in reader.pages)
    elements = list(_elements(root["/StructTreeRoot"]))
    kinds = {element.get("/S") for element in elements}
    figures = [element for element in elements if element.get("/S") == "/Figure"]
    assert all(str(figure.get("/Alt", "")).strip() for figure in figures)
    if plan != "empty":
        assert figures or document == "posters"
        assert document in ("labels",) or "/H1" in kinds
        assert document not in ("manifests", "titles") or {"/Table", "/TH", "/TD"} <= kinds


def _elements(node: Any) -> Iterator[Any]:
    """Yield every element of a structure tree."""
    node = node.get_object()
    children = node.get("/K", [])
    for held in children if isinstance(children, list) else [children]:
        child = held.get_object()
        if isinstance(child, pypdf.generic.DictionaryObject) and "/S" in child:
            yield child
            yield from _elements(child)
