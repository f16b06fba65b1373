"""Everything a week prints, written into one folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from bookcar.errors import UsageError
from bookcar.manifests.difference import calls_csv, difference_page, difference_pdf
from bookcar.manifests.gpx import places_gpx, route_gpx, walks_gpx
from bookcar.manifests.handouts import labels_pdf, posters_pdf
from bookcar.manifests.ical import visits_ics
from bookcar.manifests.page import route_page
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.profile import Heights, profile_svg, route_profile
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.slips import slips_pdf
from bookcar.manifests.tables import unserved_csv, visits_csv
from bookcar.manifests.timetable import timetable_csv
from bookcar.manifests.titles import title_lists, titles_pdf
from bookcar.manifests.wall import wall_pdf
from bookcar.manifests.workbook import week_workbook
from bookcar.phrases import Language
from bookcar.plan import Plan
from bookcar.progress import SILENT, Progress
from bookcar.records.visits import planned_visits
from bookcar.web.minimap import Roads, route_map

TITLES = "titles.pdf"
"""Written only if a batch that moves has a list."""
SLIPS = "carriers.pdf"
"""Written only if somebody carries books on foot."""


def write_manifests(
    plan: Plan,
    folder: Path,
    *,
    basemap: Roads | None = None,
    heights: Heights | None = None,
    language: Language | None = None,
    font: Path | None = None,
    single: Sequence[str] = (),
    single_sided: bool = False,
    was: Plan | None = None,
    helps: Mapping[str, str] = MappingProxyType({}),
    progress: Progress = SILENT,
) -> None:
    """Fill a folder with the manifests of a plan and all that goes with them.

    Parameters
    ----------
    folder
        An existing folder; the caller swaps it in when it is complete.
    basemap
        The district's roads, drawn beneath each route.
    heights
        Heights of the ground, for a profile of each route.
    language
        ``zh``, ``en`` or ``fr``; None for the plan's own.
    font
        A font file for the PDF.
    single
        Ids of routes that get a PDF of their own besides.
    single_sided
        Whether the paper is printed on one side, so that no blank page stands between drivers.
    was
        The plan until the week was planned again, for what has changed since.
    helps
        By unserved stop what would help, as `week_sheet` takes it.

    Raises
    ------
    MissingToolError
        If a character of the plan has no font; nothing is written then.
    UsageError
        If ``font`` is not a font, or a single route is not in the plan.
    """
    _require_routes(plan, single)
    progress.start("steps.manifests", total=len(plan.routes) + 4)
    ups = [route_profile(plan, route, heights) if heights else None for route in plan.routes]
    week = week_sheet(plan, language=language, profiles=ups, helps=helps)
    week = msgspec.structs.replace(week, single_sided=single_sided)
    lists = title_lists(plan, week)
    profiles = [profile_svg(up) if up else "" for up in ups]
    told = plan.with_areas_in(week.language)
    maps = [route_map(told, route, roads=basemap) for route in plan.routes]
    (folder / "manifests.pdf").write_bytes(
        manifests_pdf(week, maps=maps, profiles=profiles, font=font)
    )
    progress.advance(1, "manifests.pdf")
    book = week_workbook(week, titles=lists, visits=planned_visits(plan))
    (folder / "week.xlsx").write_bytes(book)
    progress.advance(2, "week.xlsx")
    (folder / "visits.csv").write_bytes(visits_csv(plan))
    (folder / "unserved.csv").write_bytes(unserved_csv(week))
    (folder / "visits.ics").write_bytes(visits_ics(plan, week, was=was))
    (folder / "timetable.csv").write_bytes(timetable_csv(plan, week))
    progress.advance(3, "visits.csv")
    (folder / "labels.pdf").write_bytes(labels_pdf(week, font=font))
    (folder / "posters.pdf").write_bytes(posters_pdf(week, loads=plan.loads, font=font))
    (folder / "wall.pdf").write_bytes(wall_pdf(week, font=font))
    progress.advance(4, "labels.pdf")
    if was is not None:
        (folder / "difference.pdf").write_bytes(difference_pdf(was, plan, week, font=font))
        (folder / "difference.html").write_bytes(difference_page(was, plan, week).encode())
        (folder / "calls.csv").write_bytes(calls_csv(was, plan))
    if lists:
        (folder / TITLES).write_bytes(titles_pdf(week, lists, font=font))
    if any(row.on_foot for sheet in week.routes for row in sheet.rows):
        (folder / SLIPS).write_bytes(slips_pdf(plan, week, roads=basemap, font=font))
    for name in ("manifests", "gpx"):
        (folder / name).mkdir(exist_ok=True)
    for done, (route, sheet, svg, up) in enumerate(
        zip(plan.routes, week.routes, maps, profiles, strict=True), 5
    ):
        page = route_page(sheet, week, map_svg=svg, profile_svg=up)
        (folder / "manifests" / f"{sheet.stem}.html").write_bytes(page.encode())
        gpx = route_gpx(plan, route, week=week, sheet=sheet)
        (folder / "gpx" / f"{sheet.stem}.gpx").write_bytes(gpx)
        places = places_gpx(plan, route, week=week, sheet=sheet)
        (folder / "gpx" / f"{sheet.stem}-route.gpx").write_bytes(places)
        for stem, walk in walks_gpx(route, week=week, sheet=sheet):
            (folder / "gpx" / f"{stem}.gpx").write_bytes(walk)
        if route.id in single:
            alone = msgspec.structs.replace(week, routes=(sheet,))
            pdf = manifests_pdf(alone, maps=[svg], profiles=[up], font=font)
            (folder / "manifests" / f"{sheet.stem}.pdf").write_bytes(pdf)
        progress.advance(done, sheet.id)
    progress.finish("steps.manifests-done", routes=len(week.routes))


def _require_routes(plan: Plan, wanted: Sequence[str]) -> None:
    known = [route.id for route in plan.routes]
    missing = [name for name in wanted if name not in known]
    if missing:
        there = f"there are {', '.join(known)}" if known else "it has none"
        raise UsageError(f"The plan has no route {', '.join(missing)}; {there}.")
