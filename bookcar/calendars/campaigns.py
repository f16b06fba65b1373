"""The campaigns that run in a week: who is still to be visited, and with how many books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from bookcar.model import Campaign, District, PastVisit, Stop
from bookcar.weeks import monday_of


def running(district: District, monday: dt.date) -> Mapping[str, Campaign]:
    """Return the campaign of each stop that one is to visit in a week or later.

    Who was visited for it before that Monday is not among them.
    """
    found: dict[str, Campaign] = {}
    for campaign in district.campaigns:
        if monday_of(campaign.first) <= monday <= campaign.last:
            done = reached(district, campaign, monday)
            found |= {stop: campaign for stop in campaign.stops if stop not in done}
    return found


def reached(
    district: District, campaign: Campaign, before: dt.date = dt.date.max
) -> Mapping[str, dt.date]:
    """Return the day on which each stop got what a campaign is for, as far as that is recorded.

    A visit counts that brought books. Where none are to come, or the district has no batches whose
    moves could be recorded, every visit that was made does.
    """
    bare = campaign.books == 0 or not district.batches
    found: dict[str, dt.date] = {}
    for visit in sorted(district.visits, key=lambda visit: visit.date):
        within = campaign.first <= visit.date <= campaign.last and visit.date < before
        if within and visit.status == "done" and (bare or _brought(visit)):
            found.setdefault(visit.stop, visit.date)
    return {stop: found[stop] for stop in campaign.stops if stop in found}


def _brought(visit: PastVisit) -> bool:
    return visit.action == "dropped" or (not visit.action and visit.books > 0)


def with_campaigns(district: District, monday: dt.date) -> District:
    """Return the district with what the campaigns of a week bring to its stops."""
    wanted = running(district, monday)
    stops = tuple(
        stop if (campaign := wanted.get(stop.id)) is None else _wanting(stop, campaign)
        for stop in district.stops
    )
    return district if stops == district.stops else msgspec.structs.replace(district, stops=stops)


def _wanting(stop: Stop, campaign: Campaign) -> Stop:
    """Return a stop that wants what a campaign brings, of its pool if it has one."""
    books = stop.books if campaign.books is None else campaign.books
    return msgspec.structs.replace(stop, books=books, pool=campaign.pool or stop.pool)
