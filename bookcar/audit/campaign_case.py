"""A campaign under audit, with the tables and ways to hold it to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bookcar.calendars.campaigns import reached
from bookcar.calendars.days import Calendar
from bookcar.campaigns.progress import CampaignProgress
from bookcar.campaigns.schedule import Schedule, Visit
from bookcar.model import Campaign, District
from bookcar.roads.travel import Travel

ROUNDED_S = 300
"""Two told times, each to the nearest five minutes, may be so much too near to each other."""


@dataclass(frozen=True)
class CampaignCase:
    """A campaign under audit; the district is as it stood before its first scheduled week."""

    found: CampaignProgress
    district: District
    travel: Travel

    @property
    def schedule(self) -> Schedule:
        """Return the schedule."""
        return self.found.schedule

    @property
    def campaign(self) -> Campaign:
        """Return the campaign as the tables have it."""
        return self.district.campaigns_by_id[self.schedule.campaign.id]

    @cached_property
    def calendar(self) -> Calendar:
        """Return the calendar of the district."""
        return Calendar(self.district)

    @cached_property
    def done(self) -> Mapping[str, dt.date]:
        """Return when stops were reached before the schedule begins."""
        return reached(self.district, self.campaign)

    def by_route(self) -> Mapping[tuple[dt.date, str], Sequence[Visit]]:
        """Return the visits of each car on each day, by time."""
        days: defaultdict[tuple[dt.date, str], list[Visit]] = defaultdict(list)
        for visit in sorted(self.schedule.visits, key=lambda visit: visit.arrive):
            days[visit.date, visit.vehicle].append(visit)
        return days
