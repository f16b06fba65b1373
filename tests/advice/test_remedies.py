"""What would help a stop that no route serves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from manifests.plans import make_plan

from bookcar.advice.remedies import nearest_route, remedy, spare
from bookcar.manifests.rows import week_sheet
from bookcar.phrases import Phrases
from bookcar.plan import Plan, ReasonCode, Unserved


def _said(plan: Plan, reason: ReasonCode, **figures: Any) -> str:
    row = Unserved(stop=plan.unserved[0].stop, reason=reason, figures=figures)
    return remedy(plan, row, Phrases("en"))


def test_the_nearest_route_is_the_one_with_the_nearest_stop() -> None:
    plan = make_plan(routes=4, stops=5, unserved=6)
    places = {stop.id: stop for stop in plan.stops}
    for row in plan.unserved:
        found = nearest_route(plan, row.stop)
        assert found is not None
        here = places[row.stop]
        metres = {
            (route.id, visit.stop): math.hypot(
                (there.lat - here.lat) * 111_195,
                (there.lon - here.lon) * 111_195 * math.cos(math.radians(29.02)),
            )
            for route in plan.routes
            for visit in route.visits
            for there in (places[visit.stop],)
        }
        assert found[0].id == min(metres, key=metres.__getitem__)[0]
        assert found[1] == pytest.approx(min(metres.values()), rel=0.01, abs=2)


def test_it_says_what_that_route_has_to_spare() -> None:
    plan = make_plan(routes=1, stops=5, unserved=1)
    (route,) = plan.routes
    left = spare(route, plan.vehicles[0])
    assert left.seconds == min(18 * 3600 - route.back, 14 * 3600 - (route.back - route.depart))
    assert left.metres == 450_000 - route.metres
    said = _said(plan, "no-room")
    assert said.startswith("Nearest: R01, Mon, ")
    assert (
        f"with {left.seconds // 60} min, {left.metres / 1000:.1f} km and {left.books} books" in said
    )
    assert said.endswith("send a car on one more day.")


def test_without_routes_there_is_none_near() -> None:
    plan = make_plan(routes=0, unserved=1)
    assert nearest_route(plan, plan.unserved[0].stop) is None
    assert _said(plan, "no-room").startswith("Try it on the board")


@pytest.mark.parametrize(
    ("reason", "figures", "said"),
    [
        ("too-far", {"km": 321.4, "limit": 200.0}, "A day's limit of 321 km"),
        ("too-long", {"hours": 9.3, "limit": 8.5}, "A working day of 9.3 h"),
        ("too-many-books", {"books": 2000, "limit": 1200}, "to 1200 or less"),
        ("no-batch", {"books": 68}, "some 68 books"),
        ("foot-only", {}, "meeting point at the road end"),
    ],
)
def test_every_reason_has_its_own(
    reason: ReasonCode, figures: Mapping[str, Any], said: str
) -> None:
    assert said in _said(make_plan(unserved=1), reason, **figures)


def test_the_sheet_carries_it_in_its_language() -> None:
    plan = make_plan(unserved=1)
    plan = msgspec.structs.replace(plan, unserved=(Unserved(stop="S011", reason="foot-only"),))
    (row,) = week_sheet(plan, language="zh").unserved
    assert row.help == "约定路口交接点，或由站点自取。"
