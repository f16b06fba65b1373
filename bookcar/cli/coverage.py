"""``bookcar coverage``: who is covered and who is left out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli.failures import print_json
from bookcar.cli.options import as_day, json_option, language_option, maps_option, tiles_options
from bookcar.cli.speech import speak
from bookcar.cli.terminal import showing_progress
from bookcar.phrases import Language

if TYPE_CHECKING:
    from bookcar.model import District
    from bookcar.plan import Plan


@click.command("coverage", short_help="Map who is covered, as recorded and after a plan.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--as-of",
    metavar="DATE",
    callback=as_day,
    help="Last day whose visits count, e.g. 2026-11-20 (default: today; with --plan the day "
    "before its week).",
)
@click.option(
    "--plan",
    "plan_path",
    metavar="PLAN",
    type=click.Path(path_type=Path),
    help="A plan of the district: the map then also shows the stops after it.",
)
@maps_option
@language_option
@tiles_options
@json_option
def command(
    folder: Path,
    *,
    as_of: dt.date | None,
    plan_path: Path | None,
    maps: Path,
    lang: Language | None,
    tiles: str,
    tiles_credit: str,
    as_json: bool,
) -> None:
    """Map how long every stop of DIR has waited, and what its townships get.

    The map is written to maps/<district>/coverage-DATE.html, with a plan to the folder of its week.
    With a plan the stops are those it was made of, also where the tables have changed since.

    \b
    bookcar coverage examples/qijiang --as-of 2026-11-20
    bookcar coverage examples/qijiang --plan routes/qijiang/2026-W49
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.inputs.reader import read  # noqa: PLC0415  heavy
        from bookcar.outputs import PageOptions, district_slug, write_coverage  # noqa: PLC0415

        progress.start("steps.read")
        district = read(folder)
        plan = _plan_of(district, plan_path)
        speak(lang or district.language)
        counts = {"stops": len(district.stops), "visits": len(district.visits)}
        progress.finish("steps.read-coverage", **counts)
        path = write_coverage(
            district,
            maps / district_slug(folder),
            plan=plan,
            as_of=as_of or _default_day(district, plan),
            options=PageOptions(language=lang, tiles=tiles, tiles_credit=tiles_credit),
            progress=progress,
        )
    if as_json:
        print_json({"plan": plan and plan.id, "files": [path.as_posix()]})
    else:
        click.echo(path)


def _plan_of(district: District, path: Path | None) -> Plan | None:
    """Return the plan at a path.

    Raises
    ------
    UsageError
        If it is a plan of another district.
    """
    from bookcar.cli.opened import require_its_own  # noqa: PLC0415  heavy
    from bookcar.cli.recovery import load_plan  # noqa: PLC0415  heavy

    if path is None:
        return None
    plan = load_plan(path)
    require_its_own(plan, district, key="usage.other-plan")
    return plan


def _default_day(district: District, plan: Plan | None) -> dt.date:
    from zoneinfo import ZoneInfo  # noqa: PLC0415  wanted here alone

    from bookcar.weeks import parse_week  # noqa: PLC0415  likewise

    if plan is not None:
        return parse_week(plan.week) - dt.timedelta(days=1)
    return dt.datetime.now(ZoneInfo(district.time_zone)).date()
