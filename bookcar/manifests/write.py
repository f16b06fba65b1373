"""Everything a week prints, written into one folder."""

from __future__ import annotations

from pathlib import Path

from bookcar.manifests.gpx import route_gpx
from bookcar.manifests.minimap import Roads, route_map
from bookcar.manifests.page import route_page
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.manifests.tables import unserved_csv, visits_csv
from bookcar.manifests.workbook import week_workbook
from bookcar.plan import Plan
from bookcar.progress import SILENT, Progress


def write_manifests(
    plan: Plan,
    folder: Path,
    *,
    basemap: Roads | None = None,
    language: str | None = None,
    font: Path | None = None,
    progress: Progress = SILENT,
) -> None:
    """Fill a folder with the manifests of a plan: PDF, HTML, XLSX, CSV and GPX.

    Parameters
    ----------
    folder
        An existing folder; the caller swaps it in when it is complete.
    basemap
        The district's roads, drawn beneath each route.
    language
        ``zh`` or ``en``; None for the plan's own.
    font
        A font file for the PDF.

    Raises
    ------
    MissingToolError
        If a character of the plan has no font; nothing is written then.
    UsageError
        If ``font`` is not a font.
    """
    progress.start("manifests", total=len(plan.routes) + 3)
    week = week_sheet(plan, language=language)
    maps = [route_map(plan, route, roads=basemap) for route in plan.routes]
    (folder / "manifests.pdf").write_bytes(manifests_pdf(week, maps=maps, font=font))
    progress.advance(1, "manifests.pdf")
    (folder / "week.xlsx").write_bytes(week_workbook(week))
    progress.advance(2, "week.xlsx")
    (folder / "visits.csv").write_bytes(visits_csv(plan))
    (folder / "unserved.csv").write_bytes(unserved_csv(week))
    progress.advance(3, "visits.csv")
    for name in ("manifests", "gpx"):
        (folder / name).mkdir(exist_ok=True)
    for done, (route, sheet, svg) in enumerate(zip(plan.routes, week.routes, maps, strict=True), 4):
        page = route_page(sheet, week, map_svg=svg)
        (folder / "manifests" / f"{sheet.stem}.html").write_bytes(page.encode())
        gpx = route_gpx(plan, route, week=week, sheet=sheet)
        (folder / "gpx" / f"{sheet.stem}.gpx").write_bytes(gpx)
        progress.advance(done, sheet.id)
    progress.finish(f"{len(week.routes)} routes")
