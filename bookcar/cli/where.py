"""``bookcar where``: the best places for stops or stores, and stops that can be merged."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import json_option, language_option, maps_option
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    from bookcar.siting.words import WhereWords

NEW_STOP_MIN, MERGE_MIN = 30, 15


@click.command("where", short_help="Find the best places for stops or stores, or stops to merge.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--stops", type=click.IntRange(1, 50), help="So many stops more.")
@click.option("--stores", type=click.IntRange(1, 10), help="So many stores more.")
@click.option("--merge", is_flag=True, help="The fewest stops that are left within a walk.")
@click.option(
    "--villages",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where people live, for --stops: CSV with name, lon, lat, people (default: the "
    "settlements of the extract).",
)
@click.option(
    "--walk",
    "minutes",
    type=click.IntRange(1, 120),
    help="Minutes that people walk at most (default: 30 to a new stop, 15 to a merged one).",
)
@maps_option
@language_option
@json_option
def command(
    folder: Path,
    *,
    stops: int | None,
    stores: int | None,
    merge: bool,
    villages: Path | None,
    minutes: int | None,
    maps: Path,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Find where in the district of DIR to put stops or stores, or which stops can be merged.

    Stops go where they reach most people on foot whom no stop reaches as it is; stores where they
    save most of the driving to the stops in a year; stops of one kind are merged where each is
    within a walk of one that stays. All by exact search. Tables stay as they are; a page with a map
    and a list, a table and data are written to maps/<district>.

    \b
    bookcar where mycounty --stops 3 --villages villages.csv
    bookcar where mycounty --stores 1
    bookcar where mycounty --merge --walk 10
    """
    if [stops is not None, stores is not None, merge].count(True) != 1:
        raise UsageError(Sentence(key="usage.where-one"))
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.reading import district_in  # noqa: PLC0415  heavy
        from bookcar.outputs import district_slug  # noqa: PLC0415  heavy
        from bookcar.phrases import Phrases  # noqa: PLC0415  heavy
        from bookcar.roads.basemap import basemap  # noqa: PLC0415  heavy
        from bookcar.siting import villages as living  # noqa: PLC0415  heavy
        from bookcar.siting import where  # noqa: PLC0415  heavy
        from bookcar.siting.page import write_where  # noqa: PLC0415  heavy
        from bookcar.siting.words import WhereWords  # noqa: PLC0415  heavy

        district = district_in(folder, progress, language=lang)
        people: list[where.Village] = []
        if stops is not None:
            people = living.villages_in(villages) if villages else living.villages_of_map(district)
            found = where.new_stops(district, people, count=stops, minutes=minutes or NEW_STOP_MIN)
        elif stores is not None:
            found = where.new_stores(district, count=stores, progress=progress)
        else:
            found = where.merged(district, minutes=minutes or MERGE_MIN)
        written = write_where(
            found,
            district,
            maps / district_slug(folder),
            places=people,
            roads=basemap(district),
            say=Phrases(lang or district.language),
        )
    if as_json:
        import msgspec  # noqa: PLC0415  heavy

        paths = [path.as_posix() for path in written]
        print_json({**msgspec.to_builtins(found), "files": paths})
        return
    _say(WhereWords(found, spoken()))
    for path in written:
        click.echo(path)


def _say(words: WhereWords) -> None:
    click.echo(words.verdict())
    for n, site in enumerate(words.found.sites, start=1):
        click.echo(printable(f"{n:>3}  {words.site(site)}"))
    for note in words.notes():
        click.echo(note)
