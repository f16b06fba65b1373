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
Pause = tuple[int, str] | None


def _brute_force(case: Problem) -> Rank | None:
    """Return (early break, return, minus departure) of the best timing of tasks 0, 1, ...

    Each place of the one break has its best departure; the places are then held against each other.
    A break before a later stop is one after the stop before it, begun later: it is for days on
    which that leaves too long a way behind it.
    """
    car = case.car_days[0]
    best: list[Rank] = []
    for places in _places(len(case.tasks)):
        for pause in places:
            departures = range(car.starts, car.ends + 1, M)
            found = [t for depart in departures for t in _driven(case, car, depart, pause)]
            if found:
                back, minus_depart, early = min(found)
                best.append((early, back, minus_depart))
                break
    return min(best, default=None)


def _places(stops: int) -> Iterator[tuple[Pause, ...]]:
    yield (None,)
    yield ((0, "before"),)
    for k in range(1, stops):
        yield (k - 1, "after"), (k, "before")
    yield ((stops - 1, "after"),)


def _driven(
    case: Problem, car: CarDay, depart: int, pause: Pause
) -> Iterator[tuple[int, int, bool]]:
    """Drive from one departure with one place of the break, each service as early as it may be.

    A break longer than it must be is tried where the way behind it would be too long otherwise.
    """
    for longer in (0, *range(M, 4 * H, M)):
        ride = _ride(case, depart, pause, car.break_s + longer)
        if ride is None:
            return
        back, rested, went_on = ride
        length = back - depart
        needs = car.break_s > 0 and length > car.break_after_s
        if back > car.ends or length > car.max_seconds:
            return
        in_time = rested - depart <= car.break_after_s
        behind = pause is None or back - went_on <= car.break_after_s
        if (pause is not None) == needs and in_time and behind:
            early = pause is not None and 2 * (rested - depart) < car.break_after_s
            yield back, -depart, early
            return
        if pause is None or not needs:
            return


def _ride(case: Problem, depart: int, pause: Pause, rest: int) -> tuple[int, int, int] | None:
    """Return the return, when the break begins and when it ends."""
    car, seconds = case.car_days[0], case.tables[0].seconds
    now, place, rested, went_on = depart, car.start, depart, depart
    for k, stop in enumerate(case.tasks):
        now += int(seconds[place, stop.location])
        if pause == (k, "before"):
            rested, went_on = now, now + rest
            now = went_on
        begins = [max(now, o) for o, c in stop.windows[0] if max(now, o) + stop.service_s <= c]
        if not begins:
            return None
        now, place = begins[0] + stop.service_s, stop.location
        if pause == (k, "after"):
            rested, went_on = now, now + rest
            now = went_on
    return now + int(seconds[place, car.end]), rested, went_on


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
    if times is not None:
        assert broken_limits(case, 0, order, times) == []
    if times is None or len(times.breaks) > 1:
        assert best is None
        return
    rested = times.breaks[0].begin - times.depart if times.breaks else None
    early = rested is not None and 2 * rested < case.car_days[0].break_after_s
    assert (early, times.back, -times.depart) == best
