"""What carriers can do, walked by hand: no code of the planner is used.

Everything is told against the moment at which the car begins to stand at the meeting place.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

from bookcar.model import Carrier, CarrierSettings
from bookcar.roads.travel import Footway, Meeting

Window = tuple[int, int]


@dataclass(frozen=True)
class Walk:
    """One carrier's tour: how long before and after the car, how far, and when at the stop.

    ``stays`` is what the car stands; ``there`` are the first and the last moment at the stop of
    each time that something is done there: from the begin, or, where it is ``later``, from the end
    of the service.
    """

    before: int
    after: int
    metres: int
    stays: int
    there: tuple[tuple[bool, int, int], ...]


class Out(NamedTuple):
    """A tour of a carrier: from when until when, and how far."""

    leaves: int
    home: int
    metres: int


@dataclass(frozen=True)
class Band:
    """Who carries from where."""

    carriers: tuple[Carrier, ...]
    meeting: Meeting
    settings: CarrierSettings

    def walks(self, up_kg: int, down_kg: int, *, waits: bool) -> list[Walk]:
        """Return what each of them walks."""
        strength = sum(carrier.kg for carrier in self.carriers)
        ups, downs = (math.ceil(kg / strength) for kg in (up_kg, down_kg))
        made = self._waiting if waits else self._handing
        walks = []
        for carrier in self.carriers:
            share = carrier.kg / strength
            loads = (ups, up_kg * share / max(ups, 1)), (downs, down_kg * share / max(downs, 1))
            walks.append(made(self.meeting.homes[carrier.id], *loads))
        return walks

    def met(
        self,
        loads: tuple[int, int],
        *,
        light: Window,
        hours: Sequence[Window],
        waits: bool,
        out: Mapping[str, Sequence[Out]] = MappingProxyType({}),
    ) -> tuple[int, tuple[Window, ...]]:
        """Return how long a car stands, and between which times it may, service and all.

        By carrier, ``out`` is what they walk for others on the day.
        """
        walks = self.walks(*loads, waits=waits)
        service = max(walk.stays for walk in walks)
        spans = []
        for carrier, walk in zip(self.carriers, walks, strict=True):
            others = sorted(out.get(carrier.id, ()))
            if walk.metres + sum(one.metres for one in others) > carrier.metres:
                return service, ()
            ends = [carrier.starts, *(t for one in others for t in one[:2]), carrier.ends]
            spans.append(
                [
                    span
                    for first, last in zip(ends[::2], ends[1::2], strict=True)
                    for span in _allowed(
                        walk,
                        (max(light[0], first), min(light[1], last)),
                        hours=hours,
                        service=service,
                    )
                ]
            )
        found = {
            (max(o for o, _ in some), min(c for _, c in some) + service)
            for some in product(*spans)
            if max(o for o, _ in some) <= min(c for _, c in some)
        }
        return service, tuple(sorted(found))

    def met_twice(
        self,
        loads: tuple[int, int],
        moment: int,
        *,
        light: Window,
        hours: Sequence[Window],
        out: Mapping[str, Sequence[Out]] = MappingProxyType({}),
    ) -> tuple[int, tuple[Window, ...], tuple[Window, ...]]:
        """Return how long a car stands at each of two calls, and when it may at both.

        The first is over by the moment, the second begins when all have come back from it on.
        """
        walks = self.walks(*loads, waits=True)
        stands = self.settings.handover_s
        first, last = [(0, moment)], [(0, 10**9)]
        for carrier, walk in zip(self.carriers, walks, strict=True):
            others = sorted(out.get(carrier.id, ()))
            if walk.metres + sum(one.metres for one in others) > carrier.metres:
                return stands, (), ()
            ends = [carrier.starts, *(t for one in others for t in one[:2]), carrier.ends]
            gaps = [
                (max(light[0], a), min(light[1], b))
                for a, b in zip(ends[::2], ends[1::2], strict=True)
                if a <= moment <= b
            ]
            ((_, begin, end),) = walk.there
            first = [
                (max(a, gap[0] + walk.before, o - begin), min(b, c - end + stands))
                for a, b in first
                for gap in gaps
                for o, c in hours
            ]
            last = [(a, min(b, gap[1] - walk.after)) for a, b in last for gap in gaps]
        back = moment + max(walk.stays for walk in walks) - stands
        again = [(max(a, back), b) for a, b in last]
        return (
            stands,
            tuple(sorted((a, b) for a, b in first if b - a >= stands)),
            tuple(sorted((a, b) for a, b in again if b - a >= stands)),
        )

    def _seconds(self, way: Footway, kg: float = 0.0) -> int:
        pace = max(0.25, 1 - (1 - self.settings.load_factor) * kg / 20)
        exact = 0.0
        for run, rise in way.steps:
            if run > 0:
                exact += run * 3.6 / (6 * math.exp(-3.5 * abs(rise / run + 0.05)))
        exact /= pace
        rests = int(exact // 1_800) if kg > 0 else 0
        return math.ceil(round(exact, 6)) + rests * self.settings.rest_s

    def _handing(
        self, home: tuple[Footway, Footway], ups: tuple[int, float], downs: tuple[int, float]
    ) -> Walk:
        """Walk down all that is collected before the car, and up all that it brings after it."""
        up, pause = self.meeting.up, self.settings.handling_s
        there = []
        out = [home[1] if downs[0] else home[0]]
        now = self._seconds(out[0])
        moments = []
        for n in range(downs[0]):
            if n:
                out.append(up)
                now += self._seconds(up)
            moments += [now, now + pause]
            out.append(up.back)
            now += pause + self._seconds(up.back, downs[1])
        before = now
        if moments:
            there.append((False, moments[0] - before, moments[-1] - before))
        now, moments = 0, []
        for n in range(ups[0]):
            if n:
                out.append(up.back)
                now += self._seconds(up.back)
            out.append(up)
            now += self._seconds(up, ups[1])
            moments += [now, now + pause]
            now += pause
        if moments:
            there.append((True, moments[0], moments[-1]))
        out.append((home[1] if ups[0] else home[0]).back)
        return Walk(
            before=before,
            after=now + self._seconds(out[-1]),
            metres=sum(way.metres for way in out),
            stays=self.settings.handover_s,
            there=tuple(there),
        )

    def _waiting(
        self, home: tuple[Footway, Footway], ups: tuple[int, float], downs: tuple[int, float]
    ) -> Walk:
        """Walk up and down while the car stands."""
        up, pause = self.meeting.up, self.settings.handling_s
        now, moments = self.settings.handover_s, []
        rounds = max(ups[0], downs[0], 1)
        for n in range(rounds):
            now += self._seconds(up, ups[1] if n < ups[0] else 0.0)
            moments += [now, now + pause]
            now += pause + self._seconds(up.back, downs[1] if n < downs[0] else 0.0)
        return Walk(
            before=self._seconds(home[0]),
            after=self._seconds(home[0].back),
            metres=2 * home[0].metres + 2 * rounds * up.metres,
            stays=now,
            there=((False, moments[0], moments[-1]),),
        )


def _allowed(
    walk: Walk, free: Window, *, hours: Sequence[Window], service: int
) -> Iterator[Window]:
    """Yield when the car may begin, as far as one carrier is concerned who is free for a time."""
    first, last = free[0] + walk.before, free[1] - walk.after - service
    for doors in product(hours, repeat=len(walk.there)):
        begin, end = first, last
        for (later, one, two), (opens, closes) in zip(walk.there, doors, strict=True):
            shift = service if later else 0
            begin, end = max(begin, opens - one - shift), min(end, closes - two - shift)
        if begin <= end:
            yield begin, end
