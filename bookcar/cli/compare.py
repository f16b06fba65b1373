"""``bookcar compare``: what changes between two plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import (
    district_option,
    json_option,
    language_option,
    maps_option,
    tiles_options,
)
from bookcar.cli.speech import speak, spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    from bookcar.maps.compare import Comparison
    from bookcar.plan import Plan

SHOWN = 20


@click.command("compare", short_help="Map what changes between two plans or weeks.")
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@district_option
@maps_option
@language_option
@tiles_options
@json_option
def command(
    before: Path,
    after: Path,
    *,
    district: Path | None,
    maps: Path,
    lang: Language | None,
    tiles: str,
    tiles_credit: str,
    as_json: bool,
) -> None:
    """Map which stops gain, lose and keep service from plan A to plan B.

    Of two plans for one week, a stop has service if it is on a route; of two weeks, if after the
    plan its last visit lies within its own target. The map is written to
    maps/<district>/<week of B>/compare.html.

    \b
    bookcar compare routes/qijiang/2026-W48 routes/qijiang/2026-W49
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.opened import tables_of  # noqa: PLC0415  heavy
        from bookcar.cli.recovery import load_plan  # noqa: PLC0415  heavy
        from bookcar.maps.compare import compare  # noqa: PLC0415  heavy
        from bookcar.outputs import PageOptions, week_folders, write_compare  # noqa: PLC0415

        progress.start("steps.read")
        old, new = load_plan(before), load_plan(after)
        _require_one_district(old, new)
        tables = tables_of(new, after, district)
        speak(lang or tables.language)
        weeks = {"old_week": old.week, "new_week": new.week}
        progress.finish("steps.read-plans", old=old.id, new=new.id, **weeks)
        folder = week_folders(new, routes=Path("routes"), maps=maps).maps
        options = PageOptions(language=lang, tiles=tiles, tiles_credit=tiles_credit)
        path = write_compare(old, new, tables, folder, options=options, progress=progress)
        found = compare(old, new)
    if as_json:
        print_json(_as_data(found, path))
    else:
        _say(found, path)


def _require_one_district(old: Plan, new: Plan) -> None:
    """Refuse plans that have no stop in common.

    Raises
    ------
    UsageError
        Naming both.
    """
    if not {stop.id for stop in old.stops} & {stop.id for stop in new.stops}:
        weeks = {"old_week": old.week, "new_week": new.week}
        districts = {"old": old.district, "new": new.district}
        raise UsageError(Sentence(key="usage.two-districts", figures=weeks | districts))


def _as_data(found: Comparison, path: Path) -> dict[str, object]:
    from bookcar.maps.compare import GAINED, KEPT, LOST, NEITHER  # noqa: PLC0415  heavy

    changes = {"gained": GAINED, "lost": LOST, "kept": KEPT, "neither": NEITHER}
    ids = {name: [stop.id for stop in found.of(change)] for name, change in changes.items()}
    return {**ids, "files": [path.as_posix()]}


def _say(found: Comparison, path: Path) -> None:
    from bookcar.maps.compare import GAINED, KEPT, LOST  # noqa: PLC0415  heavy

    lost = found.of(LOST)
    kept, gained = len(found.of(KEPT)), len(found.of(GAINED))
    say = spoken()
    click.echo(say("cli.compared", gained=gained, lost=len(lost), kept=kept))
    for stop in lost[:SHOWN]:
        click.echo(f"  {say('cli.loses', stop=stop.id, name=printable(stop.name))}")
    if len(lost) > SHOWN:
        click.echo(f"  {say('cli.more-lost', count=len(lost) - SHOWN)}")
    click.echo(path)
