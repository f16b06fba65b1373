"""``bookcar init``: a starter district."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from bookcar.cli.terminal import showing_progress
from bookcar.model import Depot, Stop
from bookcar.progress import Progress


@click.command("init", short_help="Write a starter district, from nothing or from an OSM extract.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from-osm",
    "extract",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="OpenStreetMap extract (.osm.pbf, .osm, .osm.gz) to take libraries, villages, hamlets "
    "and schools from.",
)
@click.option("--name", help="Name of the district (default: the folder's).")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True, help="Language."
)
@click.option("--time-zone", default="UTC", show_default=True, help="e.g. Asia/Shanghai.")
def command(
    folder: Path, *, extract: Path | None, name: str | None, lang: str, time_zone: str
) -> None:
    r"""Write a starter district into DIR: every table, with comments that explain it.

    With --from-osm the depots and stops come from the map itself and the extract is copied in, so
    that a first plan takes a minute.

    \b
    bookcar init mycounty --from-osm andorra.osm.pbf
    bookcar plan mycounty --week 2026-W49
    """
    from bookcar.inputs.starter import write_starter  # noqa: PLC0415  heavy

    depots: tuple[Depot, ...] = ()
    stops: tuple[Stop, ...] = ()
    with showing_progress() as progress:
        if extract is not None:
            depots, stops = _from_map(extract, progress)
        written = write_starter(
            folder,
            name=name or folder.resolve().name,
            language=lang,
            depots=depots,
            stops=stops,
            extract_name=extract.name if extract else None,
            time_zone=time_zone,
        )
        if extract is not None:
            shutil.copyfile(extract, folder / extract.name)
    for path in written:
        click.echo(path)
    click.echo(f"Next: bookcar check {folder}, then bookcar plan {folder} --week YYYY-Www")


def _from_map(extract: Path, progress: Progress) -> tuple[tuple[Depot, ...], tuple[Stop, ...]]:
    from bookcar.roads.places import find_places  # noqa: PLC0415  heavy

    progress.start("map")
    found = find_places(extract)
    progress.finish(f"{len(found.depots)} depots, {len(found.stops)} stops")
    return found.depots, found.stops
