"""What is written where: the folders of a week's routes and maps, whole or not at all."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from bookcar.errors import InputError, UsageError
from bookcar.files import staged_folders, with_own_name, write_bytes
from bookcar.model import District
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Plan
from bookcar.plan_file import load
from bookcar.progress import SILENT, Progress
from bookcar.weeks import parse_week, week_name
from bookcar.whys import FILE as WHY_FILE
from bookcar.whys import load_whys

if TYPE_CHECKING:
    from bookcar.maps.tiles import Tiles
    from bookcar.roads.basemap import Basemap
    from bookcar.roads.road_heights import RoadHeights
    from bookcar.roads.travel import Travel
    from bookcar.whys import Whys

Part = Literal["routes", "maps"]

PICTURES = {"routes.html": "routes.png", "coverage.html": "coverage.png"}
GEOPACKAGE = "week.gpkg"


@dataclass(frozen=True, kw_only=True)
class Folders:
    """Where a week's files go: ``routes/<district>/<week>`` and ``maps/<district>/<week>``."""

    routes: Path
    maps: Path


@dataclass(frozen=True, kw_only=True)
class PageOptions:
    """How pages are made.

    Attributes
    ----------
    language
        None for the district's own.
    font
        A font file for characters the installed fonts lack.
    single
        Ids of the routes whose manifest is wanted as a PDF of its own, too.
    pictures, geopackage
        Also write the maps as PNG, and their data as ``week.gpkg``.
    tiles, tiles_credit
        A folder or server of tiles for the maps and whose they are; empty for what the district's
        settings say.
    whys
        Why stops are not served, and what would help; None for what stands in the week's folder, if
        it is of the plan.
    """

    language: Language | None = None
    font: Path | None = None
    single: tuple[str, ...] = ()
    single_sided: bool = False
    pictures: bool = False
    geopackage: bool = False
    tiles: str = ""
    tiles_credit: str = ""
    whys: Whys | None = None


_WEEK_FILES = ("index.html", "manifests.pdf", "week.xlsx")


def week_folders(plan: Plan, *, routes: Path, maps: Path) -> Folders:
    """Return the folders of a plan under the two top folders."""
    return folders_of(Path(plan.provenance.folder), plan.week, routes=routes, maps=maps)


def folders_of(district: Path, week: str, *, routes: Path, maps: Path) -> Folders:
    """Return the folders of a week of a district (its folder or workbook) under the top folders.

    Raises
    ------
    UsageError
        If both are one: files of one name would lie there twice.
    """
    if os.path.realpath(routes) == os.path.realpath(maps):
        raise UsageError(Sentence(key="usage.one-folder", figures={"folder": str(routes)}))
    tail = Path(district_slug(district)) / week_name(parse_week(week))
    return Folders(routes=routes / tail, maps=maps / tail)


def district_slug(folder: Path) -> str:
    """Return the name a district's outputs go by: that of its folder or workbook, as given.

    Links are not followed: a plan is opened from other folders and on other machines, too.
    """
    path = with_own_name(folder)
    return path.stem if path.suffix.lower() == ".xlsx" else path.name or "district"


def write_week(
    plan: Plan,
    district: District,
    folders: Folders,
    *,
    travel: Travel,
    parts: tuple[Part, ...] = ("routes", "maps"),
    options: PageOptions = PageOptions(),
    was: Plan | None = None,
    progress: Progress = SILENT,
) -> list[Path]:
    """Write the files of a week and return the ones to open first.

    Every folder is filled aside, and all are swapped in when the last of them is complete; on any
    error, or on Ctrl-C, what stood there before is still there.

    Parameters
    ----------
    travel
        Between the depots and the stops that the plan visits or leaves unserved.
    was
        The plan until the week was planned again; by default the one that is kept in the folder.

    Raises
    ------
    MissingToolError
        If a character has no font to print it with.
    files.WriteError
        If the disk is full or a folder is not writable.
    """
    from bookcar.roads.basemap import basemap  # noqa: PLC0415  heavy
    from bookcar.roads.road_heights import road_heights_of  # noqa: PLC0415  heavy

    roads = basemap(district)
    with staged_folders(*(getattr(folders, part) for part in parts)) as filled:
        stages = dict(zip(parts, filled, strict=True))
        if "maps" in stages:
            tiles = _tiles(district, folders.maps, options)
            _fill_maps(
                plan,
                district,
                stages["maps"],
                roads=roads,
                tiles=tiles,
                options=options,
                progress=progress,
            )
        if "routes" in stages:
            progress.start("steps.pages", total=2)
            whys = options.whys or load_whys(folders.routes, plan)
            _fill_index(plan, stages["routes"], folders, roads=roads, whys=whys, options=options)
            _fill_events(plan, stages["routes"], options=options)
            progress.advance(1, "index.html")
            _fill_board(
                plan,
                district,
                travel,
                stages["routes"],
                roads=roads,
                whys=whys,
                options=options,
            )
            progress.finish("index.html, board.html")
            _fill_routes(
                plan,
                stages["routes"],
                roads=roads,
                heights=road_heights_of(district),
                options=options,
                was=was or plan_until_then(plan, folders.routes),
                whys=whys,
                progress=progress,
            )
            _keep_plans(folders.routes, stages["routes"], plan)
    if "routes" in parts:
        _write_weeks(plan, folders, options)
    return _first_files(folders, parts, options)


