"""``bookcar replan``: the rest of a week, after something has happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bookcar.cli import spoken_options
from bookcar.cli.failures import print_json, printable, say_faults
from bookcar.cli.options import (
    district_option,
    font_option,
    json_option,
    language_option,
    maps_option,
    routes_option,
    tiles_options,
)
from bookcar.cli.speech import speak, spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    from bookcar.plan import Fetch, Route
    from bookcar.replan.week import Offer, Outcome

_RUNGS = ("times", "order", "car", "day", "fetch", "drop")


def _late(values: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for value in values:
        vehicle, _, minutes = value.rpartition("=")
        if not vehicle or not minutes.isdecimal():
            raise UsageError(Sentence(key="usage.replan-late", figures={"value": value}))
        found[vehicle] = int(minutes)
    return found


@click.command("replan", short_help="Plan the rest of a week again.")
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "moment",
    required=True,
    metavar="DAY TIME",
    help="From then on, by the district's clock; what was begun before is fact.",
)
@click.option("--out", multiple=True, metavar="CAR", help="This car drives no more this week.")
@click.option("--late", multiple=True, metavar="CAR=MIN", help="It is late today.")
@click.option("--shut", multiple=True, metavar="STOP", help="This stop takes no visit any more.")
@click.option("--add", multiple=True, metavar="STOP", help="Visit this stop, too.")
@click.option(
    "--closed-road",
    "closed",
    multiple=True,
    metavar="WAY",
    help="This OSM way is closed until Sunday.",
)
@click.option(
    "--rung",
    metavar=f"[{'|'.join(_RUNGS)}]",
    help="How far told visits may change; by default the first that works.",
)
@district_option
@routes_option
@maps_option
@language_option
@tiles_options
@font_option
@json_option
def command(
    plan: Path,
    *,
    moment: str,
    out: tuple[str, ...],
    late: tuple[str, ...],
    shut: tuple[str, ...],
    add: tuple[str, ...],
    closed: tuple[str, ...],
    rung: str | None,
    district: Path | None,
    routes: Path,
    maps: Path,
    lang: Language | None,
    tiles: str,
    tiles_credit: str,
    font: Path | None,
    as_json: bool,
) -> None:
    """Plan the rest of the week of PLAN again, because something has happened.

    What was driven is fact, and visits begun stay to the second. Of the rest as little changes as
    will do: times, then the order of a car's stops, its car, its day; then another car fetches what
    one that is out has aboard; at last visits fall away. The first that works is taken, and what
    more freedom would save is said; --rung takes it.

    The new plan is written into the week's folder, with the old one beside it, a page of what
    changes (difference.pdf), the calls to make (calls.csv) and the calendar. Where nothing changes,
    nothing is written.

    \b
    bookcar replan routes/qijiang/2026-W49 --from "2026-12-02 10:00" --out C1
    bookcar replan routes/qijiang/2026-W49 --from "2026-12-02 10:00" --late C2=45 --shut B012
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.audit import require_clean  # noqa: PLC0415  heavy
        from bookcar.cli.opened import tables_of  # noqa: PLC0415  heavy
        from bookcar.cli.recovery import load_plan  # noqa: PLC0415  heavy
        from bookcar.outputs import PageOptions, week_folders, write_week  # noqa: PLC0415
        from bookcar.records.closed_week import require_open  # noqa: PLC0415  seldom wanted
        from bookcar.replan.events import Events  # noqa: PLC0415  heavy
        from bookcar.replan.ladder import RUNGS  # noqa: PLC0415  heavy
        from bookcar.replan.week import replan_week  # noqa: PLC0415  heavy

        was = load_plan(plan)
        progress.start("steps.read")
        tables = tables_of(was, plan, district)
        speak(lang or tables.language)
        progress.finish("steps.read-plan", plan=was.id, district=tables.name, week=was.week)
        over = require_open(tables.folder, was.week, plan if plan.is_dir() else plan.parent)
        events = Events(
            at=spoken_options.moment("--from", moment),
            out=out,
            late=_late(late),
            shut=shut,
            add=add,
            closed_ways=spoken_options.whole_numbers("--closed-road", closed),
        )
        chosen = spoken_options.one_of("--rung", rung, RUNGS) if rung else None
        found = replan_week(tables, was, events, rung=chosen, progress=progress)
        new, files = found.taken.plan, []
        if new.id != was.id:
            require_clean(new, found.district, found.travel, was=was)
            folders = week_folders(new, routes=routes, maps=maps)
            options = PageOptions(language=lang, font=font, tiles=tiles, tiles_credit=tiles_credit)
            files = write_week(
                new,
                found.district,
                folders,
                travel=found.travel,
                options=options,
                was=was,
                progress=progress,
            )
            files = [folders.routes / name for name in ("difference.pdf", "calls.csv")] + files
    if as_json:
        print_json(_as_data(found, files))
    else:
        say_faults(over, spoken())
        _say(found, files)


def _as_data(found: Outcome, files: list[Path]) -> dict[str, Any]:
    def told(offer: Offer) -> dict[str, Any]:
        return {
            "rung": offer.rung,
            "told": offer.told,
            "km": round(offer.plan.totals.metres / 1000, 1),
            "served": offer.plan.totals.served,
        }

    again = found.taken.plan.replanned
    return {
        "plan": found.taken.plan.id,
        "was": found.before.id,
        "changed": found.taken.plan.id != found.before.id,
        "taken": told(found.taken),
        "offers": [told(offer) for offer in found.offers],
        "lost": again.lost if again else (),
        "fetches": [
            {
                "vehicle": route.vehicle,
                "date": route.date.isoformat(),
                "at": call.begin,
                "place": call.place,
                "from": call.vehicle,
                "batches": call.takes,
            }
            for route, call in _fetches(found)
        ],
        "files": [path.as_posix() for path in files],
    }


def _fetches(found: Outcome) -> Iterator[tuple[Route, Fetch]]:
    """Yield the calls at cars that stand that are still to be made."""
    for route in found.taken.plan.routes:
        for call in route.fetches:
            if call in route.halts[route.done :]:
                yield route, call


def _say(found: Outcome, files: list[Path]) -> None:
    say, taken = spoken(), found.taken
    if taken.plan.id == found.before.id:
        click.echo(say("cli.replan-nothing", plan=found.before.id))
        return
    say_faults([w for w in taken.plan.warnings if w.rule == "changed-visits"], say)
    rung = say(f"cli.rung-{taken.rung}")
    click.echo(say("cli.replan-taken", plan=taken.plan.id, rung=rung, told=taken.told))
    again = taken.plan.replanned
    if again and again.lost:
        names = tuple(printable(name) for name in again.lost)
        click.echo(say("cli.replan-lost", count=len(names), batches=names))
    for route, call in _fetches(found):
        names = tuple(printable(name) for name in call.takes)
        click.echo(
            say(
                "cli.replan-fetch",
                vehicle=printable(route.vehicle),
                car=printable(call.vehicle),
                count=len(names),
                batches=names,
                day=route.date.isoformat(),
                time=call.begin,
                place=printable(taken.plan.places_by_id[call.place].name),
            )
        )
    for offer in found.offers:
        saved = taken.plan.totals.metres - offer.plan.totals.metres
        click.echo(
            say(
                "cli.replan-offer",
                rung=offer.rung,
                words=say(f"cli.rung-{offer.rung}"),
                km=saved / 1000,
                told=offer.told,
                served=offer.plan.totals.served - taken.plan.totals.served,
            )
        )
    click.echo(say("cli.files"))
    for path in files:
        click.echo(f"  {path}")
