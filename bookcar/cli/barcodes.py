"""``bookcar barcodes``: where single copies are after a week, for the library system."""

from __future__ import annotations

from pathlib import Path

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import json_option, routes_option
from bookcar.cli.recovery import tell_finished
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress
from bookcar.weeks import parse_week, week_name


@click.command("barcodes", short_help="List barcodes with their new places after a week.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--week", required=True, metavar="WEEK", help="ISO week, e.g. 2026-W49.")
@click.option(
    "--into",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Where the lists go (default: <routes>/<district>/barcodes-WEEK).",
)
@routes_option
@json_option
def command(folder: Path, *, week: str, into: Path | None, routes: Path, as_json: bool) -> None:
    """List the copies of DIR that are elsewhere after a week, as its closed records have it.

    moved.csv has a row a copy: barcode, title, batch, from where to where, when. to-PLACE.txt has
    the barcodes for one place, a line each, as the batch modification of Koha and of Interlib
    takes them. Lists of titles must hold barcodes, as those of 'bookcar crate' do.

    \b
    bookcar barcodes mycounty --week 2026-W49
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.reading import district_in  # noqa: PLC0415  heavy
        from bookcar.crates.places import moved_in, write_moved  # noqa: PLC0415  heavy
        from bookcar.outputs import district_slug  # noqa: PLC0415  heavy

        tell_finished(folder)
        monday = parse_week(week)
        district = district_in(folder, progress)
        moved = moved_in(district, monday)
        target = into or routes / district_slug(folder) / f"barcodes-{week_name(monday)}"
        written = write_moved(moved, target, language=district.language) if moved.rows else []
    if as_json:
        data = {"week": week_name(monday), "copies": moved.rows, "unlisted": moved.unlisted}
        print_json({**data, "files": [path.as_posix() for path in written]})
        return
    say = spoken()
    listed = len(moved.batches) - len(moved.unlisted)
    if not moved.batches:
        click.echo(say("crates.none-moved", week=week_name(monday)))
    elif listed:
        figures = {"copies": len(moved.rows), "batches": listed, "week": week_name(monday)}
        click.echo(say("crates.moved", **figures))
    if moved.unlisted:
        click.echo(say("crates.unlisted", batches=moved.unlisted))
    for path in written:
        click.echo(printable(path.as_posix()))
