"""The rules of campaigns: whom one is for, from when to when, and no stop in two at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.raw_district import RawDistrict, Suggestions
from bookcar.inputs.sheet import Record


def stops_of(
    raw: RawDistrict, record: Record, kinds: Mapping[str, str], *, column: str = "stops"
) -> tuple[str, ...]:
    """Return the ids of the stops that a cell stands for, in the order of their table."""
    names = names_in(raw, record, kinds, column=column)
    named = {found for name in names for found in stops_meant(raw, name, kinds)}
    return tuple(stop for stop in raw["stops"].ids() if stop in named)


def names_in(
    raw: RawDistrict, record: Record, kinds: Mapping[str, str], *, column: str
) -> tuple[str, ...]:
    """Return what a cell names; names of areas that hold spaces are parted by commas."""
    parts = tuple(part.strip() for part in re.split("[,;，、；]", record.given.get(column, "")))
    if all(stops_meant(raw, part, kinds) for part in parts):
        return parts
    return tuple(record.values[column])


def stops_meant(raw: RawDistrict, name: str, kinds: Mapping[str, str]) -> set[str]:
    """Return the stops that a name stands for: an id, a kind or an area, all that fit."""
    kind, key = kinds.get(tx.key(name)), tx.key(name)
    found = set()
    for record in raw["stops"].having("id"):
        of_kind = kind is not None and record.values.get("kind") == kind
        of_area = tx.key(record.values.get("area", "")) == key
        if of_kind or of_area or record.values["id"] == name:
            found.add(record.values["id"])
    return found


class CampaignRules:
    """The rules of the table ``campaigns``, which need to know the words for kinds of stops.

    Parameters
    ----------
    kinds
        Every name of a kind, as `text.key` makes it, with the kind.
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds

    def unknown_in_campaign(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report a name under stops that is no kind, no area and no stop of the district."""
        campaigns, stops = raw["campaigns"], raw["stops"]
        if not stops.complete or not stops.records:
            return
        suggest = Suggestions(stops.records)
        for record in campaigns.having("stops"):
            for name in names_in(raw, record, self.kinds, column="stops"):
                if not stops_meant(raw, name, self.kinds):
                    yield campaigns.fault(
                        "unknown-in-campaign",
                        at=record,
                        column="stops",
                        name=name,
                        ids=suggest.ids(name),
                    )

    def two_campaigns(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report two campaigns that run at the same time and share a stop."""
        campaigns = raw["campaigns"]
        rows = [*campaigns.having("id", "from", "to", "stops")]
        own = {id(row): set(stops_of(raw, row, self.kinds)) for row in rows}
        for first, second in combinations(rows, 2):
            begins = max(first.values["from"], second.values["from"])
            ends = min(first.values["to"], second.values["to"])
            shared = own[id(first)] & own[id(second)]
            if begins <= ends and shared:
                yield campaigns.fault(
                    "two-campaigns",
                    at=second,
                    column="stops",
                    other=first.values["id"],
                    count=len(shared),
                    stops=tuple(stop for stop in raw["stops"].ids() if stop in shared),
                )


def campaign_dates(raw: RawDistrict) -> Iterator[Fault]:
    """Report a campaign that ends before it begins."""
    campaigns = raw["campaigns"]
    for record in campaigns.having("from", "to"):
        if record.values["to"] < record.values["from"]:
            yield campaigns.fault(
                "ends-before-begins",
                variant="campaign",
                at=record,
                column="to",
                begins=record.values["from"].isoformat(),
            )
