"""What is written where: the folders of a week's routes and maps, whole or not at all."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bookcar.files import staged_folder
from bookcar.model import District
from bookcar.plan import Plan
from bookcar.progress import SILENT, Progress

if TYPE_CHECKING:
    from bookcar.roads.basemap import Basemap

Part = Literal["routes", "maps"]


@dataclass(frozen=True, kw_only=True)
class Folders:
    """Where a week's files go: ``routes/<district>/<week>`` and ``maps/<district>/<week>``."""

    routes: Path
    maps: Path


@dataclass(frozen=True, kw_only=True)
class PageOptions:
    """How pages are made: language (None for the district's own) and an extra font file."""

    language: Literal["zh", "en"] | None = None
    font: Path | None = None


def week_folders(plan: Plan, *, routes: Path, maps: Path) -> Folders:
    """Return the folders of a plan under the two top folders."""
    tail = Path(district_slug(Path(plan.provenance.folder))) / plan.week
    return Folders(routes=routes / tail, maps=maps / tail)


def district_slug(folder: Path) -> str:
    """Return the name a district's outputs go by: that of its folder or workbook."""
    path = folder.resolve()
    return path.stem if path.suffix.lower() == ".xlsx" else path.name or "district"


def write_week(
    plan: Plan,
    district: District,
    folders: Folders,
    *,
    parts: tuple[Part, ...] = ("routes", "maps"),
    options: PageOptions = PageOptions(),
    progress: Progress = SILENT,
) -> list[Path]:
    """Write the files of a week and return the ones to open first.

    Every folder is filled aside and swapped in when all of them are complete; on any error, or on
    Ctrl-C, what stood there before is still there.

    Raises
    ------
    MissingToolError
        If a character has no font to print it with.
    files.WriteError
        If the disk is full or a folder is not writable.
    """
    from bookcar.roads.basemap import basemap  # noqa: PLC0415  heavy

    roads = basemap(district)
    with ExitStack() as stack:
        if "maps" in parts:
            stage = stack.enter_context(staged_folder(folders.maps))
            _fill_maps(plan, district, stage, roads=roads, options=options, progress=progress)
        if "routes" in parts:
            stage = stack.enter_context(staged_folder(folders.routes))
            _fill_routes(plan, stage, folders, roads=roads, options=options, progress=progress)
    return _first_files(folders, parts)


def _first_files(folders: Folders, parts: tuple[Part, ...]) -> list[Path]:
    names = {
        "routes": [folders.routes / n for n in ("index.html", "manifests.pdf", "week.xlsx")],
        "maps": [folders.maps / n for n in ("routes.html", "coverage.html")],
    }
    return [path for part in ("routes", "maps") if part in parts for path in names[part]]


def _fill_maps(
    plan: Plan,
    district: District,
    stage: Path,
    *,
    roads: Basemap,
    options: PageOptions,
    progress: Progress,
) -> None:
    from bookcar.maps.coverage import coverage_map  # noqa: PLC0415  heavy
    from bookcar.maps.routes import route_map  # noqa: PLC0415  heavy

    progress.start("maps")
    pages = {
        "routes.html": route_map(plan, roads, language=options.language),
        "coverage.html": coverage_map(plan, roads, areas=district.areas, language=options.language),
    }
    for name, html in pages.items():
        (stage / name).write_text(html, "utf-8", newline="\n")
    progress.finish(", ".join(pages))


def _fill_routes(
    plan: Plan,
    stage: Path,
    folders: Folders,
    *,
    roads: Basemap,
    options: PageOptions,
    progress: Progress,
) -> None:
    from bookcar.manifests.write import write_manifests  # noqa: PLC0415  heavy
    from bookcar.pages.week import week_page  # noqa: PLC0415  heavy

    write_manifests(
        plan,
        stage,
        basemap=roads,
        language=options.language,
        font=options.font,
        progress=progress,
    )
    maps = Path(os.path.relpath(folders.maps, folders.routes)).as_posix()
    page = week_page(plan, language=options.language, maps_href=maps)
    (stage / "index.html").write_text(page, "utf-8", newline="\n")
    (stage / "plan.json").write_bytes(plan.to_json())
