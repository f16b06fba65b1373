"""Titles that a bookhouse has already: avoided where another batch does, told where none does."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from builders import MONDAY, batch, district, past_visit, stop, vehicle

import bookcar as bc
from bookcar.batches.doubles import doubles_of
from bookcar.model import District, Title
from bookcar.plan import Plan

OLD = dt.date(2026, 1, 5)


def _titles(*names: str, copies: int = 1) -> tuple[Title, ...]:
    return tuple(Title(title=name, copies=copies) for name in names)


LISTS = {
    "has.csv": _titles("Kim", "Emma", "Dune"),
    "same.csv": _titles("KIM", "Emma", copies=20),
    "new.csv": _titles("Ulysses", "Dune", copies=2),
}


def _county(*batches: Any, kind: str = "bookhouse", **fields: Any) -> District:
    return district(
        stop("S1", kind=kind, every_weeks=26),
        vehicles=(vehicle("V", weekdays=(1,)),),
        batches=(batch("B0", at="S1", titles="has.csv", since=OLD), *batches),
        visits=(past_visit("S1", OLD, batch="B0", action="dropped"),),
        titles=LISTS,
        **fields,
    )


def _planned(tables: District) -> tuple[Plan, tuple[str, ...]]:
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    return plan, tuple(name for route in plan.routes for v in route.visits for name in v.drops)


def test_a_batch_with_fewer_titles_that_it_has_comes_though_it_came_later() -> None:
    tables = _county(
        batch("B1", titles="same.csv", since=OLD),
        batch("B2", titles="new.csv", since=OLD + dt.timedelta(days=60)),
    )
    plan, drops = _planned(tables)
    assert drops == ("B2",)
    (warning,) = [w for w in plan.warnings if w.rule == "double-titles"]
    assert "2 books of titles" in warning.problem
    assert "S1 (B2: 2)" in warning.problem


def test_where_there_is_no_other_it_comes_and_is_told() -> None:
    plan, drops = _planned(_county(batch("B1", titles="same.csv")))
    assert drops == ("B1",)
    (warning,) = [w for w in plan.warnings if w.rule == "double-titles"]
    assert (warning.value, warning.column) == ("same.csv", "titles")
    assert "40 books of titles that their stops have already are brought" in warning.problem


def test_without_lists_nothing_is_said() -> None:
    plan, drops = _planned(_county(batch("B1"), batch("B2")))
    assert len(drops) == 1
    assert all(warning.rule != "double-titles" for warning in plan.warnings)


def test_what_the_visit_collects_is_not_kept() -> None:
    """At a village what is there goes: its readers may well get the title once more."""
    tables = _county(batch("B1", titles="same.csv"), kind="village")
    assert doubles_of(tables, MONDAY, ["S1"]) == {}


@pytest.mark.parametrize(
    ("title", "count"),
    [
        (Title(title="Kim", copies=3), 3),
        (Title(title="K.I.M", copies=2), 2),
        (Title(title="Kim and I"), 0),
        (Title(title="Another name", isbn="978-7-02-000220-7", copies=4), 4),
        (Title(title="Another name", isbn="7020002206"), 1),
    ],
)
def test_titles_are_the_same_by_name_or_isbn(title: Title, count: int) -> None:
    has = (Title(title="kim", isbn="9787020002207"),)
    tables = district(
        stop("S1", kind="bookhouse"),
        batches=(batch("B0", at="S1", titles="a"), batch("B1", titles="b")),
        titles={"a": has, "b": (title,)},
    )
    found = doubles_of(tables, MONDAY, ["S1"])
    assert found == ({"S1": {"B1": count}} if count else {})


def test_a_load_of_a_fair_keeps_nothing() -> None:
    tables = _county(batch("B1", titles="same.csv"))
    alone = doubles_of(tables, MONDAY, ["S1"])
    assert alone["S1"]["B1"] > 0
    assert doubles_of(tables, MONDAY, ["FAIR/1", "S1"]) == alone
