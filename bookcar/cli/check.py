"""``bookcar check``: the tables of a district, and its stops against the roads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli.calendar_lines import calendar_lines, calendar_rows
from bookcar.cli.failures import faults_as_data, print_json, say_faults, to_type
from bookcar.cli.fair_lines import fair_lines
from bookcar.cli.fault_groups import grouped
from bookcar.cli.options import json_option, routes_option
from bookcar.cli.recovery import tell_finished
from bookcar.cli.speech import speak, spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import Fault
from bookcar.pages.stock_lines import stock_lines, stock_rows
from bookcar.weeks import latest_today

if TYPE_CHECKING:
    from bookcar.roads.travel import Placed

BAD_INPUT = 2


@click.command("check", short_help="Check a district's tables and its stops against the roads.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--roads/--no-roads", default=True, help="Also hold the stops against the roads.")
@routes_option
@json_option
def command(folder: Path, *, roads: bool, routes: Path, as_json: bool) -> None:
    """Check the district in DIR: every fault at once, with file, row, column, value and fix.

    Faults of one kind in one column are told together, with three of them; --json lists every one.
    Errors stop a plan, warnings do not. Exits with 2 if there is an error. --json also lists where
    a car stands for each stop: way, road and metres, and why there.

    Of stops with a rule of recurrence it lists the visits of the next 26 weeks that the calendar
    meets, and what becomes of them. It says whether the batches last for 13 weeks in which every
    due stop is visited, and how many more are needed.

    Where arrivals and departures were recorded, it proposes the speed, buffer and minutes of
    service that they speak for; driving is held against the plans in <routes>/<district>/<week>.

    \b
    bookcar check mycounty
    bookcar check mycounty --json > faults.json
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.check import check_district  # noqa: PLC0415  heavy
        from bookcar.outputs import district_slug  # noqa: PLC0415  heavy
        from bookcar.records.gone import require_records  # noqa: PLC0415  heavy

        tell_finished(folder)
        today = latest_today()
        require_records(folder)
        checked = check_district(
            folder,
            roads=roads,
            today=today,
            plans=routes / district_slug(folder),
            progress=progress,
            on_read=lambda read: speak(read.language),
        )
    district, faults = checked.district, checked.faults
    say = spoken()
    errors, warnings = _count(faults)
    if as_json:
        print_json(
            {
                "errors": errors,
                "warnings": warnings,
                **faults_as_data(faults, say),
                "calendar": calendar_rows(district, today) if district else [],
                "stock": stock_rows(checked.stock),
                "stands": [_stand(stop, placed) for stop, placed in checked.placed.items()],
            }
        )
    else:
        say_faults(faults, say)
        for line in calendar_lines(district, today, say) if district else ():
            click.echo(line)
        for line in stock_lines(district, checked.stock, say) if district else ():
            click.echo(line)
        for line in fair_lines(district, today, say) if district else ():
            click.echo(line)
        if any(group.cut for group in grouped(faults)):
            click.echo(say("cli.all-in-json", folder=to_type(folder)))
        click.echo(say("cli.counted", errors=errors, warnings=warnings, folder=folder))
        if district is not None:
            click.echo(say("cli.next-plan", folder=to_type(folder)))
    raise SystemExit(BAD_INPUT if district is None else 0)


def _stand(stop: str, placed: Placed) -> dict[str, object]:
    """Return where a car stands for a stop."""
    return {
        "stop": stop,
        "way": placed.way,
        "road": placed.road,
        "metres": placed.metres,
        "across_water": placed.across,
        "private_road": placed.private,
        "chosen": placed.chosen,
        "kerb": placed.beside or None,
    }


def _count(faults: tuple[Fault, ...]) -> tuple[int, int]:
    kinds = [fault.severity for fault in faults]
    return kinds.count("error"), kinds.count("warning")
