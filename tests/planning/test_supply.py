"""Batches go only where a car can bring them; no required stop is lost to a choice of them."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from builders import MONDAY, H, batch, depot, district, past_visit, prepared, stop, vehicle
from planning.searches import first_fit

import bookcar as bc
from bookcar.adjust.overrides import Adjustment
from bookcar.batches.terms import Supply
from bookcar.model import BatchSettings, District, PastVisit, Settings
from bookcar.optimiser.timing import schedule
from bookcar.plan import Plan
from bookcar.planning.rounds import plan_rounds
from bookcar.planning.supply import Supplier
from bookcar.planning.visit_options import options_of
from bookcar.planning.week_problem import week_problem

WEEK = "2026-W49"


def _plan(tables: District) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick")


def _drops(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {visit.stop: visit.drops for route in plan.routes for visit in route.visits}


def _two_depots(**near: Any) -> District:
    """Return a stop between two depots: the car of the first cannot get there."""
    return district(
        stop("S1", lon=106.95, required=True, mix={"novels": 1.0}),
        depots=(depot("D"), depot("E", lon=107.0)),
        vehicles=(
            vehicle("V", **({"max_metres": 30_000} | near)),
            vehicle("W", depot="E"),
        ),
        batches=(batch("fits", mix={"novels": 1.0}), batch("comes", at="E")),
    )


def test_a_batch_that_fits_better_but_cannot_get_there_is_not_chosen() -> None:
    assert _drops(_plan(_two_depots())) == {"S1": ("comes",)}


@pytest.mark.parametrize(
    "near",
    [
        {"max_seconds": 1_800},
        {"ends": 9 * 3600},
        {"books": 40},
        {"kg": 10},
        {"break_s": 1_800, "break_after_s": 900, "max_seconds": 3 * 3600},
    ],
)
def test_every_limit_of_the_car_counts(near: dict[str, Any]) -> None:
    tables = _two_depots(**({"max_metres": 10**6} | near))
    assert _drops(_plan(tables)) == {"S1": ("comes",)}


def test_the_better_batch_goes_where_its_car_can_come() -> None:
    assert _drops(_plan(_two_depots(max_metres=10**6))) == {"S1": ("fits",)}


def test_a_stop_that_no_car_can_serve_reserves_nothing() -> None:
    tables = district(
        stop("S1", lon=107.1, priority=9),
        stop("S2"),
        batches=(batch("only"),),
        vehicles=(vehicle("V", max_metres=50_000),),
    )
    plan = _plan(tables)
    assert _drops(plan) == {"S2": ("only",)}
    assert [u.reason for u in plan.unserved] == ["too-far"]


def test_a_stop_larger_than_any_car_gets_what_a_car_can_bring() -> None:
    tables = district(
        stop("S1", books=200),
        batches=tuple(batch(f"B{k}") for k in range(4)),
        vehicles=(vehicle("V", books=120),),
    )
    assert len(_drops(_plan(tables))["S1"]) == 2


def test_a_batch_larger_than_the_cars_that_come_is_left_for_others() -> None:
    cars = (vehicle("small", books=60), vehicle("large", books=500))
    tables = district(
        stop("S1", books=100, vehicles=("small",), priority=9),
        stop("S2", books=100),
        batches=(batch("big", books=100), batch("little", books=50)),
        vehicles=cars,
    )
    assert _drops(_plan(tables)) == {"S1": ("little",), "S2": ("big",)}


def test_the_last_batch_goes_to_the_stop_that_is_required() -> None:
    tables = district(
        stop("S1", priority=9, people=5_000), stop("S2", required=True), batches=(batch("last"),)
    )
    assert _drops(_plan(tables)) == {"S2": ("last",)}


def test_required_stops_swap_batches_until_each_has_one() -> None:
    """One batch is in a depot that only the car of S1 comes from; S2 needs the other one."""
    tables = district(
        stop("S1", required=True, mix={"novels": 1.0}, priority=9),
        stop("S2", required=True, vehicles=("V",)),
        depots=(depot("D"), depot("E", lon=106.7)),
        vehicles=(vehicle("V"), vehicle("W", depot="E")),
        batches=(batch("novels", mix={"novels": 1.0}), batch("plain", at="E")),
    )
    assert _drops(_plan(tables)) == {"S1": ("plain",), "S2": ("novels",)}


def _seen(*names: str, **settings: Any) -> District:
    """Return a stop that had these batches, the first of them longest ago, and sent them back."""
    moves = [
        past_visit("S1", MONDAY - dt.timedelta(weeks=4 * (len(names) - k)), batch=name, action=what)
        for k, name in enumerate(names)
        for what in ("dropped", "collected")
    ]
    shelf = tuple(batch(name) for name in ("A", "B", "C"))
    return district(
        stop("S1"),
        visits=tuple(moves),
        batches=shelf,
        listed=shelf,
        settings=Settings(batches=BatchSettings(**settings)),
    )


def test_a_stop_that_has_had_all_gets_the_oldest_again_and_the_plan_says_so() -> None:
    plan = _plan(_seen("B", "A", "C"))
    (visit,) = plan.routes[0].visits
    assert (visit.drops, visit.repeats) == (("B",), ("B",))
    assert "seen-all" in {warning.rule for warning in plan.warnings}


def test_a_stop_that_has_had_all_gets_a_visit_without_books_if_the_district_says_so() -> None:
    plan = _plan(_seen("B", "A", "C", when_seen_all="no-books"))
    (visit,) = plan.routes[0].visits
    assert (visit.drops, visit.repeats) == ((), ())
    (told,) = (warning for warning in plan.warnings if warning.rule == "seen-all")
    assert told.variant == "no-books"


@pytest.mark.parametrize("setting", ["oldest", "no-books"])
def test_what_it_has_not_had_comes_first(setting: str) -> None:
    plan = _plan(_seen("B", "A", when_seen_all=setting))
    (visit,) = plan.routes[0].visits
    assert (visit.drops, visit.repeats) == (("C",), ())
    assert "seen-all" not in {warning.rule for warning in plan.warnings}


def _moved(stop_id: str, *names: str) -> tuple[PastVisit, ...]:
    return tuple(
        past_visit(stop_id, MONDAY - dt.timedelta(weeks=4 * (len(names) - k)), batch=n, action=what)
        for k, n in enumerate(names)
        for what in ("dropped", "collected")
    )


@pytest.mark.parametrize("books", [50, 100])
def test_a_required_stop_that_has_had_all_leaves_another_the_one_it_can_have(books: int) -> None:
    shelf = (batch("A"), batch("B"))
    tables = district(
        stop("S1", required=True, books=books),
        stop("S2", required=True),
        batches=shelf,
        listed=shelf,
        visits=(*_moved("S1", "A", "B"), *_moved("S2", "B")),
    )
    assert _drops(_plan(tables)) == {"S1": ("B",), "S2": ("A",)}


def test_an_unseen_batch_where_the_car_reloads_later_is_no_reason_against_a_repeat() -> None:
    """The car is at the other depot only after S1 has closed."""
    shelf = (batch("A"), batch("new", at="E"))
    tables = district(
        stop("S1", windows=((8 * H, 10 * H),)),
        stop("S22", windows=((12 * H, 16 * H),)),
        depots=(depot("D"), depot("E", lon=106.865, windows=((11 * H, 16 * H),))),
        vehicles=(
            vehicle("V", books=60, weekdays=(0,), reloads=1, reload_s=900, reload_at=("E",)),
        ),
        batches=shelf,
        listed=shelf,
        visits=_moved("S1", "A"),
    )
    assert _drops(_plan(tables)) == {"S1": ("A",), "S22": ("new",)}


@pytest.mark.parametrize(("setting", "brought"), [("oldest", 1), ("no-books", 0)])
@pytest.mark.parametrize("keep", [True, False])
def test_a_visit_to_a_stop_that_has_had_all_can_be_fixed(
    tmp_path: Path, setting: Any, brought: int, keep: bool
) -> None:
    tables = _seen("B", "A", "C", when_seen_all=setting)
    base = _plan(tables)
    (tmp_path / "o.csv").write_text(f"date,vehicle,position,stop\n{MONDAY},V,1,S1\n")
    adjustment = Adjustment(file=tmp_path / "o.csv", base=base, keep=keep)
    plan = bc.plan_week(tables, WEEK, effort="quick", adjustment=adjustment)
    (visit,) = plan.routes[0].visits
    assert len(visit.drops) == len(visit.repeats) == brought


def test_what_others_have_not_had_goes_to_them_first() -> None:
    """Two stops have had all but one; a third one, new, takes the oldest of the first."""
    tables = _seen("B", "A", "C")
    more = msgspec.structs.replace(tables, stops=(*tables.stops, stop("S2", priority=9)))
    plan = _plan(more)
    drops = _drops(plan)
    assert len(drops) == 2
    assert set(drops["S1"]).isdisjoint(drops["S2"])
    repeats = {visit.stop: visit.repeats for r in plan.routes for visit in r.visits}
    assert repeats == {"S1": drops["S1"], "S2": ()}


@pytest.mark.parametrize("seed", range(40))
def test_as_many_required_stops_are_supplied_as_any_assignment_could(seed: int) -> None:
    tables = _random(random.Random(seed))
    week = plan_rounds(prepared(tables), search=first_fit)
    supplied = sum(e.due.stop.required for e in week.options)
    assert supplied == _most_required(tables)


def _random(rng: random.Random) -> District:
    sizes = (40, 50, 90)
    return district(
        *(
            stop(
                f"S{k}", required=rng.random() < 0.6, books=50, lon=106.65 + rng.choice((0.1, 0.3))
            )
            for k in range(1, 4)
        ),
        depots=(depot("D"), depot("E", lon=107.0)),
        vehicles=(
            vehicle("V", books=rng.choice(sizes), max_metres=rng.choice((40_000, 90_000))),
            vehicle("W", books=rng.choice(sizes), depot="E", kg=rng.choice((None, 15))),
        ),
        batches=tuple(
            batch(f"B{k}", books=rng.choice(sizes), at=rng.choice("DE"), kg=rng.choice((10, 20)))
            for k in range(rng.randint(1, 3))
        ),
    )


def _most_required(tables: District) -> int:
    """Return how many required stops can each have a batch that some car can bring it alone."""
    ready = prepared(tables)
    week = plan_rounds(ready, search=first_fit)
    needing = [e for e in (*week.options, *week.unsupplied) if e.due.stop.required]
    best = 0
    for chosen in product((None, *tables.batches), repeat=len(needing)):
        named = [b.id for b in chosen if b is not None]
        if len(set(named)) == len(named):
            best = max(best, sum(_comes(ready, e, b) for e, b in zip(needing, chosen, strict=True)))
    return best


def _comes(ready: Any, option: Any, brought: Any) -> bool:
    if brought is None:
        return False
    days = range(len(ready.fleet.days))
    mine = tuple(k for k in days if ready.fleet.days[k].vehicle.depot == brought.at)
    bare = replace(option, drops=(brought,), collects=(), fleet=mine, store=None)
    problem = week_problem([bare], ready.fleet, ready.travel, settings=ready.district.settings)
    return any(schedule(problem, k, (0,)) for k in mine)


@pytest.mark.parametrize(("days", "gets"), [({"S1": MONDAY}, "A"), ({}, "B")])
def test_what_is_back_after_the_day_of_a_visit_is_not_new_to_it(
    days: dict[str, dt.date], gets: str
) -> None:
    """S1 has had A; B is back on Tuesday."""
    day = dt.date(2026, 5, 4)
    had = tuple(
        past_visit("S1", day + dt.timedelta(days=7 * k), batch="A", action=action)
        for k, action in enumerate(("dropped", "collected"))
    )
    ready = prepared(district(stop("S1"), batches=(batch("A"), batch("B")), visits=had))
    options = options_of(ready)
    first, then = batch("A"), batch("B")
    supplies = [
        Supply(batch=first, depot="D"),
        Supply(batch=then, depot="D", since=MONDAY + dt.timedelta(days=1)),
    ]
    found = Supplier.of(ready, options).supplied(options, supplies, days=days, loaded_at=None)
    assert [[b.id for b in option.drops] for option in found.able] == [[gets]]
