"""``bookcar map``: the maps of a plan, again."""

from __future__ import annotations

from pathlib import Path

import click

from bookcar.cli.options import (
    district_option,
    json_option,
    language_option,
    maps_option,
    routes_option,
    tiles_options,
)
from bookcar.phrases import Language


@click.command("map", short_help="Draw the maps of a plan again.")
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@district_option
@routes_option
@maps_option
@language_option
@tiles_options
@click.option("--png", is_flag=True, help="Also as pictures, by an installed Chromium.")
@click.option("--gpkg", is_flag=True, help="Also as a GeoPackage for QGIS and other GIS.")
@json_option
def command(
    plan: Path,
    *,
    district: Path | None,
    routes: Path,
    maps: Path,
    lang: Language | None,
    tiles: str,
    tiles_credit: str,
    png: bool,
    gpkg: bool,
    as_json: bool,
) -> None:
    """Draw the route map and the coverage map of PLAN again, after an audit.

    Where the tables have changed since, the plan is drawn as it was made.

    Beside the maps stand routes.geojson and stops.geojson for GIS.

    \b
    bookcar map routes/qijiang/2026-W49 --lang en
    bookcar map routes/qijiang/2026-W49 --png --gpkg
    bookcar map routes/qijiang/2026-W49 --tiles tiles --tiles-credit "© OpenStreetMap contributors"
    """
    from bookcar.cli.redo import redo  # noqa: PLC0415  heavy
    from bookcar.outputs import PageOptions  # noqa: PLC0415  heavy

    redo(
        plan,
        "maps",
        district=district,
        routes=routes,
        maps=maps,
        options=PageOptions(
            language=lang,
            pictures=png,
            geopackage=gpkg,
            tiles=tiles,
            tiles_credit=tiles_credit,
        ),
        as_json=as_json,
    )
