"""The rules of pools: whom each is for, who names it, and what could never wander."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.named_stops import KindRules
from bookcar.inputs.raw_district import RawDistrict, Suggestions
from bookcar.inputs.sheet import Record, Sheet

_WEEKS_A_MONTH = 52 / 12


def unknown_pool(raw: RawDistrict) -> Iterator[Fault]:
    """Report a pool that a batch, a stop, a campaign or an event names and there is none of."""
    pools = raw["pools"]
    if not pools.complete:
        return
    ids, meant = pools.ids(), Suggestions(pools.records)
    for table in ("batches", "stops", "campaigns"):
        sheet = raw[table]
        for record in sheet.having("pool"):
            name = record.values["pool"]
            if name and name not in ids:
                yield sheet.fault("unknown-pool", at=record, column="pool", ids=meant.ids(name))
    events = raw["events"]
    for record in events.having("pool"):
        for name in record.values["pool"]:
            if name not in ids:
                yield events.fault(
                    "unknown-pool",
                    variant="list",
                    at=record,
                    column="pool",
                    name=name,
                    ids=meant.ids(name),
                )


def reserve_of_all(raw: RawDistrict) -> Iterator[Fault]:
    """Warn of a pool that keeps as many batches in the store as it has: none ever goes out."""
    pools, batches = raw["pools"], raw["batches"]
    if not batches.complete:
        return
    counts = Counter(record.values["pool"] for record in batches.having("pool"))
    for record in pools.having("id", "reserve"):
        have, kept = counts[record.values["id"]], record.values["reserve"]
        if not have:
            yield pools.fault("pool-without-batches", at=record, column="id", severity="warning")
        elif kept >= have:
            yield pools.fault(
                "reserve-of-all", at=record, column="reserve", severity="warning", count=have
            )


def mended_in_future(raw: RawDistrict) -> Iterator[Fault]:
    """Report a batch mended on a day that has not come yet."""
    batches = raw["batches"]
    for record in batches.having("mended"):
        day = record.values["mended"]
        if day and raw.today and day > raw.today:
            yield batches.fault(
                "mended-in-future", at=record, column="mended", today=raw.today.isoformat()
            )


class PoolRules(KindRules):
    """The rules on whom pools are for."""

    def unknown_for(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report a name under for that is no kind, no stop and no event, or that is both."""
        pools, stops, events = raw["pools"], raw["stops"], raw["events"].ids()
        suggest = Suggestions(stops.records)
        for record in pools.having("for") if stops.complete else ():
            for name in record.values["for"]:
                kind, stop = tx.key(name) in self.kinds, name in stops.ids()
                if kind and stop:
                    yield pools.fault(
                        "unknown-for", variant="both", at=record, column="for", name=name
                    )
                elif not kind and not stop and name not in events:
                    yield pools.fault(
                        "unknown-for", at=record, column="for", name=name, ids=suggest.ids(name)
                    )

    def pool_for_nobody(self, raw: RawDistrict) -> Iterator[Fault]:
        """Warn of a pool that no stop of the district is served from."""
        pools, stops = raw["pools"], raw["stops"]
        for record in pools.having("id", "for") if stops.complete else ():
            lends = _lends(raw, record)
            if self._known(raw, record) and not lends and not self._served(raw, record):
                yield pools.fault("pool-for-nobody", at=record, column="for", severity="warning")

    def not_for_stop(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report a stop that names a pool which is not for it."""
        stops, pools = raw["stops"], raw["pools"].ids()
        for record in stops.having("id", "kind", "pool"):
            pool = pools.get(record.values["pool"])
            if pool is not None and "for" in pool.values and not self._is_for(pool, record):
                yield stops.fault("pool-not-for-stop", at=record, column="pool")

    def ring_repeats(self, raw: RawDistrict) -> Iterator[Fault]:
        """Warn of a ring that comes round sooner than a stop may see a batch again."""
        pools = raw["pools"]
        columns = ("id", "for", "order", "weeks", "no_repeat_months")
        for record in pools.having(*columns) if raw["stops"].complete else ():
            weeks = record.values["weeks"]
            months = record.values["no_repeat_months"]
            if months is None:
                months = raw.given.values["batches.no_repeat_months"]
            round_weeks = len(self._served(raw, record)) * (weeks or 0)
            if record.values["order"] == "ring" and weeks and round_weeks < months * _WEEKS_A_MONTH:
                yield pools.fault(
                    "ring-repeats",
                    at=record,
                    column="order",
                    severity="warning",
                    weeks=round_weeks,
                    months=months,
                )

    def outside_pool(self, raw: RawDistrict) -> Iterator[Fault]:
        """Warn of a batch that the table has at a stop which its pool is not for."""
        batches, pools, stops = raw["batches"], raw["pools"].ids(), raw["stops"].ids()
        for record in batches.having("at", "pool"):
            pool, stop = pools.get(record.values["pool"]), stops.get(record.values["at"] or "")
            if pool is None or stop is None or not {"kind", "id"} <= stop.values.keys():
                continue
            if "for" in pool.values and not self._is_for(pool, stop):
                yield batches.fault(
                    "outside-pool",
                    at=record,
                    column="at",
                    severity="warning",
                    pool=record.values["pool"],
                )

    def _known(self, raw: RawDistrict, pool: Record) -> bool:
        """Tell whether every name under for means something: what does not is told elsewhere."""
        places = raw["stops"].ids().keys() | raw["events"].ids().keys()
        return all(tx.key(name) in self.kinds or name in places for name in pool.values["for"])

    def _served(self, raw: RawDistrict, pool: Record) -> list[Record]:
        """Return the stops that may get batches of a pool."""
        own = pool.values["id"]
        records = _with_kinds(raw["stops"])
        return [
            record
            for record in records
            if self._is_for(pool, record) and record.values.get("pool", "") in ("", own)
        ]

    def _is_for(self, pool: Record, stop: Record) -> bool:
        names = pool.values["for"]
        kinds = {self.kinds[tx.key(name)] for name in names if tx.key(name) in self.kinds}
        return stop.values["kind"] in kinds or stop.values["id"] in names


def _lends(raw: RawDistrict, pool: Record) -> bool:
    """Tell whether a pool is for an event, or one names it."""
    events = raw["events"].having("id", "pool")
    own = pool.values["id"]
    return any(
        own in event.values["pool"] or event.values["id"] in pool.values["for"] for event in events
    )


def _with_kinds(stops: Sheet) -> Iterator[Record]:
    return stops.having("id", "kind")
