"""Every place for every stop, compiled: what keeps all limits, and what one limit alone forbids.

Counts, metres, loads leg by leg and a lower bound of time are looked at before a route is timed, so
that most places cost a few additions.
"""

from __future__ import annotations

import numpy as np

from bookcar.compiled import compiled, entry, inlined
from bookcar.optimiser.insertion.clock import best_times
from bookcar.optimiser.insertion.layout import (
    BREAK,
    DEPOT,
    FAR,
    FIRST,
    FIXED,
    HOURS,
    RETURN,
    SPACING,
    TIME,
    TOTALS,
    WORK,
    Asked,
    CarArrays,
    Found,
    Frame,
    Grid,
    Ints,
    Scratch,
    TaskArrays,
)
from bookcar.optimiser.sisr.breaks import LEG, SERVICE, SLOT, SLOT_END, Day

_TOTALS = len(TOTALS)
_STOPS, _RELOADS, _METRES, _DRIVING = range(_TOTALS)


@entry
def scan(
    frame: Frame, seconds: Grid, metres: Grid, base: int, scratch: Scratch, found: Found
) -> None:
    """Try every task asked at every place of one base, and keep what beats ``found``."""
    bases, asked = frame.bases, frame.asked
    _spell(frame, seconds, metres, base, scratch)
    for t in range(len(asked.tasks)):
        if asked.apart[t, bases.car[base]] < 0:
            continue
        first, last = _places(frame, base, t)
        for place in range(first, last + 1):
            if not _insert(frame, seconds, metres, base, place, t, scratch):
                continue
            count = _cheap(frame, base, place, t, scratch)
            if count <= 1:
                _judge(frame, base, place, t, count, scratch, found)
            _take_out(frame, seconds, base, place, scratch.line)


@entry
def smallest(
    frame: Frame, seconds: Grid, metres: Grid, base: int, scratch: Scratch, found: Ints
) -> None:
    """Keep of every place of one base that with the fewest limits to lift, then the nearest.

    ``found`` has by task asked: how many, metres more, base, place, and the limits as bits.
    """
    bases, asked, cars = frame.bases, frame.asked, frame.cars
    car, size = bases.car[base], bases.begins[base + 1] - bases.begins[base]
    _spell(frame, seconds, metres, base, scratch)
    for t in range(len(asked.tasks)):
        if asked.apart[t, car] < 0:
            continue
        first, last = _places(frame, base, t)
        for place in range(first, last + 1):
            if not _insert(frame, seconds, metres, base, place, t, scratch):
                continue
            count = _cheap(frame, base, place, t, scratch)
            lifted = np.int64(-1)
            if count <= found[t, 0]:
                most = found[t, 0] - count
                lifted = _fewest_lifted(frame.tasks, cars, car, scratch.line, size + 1, most)
            _take_out(frame, seconds, base, place, scratch.line)
            if lifted >= 0:
                for bit in range(len(scratch.excess)):
                    if scratch.excess[bit] > 0:
                        lifted |= 1 << bit
                many = _ones(lifted)
                longer = scratch.totals[_TOTALS + _METRES] - scratch.totals[_METRES]
                if many < found[t, 0] or (many == found[t, 0] and longer < found[t, 1]):
                    found[t, 0], found[t, 1], found[t, 2] = many, longer, base
                    found[t, 3], found[t, 4] = place, lifted


@compiled
def _places(frame: Frame, base: int, t: int) -> tuple[int, int]:
    """Return the first and the last place of a base to try; none, if the last is before it."""
    only = frame.bases.only[base]
    first, last = np.int64(0), frame.bases.begins[base + 1] - frame.bases.begins[base]
    if only >= 0:
        first, last = only, only
    if len(frame.asked.behind) > 0:
        first = max(first, frame.asked.behind[t, base, 0])
        last = min(last, frame.asked.behind[t, base, 1])
    return first, last


@compiled
def _days(tasks: TaskArrays) -> int:
    return (len(tasks.slots) - 1) // len(tasks.place)


