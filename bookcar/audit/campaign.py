"""Re-check the schedule of a campaign from the tables and the travel tables alone.

Each rule is one named function that yields a sentence per breach. What the regular service does on
the same routes is not in the file: what it says of the campaign's own visits is held to the tables.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from scipy.sparse.csgraph import dijkstra

from bookcar.audit import campaign_carriers
from bookcar.audit.breach import breach, breaches
from bookcar.audit.campaign_case import ROUNDED_S, CampaignCase
from bookcar.campaigns.progress import CampaignProgress, Standing
from bookcar.errors import Finding
from bookcar.inputs.movements import before
from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.roads.travel import Travel
from bookcar.weeks import monday_of

CampaignRule = Callable[[CampaignCase], Iterator[Sentence]]


def campaign_known(case: CampaignCase) -> Iterator[Sentence]:
    """The campaign is one of the tables, as it stands there, and so are its stops and cars."""
    told = case.schedule.campaign
    if told.id not in case.district.campaigns_by_id:
        yield breach("campaign-known", told=told.id)
    elif told != case.campaign:
        yield breach("campaign-known-4", told=told.id)
    names = {one.stop for one in case.found.standings} | {v.stop for v in case.schedule.visits}
    names |= {one.stop for one in case.schedule.left}
    for name in sorted(names - case.district.stops_by_id.keys()):
        yield breach("campaign-known-2", name=name)
    cars = {visit.vehicle for visit in case.schedule.visits}
    for name in sorted(cars - case.district.vehicles_by_id.keys()):
        yield breach("campaign-known-3", name=name)


def campaign_id(case: CampaignCase) -> Iterator[Sentence]:
    """The campaign's id is that of its content."""
    if case.found.with_id().id != case.found.id:
        yield breach("campaign-id", found=case.found.id)


def campaign_accounted(case: CampaignCase) -> Iterator[Sentence]:
    """Every stop of the campaign was reached, has one visit, or has none for a reason."""
    told = Counter([*case.done, *(v.stop for v in case.schedule.visits)])
    told.update(one.stop for one in case.schedule.left)
    over = case.schedule.begins > case.campaign.last
    for stop in case.campaign.stops:
        if told[stop] != 1 and not (over and told[stop] == 0):
            yield breach("campaign-accounted-2", stop=stop, told=told[stop])
    for stop in sorted(told.keys() - set(case.campaign.stops)):
        yield breach("campaign-accounted", stop=stop)


def campaign_days(case: CampaignCase) -> Iterator[Sentence]:
    """A visit is on a day of the campaign, not over when it begins, on which its stop is open."""
    for visit in case.schedule.visits:
        first = max(case.campaign.first, case.schedule.begins)
        if not first <= visit.date <= case.campaign.last:
            yield breach("campaign-days", stop=visit.stop, date=visit.date)
            continue
        days = case.calendar.of_stop(case.district.stops_by_id[visit.stop])
        promised = any(
            (e.stop, e.date, e.status) == (visit.stop, visit.date, "promised")
            for e in case.district.timetable
        )
        if visit.date not in days.open_days(monday_of(visit.date)) and not promised:
            yield breach("campaign-days-2", stop=visit.stop, date=visit.date)


def campaign_cars(case: CampaignCase) -> Iterator[Sentence]:
    """A car goes out on days on which it works, to stops that admit it and that it reaches.

    To others it comes as far as where somebody carries on from there.
    """
    for visit in case.schedule.visits:
        car = case.district.vehicles_by_id[visit.vehicle]
        stop = case.district.stops_by_id[visit.stop]
        if not case.calendar.works(car, visit.date):
            yield breach("campaign-cars", vehicle=visit.vehicle, date=visit.date)
        afoot = stop.access == "foot" and not visit.foot
        if afoot or (stop.vehicles and visit.vehicle not in stop.vehicles):
            yield breach("campaign-cars-2", vehicle=visit.vehicle, stop=visit.stop)


