"""Groups of visits and their patterns: what is refused, which pattern is kept, what it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from optimiser.small_problems import car_day, line, problem, task

from bookcar.optimiser import Group, Pattern, Problem, Spacing, on_days, solve
from bookcar.optimiser.cost import solution_cost
from bookcar.optimiser.patterns import chosen, pattern_faults, unserved, without_patterns
from bookcar.optimiser.problem import SolvedRoute
from bookcar.optimiser.shared import Level, Supply
from bookcar.optimiser.start import usable
from bookcar.optimiser.timing import schedule

CARS = tuple(car_day(day=day, vehicle=v) for day in range(3) for v in range(2))
ALL = tuple(range(6))
OUTER = on_days(CARS, (0, 2))
FIRST = on_days(CARS, (0, None), cost=3.0)


def cycle(*patterns: Pattern, **fields) -> Problem:
    """Return one stop of two visits, 10 km out, and three days of two cars."""
    visits = [task(1, prize=50.0, car_days=ALL) for _ in range(2)]
    group = Group(tasks=(0, 1), patterns=patterns or (OUTER, FIRST), **fields)
    return replace(problem(line(0, 10), *visits, cars=CARS), groups=(group,))


def driven(given: Problem, *cars_and_tasks: tuple[int, int]) -> tuple[SolvedRoute, ...]:
    routes = []
    for car, i in cars_and_tasks:
        times = schedule(given, car, (i,))
        assert times is not None
        routes.append(SolvedRoute(car_day=car, tasks=(i,), schedule=times))
    return tuple(routes)


def test_a_pattern_by_days_names_their_car_days() -> None:
    assert OUTER.car_days == ((0, 1), (4, 5))
    assert Pattern(car_days=((0, 1), ()), cost=3.0) == FIRST


def test_the_pattern_that_is_kept_is_the_one_that_loses_least() -> None:
    given = cycle()
    assert chosen(given, {}) == (None,)
    assert chosen(given, {0: 1, 1: 4}) == (0,)
    assert chosen(given, {0: 1}) == (1,)
    part = cycle(whole=False)
    assert chosen(part, {0: 1}) == (1,)
    assert chosen(cycle(OUTER, replace(FIRST, cost=60.0), whole=False), {0: 1}) == (0,)


def test_what_keeps_no_pattern_is_told() -> None:
    given = cycle()
    assert list(pattern_faults(given, {0: 0, 1: 4})) == []
    for wrong in [{0: 0, 1: 2}, {1: 4}, {0: 2}]:
        assert len(list(pattern_faults(given, wrong))) == 1
    part = cycle(whole=False)
    assert list(pattern_faults(part, {1: 4})) == []
    assert len(list(pattern_faults(part, {0: 2}))) == 1


def test_nothing_is_lost_by_a_visit_that_the_pattern_leaves_out() -> None:
    given = cycle()
    routes = driven(given, (1, 0))
    assert unserved(given, {0: 1}) == ()
    cost, terms = solution_cost(given, routes, ())
    assert (cost, terms["patterns"], terms["prizes_lost"]) == (23.0, 3.0, 0.0)
    assert unserved(given, {}) == (0, 1)


def test_visits_by_another_vehicle_cost() -> None:
    given = cycle(other_vehicle=7.0)
    assert solution_cost(given, driven(given, (0, 0), (4, 1)), ())[1]["other_vehicle"] == 0.0
    assert solution_cost(given, driven(given, (0, 0), (5, 1)), ())[1]["other_vehicle"] == 7.0


def test_a_problem_without_groups_has_no_such_terms() -> None:
    given = replace(cycle(), groups=())
    assert "patterns" not in solution_cost(given, (), (0, 1))[1]


def test_without_patterns_all_that_they_allow_is_allowed() -> None:
    loose = without_patterns(cycle(OUTER, FIRST, on_days(CARS, (1, 2))))
    assert loose.groups == ()
    assert [t.car_days for t in loose.tasks] == [(0, 1, 2, 3), (4, 5)]
    assert [t.prize for t in loose.tasks] == [50.0, 0.0]


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (Group(tasks=(), patterns=()), "no tasks or no patterns"),
        (Group(tasks=(0, 9), patterns=(OUTER,)), "tasks [9], but there are 3"),
        (Group(tasks=(0, 0), patterns=(OUTER,)), "tasks [0] are in it twice"),
        (Group(tasks=(0, 2), patterns=(OUTER,)), "tasks [2] are reloads"),
        (Group(tasks=(0, 1), patterns=(OUTER,), other_vehicle=-1.0), "-1.0 for another vehicle"),
        (Group(tasks=(0, 1), patterns=(replace(OUTER, cost=-2.0),)), "cost of -2.0"),
        (Group(tasks=(0,), patterns=(OUTER,)), "is not for 1 visits"),
        (Group(tasks=(0,), patterns=(Pattern(car_days=((8,),)),)), "car-days [8], but there are 6"),
        (Group(tasks=(0,), patterns=(Pattern(car_days=((),)),)), "leaves out every visit"),
        (Group(tasks=(0, 1), patterns=(Pattern(car_days=((0,), (1,))),)), "two visits on one day"),
    ],
)
def test_a_group_that_contradicts_itself_is_refused(group: Group, words: str) -> None:
    stops = task(1, car_days=ALL), task(1, car_days=ALL), task(0, reload=True, prize=0.0)
    with pytest.raises(ValueError, match="Group 0") as refused:
        replace(problem(line(0, 10), *stops, cars=CARS), groups=(group,))
    assert words in str(refused.value)


def test_groups_do_not_share_tasks_and_are_required_as_a_whole() -> None:
    given = cycle()
    with pytest.raises(ValueError, match=r"Group 0: tasks \[0, 1\].*Group 1: tasks \[0, 1\]"):
        replace(given, groups=given.groups * 2)
    with pytest.raises(ValueError, match="in a spacing"):
        replace(given, spacings=(Spacing(tasks=(0, 1), days=1),))
    with pytest.raises(ValueError, match="all required, or none"):
        replace(given, tasks=(replace(given.tasks[0], required=True), given.tasks[1]))


def test_a_stop_gets_all_its_visits_or_none() -> None:
    solution = solve(cycle(OUTER), iterations=300)
    assert (solution.cost, solution.unserved, solution.patterns) == (40.0, (), (0,))
    closed = replace(cycle(OUTER), car_days=(*CARS[:4], *(replace(c, ends=0) for c in CARS[4:])))
    solution = solve(closed, iterations=300)
    assert (solution.cost, solution.unserved, solution.patterns) == (100.0, (0, 1), (None,))


def test_a_bound_of_a_cycle_holds() -> None:
    solution = solve(cycle(), iterations=300)
    assert solution.bound is not None
    assert 0 < solution.bound <= solution.cost


def test_a_start_keeps_what_is_whole() -> None:
    given = cycle(OUTER)
    assert usable(given, [(0, (0,)), (4, (1,))]) == [(0, (0,)), (4, (1,))]
    assert usable(given, [(0, (0,)), (2, (1,))]) == []
    assert usable(given, [(0, (0,))]) == []
    assert usable(cycle(OUTER, FIRST), [(0, (0,))]) == [(0, (0,))]


def test_a_start_leaves_out_what_overdraws_a_supply_or_changes_too_much() -> None:
    fleet = tuple(car_day(day=day) for day in range(2))
    visits = [task(1 + n, car_days=(0, 1)) for n in range(3)]
    patterns = on_days(fleet, (0,)), replace(on_days(fleet, (1,)), changes=True)
    groups = tuple(Group(tasks=(n,), patterns=patterns) for n in range(3))
    given = replace(problem(line(0, 10, 20, 30), *visits, cars=fleet), groups=groups)
    start = [(0, (0, 1)), (1, (2,))]
    assert usable(given, start) == start
    supply = Supply(tasks=(0, 1, 2), most=1)
    assert usable(replace(given, supplies=(supply,)), start) == [(0, (1,)), (1, (2,))]
    kept = replace(supply, stays=frozenset({0, 1, 2}))
    assert usable(replace(given, supplies=(kept,)), start) == [(1, (2,))]
    assert usable(replace(given, most_changes=0), start) == [(0, (0, 1))]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"levels": (Level(parts=(0,), cost=1.0),)}, "Level 0 is of 1 car-days, but there are 6"),
        ({"levels": (Level(parts=(-1,) * 6, cost=1.0),)}, "negative part"),
        ({"levels": (Level(parts=(0,) * 6, cost=-1.0),)}, "cost -1.0"),
        ({"supplies": (Supply(tasks=(0,), most=-1),)}, "-1 of it"),
        ({"supplies": (Supply(tasks=(2,), most=1),)}, "tasks [2] have no pattern"),
        ({"supplies": (Supply(tasks=(0,), most=1, stays=frozenset({1})),)}, "tasks [1] keep of it"),
        ({"supplies": (Supply(tasks=(0,), most=1),) * 2}, "tasks [0] take of another supply"),
        ({"most_changes": -1}, "-1 changes at most"),
    ],
)
def test_what_routes_share_is_refused_if_it_makes_no_sense(fields: dict, words: str) -> None:
    given = cycle(OUTER)
    given = replace(given, tasks=(*given.tasks, task(1, car_days=ALL)))
    with pytest.raises(ValueError, match=r".") as refused:
        replace(given, **fields)
    assert words in str(refused.value)


def test_visits_of_a_supply_come_one_after_the_other() -> None:
    late_first = cycle(on_days(CARS, (2, 0)))
    with pytest.raises(ValueError, match=r"tasks \[1\] have no pattern, or one that leaves"):
        replace(late_first, supplies=(Supply(tasks=(0, 1), most=1),))
