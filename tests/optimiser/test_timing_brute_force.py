"""The times of a route, against every departure and every break tried by the minute."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from optimiser.peers import broken_limits
from optimiser.small_problems import ALL_DAY, H, M, car_day, line, problem, task

from bookcar.optimiser.problem import CarDay, Problem, Window
from bookcar.optimiser.timing import schedule

Rank = tuple[bool, int, int]


def _brute_force(case: Problem) -> Rank | None:
    """Return (early break, return, minus departure) of the best timing of tasks 0, 1, ...

    Each place of the break has its best departure; the places are then held against each other.
    A break before a later stop is one after the stop before it, begun later for nothing.
    """
    car = case.car_days[0]
    best = []
    for pause in [None, (0, "before"), *((k, "after") for k in range(len(case.tasks)))]:
        departures = range(car.starts, car.ends + 1, M)
        found = [t for depart in departures for t in _driven(case, car, depart, pause)]
        if found:
            back, minus_depart, early = min(found)
            best.append((early, back, minus_depart))
    return min(best, default=None)


def _driven(
    case: Problem, car: CarDay, depart: int, pause: tuple[int, str] | None
) -> Iterator[tuple[int, int, bool]]:
    """Drive from one departure with one place of the break, each service as early as it may be."""
    seconds = case.tables[0].seconds
    now, place, rested = depart, car.start, 0
    for k, stop in enumerate(case.tasks):
        now += int(seconds[place, stop.location])
        if pause == (k, "before"):
            rested, now = now - depart, now + car.break_s
        begins = [max(now, o) for o, c in stop.windows[0] if max(now, o) + stop.service_s <= c]
        if not begins:
            return
        now, place = begins[0] + stop.service_s, stop.location
        if pause == (k, "after"):
            rested, now = now - depart, now + car.break_s
    back = now + int(seconds[place, car.end])
    length = back - depart
    needs = car.break_s > 0 and length > car.break_after_s
    fits = back <= car.ends and length <= car.max_seconds
    if fits and (pause is not None) == needs and rested <= car.break_after_s:
        yield back, -depart, pause is not None and 2 * rested < car.break_after_s


def _windows(first: int) -> st.SearchStrategy[tuple[Window, ...]]:
    if first == 0:
        return st.just(ALL_DAY)
    split = ((first, first + H), (first + 3 * H, first + 4 * H))
    return st.sampled_from([((first, first + 2 * H),), split])


@st.composite
def timed_routes(draw: st.DrawFn) -> Problem:
    places = draw(st.lists(st.integers(0, 90), min_size=1, max_size=4))
    opens = st.sampled_from([0, 8 * H, 9 * H, 11 * H])
    tasks = [
        task(
            i + 1,
            service_s=draw(st.sampled_from([5, 30, 60])) * M,
            windows={0: draw(_windows(draw(opens)))},
        )
        for i in range(len(places))
    ]
    car = car_day(
        starts=draw(st.sampled_from([6, 8])) * H,
        ends=draw(st.sampled_from([13, 18])) * H,
        max_seconds=draw(st.sampled_from([4, 6, 9])) * H,
        break_s=draw(st.sampled_from([0, 30, 60])) * M,
        break_after_s=draw(st.sampled_from([1, 2, 4])) * H,
    )
    return problem(line(0, *places), *tasks, cars=(car,))


@settings(max_examples=300, derandomize=True)
@given(case=timed_routes())
def test_no_departure_and_no_break_is_better(case: Problem) -> None:
    order = tuple(range(len(case.tasks)))
    times = schedule(case, 0, order)
    best = _brute_force(case)
    if times is None:
        assert best is None
        return
    assert broken_limits(case, 0, order, times) == []
    rested = times.break_.begin - times.depart if times.break_ else None
    early = rested is not None and 2 * rested < case.car_days[0].break_after_s
    assert (early, times.back, -times.depart) == best
