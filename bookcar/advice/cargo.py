"""What a visit would bring: its own batches, or, without any, each that it could have had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Literal

from bookcar.batches.holdings import had_before
from bookcar.batches.terms import Supply
from bookcar.model import Batch
from bookcar.optimiser.limits import LOADS
from bookcar.planning.prepared import Prepared
from bookcar.planning.returning import returned_by
from bookcar.planning.supply import in_depots
from bookcar.planning.visit_options import VisitOption, allowed_car_days
from bookcar.planning.week import Week

NoCargo = Literal["no-batch", "batch-elsewhere", "batch-too-late"]


@dataclass(frozen=True, kw_only=True)
class Cargo:
    """Batches that come aboard at a depot (None: nothing to load), on these car-days."""

    depot: str | None
    drops: tuple[Batch, ...]
    car_days: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Stock:
    """Which batches there are for whom in a week, those that come back in it among them."""

    prepared: Prepared
    supplies: Mapping[str, Supply]
    had: Mapping[str, frozenset[str]]
    _known_stores: dict[tuple[int, ...], frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, prepared: Prepared, week: Week) -> Stock:
        """Return what is in the depots before the week, and what its routes bring back."""
        supplies = (*in_depots(prepared.district), *returned_by(week))
        return cls(
            prepared=prepared,
            supplies={supply.batch.id: supply for supply in supplies},
            had=had_before(prepared.district, prepared.horizon.monday),
        )

    def cargoes(self, option: VisitOption) -> Sequence[Cargo] | NoCargo:
        """Return what a visit would bring, or why it has nothing to bring.

        Without batches of its own it is tried with each load that it could have had; of those only
        the ones that no smaller load makes needless.
        """
        if option.drops and not option.fleet:
            return "batch-too-late"
        if option.drops:
            depot = option.store or self._depot(option.drops[0])
            return [Cargo(depot=depot, drops=option.drops, car_days=self._may_come(option))]
        if not option.due.stop.books:
            return [Cargo(depot=None, drops=(), car_days=self._may_come(option))]
        return self._possible(option)

    def _possible(self, option: VisitOption) -> Sequence[Cargo] | NoCargo:
        had = self.had.get(option.due.stop.id, frozenset())
        unseen = {key: found for key, lot in self._lots.items() if (found := lot.smallest(had))}
        if not unseen:
            return "no-batch"
        cars = self._may_come(option)
        near = {key: lot for key, lot in unseen.items() if key[0] in self._stores(cars)}
        if not near:
            return "batch-elsewhere"
        cargoes = [
            Cargo(depot=depot, drops=(batch,), car_days=days)
            for (depot, since), batches in near.items()
            if (days := self._in_time(depot, since, cars))
            for batch in batches
        ]
        return cargoes or "batch-too-late"

    @cached_property
    def _lots(self) -> Mapping[tuple[str, dt.date], _Lot]:
        """The batches of each depot by the day from which they are there."""
        lots: dict[tuple[str, dt.date], list[Batch]] = {}
        for supply in self.supplies.values():
            since = supply.since or dt.date.min
            lots.setdefault((supply.depot, since), []).append(supply.batch)
        return {key: _Lot.of(lots[key]) for key in sorted(lots)}

    def _may_come(self, option: VisitOption) -> tuple[int, ...]:
        """Return the car-days that may come, whatever they would bring."""
        if option.drops:
            return option.fleet
        return allowed_car_days(option.due, self.prepared.fleet, self.prepared.travel)

    def _stores(self, cars: tuple[int, ...]) -> frozenset[str]:
        if cars not in self._known_stores:
            self._known_stores[cars] = self.prepared.fleet.stores(frozenset(cars))
        return self._known_stores[cars]

    def _in_time(self, depot: str, since: dt.date, cars: Iterable[int]) -> tuple[int, ...]:
        """Return the car-days that load at a depot from a day on."""
        days = self.prepared.fleet.days
        return tuple(k for k in cars if days[k].date >= since and depot in self._stores((k,)))

    def _depot(self, batch: Batch) -> str | None:
        supply = self.supplies.get(batch.id)
        return None if supply is None else supply.depot


@dataclass(frozen=True, kw_only=True)
class _Lot:
    """Batches by ascending loads; ``least`` has the least of each load from one of them on."""

    batches: tuple[Batch, ...]
    loads: tuple[tuple[int, ...], ...]
    least: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, batches: Iterable[Batch]) -> _Lot:
        ordered = sorted(batches, key=lambda batch: (_loads(batch), batch.id))
        loads = tuple(_loads(batch) for batch in ordered)
        least = list(accumulate(reversed(loads), _lower))
        return cls(batches=tuple(ordered), loads=loads, least=tuple(reversed(least)))

    def smallest(self, had: frozenset[str]) -> list[Batch]:
        """Return the batches, those had aside, than which no other is smaller in every load."""
        kept: list[tuple[tuple[int, ...], Batch]] = []
        for batch, loads, least in zip(self.batches, self.loads, self.least, strict=True):
            if any(_covers(small, least) for small, _ in kept):
                break
            if batch.id not in had and not any(_covers(small, loads) for small, _ in kept):
                kept.append((loads, batch))
        return [batch for _, batch in kept]


def _lower(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(min, one, other))


def _covers(small: tuple[int, ...], loads: tuple[int, ...]) -> bool:
    return all(a <= b for a, b in zip(small, loads, strict=True))


def _loads(batch: Batch) -> tuple[int, ...]:
    return tuple(load.of_batches((batch,)) for load in LOADS)
