"""Which batches each visit option gets, and on which car-days they can be aboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from bookcar.batches.assign import Assignment, Supply, assign_batches
from bookcar.batches.holdings import collectable
from bookcar.model import District
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption
from bookcar.progress import SILENT, Progress


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """Gives out batches to the visit options of a week.

    ``had`` has, by the key of an option, the batches its stop must not get.
    """

    prepared: Prepared
    had: Mapping[str, frozenset[str]]
    progress: Progress = SILENT

    def supplied(
        self,
        options: Sequence[VisitOption],
        supplies: Sequence[Supply],
        *,
        days: Mapping[str, dt.date],
        loaded_at: Mapping[str, str] | None,
    ) -> list[VisitOption]:
        """Return the options, in their order, with their batches.

        Parameters
        ----------
        days, loaded_at
            By the key of an option: its day if that is known, and the depot it had better be
            supplied from. With ``loaded_at``, batches must come aboard in the depot they are in.
        """
        assignment = self._assign(options, supplies, days=days, loaded_at=loaded_at)
        by_id = {supply.batch.id: supply for supply in supplies}
        bound = loaded_at is not None
        return [self._with_batches(e, assignment, by_id, bound=bound) for e in options]

    def _assign(
        self,
        options: Sequence[VisitOption],
        supplies: Sequence[Supply],
        *,
        days: Mapping[str, dt.date],
        loaded_at: Mapping[str, str] | None,
    ) -> Assignment:
        """Give out batches, those of the depots in ``loaded_at`` first."""
        kept = {batch.id for option in options if _keeps(option) for batch in option.drops}
        free = [supply for supply in supplies if supply.batch.id not in kept]
        asking = [e for e in options if e.due.stop.books > 0 and not _keeps(e)]
        every = {e.key: self._depots(e) for e in asking}
        wanted = every
        if loaded_at is not None:
            wanted = {e.key: self._near_depots(e, loaded_at) for e in asking}

        def ask(some: Iterable[VisitOption], depots: Mapping[str, frozenset[str]]) -> Assignment:
            demands = [e.demand(depots=depots[e.key], day=days.get(e.key)) for e in some]
            return assign_batches(demands, free, had=self.had, progress=self.progress)

        first = ask(asking, wanted)
        left = [e for e in asking if e.key not in first.drops and wanted[e.key] != every[e.key]]
        if not left:
            return first
        taken = {name for drops in first.drops.values() for name in drops}
        free = [supply for supply in free if supply.batch.id not in taken]
        return _joined(first, ask(left, every))

    def _depots(self, option: VisitOption) -> frozenset[str]:
        """Return where an option may be supplied from: its own depot, or any its cars come to."""
        if option.must and option.store is not None:
            return frozenset({option.store})
        return self.prepared.fleet.stores(option.fleet)

    def _near_depots(self, option: VisitOption, loaded_at: Mapping[str, str]) -> frozenset[str]:
        """Return where to supply an option from: its depot, or any its cars come to and use."""
        if option.key in loaded_at:
            return frozenset({loaded_at[option.key]})
        usable = self.prepared.fleet.stores(option.fleet) & frozenset(loaded_at.values())
        return self.prepared.fleet.depots(option.fleet) | usable

    def _with_batches(
        self,
        option: VisitOption,
        assignment: Assignment,
        by_id: Mapping[str, Supply],
        *,
        bound: bool,
    ) -> VisitOption:
        """Return an option with its batches, on the car-days that can have them aboard."""
        collects = collectable(self.prepared.district, option.due.stop)
        if _keeps(option):
            return replace(option, collects=collects)
        taken = [by_id[batch] for batch in assignment.drops.get(option.key, ())]
        depot = assignment.depot.get(option.key)
        return replace(
            option,
            fleet=self._car_days(option, depot, taken),
            drops=tuple(supply.batch for supply in taken),
            collects=collects,
            short=assignment.short.get(option.key, 0),
            store=depot if bound else None,
        )

    def _car_days(
        self, option: VisitOption, depot: str | None, taken: Iterable[Supply]
    ) -> tuple[int, ...]:
        """Return the car-days of an option that come to a depot once the batches are there."""
        ready = max((supply.since for supply in taken if supply.since), default=None)
        return tuple(
            k
            for k in option.fleet
            if (depot is None or depot in self.prepared.fleet.stores((k,)))
            and (ready is None or self.prepared.fleet.days[k].date >= ready)
        )


def _joined(first: Assignment, more: Assignment) -> Assignment:
    """Return what two assignments of different options give out together."""
    return msgspec.structs.replace(
        first,
        drops={**first.drops, **more.drops},
        depot={**first.depot, **more.depot},
        short={**first.short, **more.short},
    )


def _keeps(option: VisitOption) -> bool:
    return option.must and bool(option.drops)


def in_depots(district: District) -> tuple[Supply, ...]:
    """Return the batches that are in a depot now, each at its depot."""
    depots = {depot.id for depot in district.depots}
    return tuple(
        Supply(batch=b, depot=b.at, since=None) for b in district.batches if b.at in depots
    )
