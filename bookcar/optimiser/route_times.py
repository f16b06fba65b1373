"""The best departure and return of a passable route, and where its crew rests.

As long as every stop keeps its window, a route that leaves at ``d`` is back at ``max(d + work,
floor)``: ``work`` is all driving, service and break, ``floor`` the return after the last wait (the
duration and time-window terms of Vidal et al., "A unified solution framework for multi-attribute
vehicle routing problems", EJOR 234(3), 2014). Departures are therefore walked from one set of
windows to the next, never second by second. A day that one break is not enough for is left to
`bookcar.optimiser.breaks`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bookcar.optimiser.breaks import BreakRule, Rest, rule_of, with_breaks
from bookcar.optimiser.chain import NEVER, Chain, window_for
from bookcar.optimiser.problem import Break, CarDay, Schedule


class _Span(NamedTuple):
    """The departures from ``lo`` to ``hi`` that share one set of windows, and what they imply.

    Leaving at d, the car is back at ``max(d + work, floor)``, and at the point where the break
    begins at ``max(d + work_before, floor_before)``. ``floor_behind`` and ``hi_behind`` are those
    of the stretch behind the break, counted from its end.
    """

    lo: int
    hi: int
    work: int
    floor: int
    work_before: int = 0
    floor_before: int = NEVER
    floor_behind: int = NEVER
    hi_behind: int = -NEVER


class _Limits(NamedTuple):
    """Earliest departure, latest return, longest absence; longest stretches before and behind."""

    starts: int
    ends: int
    longest: int
    before: int = -NEVER
    behind: int = -NEVER


@dataclass(frozen=True, slots=True)
class _Times:
    """Departure and return of the best timing; ``point`` holds the break.

    ``early`` is a break in the first half of the time it may wait: it would be of no use.
    """

    depart: int
    back: int
    point: int | None = None
    early: bool = False

    def beats(self, other: _Times | None) -> bool:
        """Tell whether this is back earlier, or as early after a later departure."""
        return other is None or (self.back, -self.depart) < (other.back, -other.depart)

    def has_better_break(self, other: _Times | None) -> bool:
        """Tell whether the break is at a better time, or as good and `beats` the other."""
        return other is None or (self.early, not self.beats(other)) < (other.early, True)


def timed(chain: Chain, car: CarDay) -> Schedule | None:
    """Time a route that is passable, with no limits but those on time."""
    rule = rule_of(car)
    free = _Limits(car.starts, car.ends, car.max_seconds)
    if rule is None or rule.within(chain):
        times = _fit(chain, free)
    elif next(_spans(chain, car.starts), None) is None:
        return None  # the earliest departure misses a window, and a later one misses it too
    else:
        times = _with_at_most_one(chain, car, rule)
        if times is None:
            several = with_breaks(chain, car, rule)
            return several and _spell_out(chain, several.depart, several.rests)
    if times is None:
        return None
    rests = [_rest(chain, times, rule)] if rule and times.point is not None else []
    return _spell_out(chain, times.depart, rests)


def _with_at_most_one(chain: Chain, car: CarDay, rule: BreakRule) -> _Times | None:
    first = next(_spans(chain, car.starts))
    earliest = max(first.lo + first.work, first.floor)
    best = None
    if not rule.driving:
        best = _fit(chain, _Limits(car.starts, car.ends, min(rule.first, car.max_seconds)))
        if best is not None and best.back == earliest:
            return best
    return _with_one(chain, car, rule, best, earliest=earliest)


def _with_one(
    chain: Chain, car: CarDay, rule: BreakRule, best: _Times | None, *, earliest: int
) -> _Times | None:
    """Try the break at every point, the last first: among equals, a late break is lunch.

    One before a later stop gives the same times as one after the stop before it, and begins later:
    it is tried only where that leaves too long a stretch behind it.
    """
    work = chain.work + rule.rest
    if work > car.max_seconds or not chain.service:
        return best
    ideal = max(earliest, car.starts + work)
    before = _used(chain, rule)
    for after in range(chain.end - 1, -2, -2):
        times = None
        for point in (after, after + 1):
            used = before[point + 1]
            if not 0 <= point < chain.end or used > rule.first:
                continue
            if before[-1] - used <= rule.every:
                times = _fit_around(chain, car, rule, point, used=used)
            if times is not None:
                break
        if times is not None and times.has_better_break(best):
            best = times
            if not times.early and (times.back, times.back - times.depart) == (ideal, work):
                break
    return best


def _used(chain: Chain, rule: BreakRule) -> list[int]:
    """Return by point, the departure first, what the way there takes of the time until a break."""
    used = [0]
    for leg, service in zip(chain.legs, [*chain.service, 0], strict=True):
        used += [used[-1] + leg, used[-1] + leg + (0 if rule.driving else service)]
    return used[:-1]


def _fit_around(
    chain: Chain, car: CarDay, rule: BreakRule, point: int, *, used: int
) -> _Times | None:
    """Return the best times with the break at a point."""
    if rule.driving:
        times = _fit(chain, _Limits(car.starts, car.ends, car.max_seconds), point, rule.rest)
        early = 2 * used < rule.first
        return times and _Times(times.depart, times.back, point, early)
    limits = _Limits(car.starts, car.ends, car.max_seconds, rule.first, rule.every)
    return _fit(chain, limits, point, rule.rest)


def _fit(chain: Chain, limits: _Limits, point: int | None = None, rest: int = 0) -> _Times | None:
    """Return the best departure and return of a chain, with the break, if any, at a point."""
    best: _Times | None = None
    for span in _spans(chain, limits.starts, point, rest):
        reached = max(span.lo + span.work, span.floor)
        if reached > limits.ends or (best is not None and reached > best.back):
            break
        times = _fit_span(span, limits, point)
        if times is not None and times.beats(best):
            best = times
    return best


def _fit_span(span: _Span, limits: _Limits, point: int | None) -> _Times | None:
    if span.work > limits.longest or span.work_before > limits.before:
        return None
    if span.floor_behind - span.hi_behind > limits.behind:
        return None
    earliest = max(span.lo, span.floor - limits.longest, span.floor_before - limits.before)
    depart = min(max(earliest, span.floor - span.work), span.hi)
    back = max(depart + span.work, span.floor)
    if earliest > span.hi or back > limits.ends:
        return None
    waited = max(span.work_before, span.floor_before - depart)
    return _Times(depart, back, point, point is not None and 2 * waited < limits.before)


def _spans(chain: Chain, starts: int, point: int | None = None, rest: int = 0) -> Iterator[_Span]:
    """Yield the departures from ``starts`` on, a set of windows at a time, until one is missed."""
    lo: int | None = starts
    while lo is not None:
        span = _walk(chain, lo, point, rest)
        if span is None:
            return
        yield span
        lo = span.hi + 1 if span.hi < -NEVER else None


def _walk(chain: Chain, depart: int, point: int | None, rest: int) -> _Span | None:
    """Drive the chain from one departure, each stop in the first window that still fits."""
    work, floor, hi = 0, NEVER, -NEVER
    work_before, floor_before = 0, NEVER
    begun, floor_behind, hi_behind = 0, NEVER, -NEVER
    for at in range(chain.end + 1):
        if at % 2 == 0:
            leg = chain.legs[at // 2]
            work, floor, floor_behind = work + leg, floor + leg, floor_behind + leg
        else:
            service = chain.service[at // 2]
            window = window_for(chain.windows[at // 2], max(depart + work, floor), service)
            if window is None:
                return None
            opens, closes = window
            hi, hi_behind = (
                min(hi, closes - service - work),
                min(hi_behind, closes - service - work + begun),
            )
            work += service
            floor, floor_behind = max(floor, opens) + service, max(floor_behind, opens) + service
        if at == point:
            work_before, floor_before = work, floor
            work, floor = work + rest, floor + rest
            begun, floor_behind, hi_behind = work, NEVER, -NEVER
    return _Span(depart, hi, work, floor, work_before, floor_before, floor_behind, hi_behind)


def _rest(chain: Chain, times: _Times, rule: BreakRule) -> Rest:
    """Place the break: where the car would wait anyway, else before driving on."""
    assert times.point is not None
    rest = _rest_at(chain, times.depart, rule, times.point)
    stop = (times.point + 1) // 2
    if times.point % 2 == 0 or stop == len(chain.service):
        return rest
    used = _used(chain, rule)[times.point + 2]
    later = _rest_at(chain, times.depart, rule, times.point + 1)
    begun = used if rule.driving else later.begin - times.depart
    ready = later.begin + rule.rest
    waits = _opening(chain, stop, ready) > ready
    return later if waits and begun <= rule.first else rest


def _rest_at(chain: Chain, depart: int, rule: BreakRule, point: int) -> Rest:
    """Return the break at a point: as long as it must be, and longer instead of too long a wait."""
    span = _walk(chain, depart, point, rule.rest)
    assert span is not None
    begin = max(depart + span.work_before, span.floor_before)
    end = begin + rule.rest
    return Rest(point, begin, end if rule.driving else max(end, span.floor_behind - rule.every))


def _spell_out(chain: Chain, depart: int, rests: Sequence[Rest]) -> Schedule:
    arrive, begin, leave = [], [], []
    ends = {rest.point: rest.end for rest in rests}
    now = depart
    for stop, service in enumerate(chain.service):
        arrive.append(now + chain.legs[stop])
        begin.append(_opening(chain, stop, ends.get(2 * stop, arrive[stop])))
        leave.append(begin[stop] + service)
        now = ends.get(2 * stop + 1, leave[stop])
    return Schedule(
        depart=depart,
        arrive=tuple(arrive),
        begin=tuple(begin),
        leave=tuple(leave),
        back=now + chain.legs[-1],
        breaks=tuple(
            Break(
                position=rest.point // 2,
                moment="after" if rest.point % 2 else "before",
                begin=rest.begin,
                end=rest.end,
            )
            for rest in rests
        ),
    )


def _opening(chain: Chain, stop: int, ready: int) -> int:
    window = window_for(chain.windows[stop], ready, chain.service[stop])
    if window is None:
        raise AssertionError("a timed stop has a window")
    return max(ready, window[0])
