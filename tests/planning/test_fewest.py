"""The fewest car-days: joined where limits allow, and no stop dropped for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import depot, district, prepared, stop, vehicle
from planning.searches import first_fit

import bookcar as bc
from bookcar.audit import audit
from bookcar.model import Settings
from bookcar.optimiser.problem import Problem, Solution
from bookcar.planning.fewest import saving_car_days, with_dear_car_days
from bookcar.planning.visit_options import options_of
from bookcar.planning.week_problem import week_problem
from bookcar.roads.sources import travel_for


def _problem() -> Problem:
    cars = (vehicle("V", cost_hour=2.0), vehicle("W", max_metres=300_000, cost_km=0.5))
    tables = district(stop("S1"), stop("S2", priority=9), stop("S3"), vehicles=cars)
    ready = prepared(tables)
    options = options_of(ready)
    options[2] = replace(options[2], prize=0.0)
    return week_problem(options, ready.fleet, ready.travel, settings=Settings())


def test_a_car_day_is_dearer_than_the_longest_day_and_every_prize_dearer_than_two() -> None:
    dear = with_dear_car_days(_problem())
    assert {car.fixed_cost for car in dear.car_days} == {1 + 200 + 2 * 9}
    prizes = [task.prize for task in dear.tasks]
    assert prizes[0] == pytest.approx(2 * 219)
    assert prizes[1] / prizes[0] == pytest.approx(255 / 75)
    assert prizes[2] == 0


def test_the_cost_is_told_in_the_usual_terms_and_without_a_bound() -> None:
    problem = _problem()

    def bounded(asked: Problem, *, bound: bool = True, **_: object) -> Solution:
        return replace(first_fit(asked), bound=1.0 if bound else None)

    found, plain = saving_car_days(bounded)(problem), first_fit(problem)
    assert (found.terms, found.cost, found.bound) == (plain.terms, plain.cost, None)


def test_one_car_goes_where_two_would_drive_less() -> None:
    """A stop beside each of two depots: two short routes, or a long one that saves a car-day."""
    tables = district(
        stop("S1", books=0),
        stop("S30", books=0),
        depots=(depot("D"), depot("E", lon=106.96)),
        vehicles=(vehicle("V", weekdays=(0,)), vehicle("W", depot="E", weekdays=(0,))),
    )
    assert bc.plan_week(tables, "2026-W49", effort="quick").totals.routes == 2
    tables = tables.saving_car_days()
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert (plan.totals.routes, plan.totals.served) == (1, 2)
    assert plan.provenance.fewest_car_days
    assert plan.objective is not None
    assert (plan.objective.bound, plan.objective.no_bound) == (None, "fewest-car-days")
    assert audit(plan, tables, travel_for(tables)) == []
