"""Routes and their lowest prices at given duals: the kernel, called for every kind of car-day."""

from __future__ import annotations

import numpy as np

from bookcar.optimiser.bound.build import Relaxation
from bookcar.optimiser.bound.layout import NEVER
from bookcar.optimiser.bound.master import Column, Duals, column, limits
from bookcar.optimiser.bound.pricing import LABEL, price, trace

_FEWEST = 20
"""Routes of a kind that are kept of one pricing, at least."""


class Pricer:
    """The kernel with the memory it works in."""

    def __init__(self, relaxation: Relaxation, labels: int) -> None:
        self.relaxation, self.labels = relaxation, labels
        stops = len(relaxation.prizes)
        buckets = max(1, int(relaxation.kinds["buckets"].max()))
        self.cells = np.zeros(buckets * stops * labels, dtype=LABEL)
        self.rest = np.zeros(buckets * stops)
        self.ends = np.zeros(stops), np.zeros(stops, dtype=np.int32)
        self.route = np.zeros(buckets, dtype=np.int32)

    def price(self, kind: int, duals: Duals, limit: float, *, every: bool) -> float:
        """Return a kind's lowest price, or ``limit``; of all legs or of those to neighbours."""
        charges, records = self.relaxation.charges[kind], self.relaxation.net.stops
        record = self.relaxation.kinds[kind : kind + 1].copy()
        drop, collect, work, drive = duals.over[kind]
        paid = drop * records["drop"] + collect * records["collect"] + work * records["service"]
        rewards = np.where(np.isinf(charges), -NEVER, duals.visits - charges - paid)
        record["per_second"] += work
        record["per_metre"] += drive
        record["fixed"] -= float((duals.over[kind] * limits(record[0])).sum())
        size = int(record["buckets"][0]) * len(records) * self.labels
        return float(
            price(
                self.relaxation.net,
                record,
                rewards,
                limit,
                (self.labels, every),
                self.rest,
                self.cells[:size],
                self.ends,
            )
        )

    def found(self, kind: int) -> list[Column]:
        """Return the cheapest routes of the last pricing, one per last stop."""
        costs, labels = self.ends
        last = np.argsort(costs, kind="stable")[
            : max(_FEWEST, len(costs) // len(self.relaxation.kinds))
        ]
        return [self._column(kind, int(labels[i])) for i in last if costs[i] < NEVER]

    def _column(self, kind: int, label: int) -> Column:
        count = trace(self.cells, label, self.route)
        return column(self.relaxation, kind, self.route[:count][::-1].copy())
