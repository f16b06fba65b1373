"""The files of a timetable in their folder, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bookcar.files import staged_folders
from bookcar.manifests.rows import file_stem
from bookcar.phrases import Language
from bookcar.progress import SILENT, Progress
from bookcar.published.gtfs import gtfs_zip
from bookcar.published.ical import stops_ics, whole_ics
from bookcar.published.mobile_stops import stops_csv
from bookcar.published.table import promises_csv
from bookcar.timetable import Timetable
from bookcar.timetable_file import NAME


def timetable_folder(above: Path, timetable: Timetable) -> Path:
    """Return where a timetable goes: ``timetable-FROM`` beside the weeks."""
    return above / f"timetable-{timetable.first}"


def write_timetable(
    timetable: Timetable,
    folder: Path,
    *,
    language: Language | None = None,
    progress: Progress = SILENT,
) -> list[Path]:
    """Write a timetable into a folder and return the files to open first.

    Raises
    ------
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    progress.start("steps.timetable-files")
    files = dict(_files(timetable, language))
    with staged_folders(folder) as (stage,):
        for name, data in files.items():
            path = stage / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    progress.finish("steps.timetable-files-done", count=len(files))
    return [folder / name for name in ("timetable.csv", NAME)]


def _files(timetable: Timetable, language: Language | None) -> Iterator[tuple[str, bytes]]:
    """Yield every file by its name in the folder."""
    yield NAME, timetable.to_json()
    yield "timetable.csv", promises_csv(timetable)
    yield "timetable.ics", whole_ics(timetable)
    for stop, data in stops_ics(timetable).items():
        yield f"ics/{file_stem(stop)}.ics", data
    yield "mobile_library_stops.csv", stops_csv(timetable)
    yield "gtfs.zip", gtfs_zip(timetable, language=language)