@compiled
def _spell(frame: Frame, seconds: Grid, metres: Grid, base: int, scratch: Scratch) -> None:
    """Write a base into the scratch space."""
    tasks, cars, bases, line = frame.tasks, frame.cars, frame.bases, scratch.line
    car, begin = bases.car[base], bases.begins[base]
    size = bases.begins[base + 1] - begin
    here = cars.start[car]
    scratch.depot[0] = cars.store[car]
    scratch.totals[:] = 0
    for i in range(size + 1):
        there = cars.end[car] if i == size else tasks.place[bases.tasks[begin + i]]
        line[LEG, i] = seconds[here, there]
        scratch.totals[_METRES] += metres[here, there] if size > 0 else np.int64(0)
        scratch.totals[_DRIVING] += seconds[here, there] if size > 0 else np.int64(0)
        here = there
        if i < size:
            task = bases.tasks[begin + i]
            scratch.depot[i + 1] = tasks.store[task] if tasks.reload[task] else scratch.depot[i]
            scratch.totals[_RELOADS if tasks.reload[task] else _STOPS] += 1
            slot = task * _days(tasks) + cars.day[car]
            line[SERVICE, i] = tasks.service[task]
            line[SLOT, i], line[SLOT_END, i] = tasks.slots[slot], tasks.slots[slot + 1]
    for load in range(tasks.drops.shape[1]):
        _spell_load(frame, base, load, scratch)


@compiled
def _spell_load(frame: Frame, base: int, load: int, scratch: Scratch) -> None:
    """Write by place the most aboard since the last loading, and until the next one."""
    tasks, bases = frame.tasks, frame.bases
    begin = bases.begins[base]
    size = bases.begins[base + 1] - begin
    now = frame.cars.loaded[bases.car[base], load] + _loaded(frame, begin, begin + size, load)
    high = now
    scratch.high[load, 0], scratch.ahead[load, 0] = high, now
    for i in range(size):
        task = bases.tasks[begin + i]
        if tasks.reload[task]:
            now = tasks.loaded[task, load] + _loaded(frame, begin + i + 1, begin + size, load)
            high = now
        else:
            now += tasks.collects[task, load] - tasks.drops[task, load]
            high = max(high, now)
        scratch.high[load, i + 1], scratch.ahead[load, i + 1] = high, now
    ahead = np.int64(0)
    for i in range(size, -1, -1):
        ahead = max(ahead, scratch.ahead[load, i])
        scratch.ahead[load, i] = ahead
        if i > 0 and tasks.reload[bases.tasks[begin + i - 1]]:
            ahead = np.int64(0)


@compiled
def _loaded(frame: Frame, first: int, end: int, load: int) -> int:
    """Return what is loaded: all that is dropped until the next reload."""
    taken = np.int64(0)
    for i in range(first, end):
        task = frame.bases.tasks[i]
        if frame.tasks.reload[task]:
            break
        taken += frame.tasks.drops[task, load]
    return taken


@compiled
def _insert(
    frame: Frame, seconds: Grid, metres: Grid, base: int, place: int, t: int, scratch: Scratch
) -> bool:
    """Write a task into the line at a place; return whether roads lead on.

    Where none does, the line stays as it is.
    """
    tasks, bases, line = frame.tasks, frame.bases, scratch.line
    task, car = frame.asked.tasks[t], bases.car[base]
    size = bases.begins[base + 1] - bases.begins[base]
    left, right = _ends(frame, base, place)
    here = tasks.place[task]
    into, out = np.int64(seconds[left, here]), np.int64(seconds[here, right])
    near, far = np.int64(metres[left, here]), np.int64(metres[here, right])
    if min(into, out) < 0 or min(near, far) < 0:
        return False
    for i in range(size, place, -1):
        line[LEG, i + 1] = line[LEG, i]
        for row in range(SERVICE, SLOT_END + 1):
            line[row, i] = line[row, i - 1]
    slot = task * _days(tasks) + frame.cars.day[car]
    line[LEG, place], line[LEG, place + 1] = into, out
    line[SERVICE, place] = tasks.service[task]
    line[SLOT, place], line[SLOT_END, place] = tasks.slots[slot], tasks.slots[slot + 1]
    for i in range(_TOTALS):
        scratch.totals[_TOTALS + i] = scratch.totals[i]
    scratch.totals[_TOTALS + _STOPS] += 1
    scratch.totals[_TOTALS + _METRES] += near + far
    scratch.totals[_TOTALS + _DRIVING] += into + out
    if size > 0:
        scratch.totals[_TOTALS + _METRES] -= metres[left, right]
        scratch.totals[_TOTALS + _DRIVING] -= seconds[left, right]
    return True


@compiled
def _take_out(frame: Frame, seconds: Grid, base: int, place: int, line: Ints) -> None:
    bases = frame.bases
    left, right = _ends(frame, base, place)
    line[LEG, place] = seconds[left, right]
    for i in range(place, bases.begins[base + 1] - bases.begins[base]):
        line[LEG, i + 1] = line[LEG, i + 2]
        for row in range(SERVICE, SLOT_END + 1):
            line[row, i] = line[row, i + 1]


