"""When a crew must rest, and where it does on a day that one break is not enough for.

After ``break_after_s`` of work (from departure, or from the end of the last break; waiting counts)
or of driving the crew rests for ``break_s`` or longer, at a stop and outside its service. Between
two breaks a route is a *stretch*. Its work w, and the waiting of its windows, decide how long it
takes at the least: ``max(w, floor - hi)``, whenever it begins (the duration of a segment in Vidal
et al., "A unified solution framework for multi-attribute vehicle routing problems", EJOR 234(3),
2014). A crew that would wait within a stretch may as well rest longer before it, so nothing is won
by a stretch that begins later than it must, and the earliest time at which a break can begin at
each point is all that the rest of the day depends on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from bookcar.optimiser.chain import DEPARTURE, NEVER, Chain, window_for
from bookcar.optimiser.problem import CarDay, Schedule


class BreakRule(NamedTuple):
    """When a crew rests, in seconds.

    Attributes
    ----------
    rest
        How long a break lasts at the least.
    first, every
        The most before the first break, and from one break to the next or to the return.
    driving
        Whether that is counted in driving alone, not in all the time that passes.
    """

    rest: int
    first: int
    every: int
    driving: bool

    def within(self, chain: Chain) -> bool:
        """Tell whether a route is too short for a break, whatever it waits."""
        return self.driving and chain.driving <= self.first


class Rest(NamedTuple):
    """A break at a point of a chain."""

    point: int
    begin: int
    end: int


class Rested(NamedTuple):
    """Departure and return of a day with several breaks, and the breaks."""

    depart: int
    back: int
    rests: tuple[Rest, ...]


class _Reached(NamedTuple):
    """When a point is reached at the earliest, by a stretch from a point, begun at a time."""

    begin: int
    source: int
    start: int


_Layer = Mapping[int, _Reached]


def until_first(car: CarDay) -> int:
    """Return the most before the first break."""
    return max(0, car.break_after_s - car.break_used_s)


def rule_of(car: CarDay) -> BreakRule | None:
    """Return the rule of a car-day, None if its day cannot be long enough for it."""
    first = until_first(car)
    if car.break_s <= 0 or first >= car.max_seconds:
        return None
    return BreakRule(car.break_s, first, car.break_after_s, car.break_rule == "driving")


def most_work(car: CarDay) -> int:
    """Return the most driving and service that fits into a day with the breaks it calls for.

    Breaks after so much driving need not be called for, whatever the work.
    """
    rule = rule_of(car)
    if rule is None or rule.driving:
        return car.max_seconds
    most, breaks = min(rule.first, car.max_seconds), 0
    while rule.first + breaks * rule.every < car.max_seconds - breaks * rule.rest:
        breaks += 1
        room = car.max_seconds - breaks * rule.rest
        most = max(most, min(rule.first + breaks * rule.every, room))
        if rule.every <= 0:
            break
    return most


def rests_in_time(car: CarDay, times: Schedule) -> bool:
    """Tell whether times have each break early enough, if all that passes counts until then.

    Driving does not depend on times: breaks that were in time then are so whenever it is.
    """
    if car.break_s <= 0 or car.break_rule == "driving":
        return True
    begun = (times.depart, *(rest.end for rest in times.breaks))
    over = (*(rest.begin for rest in times.breaks), times.back)
    most = (until_first(car), *(car.break_after_s for _ in times.breaks))
    return all(end - start <= limit for start, end, limit in zip(begun, over, most, strict=True))


def with_breaks(chain: Chain, car: CarDay, rule: BreakRule) -> Rested | None:
    """Return the times with as few breaks as will do, at least one; None if no timing exists.

    Of those it is back earliest, then leaves latest.
    """
    fewest = _fewest(chain, rule)
    if fewest is None:
        return None
    most = min(chain.end, _most_breaks(chain, car, rule))
    for count in range(max(1, fewest), most + 1):
        if chain.work + count * rule.rest > car.max_seconds:
            return None
        found = _with(chain, car, rule, count)
        if found is not None:
            return found
    return None


def _fewest(chain: Chain, rule: BreakRule) -> int | None:
    """Return how many breaks are needed if every door is open; None if a leg is too long."""
    count, used, most = 0, 0, rule.first
    for point in range(DEPARTURE, chain.end):
        step = _step(chain, point, rule)
        if used + step > most:
            count, used, most = count + 1, 0, rule.every
            if point == DEPARTURE or step > most:
                return None
        used += step
    return count


def _step(chain: Chain, point: int, rule: BreakRule) -> int:
    """Return what the way from a point to the next takes of the time until a break."""
    if point % 2:
        return chain.legs[(point + 1) // 2]
    return 0 if rule.driving else chain.service[point // 2]


def _most_breaks(chain: Chain, car: CarDay, rule: BreakRule) -> int:
    """Return more breaks than can be needed: two stretches that fit into one need none between."""
    last = max((closes for _, closes in chain.windows[-1]), default=0) if chain.windows else 0
    until = min(car.ends, last + rule.rest + chain.legs[-1])
    span = chain.driving if rule.driving else min(car.max_seconds, until - car.starts)
    return 2 * (max(0, span) // max(1, rule.every)) + 3


def _with(chain: Chain, car: CarDay, rule: BreakRule, count: int) -> Rested | None:
    """Return the best times with so many breaks.

    The earliest return is looked for first, then the latest departure that allows it: the earliest
    return of the chain mirrored in time. Where even that day is too long, a later departure may
    wait less.
    """
    backwards = chain.mirrored()
    depart = car.starts
    while True:
        back = _earliest(chain, rule, count, depart)
        if back is None or back > car.ends:
            return None
        latest = _earliest(backwards, rule, count, -back, mirrored=True)
        if latest is None:
            raise AssertionError("what can be driven can be driven backwards")
        if back + latest <= car.max_seconds:
            layers = _layers(chain, rule, count, -latest)
            return Rested(-latest, back, tuple(_path(layers, chain.end))[::-1])
        depart = max(1 - latest, back - car.max_seconds)


def _earliest(
    chain: Chain, rule: BreakRule, count: int, start: int, *, mirrored: bool = False
) -> int | None:
    """Return the earliest return with so many breaks after a departure at ``start`` or later."""
    end = _layers(chain, rule, count, start, mirrored=mirrored)[-1].get(chain.end)
    return None if end is None else end.begin


def _layers(
    chain: Chain, rule: BreakRule, count: int, start: int, *, mirrored: bool = False
) -> list[_Layer]:
    """Return by number of breaks behind it when each point is reached at the earliest."""
    sources = [(DEPARTURE, start)]
    layers: list[_Layer] = []
    for behind in range(count + 1):
        most = rule.first if behind == 0 and not mirrored else rule.every
        if behind == count and mirrored:
            most = rule.first
        layers.append(_layer(chain, sources, most, rule, to_end=behind == count))
        sources = [(point, at.begin + rule.rest) for point, at in sorted(layers[-1].items())]
    return layers


def _layer(
    chain: Chain, sources: Iterable[tuple[int, int]], most: int, rule: BreakRule, *, to_end: bool
) -> _Layer:
    """Return where one stretch leads from some points; of equals, the later source stands."""
    reached: dict[int, _Reached] = {}
    for source, start in sources:
        for point, at in _stretch(chain, source, start, most, driving=rule.driving):
            known = reached.get(point)
            if (point == chain.end) == to_end and (known is None or at.begin <= known.begin):
                reached[point] = at
    return reached


def _stretch(
    chain: Chain, source: int, start: int, most: int, *, driving: bool
) -> Iterator[tuple[int, _Reached]]:
    """Yield the points that a stretch leads to, begun at ``start`` or later, each once.

    A start that waits too long for the windows it meets is put off until it meets others.
    """
    told = source
    while True:
        work, floor, hi, driven = 0, NEVER, -NEVER, 0
        for point in range(source, chain.end):
            if point % 2:
                leg = chain.legs[(point + 1) // 2]
                work, floor, driven = work + leg, floor + leg, driven + leg
            else:
                service = chain.service[point // 2]
                ready = max(start + work, floor)
                window = window_for(chain.windows[point // 2], ready, service)
                if window is None:
                    return
                hi = min(hi, window[1] - service - work)
                work, floor = work + service, max(floor, window[0]) + service
            if (driven if driving else work) > most:
                return
            if not driving and floor - hi > most:
                break
            if point + 1 > told:
                told = point + 1
                begun = start if driving else max(start, floor - most)
                yield told, _Reached(max(start + work, floor), source, begun)
        else:
            return
        start = hi + 1


def _path(layers: list[_Layer], end: int) -> Iterator[Rest]:
    """Yield the breaks on the way to the end, the last first."""
    after = layers[-1][end]
    for layer in layers[-2::-1]:
        before = layer[after.source]
        yield Rest(after.source, before.begin, after.start)
        after = before
