"""All routes searched anew: every visit stays, no stop leaves its options, and it costs no more."""

from __future__ import annotations

import datetime as dt

from timetables.small import FIRST, LAST, county, made

from bookcar.due import due_stops
from bookcar.planning.fleet import fleet_of
from bookcar.roads.sources import travel_for
from bookcar.timetable_changes import told_by
from bookcar.timetables.draft import Draft
from bookcar.timetables.grid import grid_of
from bookcar.timetables.options import CarDays, options_for
from bookcar.timetables.patterns import choices_of
from bookcar.timetables.routed import route_anew
from bookcar.timetables.search import begun
from bookcar.weeks import Horizon


def draft() -> Draft:
    given, horizon = county(), Horizon(FIRST, 4)
    travel = travel_for(given, dates=horizon.dates)
    choices = choices_of(given, due_stops(given, FIRST), horizon.dates)
    grid = grid_of(given, fleet_of(given, horizon), travel, given.stops)
    car_days = CarDays.of(grid)
    every = {s.id: options_for(s, choices.patterns[s.id], car_days) for s in given.stops}
    found = Draft(car_days, every)
    begun(found)
    return found


def routes_cost(found: Draft) -> float:
    return sum(found.route_cost(k, order) for k, order in enumerate(found.orders) if order)


def test_every_visit_stays_on_the_days_of_an_option_and_it_costs_no_more() -> None:
    found = draft()
    chosen, cost = dict(found.chosen), routes_cost(found)
    late = sum(map(found.late_cost, chosen.values()))
    assert route_anew(found, seed=1, iterations=2_000)
    assert found.chosen.keys() == chosen.keys()
    for stop, option in found.chosen.items():
        assert option in found.options[stop]
        on = {k for k, order in enumerate(found.orders) if stop in order}
        assert on == set(option.car_days)
        if len(option.car_days) > 1:
            assert option == chosen[stop]
    assert all(found.fits(k, order) for k, order in enumerate(found.orders) if order)
    now = routes_cost(found) + sum(map(found.late_cost, found.chosen.values()))
    assert now <= cost + late + 1e-6


def test_no_more_stops_change_their_days_than_may() -> None:
    given = county()
    before = told_by(made(given))
    later = LAST + dt.timedelta(days=1)
    for keep, most in ((1.0, 0), (0.75, 4)):
        then = made(given, later, later + dt.timedelta(days=27), told=before, keep_days=keep)
        assert then.before is not None
        assert sum(change.kind == "day" for change in then.before.changes) <= most
