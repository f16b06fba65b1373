"""Why a stop is unserved and what would help, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from manifests.plans import make_plan

from bookcar.advice.wording import explanation, remedy
from bookcar.manifests.rows import week_sheet
from bookcar.optimiser.insertion.layout import CODES
from bookcar.phrases import LANGUAGES, Language, Phrases
from bookcar.plan import Obstacle, Plan, ReasonCode, Swap, Unserved


def _row(plan: Plan, *obstacles: tuple[str, str, int, int], **fields: Any) -> Unserved:
    """Return a stop that the first route has no room for, for want of some limits."""
    (route, *_) = plan.routes
    return Unserved(
        stop=plan.unserved[0].stop,
        reason="full",
        obstacles=tuple(
            Obstacle(
                vehicle=route.vehicle, date=route.date, code=code, unit=unit, figure=n, limit=most
            )
            for code, unit, n, most in obstacles
        ),
        **fields,
    )


def test_full_names_the_route_and_what_it_lacks() -> None:
    plan = make_plan(routes=1, unserved=1)
    row = _row(plan, ("working-time", "seconds", 30_061, 30_000), ("distance", "metres", 101, 1))
    assert explanation(plan, row, Phrases("en")) == (
        "No car that may come has room for it: "
        "R01 on Mon: 2 min of working time too few and 0.1 km too few."
    )


def test_each_change_named_is_enough() -> None:
    plan = make_plan(routes=1, unserved=1)
    (route,) = plan.routes
    swap = Swap(stop=plan.stops[0].id, vehicle=route.vehicle, date=route.date)
    row = _row(plan, ("kg", "kg", 70, 60), ("working-time", "seconds", 30_061, 30_000), swap=swap)
    said = remedy(plan, row, Phrases("en"))
    assert said == (
        "Each of these would let it in: R01 on Mon: 10 kg more, or 2 min more working time, "
        f"or leave out {plan.stops[0].name_en} on R01 on Mon."
    )


def test_changes_that_are_needed_together_are_not_named_as_a_choice() -> None:
    plan = make_plan(routes=1, unserved=1)
    row = _row(plan, ("kg", "kg", 70, 60), ("stops", "stops", 4, 3), together=True)
    assert "10 kg more and one more stop" in remedy(plan, row, Phrases("en"))


def test_a_crew_is_only_asked_to_do_without_its_break_if_nothing_else_helps() -> None:
    plan = make_plan(routes=1, unserved=1)
    pause = ("break", "seconds", 900, 14_400)
    assert "break" not in remedy(plan, _row(plan, pause, ("kg", "kg", 70, 60)), Phrases("en"))
    assert "break" in remedy(plan, _row(plan, pause), Phrases("en"))


def test_no_change_is_named_that_would_cost_more_than_the_visit_is_worth() -> None:
    plan = make_plan(routes=1, unserved=1)
    row = _row(plan, ("kg", "kg", 70, 60), dear=True)
    assert remedy(plan, row, Phrases("en")).startswith("Even with more room")


def test_cars_that_have_all_their_stops_are_told_in_one() -> None:
    plan = make_plan(routes=1, unserved=1)
    row = _row(plan, ("stops", "stops", 3, 2))
    said = explanation(plan, row, Phrases("en"))
    assert said == "All cars that may come have their 2 stops."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_limit_has_its_words(code: str, language: Language) -> None:
    plan = make_plan(routes=1, unserved=1)
    row = _row(plan, (code, "", 3, 2), ("kg", "kg", 70, 60))
    say = Phrases(language)
    assert explanation(plan, row, say)
    assert remedy(plan, row, say)


@pytest.mark.parametrize(
    ("reason", "figures", "said"),
    [
        ("too-far", {"vehicle": "V", "km": 321.4, "limit": 200.0}, "A day's limit of 321 km"),
        ("too-long", {"vehicle": "V", "hours": 9.3, "limit": 8.5}, "A working day of 9.3 h"),
        ("too-many-books", {"vehicle": "V", "books": 2000, "limit": 1200}, "to 1200 or less"),
        ("no-batch", {"books": 68}, "some 68 books"),
        ("foot-only", {}, "carriers.csv"),
    ],
)
def test_every_reason_has_its_own(
    reason: ReasonCode, figures: Mapping[str, Any], said: str
) -> None:
    plan = make_plan(unserved=1)
    row = Unserved(stop=plan.unserved[0].stop, reason=reason, figures=figures)
    assert said in remedy(plan, row, Phrases("en"))


def test_the_sheet_carries_it_in_its_language() -> None:
    plan = make_plan(unserved=1)
    plan = msgspec.structs.replace(plan, unserved=(Unserved(stop="S011", reason="foot-only"),))
    (row,) = week_sheet(plan, language="zh").unserved
    assert row.help == "请找一位背篓员或来取书的村民，填入 carriers.csv。"