def write_coverage(
    district: District,
    folder: Path,
    *,
    plan: Plan | None = None,
    as_of: dt.date,
    options: PageOptions = PageOptions(),
    progress: Progress = SILENT,
) -> Path:
    """Write the coverage map of a district as recorded up to a day, and after a plan if given.

    ``folder`` is the district's own among the maps; with a plan the page stands in its week's.

    Raises
    ------
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    from bookcar.maps.coverage import coverage_map  # noqa: PLC0415  heavy
    from bookcar.maps.measures import measure, recorded_plan, with_records  # noqa: PLC0415  heavy
    from bookcar.roads.basemap import basemap  # noqa: PLC0415  heavy
    from bookcar.roads.walk import walk_network  # noqa: PLC0415  heavy

    shown = with_records(plan, district, as_of) if plan else recorded_plan(district, as_of)
    roads, walk = basemap(district), walk_network(district, stops=shown.stops)
    progress.start("steps.maps")
    path = folder / (plan.week if plan else "") / f"coverage-{as_of.isoformat()}.html"
    page = coverage_map(
        shown,
        roads,
        areas=district.areas,
        measures=measure(shown, district, walk, upto=as_of),
        as_of=as_of,
        tiles=_tiles(district, path.parent, options),
        language=options.language,
    )
    write_bytes(path, page.encode())
    progress.finish(path.name)
    return path


def write_compare(
    before: Plan,
    after: Plan,
    district: District,
    folder: Path,
    *,
    options: PageOptions = PageOptions(),
    progress: Progress = SILENT,
) -> Path:
    """Write the map of what changes between two plans of a district into a folder.

    Raises
    ------
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    from bookcar.maps.compare import compare_map  # noqa: PLC0415  heavy
    from bookcar.roads.basemap import basemap  # noqa: PLC0415  heavy

    roads = basemap(district)
    progress.start("steps.maps")
    page = compare_map(
        before,
        after,
        roads,
        areas=district.areas,
        tiles=_tiles(district, folder, options),
        language=options.language,
    )
    path = folder / "compare.html"
    write_bytes(path, page.encode())
    progress.finish(path.name)
    return path


def _first_files(folders: Folders, parts: tuple[Part, ...], options: PageOptions) -> list[Path]:
    asked = [*PICTURES.values()] if options.pictures else []
    asked += [GEOPACKAGE] if options.geopackage else []
    alone = (f"manifests/{route}.pdf" for route in options.single)
    names = {
        "routes": [folders.routes / n for n in (*_WEEK_FILES, *alone)],
        "maps": [folders.maps / n for n in (*PICTURES, *asked)],
    }
    return [path for part in ("routes", "maps") if part in parts for path in names[part]]


def require_tiles(district: District, options: PageOptions) -> None:
    """Refuse tiles that no map can stand on before the hours of a search, not after them.

    Raises
    ------
    UsageError
        If they are not there, are shifted, or nobody says whose they are.
    """
    _tiles(district, Path(), options)


def _tiles(district: District, folder: Path, options: PageOptions) -> Tiles | None:
    """Return the tiles named for pages that will stand in a folder: by option, else by setting."""
    from bookcar.maps.tiles import tiles_from  # noqa: PLC0415  heavy

    settings = district.settings.maps
    if options.tiles:
        own = settings.tiles_credit if options.tiles == settings.tiles else ""
        credit = options.tiles_credit or own
        return tiles_from(options.tiles, credit, page_folder=folder)
    return tiles_from(settings.tiles, settings.tiles_credit, page_folder=folder)


def _fill_maps(
    plan: Plan,
    district: District,
    stage: Path,
    *,
    roads: Basemap,
    tiles: Tiles | None,
    options: PageOptions,
    progress: Progress,
) -> None:
    from bookcar.maps.coverage import coverage_map  # noqa: PLC0415  heavy
    from bookcar.maps.measures import measure  # noqa: PLC0415  heavy
    from bookcar.maps.routes import route_map  # noqa: PLC0415  heavy
    from bookcar.roads.walk import walk_network  # noqa: PLC0415  heavy

    progress.start("steps.maps")
    measures = measure(plan, district, walk_network(district, stops=plan.stops))
    pages = {
        "routes.html": route_map(
            plan, roads, areas=district.areas, tiles=tiles, language=options.language
        ),
        "coverage.html": coverage_map(
            plan,
            roads,
            areas=district.areas,
            measures=measures,
            tiles=tiles,
            language=options.language,
        ),
    }
    for name, html in pages.items():
        (stage / name).write_text(html, "utf-8", newline="\n")
    _fill_data(plan, stage, options)
    if options.pictures:
        from bookcar.maps.picture import take_picture  # noqa: PLC0415  seldom wanted

        for name, picture in PICTURES.items():
            take_picture(stage / name, stage / picture)
    progress.finish(", ".join(pages))


