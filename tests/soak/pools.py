"""Pools for random districts: who gets which batches, for how long, and what stays in the store."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soak.districts import Sketch


def add_pools(sketch: Sketch, chance: Random) -> None:
    """Give two districts in five some pools, which some batches and a few stops name."""
    if chance.random() > 0.4:
        return
    one = chance.choice
    stops = sketch.tables["stops"]
    kinds = sorted({row["kind"] for row in stops})
    rows: list[dict[str, Any]] = []
    for k in range(one((1, 1, 2, 3))):
        names = chance.sample(kinds, chance.randint(1, len(kinds)))
        if chance.random() < 0.4:
            names.append(one(stops)["id"])
        rows.append(
            {
                "id": f"P{k + 1}",
                "name": one(("", "tea houses", "茶馆轮换")),
                "for": " ".join(dict.fromkeys(names)),
                "weeks": one(("", "", 1, 2, 4)),
                "order": one(("", "free", "ring")),
                "no_repeat_months": one(("", "", 1, 6, 24)),
                "reserve": one(("", 0, 0, 1, 2)),
                "mend_after": one(("", "", 1, 2)),
            }
        )
    sketch.tables["pools"] = rows
    for row in sketch.tables["batches"]:
        row["pool"] = one(("", *[pool["id"] for pool in rows] * 2))
        mended = sketch.monday - dt.timedelta(days=one((1, 20, 300)))
        row["mended"] = mended if chance.random() < 0.2 else ""
    for row in stops:
        own = [pool["id"] for pool in rows if {row["kind"], row["id"]} & {*pool["for"].split()}]
        row["pool"] = one(own) if own and chance.random() < 0.3 else ""
