"""What a route has to spare."""

from __future__ import annotations

from manifests.plans import make_plan

from bookcar.advice.remedies import spare


def test_it_is_what_is_left_to_the_limits_of_the_vehicle() -> None:
    plan = make_plan(routes=1, stops=5, unserved=1)
    (route,) = plan.routes
    left = spare(route, plan.vehicles[0])
    assert left.seconds == min(18 * 3600 - route.back, 14 * 3600 - (route.back - route.depart))
    assert left.metres == 450_000 - route.metres
    assert left.books == plan.vehicles[0].books - route.peak_books
