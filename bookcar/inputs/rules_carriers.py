"""The rules of carriers: where each lives, and whom each serves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bookcar.errors import Fault
from bookcar.inputs.named_stops import KindRules, stops_of
from bookcar.inputs.raw_district import RawDistrict, Suggestions
from bookcar.inputs.sheet import Record


def home_of(raw: RawDistrict, record: Record) -> Record | None:
    """Return the row that has the place of a carrier's home: a stop, a depot or its own."""
    at = record.values.get("at")
    if at:
        return raw["stops"].ids().get(at) or raw["depots"].ids().get(at)
    placed = record.values.get("lon") is not None and record.values.get("lat") is not None
    return record if placed else None


def carrier_home(raw: RawDistrict) -> Iterator[Fault]:
    """Report a carrier without a home, with two, or at a place that there is not."""
    carriers, places = raw["carriers"], raw.places()
    meant = Suggestions([*raw["depots"].records, *raw["stops"].records])
    for record in carriers.having("id", "at", "lon", "lat"):
        at = record.values["at"]
        own = [record.values[axis] is not None for axis in ("lon", "lat")]
        if at and any(own):
            yield carriers.fault("carrier-home", variant="both", at=record, column="at")
        elif at and at not in places and raw["stops"].complete:
            yield carriers.fault(
                "carrier-home", variant="unknown", at=record, column="at", ids=meant.ids(at)
            )
        elif not at and not all(own):
            yield carriers.fault("carrier-home", at=record, column="at")


def served_by(raw: RawDistrict, record: Record, kinds: Mapping[str, str]) -> tuple[str, ...]:
    """Return whom a carrier serves: those under serves, but a stop's own column goes before."""
    named, own = set(stops_of(raw, record, kinds, column="serves")), record.values["id"]
    for row in raw["stops"].having("id", "carrier"):
        if row.values["carrier"]:
            only = named.add if own in row.values["carrier"] else named.discard
            only(row.values["id"])
    return tuple(stop for stop in raw["stops"].ids() if stop in named)


class CarrierRules(KindRules):
    """The rules on whom carriers serve."""

    def unknown_served(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report a name under serves that is no kind, no area and no stop of the district."""
        return self.unknown_stops(raw, rule="unknown-served", table="carriers", column="serves")

    def required_on_foot(self, raw: RawDistrict) -> Iterator[Fault]:
        """Warn of a stop that must be served, that no car reaches and nobody carries to."""
        stops = raw["stops"]
        served = {
            stop
            for record in raw["carriers"].having("id", "serves")
            for stop in served_by(raw, record, self.kinds)
        }
        for record in stops.having("id", "required", "access"):
            on_foot = record.values["required"] and record.values["access"] == "foot"
            if on_foot and record.values["id"] not in served:
                yield stops.fault(
                    "required-on-foot", at=record, column="access", severity="warning"
                )