def campaign_hours(case: CampaignCase) -> Iterator[Sentence]:
    """A visit lasts as long as its stop asks for, and lies in its opening hours, rounding aside.

    One by carriers lasts as long as they take, and they are at the stop while it is open.
    """
    for visit in case.schedule.visits:
        if visit.foot:
            continue
        stop, lasts = case.district.stops_by_id[visit.stop], visit.leave - visit.arrive
        if lasts != stop.service_s:
            yield breach("campaign-hours", stop=visit.stop, lasts=lasts, service_s=stop.service_s)
        early, late = visit.arrive + ROUNDED_S // 2, visit.leave - ROUNDED_S // 2
        if not visit.promised and not any(o <= early and late <= c for o, c in stop.windows):
            yield breach(
                "campaign-hours-2", stop=visit.stop, arrive=visit.arrive, leave=visit.leave
            )


def campaign_drivable(case: CampaignCase) -> Iterator[Sentence]:
    """A car has time to drive from each visit of a day to the next, and from and to its depot.

    By the shortest way, over other stops too: the regular ones lie between, and where distances
    are given a way over one of them may take less time than the direct one.
    """
    for (date, name), visits in case.by_route().items():
        car = case.district.vehicles_by_id[name]
        for one, other in pairwise(visits):
            free = other.arrive - one.leave + ROUNDED_S
            if not _drives(case, name, (one.stop, other.stop), free):
                yield breach(
                    "campaign-drivable-2",
                    name=name,
                    date=date,
                    stop=one.stop,
                    other_stop=other.stop,
                )
        first, last = visits[0], visits[-1]
        before = first.arrive - car.starts + ROUNDED_S // 2
        after = car.ends - last.leave + ROUNDED_S // 2
        there = _drives(case, name, (car.depot, first.stop), before)
        if not (there and _drives(case, name, (last.stop, car.depot), after)):
            out = first.arrive - _seconds(case, name, car.depot, first.stop)
            back = last.leave + _seconds(case, name, last.stop, car.depot)
            yield breach("campaign-drivable", name=name, date=date, out=out, back=back)


def _drives(case: CampaignCase, vehicle: str, way: tuple[str, str], seconds: int) -> bool:
    """Tell whether a vehicle drives from one place to another within some time."""
    here, there = way
    if _seconds(case, vehicle, here, there) <= seconds:
        return True
    car, rows = case.district.vehicles_by_id[vehicle], case.travel.rows
    ways = np.maximum(case.travel.tables[car.profile].seconds, 0)  # to SciPy 0 is no way
    least = dijkstra(ways, indices=rows[here])[rows[there]]
    return bool(least / car.speed_factor <= seconds)


def _seconds(case: CampaignCase, vehicle: str, here: str, there: str) -> int:
    car, rows = case.district.vehicles_by_id[vehicle], case.travel.rows
    table = case.travel.tables[car.profile]
    seconds = math.ceil(int(table.seconds[rows[here], rows[there]]) / car.speed_factor)
    driven = int(table.metres[rows[here], rows[there]]) > 0
    return seconds + (case.district.settings.buffer_s if driven else 0)


def campaign_loads(case: CampaignCase) -> Iterator[Sentence]:
    """Each visit brings the books of the campaign, and those of a day fit into the car."""
    for visit in case.schedule.visits:
        wanted = case.campaign.books
        wanted = case.district.stops_by_id[visit.stop].books if wanted is None else wanted
        if visit.books != wanted:
            yield breach("campaign-loads", stop=visit.stop, books=visit.books, wanted=wanted)
    for (date, name), visits in case.by_route().items():
        books, car = sum(visit.books for visit in visits), case.district.vehicles_by_id[name]
        if books > car.books * (1 + car.reloads):
            yield breach("campaign-loads-2", name=name, date=date, books=books, car_books=car.books)
        if car.max_stops is not None and len(visits) > car.max_stops:
            yield breach(
                "campaign-loads-3",
                name=name,
                date=date,
                visits=len(visits),
                max_stops=car.max_stops,
            )


