"""The cost of a plan in sentences."""

from __future__ import annotations

import typing
from typing import Any

import msgspec
import pytest
from manifests.plans import make_plan

from bookcar.pages.costs import cost_lines
from bookcar.pages.week import week_page
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.plan import NoBound, Objective, Plan

TERMS = {"fixed": 0.0, "km": 812.34, "hours": 0.0, "changes": 15.0, "prizes_lost": 60.0}


def _plan(**fields: Any) -> Plan:
    return make_plan(plan={"objective": Objective(terms=TERMS, cost=887.34, **fields)})


def _said(plan: Plan) -> str:
    return " ".join(cost_lines(plan, Phrases("en")))


def test_the_cost_is_told_with_the_terms_that_are_not_nothing() -> None:
    assert "costs 887.3: 812.3 for kilometres, 15.0 for other weekdays" in _said(_plan())
    assert "cars go out" not in _said(_plan())


def test_the_terms_come_in_one_order_also_of_a_plan_that_was_read() -> None:
    plan = _plan()
    read = msgspec.json.decode(plan.to_json(), type=Plan)
    assert _said(read) == _said(plan)


def test_a_gap_is_told_as_what_is_proven_at_most() -> None:
    said = _said(_plan(bound=851.6, gap=0.042))
    assert "at most 4.20\N{NO-BREAK SPACE}% above the best possible" in said
    assert "a proven bound of 851.6; the true gap may be smaller" in said
    said = _said(_plan(bound=100.0, gap=7.87))
    assert "hardly known: the proven bound, 100.0, lies far below it" in said
    assert "(787.00\N{NO-BREAK SPACE}% at most)" in said
    assert "that is proven" in _said(_plan(bound=887.34, gap=0.0))


@pytest.mark.parametrize("reason", typing.get_args(NoBound))
def test_without_a_gap_the_reason_is_told_in_every_language(reason: NoBound) -> None:
    for language in LANGUAGES:
        lines = cost_lines(_plan(no_bound=reason), Phrases(language))
        assert len(lines) == 2
        assert "%" not in lines[1]


def test_a_plan_that_was_interrupted_says_so() -> None:
    plan = _plan()
    made = msgspec.structs.replace(plan.provenance, interrupted=True)
    assert "interrupted" in _said(msgspec.structs.replace(plan, provenance=made))
    assert "interrupted" not in _said(plan)


def test_the_weeks_page_tells_the_cost_and_a_plan_without_one_does_not() -> None:
    assert "costs 887.3" in week_page(_plan(bound=851.6, gap=0.042), language="en")
    assert 'id="cost-title"' not in week_page(make_plan(), language="en")


def test_visits_are_counted_apart_from_stops_where_some_get_two() -> None:
    plan = make_plan()
    assert "some stops get two" not in week_page(plan, language="en")
    stops = (msgspec.structs.replace(plan.stops[0], visits_a_week=2), *plan.stops[1:])
    totals = msgspec.structs.replace(plan.totals, visits=11)
    twice = msgspec.structs.replace(plan, stops=stops, totals=totals)
    assert "11 visits in all: some stops get two" in week_page(twice, language="en")
