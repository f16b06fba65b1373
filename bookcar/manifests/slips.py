"""What a carrier gets: one slip a visit, a quarter of a sheet, with the path on a map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bookcar.daylight import daylight
from bookcar.manifests.navigation import qr_svg
from bookcar.manifests.pdf import Item, items_pdf
from bookcar.manifests.sheet import RouteSheet, StopRow, WeekSheet
from bookcar.phrases import Phrases
from bookcar.plan import CarrierTour, Plan, Visit
from bookcar.web.foot_map import foot_map
from bookcar.web.minimap import Roads
from bookcar.web.text import cut, printable
from bookcar.web.times import time_text

_ON_SLIP = 40  # characters of a name


def slips_pdf(
    plan: Plan, week: WeekSheet, *, roads: Roads | None = None, font: Path | None = None
) -> bytes:
    """Return an A6 page for every tour of a carrier, in the order of the week.

    Raises
    ------
    MissingToolError
        If no font has a character.
    """
    return items_pdf("slips.typ", week, list(_slips(plan, week, roads)), font=font)


def _slips(plan: Plan, week: WeekSheet, roads: Roads | None) -> Iterator[Item]:
    say = Phrases(week.language)
    for route, sheet in zip(plan.routes, week.routes, strict=True):
        for visit, row in zip(route.visits, sheet.visits, strict=True):
            if visit.foot:
                drawn = foot_map(plan, visit, roads=roads)
                common = _common(plan, visit, (sheet, row), say) | {"map": drawn}
                common |= {"again": _again(sheet, row)}
                for tour in visit.foot.tours:
                    rest = _rest(tour, say, waits=visit.foot.waits)
                    yield common | _own(plan, tour, say) | {"rest": rest}


def _common(
    plan: Plan, visit: Visit, shown: tuple[RouteSheet, StopRow], say: Phrases
) -> dict[str, object]:
    """Return what the slips of all who come for a visit say."""
    sheet, row = shown
    foot, stop = visit.foot, plan.stops_by_id[visit.stop]
    assert foot
    climb = ""
    if foot.climb is not None:
        climb = say("manifests.slip-climb", climb=foot.climb, descent=foot.descent or 0)
    date = sheet.date
    way = "-waits" if foot.waits else "-again" if visit.comes_again else ""
    dusk = daylight(stop.lon, stop.lat, date, plan.time_zone)[1]
    return {
        "place": f"{row.stop} ({sheet.id})",
        "date": f"{sheet.weekday} {sheet.date_text}",
        "stop": cut(row.name, _ON_SLIP),
        "about": " · ".join(filter(None, (row.area, row.landmark, row.contact, row.phone))),
        "meet": row.begin.text,
        "car": " · ".join(filter(None, (sheet.vehicle, sheet.driver, sheet.driver_phone))),
        "road": printable(foot.road) or say("manifests.road-end"),
        "path": say("manifests.slip-path", metres=foot.metres),
        "climb": climb,
        "dusk": say("manifests.slip-dusk", time=time_text(dusk, say, plan.clock)),
        "down_label": say(f"manifests.slip-down{way}"),
        "drops": ", ".join(batch.id for batch in row.drops),
        "collects": ", ".join(batch.id for batch in (*row.collects, *row.later)),
        "qr": qr_svg(row.code),
    }


def _rest(tour: CarrierTour, say: Phrases, *, waits: bool) -> str:
    """Return where the other baskets are while somebody who goes more than once carries one."""
    if max(tour.up, tour.down) < 2:
        return ""
    return say("manifests.slip-rest-car" if waits else "manifests.slip-rest")


def _again(sheet: RouteSheet, row: StopRow) -> str:
    """Return when the car comes by a second time for a visit; empty where it does not."""
    calls = (one for one in sheet.rows if one.again and one.number == row.number)
    return next((one.begin.text for one in calls), "")


def _own(plan: Plan, tour: CarrierTour, say: Phrases) -> dict[str, object]:
    """Return what the slip of one carrier says."""
    carrier = plan.carriers_by_id[tour.carrier]
    loads = ((tour.up, tour.up_kg, tour.up_s), (tour.down, tour.down_kg, tour.down_s))
    up, down = (
        say("manifests.slip-trips", trips=trips, kg=kg, minutes=-(-seconds // 60))
        if trips
        else say("manifests.slip-none")
        for trips, kg, seconds in loads
    )
    return {
        "carrier": " ".join(filter(None, map(printable, (carrier.name, carrier.phone)))),
        "leave": time_text(tour.leaves, say, plan.clock),
        "home": time_text(tour.home, say, plan.clock),
        "km": say("manifests.slip-km", km=say.number(tour.metres / 1000, ".1f")),
        "up": up,
        "down": down,
    }
