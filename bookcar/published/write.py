"""The files of a timetable in their folder, all of them or none."""

from __future__ import annotations

from pathlib import Path

from bookcar.files import staged_folders
from bookcar.progress import SILENT, Progress
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
    progress: Progress = SILENT,
) -> list[Path]:
    """Write a timetable into a folder and return the files to open first.

    Raises
    ------
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    progress.start("steps.timetable-files")
    files = {
        NAME: timetable.to_json(),
        "timetable.csv": promises_csv(timetable),
    }
    with staged_folders(folder) as (stage,):
        for name, data in files.items():
            path = stage / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    progress.finish("steps.timetable-files-done", count=len(files))
    return [folder / name for name in ("timetable.csv", NAME)]