def campaign_weeks(case: CampaignCase) -> Iterator[Sentence]:
    """The figures of each week are those of its visits, and no more cars go out than there are."""
    for week in case.schedule.weeks:
        own = [visit for visit in case.schedule.visits if monday_of(visit.date) == week.monday]
        told, found = (week.stops, week.books), (len(own), sum(visit.books for visit in own))
        if told != found:
            stops, books = found
            yield breach(
                "campaign-weeks",
                monday=week.monday,
                stops=week.stops,
                books=week.books,
                stops_there=stops,
                books_there=books,
            )
        used = len({(visit.date, visit.vehicle) for visit in own})
        if not used <= week.car_days <= week.of:
            yield breach(
                "campaign-weeks-2",
                monday=week.monday,
                car_days=week.car_days,
                of=week.of,
                used=used,
            )


def campaign_standings(case: CampaignCase) -> Iterator[Sentence]:
    """How it is with every stop follows from the records and the schedule, townships too."""
    visits = {visit.stop: visit for visit in case.schedule.visits}
    told = {one.stop: one for one in case.found.standings}
    if list(told) != list(case.campaign.stops) or len(told) != len(case.found.standings):
        yield breach("campaign-standings")
    for stop, one in told.items():
        date = case.done.get(stop) or (visits[stop].date if stop in visits else None)
        if (one.state == "done") != (stop in case.done) or one.date != date:
            yield breach("campaign-standings-2", stop=stop, state=one.state, date=one.date)
    by_area: defaultdict[str, list[Standing]] = defaultdict(list)
    for one in case.found.standings:
        by_area[case.district.stops_by_id[one.stop].area].append(one)
    wanted = {area: Counter(one.state for one in own) for area, own in by_area.items()}
    for town in case.found.townships:
        states = Counter(done=town.done, planned=town.planned, late=town.late, left=town.left)
        if +states != wanted.get(town.area, Counter()):
            counts = ", ".join(f"{state} {count}" for state, count in (+states).items())
            yield breach("campaign-standings-3", area=town.area, counts=counts)


def campaign_stock(case: CampaignCase) -> Iterator[Sentence]:
    """What is needed and what is in store are the sums of the tables."""
    told, books, pool = case.found.stock, case.campaign.books, case.campaign.pool
    waiting = [stop for stop in case.campaign.stops if stop not in case.done]
    needed = sum(
        case.district.stops_by_id[stop].books if books is None else books for stop in waiting
    )
    depots = {depot.id for depot in case.district.depots}
    shelf = [b for b in case.district.batches if b.at in depots and pool in ("", b.pool)]
    found = (needed, sum(b.books for b in shelf), len(shelf))
    if (told.needed, told.books, told.batches) != found:
        own, (needed, books_there, batches) = told, found
        yield breach(
            "campaign-stock",
            needed=own.needed,
            books=own.books,
            batches=own.batches,
            needed_there=needed,
            books_there=books_there,
            batches_there=batches,
        )


CAMPAIGN_GROUND: tuple[CampaignRule, ...] = (campaign_known,)
CAMPAIGN_RULES: tuple[CampaignRule, ...] = (
    campaign_id,
    campaign_accounted,
    campaign_days,
    campaign_cars,
    campaign_hours,
    campaign_drivable,
    campaign_loads,
    campaign_weeks,
    campaign_standings,
    campaign_stock,
    *campaign_carriers.RULES,
)


def audit_campaign(found: CampaignProgress, district: District, travel: Travel) -> list[Finding]:
    """Return one finding per breach of a rule, each begun with the rule's name; empty if clean."""
    then = before(district, found.schedule.begins)
    case = CampaignCase(found, then, campaign_carriers.met(found.schedule, travel))
    return breaches(CAMPAIGN_GROUND, case) or breaches(CAMPAIGN_RULES, case)