def _fill_data(plan: Plan, stage: Path, options: PageOptions) -> None:
    from bookcar.maps import exports  # noqa: PLC0415  heavy

    layers = {
        "routes": exports.route_features(plan),
        "stops": exports.stop_features(plan, language=options.language),
    }
    for name, features in layers.items():
        (stage / f"{name}.geojson").write_bytes(exports.geojson(features))
    if options.geopackage:
        monday = parse_week(plan.week).isoformat()
        exports.write_geopackage(layers, stage / GEOPACKAGE, date=monday)


def _fill_routes(
    plan: Plan,
    stage: Path,
    *,
    roads: Basemap,
    heights: RoadHeights | None,
    options: PageOptions,
    was: Plan | None,
    whys: Whys | None,
    progress: Progress,
) -> None:
    from bookcar.manifests.write import write_manifests  # noqa: PLC0415  heavy
    from bookcar.pages.why_words import helps_of  # noqa: PLC0415  heavy

    write_manifests(
        plan,
        stage,
        basemap=roads,
        heights=heights,
        language=options.language,
        font=options.font,
        single=options.single,
        single_sided=options.single_sided,
        was=was,
        helps={} if whys is None else helps_of(plan, whys, options.language),
        progress=progress,
    )
    (stage / "plan.json").write_bytes(plan.to_json())
    if was is not None:
        (stage / f"plan-{was.id}.json").write_bytes(was.to_json())


def _fill_index(
    plan: Plan,
    stage: Path,
    folders: Folders,
    *,
    roads: Basemap,
    whys: Whys | None,
    options: PageOptions,
) -> None:
    from bookcar.pages.week import week_page  # noqa: PLC0415  heavy
    from bookcar.pages.why import FILE, why_page  # noqa: PLC0415  heavy

    maps = Path(os.path.relpath(folders.maps, folders.routes)).as_posix()
    before = _plan_before(plan, folders)
    page = week_page(
        plan,
        language=options.language,
        maps_href=maps,
        before=before,
        roads=roads,
        whys=whys,
    )
    (stage / "index.html").write_text(page, "utf-8", newline="\n")
    if whys is not None and whys.stops:
        own = why_page(plan, whys, language=options.language)
        (stage / FILE).write_text(own, "utf-8", newline="\n")
        (stage / WHY_FILE).write_bytes(whys.to_json())


def _write_weeks(plan: Plan, folders: Folders, options: PageOptions) -> None:
    """Write the page of all weeks beside their folders, by the plans that stand there now."""
    from bookcar.pages.weeks import FILE, weeks_in, weeks_page  # noqa: PLC0415  heavy

    district = folders.routes.parent
    maps = Path(os.path.relpath(folders.maps.parent, district)).as_posix()
    page = weeks_page(weeks_in(district), language=options.language or plan.language, maps=maps)
    write_bytes(district / FILE, page.encode())


def _fill_events(plan: Plan, stage: Path, *, options: PageOptions) -> None:
    """Write the page of every event of the week, if there is one."""
    if plan.events is msgspec.UNSET:
        return
    from bookcar.manifests.rows import week_sheet  # noqa: PLC0415  heavy
    from bookcar.pages.fair import event_pages  # noqa: PLC0415  heavy

    folder = stage / "events"
    folder.mkdir()
    for name, page in event_pages(plan, week_sheet(plan, language=options.language)):
        (folder / name).write_text(page, "utf-8", newline="\n")


def plan_until_then(plan: Plan, folder: Path) -> Plan | None:
    """Return the plan until the week was planned again, if it is kept in the week's folder."""
    if plan.replanned is None:
        return None
    path = folder / f"plan-{plan.replanned.plan}.json"
    try:
        return load(path) if path.is_file() else None
    except InputError:
        return None


def _keep_plans(folder: Path, stage: Path, plan: Plan) -> None:
    """Carry over the plans of a week that was planned again more than once."""
    for path in sorted(folder.glob("plan-*.json")) if plan.replanned else ():
        if not (stage / path.name).exists():
            (stage / path.name).write_bytes(path.read_bytes())


def _plan_before(plan: Plan, folders: Folders) -> Plan | None:
    """Return the plan of the week before if it stands beside this one and can be read."""
    week = week_name(parse_week(plan.week) - dt.timedelta(days=7))
    try:
        before = load(folders.routes.parent / week)
    except InputError:
        return None
    return before if before.district == plan.district else None


def _fill_board(
    plan: Plan,
    district: District,
    travel: Travel,
    stage: Path,
    *,
    roads: Basemap,
    whys: Whys | None,
    options: PageOptions,
) -> None:
    from bookcar.pages.board import board_page  # noqa: PLC0415  heavy

    page = board_page(plan, district, travel, roads=roads, whys=whys, language=options.language)
    (stage / "board.html").write_text(page, "utf-8", newline="\n")
