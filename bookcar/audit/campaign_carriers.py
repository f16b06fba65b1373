"""Rules on the visits of a campaign that carriers make: walked again, step by step."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from bookcar.audit.breach import breach
from bookcar.audit.campaign_case import ROUNDED_S, CampaignCase
from bookcar.audit.carriers import Walked, walked
from bookcar.campaigns.schedule import Schedule, Visit
from bookcar.daylight import daylight
from bookcar.model import Carrier
from bookcar.phrases.sentence import Sentence
from bookcar.roads.travel import Meeting, Travel
from bookcar.timetable import TimetableFoot

KG_A_BOOK = 0.35
NEAR_S = ROUNDED_S // 2
"""A told time may be so far from the one that is kept."""


def met(schedule: Schedule, travel: Travel) -> Travel:
    """Return the ways to where the schedule says that carriers meet the car."""
    return travel.meeting_at({v.stop: v.foot.choice - 1 for v in schedule.visits if v.foot})


def _carried(case: CampaignCase) -> Iterator[tuple[Visit, TimetableFoot, Meeting]]:
    """Yield the visits on foot that are met where they may be."""
    for visit in case.schedule.visits:
        places = case.travel.meetings.get(visit.stop, ())
        if visit.foot and 1 <= visit.foot.choice <= len(places):
            yield visit, visit.foot, places[visit.foot.choice - 1]


def _tours(case: CampaignCase) -> Iterator[tuple[Visit, Carrier, Walked]]:
    """Yield what each carrier who is in the tables walks: all share the load, by strength."""
    known, settings = case.district.carriers_by_id, case.district.settings.carriers
    for visit, foot, meeting in _carried(case):
        carriers = [known[name] for name in foot.carriers if name in known]
        strength = sum(carrier.kg for carrier in carriers)
        kg = math.floor(KG_A_BOOK * visit.books + 0.5)
        for carrier in carriers:
            if carrier.id in meeting.homes:
                trips = math.ceil(kg / strength)
                load = trips, carrier.kg / strength * kg / max(1, trips)
                yield (
                    visit,
                    carrier,
                    walked(
                        meeting, carrier.id, (load, (0, 0.0)), settings=settings, waits=foot.waits
                    ),
                )


def campaign_met(case: CampaignCase) -> Iterator[Sentence]:
    """Where no car reaches a stop, carriers meet it at one of the stop's meeting places."""
    for visit in case.schedule.visits:
        foot, places = visit.foot, case.travel.meetings.get(visit.stop, ())
        if not foot:
            if places:
                yield breach("campaign-met", stop=visit.stop)
            continue
        if not 1 <= foot.choice <= len(places):
            yield breach("campaign-met-2", stop=visit.stop, choice=foot.choice)
            continue
        right = places[foot.choice - 1]
        told, found = (foot.lon, foot.lat, foot.metres), (right.lon, right.lat, right.up.metres)
        if told != found:
            yield breach("campaign-met-3", stop=visit.stop, found=found, told=told)


def campaign_carriers(case: CampaignCase) -> Iterator[Sentence]:
    """Every carrier serves the stop, works on that day, can walk there, and goes to it alone."""
    out: Counter[tuple[str, dt.date]] = Counter()
    for visit, foot, meeting in _carried(case):
        if not foot.carriers:
            yield breach("campaign-carriers", stop=visit.stop)
        for name in foot.carriers:
            carrier = case.district.carriers_by_id.get(name)
            out[name, visit.date] += 1
            if carrier is None or visit.stop not in carrier.stops or name not in meeting.homes:
                yield breach("campaign-carriers-2", stop=visit.stop, name=name)
            elif visit.date.weekday() not in carrier.weekdays:
                told = visit.date.isoformat()
                yield breach("campaign-carriers-3", stop=visit.stop, name=name, date=told)
    for (name, date), count in sorted(out.items()):
        if count > 1:
            yield breach("campaign-carriers-4", name=name, count=count, date=date.isoformat())


def campaign_walks(case: CampaignCase) -> Iterator[Sentence]:
    """Carriers keep their km, hours and daylight, and are at the stop while it is open.

    Rounding aside; a time that the timetable promised is held against neither.
    """
    for visit, carrier, way in _tours(case):
        where = {"stop": visit.stop, "carrier": carrier.id}
        if way.metres > carrier.metres:
            yield breach("campaign-walks", **where, metres=way.metres, limit=carrier.metres)
        if visit.promised:
            continue
        stop = case.district.stops_by_id[visit.stop]
        dawn, dusk = daylight(stop.lon, stop.lat, visit.date, case.district.time_zone)
        leaves, home = visit.arrive - way.before_s, visit.leave + way.after_s
        early = leaves + NEAR_S < max(carrier.starts, dawn)
        if early or home - NEAR_S > min(carrier.ends, dusk):
            yield breach("campaign-walks-2", **where, leaves=leaves, home=home)
        for first, last in way.at_stop(visit.arrive, visit.leave):
            if not any(o <= first + NEAR_S and last - NEAR_S <= c for o, c in stop.windows):
                yield breach("campaign-walks-3", **where, first=first, last=last)


def campaign_stands(case: CampaignCase) -> Iterator[Sentence]:
    """The car stands for the hand-over, or until the last carrier is back where it waits."""
    rounds: defaultdict[str, list[int]] = defaultdict(list)
    for visit, _, way in _tours(case):
        rounds[visit.stop].append(way.round_s)
    for visit, foot, _ in _carried(case):
        stays = case.district.settings.carriers.handover_s
        stays += max(rounds[visit.stop], default=0) if foot.waits else 0
        lasts = visit.leave - visit.arrive
        if abs(lasts - stays) > foot.waits:
            yield breach("campaign-stands", stop=visit.stop, lasts=lasts, stays=stays)


RULES = (campaign_met, campaign_carriers, campaign_walks, campaign_stands)