@compiled
def _ends(frame: Frame, base: int, place: int) -> tuple[int, int]:
    """Return the locations before and behind a place."""
    bases, car = frame.bases, frame.bases.car[base]
    at = bases.begins[base] + place
    left, right = frame.cars.start[car], frame.cars.end[car]
    if place > 0:
        left = frame.tasks.place[bases.tasks[at - 1]]
    if at < bases.begins[base + 1]:
        right = frame.tasks.place[bases.tasks[at]]
    return left, right


@compiled
def _cheap(frame: Frame, base: int, place: int, t: int, scratch: Scratch) -> int:
    """Write by how much each limit but those on time forbids a place; return how many do."""
    tasks, cars, bases, excess = frame.tasks, frame.cars, frame.bases, scratch.excess
    task, car = frame.asked.tasks[t], bases.car[base]
    depot = tasks.depot[task]
    excess[:] = 0
    excess[SPACING] = frame.asked.apart[t, car]
    excess[FIXED] = 1 if place < bases.first[base] else 0
    excess[DEPOT] = 1 if depot >= 0 and depot != scratch.depot[place] else 0
    sums = len(cars.totals)
    for i in range(sums):
        excess[FIRST + i] = scratch.totals[_TOTALS + cars.totals[i]] - cars.most[car, i]
    for load in range(tasks.drops.shape[1]):
        before = scratch.high[load, place] + tasks.drops[task, load]
        after = scratch.ahead[load, place] + tasks.collects[task, load]
        excess[FIRST + sums + load] = max(before, after) - cars.capacity[car, load]
    count = 0
    for bit in range(len(excess)):
        count += excess[bit] > 0
    return count


@compiled
def _judge(
    frame: Frame, base: int, place: int, t: int, count: int, scratch: Scratch, found: Found
) -> None:
    """Time a place that at most one limit forbids, and keep what comes of it."""
    cars, bases, line = frame.cars, frame.bases, scratch.line
    car = bases.car[base]
    stops = bases.begins[base + 1] - bases.begins[base] + 1
    work, way = scratch.totals[_TOTALS + _DRIVING], scratch.totals[_TOTALS + _METRES]
    for i in range(stops):
        work += line[SERVICE, i]
    long, late = work > cars.longest[car], cars.starts[car] + work > cars.ends[car]
    if count + (long or late) > 1:
        return
    if not long and not late:
        times = timed(frame.tasks, cars, car, line, stops, np.int64(0), np.int64(0))
        if times[1] >= 0:
            cost = _extra(frame, base, t, way, times[1] - times[0])
            if count == 0:
                _keep_fit(found, t, cost, base, place)
                return
            for bit in range(len(scratch.excess)):
                if scratch.excess[bit] > 0:
                    _keep_lack(found, frame.asked, t, bit, scratch.excess[bit], cost, base, place)
    if count == 0 and not (found.base[t] >= 0 and found.cost[t] <= frame.asked.worth[t]):
        _lift_each(frame, base, place, t, way, long, late, line, found)


@compiled
def _lift_each(
    frame: Frame, base: int, place: int, t: int, way: int, long: bool, late: bool, line: Ints,
    found: Found,
) -> None:  # fmt: skip
    """Keep which limits on time, each lifted alone, open a place; or both ends of the day."""
    opened = False
    for lifted in range(RETURN, HOURS + 1):
        if not ((long and lifted != WORK) or (late and lifted != RETURN)):
            fits = _lift(frame, base, place, t, way, lifted, line, found)
            opened = opened or (fits and lifted <= WORK)
    if not opened:
        _lift(frame, base, place, t, way, np.int64(TIME), line, found)


@compiled
def _lift(
    frame: Frame, base: int, place: int, t: int, way: int, lifted: int, line: Ints, found: Found
) -> bool:
    """Keep a place if lifting a limit opens it; return whether it does."""
    cars, bases = frame.cars, frame.bases
    car = bases.car[base]
    stops = bases.begins[base + 1] - bases.begins[base] + 1
    mask = (1 << RETURN) | (1 << WORK) if lifted == TIME else 1 << lifted
    times = timed(frame.tasks, cars, car, line, stops, mask, np.int64(FAR))
    if times[1] < 0:
        return False
    if lifted in (WORK, TIME):
        times = _shortest(frame.tasks, cars, car, line, stops, mask, times)
    cost = _extra(frame, base, t, way, times[1] - times[0])
    late, long = times[1] - cars.ends[car], times[1] - times[0] - cars.longest[car]
    over = max(np.int64(0), way - bases.metres[base])
    if lifted in (RETURN, WORK, TIME):
        over = max(late, long)
    _keep_lack(found, frame.asked, t, lifted, over, cost, base, place)
    return True


