"""The rules of campaigns: whom one is for, from when to when, and no stop in two at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from bookcar.errors import Fault
from bookcar.inputs.named_stops import KindRules, stops_of
from bookcar.inputs.raw_district import RawDistrict
from bookcar.inputs.rules_spans import ends_before_begins


class CampaignRules(KindRules):
    """The rules on the stops of campaigns."""

    def unknown_in_campaign(self, raw: RawDistrict) -> Iterator[Fault]:
        """Report a name under stops that is no kind, no area and no stop of the district."""
        return self.unknown_stops(
            raw, rule="unknown-in-campaign", table="campaigns", column="stops"
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
    return ends_before_begins(raw["campaigns"], "campaign")
