"""``bookcar import``: lists of other programs as the tables of a district."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bookcar.cli.failures import say_faults, to_type
from bookcar.cli.helping import columns_of
from bookcar.cli.options import as_day
from bookcar.cli.speech import of_locale, speak, spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import LANGUAGES, Language, Phrases
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    from bookcar.earth import Point
    from bookcar.importing.importer import Imported, Listed
    from bookcar.importing.mapping import Mapping

_WIDEST = (28, 14, 22, 40)


def _said(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    wrong = next((value for value in values if "=" not in value), None)
    if wrong is not None:
        raise UsageError(Sentence(key="usage.import-column", figures={"value": wrong}))
    pairs = (value.rpartition("=") for value in values)
    return {heading.strip(): field.strip() for heading, _, field in pairs}


def _system(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    from bookcar.inputs.coordinates import TO_WGS84  # noqa: PLC0415
    from bookcar.inputs.grids import code_of  # noqa: PLC0415

    if not value or value in TO_WGS84:
        return value or ""
    code = code_of(value)
    if code is None:
        raise UsageError(Sentence(key="usage.import-coordinates", figures={"value": value}))
    return code


def _depot(
    _ctx: click.Context, _param: click.Parameter, value: str | None
) -> tuple[Point, Point] | None:
    """Return two readings of a place: as longitude and latitude, and the other way round."""
    from bookcar.inputs.rules_degrees import pair  # noqa: PLC0415

    found = pair(value) if value else None
    if value and found is None:
        raise UsageError(Sentence(key="usage.import-depot", figures={"value": value}))
    if found is None:
        return None
    first, second = float(found.first), float(found.second)
    readings = ((first, second), (second, first))
    if (found.axes and found.axes[0] == "lat") or abs(second) > 90:
        return readings[1], readings[1]
    return readings if not found.axes and abs(first) <= 90 else (readings[0], readings[0])


@click.command("import", short_help="Make a district's tables of any list of stops.")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True),
)
@click.option(
    "--into",
    "folder",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the district; one that an import wrote before gets new stops.",
)
@click.option(
    "--column",
    "columns",
    metavar="HEADING=FIELD",
    multiple=True,
    callback=_said,
    help="What a column is, e.g. 'Halt=name'; 'ignored' leaves it out. May be given several times.",
)
@click.option("--sheet", "sheets", metavar="NAME", multiple=True, help="Sheet or layer to read.")
@click.option(
    "--coordinates",
    metavar="SYSTEM",
    callback=_system,
    help="EPSG:27700 or another code for eastings and northings, gcj02 or bd09 (default: degrees).",
)
@click.option(
    "--hours",
    type=click.Choice(["stay", "opening"]),
    help="What spans of time are: the stay of the car, or opening hours (default: short ones are "
    "stays).",
)
@click.option("--cycle", type=click.IntRange(1, 52), help="Weeks of the cycle, for 'Week 2'.")
@click.option(
    "--cycle-start",
    metavar="DATE",
    callback=as_day,
    help="A day of any week 1 of the cycle, YYYY-MM-DD.",
)
@click.option(
    "--depot",
    metavar="LON,LAT",
    callback=_depot,
    help="Where the cars start (default: drafted in the middle of the stops).",
)
@click.option(
    "--places",
    "extract",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="OpenStreetMap extract in which stops without coordinates are looked up by name.",
)
@click.option(
    "--postcodes",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Table of postcodes with longitude and latitude, for stops without coordinates.",
)
@click.option("--skip-rows", is_flag=True, help="Leave rows with errors out, and list them.")
@click.option(
    "--replace", is_flag=True, help="Take the list even where most stops of DIR are not in it."
)
@click.option("--name", help="Name of the district (default: the folder's).")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language (default: the locale's).")
@click.option("--time-zone", help="e.g. Europe/London (default: by the place of the depot).")
def command(
    files: tuple[Path, ...],
    *,
    folder: Path,
    columns: dict[str, str],
    sheets: tuple[str, ...],
    coordinates: str,
    hours: str | None,
    cycle: int | None,
    cycle_start: dt.date | None,
    depot: tuple[Point, Point] | None,
    extract: Path | None,
    postcodes: Path | None,
    skip_rows: bool,
    replace: bool,
    name: str | None,
    lang: Language | None,
    time_zone: str | None,
) -> None:
    """Make a district in DIR of lists of stops as other programs have them.

    Reads CSV, XLSX, XLS, ODS, KML, GeoJSON, GeoPackage, Shapefile, Esri JSON, and GTFS (a zip or a
    folder). Columns are known by their headings in nine languages, or by what stands in them; what
    was understood, guessed and left out is shown. What can be read in two ways is an error with
    both readings, and then nothing is written. Cars, depot and settings that the list does not have
    are drafted, and said.

    How the columns were read is kept in DIR/import.toml: next year's list takes the same command,
    its stops keep their ids, and what else stands in DIR stays as it is.

    \b
    bookcar import timetable.xlsx --into mycounty --depot -2.1,51.3
    bookcar import stops.csv --into mycounty --coordinates EPSG:27700 --column 'Halt=name'
    """
    speak(lang)
    language = lang or of_locale()
    said: dict[str, Any] = {"columns": columns, "sheets": sheets, "coordinates": coordinates}
    said |= {"hours": hours or "", "cycle": cycle, "cycle_start": cycle_start}
    with showing_progress():
        from bookcar.files import write_several  # noqa: PLC0415
        from bookcar.importing.importer import Wanted, import_lists  # noqa: PLC0415  heavy
        from bookcar.importing.mapping import merged, read_mapping  # noqa: PLC0415

        saved = read_mapping(folder)
        _require_own(folder, saved)
        placer = None
        if extract or postcodes:
            from bookcar.importing.places import places_of  # noqa: PLC0415  heavy

            placer = places_of(extract, postcodes)
        wanted = Wanted(
            said=merged(saved, said),
            name=name or folder.resolve().name,
            language=language,
            time_zone=time_zone,
            country=_country(time_zone, folder, depot),
            depot=depot,
            skip_rows=skip_rows,
            headings=tuple(columns),
            sheets=sheets,
            replace=replace,
        )
        found = import_lists(files, folder, wanted, placer)
        folder.mkdir(parents=True, exist_ok=True)
        write_several(folder, dict(found.contents))
    _tell(found, folder, spoken())


def _country(time_zone: str | None, folder: Path, depot: tuple[Point, Point] | None) -> str:
    """Return where the district is, as far as it is said: by its zone, its settings or its depot.

    Where two readings of the depot's place are of two countries, neither counts.
    """
    from bookcar.countries import country_of  # noqa: PLC0415
    from bookcar.importing.country import country_at, country_of_settings  # noqa: PLC0415

    if time_zone:
        return country_of(time_zone)
    found = {country_at(*point) for point in depot or ()} - {""}
    return country_of_settings(folder) or (found.pop() if len(found) == 1 else "")


def _require_own(folder: Path, saved: Mapping | None) -> None:
    """Refuse a folder with stops that no import wrote: they would be lost."""
    if saved is None and (folder / "stops.csv").exists():
        raise UsageError(Sentence(key="usage.import-not-mine", figures={"path": folder.as_posix()}))


def _tell(found: Imported, folder: Path, say: Phrases) -> None:
    for one in found.lists:
        _tell_list(one, say)
    for key, figures in found.notes:
        click.echo(say.filled(key, figures))
    say_faults(found.warnings, say)
    for name in found.contents:
        click.echo(folder / name)
    click.echo(say("cli.next-check", folder=to_type(folder)))


def _tell_list(one: Listed, say: Phrases) -> None:
    click.echo(say("importing.list", file=one.file, rows=one.rows))
    heads = [say(f"importing.{name}") for name in ("heading", "field", "how", "sample")]
    rows = [
        (
            taken.heading.strip() or say("importing.no-heading"),
            taken.field or say("importing.left"),
            say(f"importing.how-{taken.how}"),
            taken.sample,
        )
        for taken in one.taken
        if taken.heading.strip() or taken.sample
    ]
    for line in _aligned([tuple(heads), *rows]):
        click.echo(f"  {line}")
    for key, figures in one.notes:
        click.echo("  " + say.filled(key, figures))


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the lines of a table, its columns as wide as their cells, up to what fits."""
    cut = [[_cut(cell, widest) for cell, widest in zip(row, _WIDEST, strict=True)] for row in rows]
    widths = [max(map(columns_of, column)) for column in zip(*cut, strict=True)]
    return [
        "  ".join(
            cell + " " * (wide - columns_of(cell)) for cell, wide in zip(row, widths, strict=True)
        ).rstrip()
        for row in cut
    ]


def _cut(text: str, widest: int) -> str:
    while columns_of(text) > widest:
        text = text[:-2] + "…"
    return text