@compiled
def _shortest(
    tasks: TaskArrays, cars: CarArrays, car: int, line: Ints, stops: int, lifted: int,
    times: tuple[int, int, bool],
) -> tuple[int, int, bool]:  # fmt: skip
    """Return the times that go the least beyond the limits lifted.

    Who is back the earliest may have waited for what a later departure finds open. The further
    beyond, the more can be driven: so the least that will do is found by halving.
    """
    least, most = np.int64(0), _beyond(cars, car, lifted, times)
    while least < most:
        step = most - 1 if least == 0 else (least + most) // 2
        shorter = timed(tasks, cars, car, line, stops, lifted, step)
        if shorter[1] < 0:
            least = step + 1
        else:
            times, most = shorter, min(step, _beyond(cars, car, lifted, shorter))
            least = max(least, np.int64(1))
    return times


@inlined
def _beyond(cars: CarArrays, car: int, lifted: int, times: tuple[int, int, bool]) -> int:
    """Return by how much times go beyond the limits lifted."""
    over = times[1] - times[0] - cars.longest[car]
    if lifted & (1 << RETURN):
        over = max(over, times[1] - cars.ends[car])
    return max(np.int64(0), over)


@compiled
def timed(
    tasks: TaskArrays, cars: CarArrays, car: int, line: Ints, stops: int, lifted: int, beyond: int
) -> tuple[int, int, bool]:
    """Return the times of the route of a line with some limits on time lifted ``beyond`` theirs."""
    day = Day(
        cars.starts[car],
        cars.ends[car] + (beyond if lifted & (1 << RETURN) else 0),
        cars.longest[car] + (beyond if lifted & (1 << WORK) else 0),
        np.int64(0) if lifted & (1 << BREAK) else cars.break_s[car],
        cars.break_after[car], cars.break_every[car], cars.by_driving[car] > 0,
        (lifted & (1 << HOURS)) != 0,
    )  # fmt: skip
    return best_times(line, stops, tasks.opens, tasks.closes, day)


@compiled
def _extra(frame: Frame, base: int, t: int, way: int, lasts: int) -> float:
    """Return what a longer route costs more than the car-day costs now."""
    cars, bases, asked = frame.cars, frame.bases, frame.asked
    car = bases.car[base]
    longer = lasts - bases.seconds[base]
    cost = asked.surcharges[t, car] + cars.cost_km[car] * (way - bases.metres[base]) / 1000
    cost += cars.cost_hour[car] * longer / 3600
    if not bases.used[base]:
        cost += cars.fixed_cost[car]
    if asked.balance > 0 and cars.driver[car] >= 0:
        driver = cars.driver[car]
        cost += _uneven(asked, driver, longer) - _uneven(asked, driver, np.int64(0))
    return cost


@compiled
def _uneven(asked: Asked, driver: int, longer: int) -> float:
    """Return what the drivers' hours off their mean cost, with one of them longer at work."""
    mean = np.float64(longer)
    for other in range(len(asked.hours)):
        mean += asked.hours[other]
    mean /= len(asked.hours)
    uneven = 0.0
    for other in range(len(asked.hours)):
        own = asked.hours[other] + (longer if other == driver else np.int64(0))
        uneven += abs(own - mean)
    return asked.balance * uneven / 3600


@compiled
def _keep_fit(found: Found, t: int, cost: float, base: int, place: int) -> None:
    if found.base[t] < 0 or cost < found.cost[t]:
        found.cost[t], found.base[t], found.place[t] = cost, base, place


@compiled
def _keep_lack(
    found: Found, asked: Asked, t: int, bit: int, over: int, cost: float, base: int, place: int
) -> None:
    dear = np.int64(1) if cost > asked.worth[t] else np.int64(0)
    if found.lack_base[t, bit] >= 0:
        best = found.dear[t, bit], found.lack[t, bit]
        if best[0] < dear or (best[0] == dear and best[1] <= over):
            return
    found.lack[t, bit], found.dear[t, bit] = over, dear
    found.lack_base[t, bit], found.lack_place[t, bit] = base, place


@compiled
def _fewest_lifted(
    tasks: TaskArrays, cars: CarArrays, car: int, line: Ints, stops: int, most: int
) -> int:
    """Return the fewest limits on time, as bits, without which a route has times; -1: too many."""
    for many in range(min(most, 4) + 1):
        for choice in range(16):
            if _ones(choice) == many:
                lifted = np.int64(choice << RETURN)
                if timed(tasks, cars, car, line, stops, lifted, np.int64(FAR))[1] >= 0:
                    return lifted
    return np.int64(-1)


@compiled
def _ones(bits: int) -> int:
    count = 0
    while bits:
        count += bits & 1
        bits >>= 1
    return count
