"""``bookcar init``: a starter district."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from bookcar.cli.failures import to_type
from bookcar.cli.speech import speak, spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.files import copy_file, sha256
from bookcar.phrases import LANGUAGES, Language
from bookcar.phrases.sentence import Sentence
from bookcar.progress import Progress

if TYPE_CHECKING:
    from bookcar.model import Stop
    from bookcar.roads.places import FoundPlaces


def _zone(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    try:
        if value is not None:
            ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageError(Sentence(key="usage.time-zone", figures={"value": str(value)})) from None
    return value


@click.command("init", short_help="Write a starter district, from nothing or from an OSM extract.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from-osm",
    "extract",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="OpenStreetMap extract (.osm.pbf, .osm, .osm.gz) to take libraries, villages, hamlets, "
    "schools and stops of mobile libraries from.",
)
@click.option("--name", help="Name of the district (default: the map's, or the folder's).")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language."
)
@click.option(
    "--time-zone",
    callback=_zone,
    help="e.g. Asia/Shanghai (default: by the place of the depot).",
)
@click.option(
    "--without-batches",
    is_flag=True,
    help="Readers choose on board, and no books are left at the stops: stops want 0 books.",
)
def command(
    folder: Path,
    *,
    extract: Path | None,
    name: str | None,
    lang: Language,
    time_zone: str | None,
    without_batches: bool,
) -> None:
    """Write a starter district into DIR: every table, with comments that explain it.

    With --from-osm the depots and stops come from the map itself and the extract is copied in, so
    that a first plan takes a minute.

    \b
    bookcar init mycounty --from-osm andorra.osm.pbf
    bookcar plan mycounty --week 2026-W49
    """
    speak(lang)
    given = {"time_zone": time_zone, "batches": not without_batches}
    with showing_progress() as progress:
        if extract is None:
            written = _write(folder, name=name, lang=lang, **given)
        else:
            found = _places(extract, progress)
            with _copied(extract, folder) as copy:
                written = _write(
                    folder,
                    name=name or found.name,
                    lang=lang,
                    depots=found.depots,
                    stops=_stops(found),
                    extract_name=copy.name,
                    **given,
                )
            for sentence in (found.note, *found.told):
                click.echo(sentence.text_in(lang), err=True)
    for path in written:
        click.echo(path)
    click.echo(spoken()("cli.next-check", folder=to_type(folder)))


def _write(folder: Path, *, name: str | None, lang: Language, **given: Any) -> list[Path]:
    from bookcar.inputs.starter import write_starter  # noqa: PLC0415  heavy

    return write_starter(folder, name=name or folder.resolve().name, language=lang, **given)


def _stops(found: FoundPlaces) -> list[Stop | dict[str, Any]]:
    """Return the stops, those of a mobile library with the days and times of their visits."""
    import msgspec  # noqa: PLC0415  the map is read by now

    return [
        msgspec.structs.asdict(stop) | dict(found.visits[stop.id])
        if stop.id in found.visits
        else stop
        for stop in found.stops
    ]


def _places(extract: Path, progress: Progress) -> FoundPlaces:
    from bookcar.roads.places import find_places  # noqa: PLC0415  heavy

    progress.start("steps.map")
    found = find_places(extract)
    progress.finish("steps.places-found", depots=len(found.depots), stops=len(found.stops))
    return found


@contextmanager
def _copied(extract: Path, folder: Path) -> Iterator[Path]:
    """Give a copy of the extract in the folder; it goes again if the tables cannot be written."""
    copy = folder / extract.name
    if copy.exists():
        if sha256(copy) != sha256(extract):
            raise UsageError(Sentence(key="usage.other-extract", figures={"path": copy.as_posix()}))
        yield copy
        return
    new_folder = not folder.exists()
    copy_file(extract, copy)
    try:
        yield copy
    except BaseException:
        copy.unlink()
        if new_folder:
            folder.rmdir()
        raise
