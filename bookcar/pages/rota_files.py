"""The files of a rota in their folder, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bookcar.files import write_folder
from bookcar.manifests.tables import table_csv
from bookcar.model import District
from bookcar.rota.build import Rota
from bookcar.weeks import week_name

ROTATION = ("batch", "pool", "books", "week", "place", "name", "how")
STOPS = ("stop", "name", "pools", "holds", "next", "brings", "gaps")


def rotation_csv(district: District, rota: Rota) -> bytes:
    """Return where every collection is at the end of each week, a row each."""
    return table_csv(
        ROTATION,
        (
            (line.batch, line.pool, line.books, week_name(week.monday), place, name, week.how)
            for line in rota.lines
            for week, place in zip(rota.weeks, line.places, strict=True)
            for name in (_name(district, place),)
        ),
    )


def stops_csv(district: District, rota: Rota) -> bytes:
    """Return what each stop has, gets next, and in which weeks it finds nothing."""
    return table_csv(
        STOPS,
        (
            (
                *(turn.stop, _name(district, turn.stop)),
                *(" ".join(turn.pools), " ".join(turn.holds)),
                *("" if turn.next is None else week_name(turn.next), " ".join(turn.brings)),
                " ".join(week_name(monday) for monday in turn.gaps),
            )
            for turn in rota.turns
        ),
    )


def _name(district: District, place: str) -> str:
    known = district.stops_by_id.get(place) or district.depots_by_id.get(place)
    return known.name if known else ""


def write_rota(
    district: District, rota: Rota, page: str, folder: Path, *, more: Mapping[str, bytes]
) -> list[Path]:
    """Write a rota and ``more`` files into a folder and return them all, the page first.

    Raises
    ------
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    files = {
        "rotation.html": page.encode(),
        "rotation.csv": rotation_csv(district, rota),
        "stops.csv": stops_csv(district, rota),
        **more,
    }
    write_folder(folder, files)
    return [folder / name for name in files]
