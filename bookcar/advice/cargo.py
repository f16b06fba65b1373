"""What a visit would bring: its own batches, or, without any, each that it could have had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bookcar.batches.holdings import had_before
from bookcar.batches.terms import Supply
from bookcar.model import Batch
from bookcar.optimiser.limits import LOADS
from bookcar.planning.prepared import Prepared
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

    @classmethod
    def of(cls, prepared: Prepared, week: Week) -> Stock:
        """Return what is in the depots before the week, and what its routes bring back."""
        supplies = (*in_depots(prepared.district), *_returned(week))
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
        unseen = [supply for name, supply in self.supplies.items() if name not in had]
        if not unseen:
            return "no-batch"
        cars = self._may_come(option)
        near = [supply for supply in unseen if supply.depot in self._stores(cars)]
        if not near:
            return "batch-elsewhere"
        found = [(supply, self._in_time(supply, cars)) for supply in near]
        found = [(supply, days) for supply, days in found if days]
        return list(_smallest(found)) if found else "batch-too-late"

    def _may_come(self, option: VisitOption) -> tuple[int, ...]:
        """Return the car-days that may come, whatever they would bring."""
        if option.drops:
            return option.fleet
        return allowed_car_days(option.due, self.prepared.fleet, self.prepared.travel)

    def _stores(self, cars: Iterable[int]) -> frozenset[str]:
        return self.prepared.fleet.stores(tuple(cars))

    def _in_time(self, supply: Supply, cars: Iterable[int]) -> tuple[int, ...]:
        """Return the car-days that load at a batch's depot once it is there."""
        ready = supply.since or dt.date.min
        days = self.prepared.fleet.days
        return tuple(
            k for k in cars if days[k].date >= ready and supply.depot in self._stores((k,))
        )

    def _depot(self, batch: Batch) -> str | None:
        supply = self.supplies.get(batch.id)
        return None if supply is None else supply.depot


def _returned(week: Week) -> Iterable[Supply]:
    """Yield what the routes bring back, in its depot from the next day on."""
    dates, stores = week.dates(), week.put_off_at()
    for route in week.routes:
        for option in week.made(route):
            for batch in option.collects:
                since = dates[option.key] + dt.timedelta(days=1)
                yield Supply(batch=batch, depot=stores[option.key], since=since)


def _smallest(found: Sequence[tuple[Supply, tuple[int, ...]]]) -> Iterable[Cargo]:
    """Yield a cargo per batch, unless another is no larger in any load and as early there."""
    kept: list[tuple[tuple[int, ...], str, tuple[int, ...]]] = []
    for supply, days in sorted(found, key=lambda pair: (_loads(pair[0].batch), pair[0].batch.id)):
        loads = _loads(supply.batch)
        if any(
            depot == supply.depot
            and set(days) <= set(others)
            and all(a <= b for a, b in zip(small, loads, strict=True))
            for small, depot, others in kept
        ):
            continue
        kept.append((loads, supply.depot, days))
        yield Cargo(depot=supply.depot, drops=(supply.batch,), car_days=days)


def _loads(batch: Batch) -> tuple[int, ...]:
    return tuple(load.of_batches((batch,)) for load in LOADS)
