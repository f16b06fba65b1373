"""The files of a timetable in their folder, all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from bookcar.files import write_folder
from bookcar.manifests.rows import file_stem
from bookcar.model import District
from bookcar.pages.stock_lines import stock_lines
from bookcar.phrases import Language, Phrases
from bookcar.planning.forecast import StockWeek
from bookcar.progress import SILENT, Progress
from bookcar.published.gtfs import gtfs_zip
from bookcar.published.ical import stops_ics, whole_ics
from bookcar.published.map import Line, map_page
from bookcar.published.mobile_stops import stops_csv
from bookcar.published.page import index_page
from bookcar.published.posters import cards_pdf, posters_pdf
from bookcar.published.table import promises_csv
from bookcar.published.village_list import list_page, list_pdf
from bookcar.roads.basemap import basemap
from bookcar.roads.travel import Travel
from bookcar.timetable import Timetable
from bookcar.timetable_file import NAME


def timetable_folder(above: Path, timetable: Timetable) -> Path:
    """Return where a timetable goes: ``timetable-FROM`` beside the weeks."""
    return above / f"timetable-{timetable.first}"


def write_timetable(
    timetable: Timetable,
    district: District,
    folder: Path,
    *,
    travel: Travel,
    stock: Sequence[StockWeek] = (),
    language: Language | None = None,
    font: Path | None = None,
    progress: Progress = SILENT,
) -> list[Path]:
    """Write a timetable into a folder and return the files to open first.

    Parameters
    ----------
    travel
        That it was made on, for the roads on the map.
    stock
        What becomes of the batches while it is kept; told on the page for the office.

    Raises
    ------
    MissingToolError
        If a character has no font to print it with.
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    progress.start("steps.timetable-files")
    roads, ways = basemap(district), _ways(timetable, district, travel)
    say = Phrases(language or timetable.language)
    outlook = list(stock_lines(district, stock, say, of="promised"))
    files = dict(_files(timetable, language))
    files |= {
        "index.html": index_page(timetable, language=language, outlook=outlook).encode(),
        "list.html": list_page(timetable, language=language).encode(),
        "list.pdf": list_pdf(timetable, language=language, font=font),
        "posters.pdf": posters_pdf(timetable, roads=roads, language=language, font=font),
        "cards.pdf": cards_pdf(timetable, roads=roads, language=language, font=font),
        "map.html": map_page(timetable, roads=roads, ways=ways, language=language).encode(),
    }
    write_folder(folder, files)
    progress.finish("steps.timetable-files-done", count=len(files))
    return [folder / name for name in ("index.html", "list.pdf", "timetable.csv")]


def _ways(
    timetable: Timetable, district: District, travel: Travel
) -> dict[tuple[str, str, str], Line]:
    """Return the road of every leg, by vehicle and the places it joins."""
    found: dict[tuple[str, str, str], Line] = {}
    for route in timetable.routes:
        profile = district.vehicles_by_id[route.vehicle].profile
        places = (route.depot, *(visit.stop for visit in route.visits), route.depot)
        for here, there in pairwise(places):
            rows = travel.rows[here], travel.rows[there]
            found[route.vehicle, here, there] = travel.way(profile, *rows)
    return found


def _files(timetable: Timetable, language: Language | None) -> Iterator[tuple[str, bytes]]:
    """Yield every file by its name in the folder."""
    yield NAME, timetable.to_json()
    yield "timetable.csv", promises_csv(timetable)
    yield "timetable.ics", whole_ics(timetable)
    names: Counter[str] = Counter()
    for stop, data in stops_ics(timetable).items():
        stem = file_stem(stop)
        names[stem.casefold()] += 1
        more = names[stem.casefold()]
        yield f"ics/{stem}.ics" if more == 1 else f"ics/{stem}~{more}.ics", data
    yield "mobile_library_stops.csv", stops_csv(timetable)
    yield "gtfs.zip", gtfs_zip(timetable, language=language)
