"""``bookcar plan``: the week, end to end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich.table import Table
from rich.text import Text

from bookcar.cli.failures import INTERRUPTED, print_json, printable, say_faults, to_type
from bookcar.cli.options import (
    font_option,
    json_option,
    language_option,
    maps_option,
    routes_option,
    tiles_options,
)
from bookcar.cli.recovery import tell_finished, tell_recovered
from bookcar.cli.speech import speak, spoken
from bookcar.cli.terminal import console, showing_progress
from bookcar.errors import Fault, InputError, UsageError
from bookcar.inputs.reader import read_district
from bookcar.model import District
from bookcar.pages.costs import cost_lines
from bookcar.phrases import Language, Phrases
from bookcar.phrases.sentence import Sentence, told
from bookcar.plan import Plan, Route
from bookcar.plan_file import load
from bookcar.progress import Progress
from bookcar.weeks import clock, parse_week, week_name

if TYPE_CHECKING:
    from bookcar.adjust.overrides import Adjustment
    from bookcar.roads.travel import Travel
    from bookcar.whys import Whys

NOTHING_FEASIBLE = 3
STOPS_UNSERVED = 4

_MOST_WHYS = 100
"""For so many unserved stops it is tried what would help, each taking a part of a second."""


def _week(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    parse_week(value)
    return value


@click.command("plan", short_help="Plan a week: routes, manifests and maps.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--week", required=True, callback=_week, help="ISO week to plan, e.g. 2026-W49.")
@click.option("--seed", default=1, show_default=True, help="Seed of the search.")
@click.option(
    "--effort",
    type=click.Choice(["quick", "normal", "thorough"]),
    default="normal",
    show_default=True,
    help="Iterations of the search, scaled to the number of due stops.",
)
@click.option("--seconds", type=click.FloatRange(min=0.1), help="Stop searching after this long.")
@click.option(
    "--apply",
    "overrides",
    type=click.Path(path_type=Path),
    help="Take the routes in this overrides.csv as fixed and plan the rest around them.",
)
@click.option("--keep", is_flag=True, help="With --apply: keep the rest of the plan as it is.")
@click.option(
    "--afresh",
    is_flag=True,
    help="Plan without regard to the plan of the week that is there already.",
)
@click.option(
    "--fewest-car-days",
    is_flag=True,
    help="Send out as few cars on as few days as the stops need, however far they drive.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 if a due stop is unserved.")
@routes_option
@maps_option
@language_option
@tiles_options
@font_option
@json_option
def command(
    folder: Path,
    week: str,
    *,
    seed: int,
    effort: Literal["quick", "normal", "thorough"],
    seconds: float | None,
    overrides: Path | None,
    keep: bool,
    afresh: bool,
    fewest_car_days: bool,
    strict: bool,
    routes: Path,
    maps: Path,
    lang: Language | None,
    tiles: str,
    tiles_credit: str,
    font: Path | None,
    as_json: bool,
) -> None:
    """Plan a week of the district in DIR and write everything it needs.

    Reads the tables, finds the due stops, measures the roads, assigns batches, finds routes, audits
    the plan and writes routes/<district>/<week> and maps/<district>/<week>: whole or not at all.

    A plan of the week that is there already is what people were told: its days, cars and times are
    kept where that costs little (weights.changed_visit), and what moves is said. --afresh plans as
    if there were none.

    Ctrl-C ends the search: the best plan so far is audited and written, and the exit code is 130. A
    second Ctrl-C ends everything, and nothing is written.

    \b
    bookcar plan examples/qijiang --week 2026-W49
    bookcar plan mycounty --week 2026-W49 --effort thorough --seed 7
    bookcar plan mycounty --week 2026-W49 --apply overrides.csv --keep
    """
    if keep and overrides is None:
        raise UsageError(Sentence(key="usage.keep-alone"))
    with showing_progress(quiet=as_json) as progress:
        from bookcar.outputs import (  # noqa: PLC0415  heavy
            PageOptions,
            folders_of,
            require_tiles,
            week_folders,
            write_week,
        )
        from bookcar.pipeline import planned_week  # noqa: PLC0415  heavy
        from bookcar.records.closed_week import require_open  # noqa: PLC0415  seldom wanted
        from bookcar.records.gone import require_records  # noqa: PLC0415  seldom wanted
        from bookcar.records.open_weeks import open_weeks  # noqa: PLC0415  seldom wanted

        tell_finished(folder)
        require_records(folder)
        district, faults = _read(folder, progress, lang=lang, fewest_car_days=fewest_car_days)
        folders = folders_of(district.folder, week, routes=routes, maps=maps)
        tell_recovered(*astuple(folders))
        over = require_open(district.folder, week, folders.routes)
        options = PageOptions(language=lang, font=font, tiles=tiles, tiles_credit=tiles_credit)
        require_tiles(district, options)
        adjustment = _adjustment(overrides, folders.routes, keep=keep)
        earlier, odd = (None, ()) if afresh else _earlier(folders.routes, district, week)
        plan, travel = planned_week(
            district,
            week,
            seed=seed,
            effort=effort,
            seconds=seconds,
            adjustment=adjustment,
            keeping=earlier,
            warnings=(*faults, *over, *open_weeks(district, week, folders.routes.parent), *odd),
            progress=progress,
        )
        folders = week_folders(plan, routes=routes, maps=maps)
        whys = _whys(plan, district, travel, progress)
        written = write_week(
            plan,
            district,
            folders,
            travel=travel,
            options=replace(options, whys=whys),
            progress=progress,
        )
    if plan.provenance.interrupted:
        _say_interrupted()
    if as_json:
        print_json(_as_data(plan, folders.routes, written))
    else:
        _say(plan, folders.routes, written)
    raise SystemExit(_exit_code(plan, strict=strict))


def _read(
    folder: Path, progress: Progress, *, lang: Language | None, fewest_car_days: bool
) -> tuple[District, tuple[Fault, ...]]:
    """Return the district as the options want it, with the warnings of its tables.

    Raises
    ------
    InputError
        With errors and warnings alike, if there is an error.
    """
    progress.start("steps.read")
    checked = read_district(folder)
    if checked.district is None:
        raise InputError(checked.faults, language=checked.language)
    d = checked.district
    speak(lang or d.language)
    counts = {name: len(getattr(d, name)) for name in ("stops", "vehicles", "batches")}
    progress.finish("steps.read-district", **counts)
    return d.saving_car_days() if fewest_car_days else d, checked.faults


def _earlier(folder: Path, district: District, week: str) -> tuple[Plan | None, tuple[Fault, ...]]:
    """Return the plan of the week that is there already, or why there is none to keep near."""
    if not (folder / "plan.json").exists() or not district.settings.weights.changed_visit:
        return None, ()
    try:
        plan = load(folder)
    except InputError as error:
        detail = error.faults[0].problem_in(district.language)
        odd = Fault(
            rule="kept-unreadable",
            severity="warning",
            file="plan.json",
            figures={"detail": detail},
        )
        return None, (odd,)
    known = {stop.id for stop in district.stops}
    if plan.week != week_name(parse_week(week)) or known.isdisjoint(stop.id for stop in plan.stops):
        odd = Fault(
            rule="kept-other",
            severity="warning",
            file="plan.json",
            figures={"district": plan.district, "week": plan.week},
        )
        return None, (odd,)
    return plan, ()


def _adjustment(file: Path | None, folder: Path, *, keep: bool) -> Adjustment | None:
    """Return what to fix by hand, with the plan of that week that stands in the output folder.

    Raises
    ------
    InputError
        If that plan cannot be read.
    UsageError
        If the rest of a plan is to be kept and there is none.
    """
    if file is None:
        return None
    from bookcar.adjust.overrides import Adjustment  # noqa: PLC0415  heavy

    if (folder / "plan.json").exists():
        return Adjustment(file=file, base=load(folder), keep=keep)
    if keep:
        raise UsageError(
            Sentence(key="usage.nothing-to-keep", figures={"folder": folder.as_posix()})
        )
    return Adjustment(file=file)


def _whys(plan: Plan, district: District, travel: Travel, progress: Progress) -> Whys | None:
    """Return why stops are not served, and what would help; None where all are.

    Also where the routes cannot be read back as they are: cars have left, or hand batches on. The
    reasons stand in the plan all the same. Of very many only the first are tried: those that must
    be visited, then the most overdue.
    """
    from bookcar.why.week import whys_of  # noqa: PLC0415  heavy

    if not plan.unserved:
        return None
    first = [row.stop for row in plan.unserved[:_MOST_WHYS]]
    try:
        return whys_of(district, plan, stops=first, travel=travel, progress=progress)
    except InputError:
        return None


def _exit_code(plan: Plan, *, strict: bool) -> int:
    if plan.provenance.interrupted:
        return INTERRUPTED
    if plan.totals.due and not plan.routes:
        return NOTHING_FEASIBLE
    return STOPS_UNSERVED if strict and plan.unserved else 0


def _say_interrupted() -> None:
    click.secho(spoken()("cli.interrupted-best"), fg="yellow", err=True)


def _as_data(plan: Plan, folder: Path, written: Sequence[Path]) -> dict[str, object]:
    reasons = Counter(unserved.reason for unserved in plan.unserved)
    return {
        "plan": plan.id,
        "week": plan.week,
        "estimated": plan.estimated,
        "totals": plan.totals,
        "objective": plan.objective,
        "interrupted": plan.provenance.interrupted,
        "unserved_by_reason": dict(sorted(reasons.items())),
        "warnings": [fault.told_in(spoken().language) for fault in plan.warnings],
        "files": [path.as_posix() for path in (folder / "plan.json", *written)],
    }


def _say(plan: Plan, folder: Path, written: Sequence[Path]) -> None:
    """Print the routes, the unserved by reason, the files and the next command."""
    say = spoken()
    say_faults(plan.warnings, say)
    out = console()
    out.print(_route_table(plan, say))
    out.print(_served(plan, say), soft_wrap=True)
    _say_unserved(plan, say)
    if len(plan.unserved) > _MOST_WHYS:
        out.print(
            Text(say("cli.first-whys", count=_MOST_WHYS, folder=to_type(folder))), soft_wrap=True
        )
    for line in cost_lines(plan, say):
        out.print(Text(line), soft_wrap=True)
    if plan.estimated:
        note = printable(told(plan.road_note, say.language))
        out.print(Text(note, style="yellow"), soft_wrap=True)
    out.print(say("cli.files"))
    for path in (*written, folder / "plan.json"):
        out.print(Text(f"  {path}"), soft_wrap=True)
    out.print(Text(say("cli.next-open", page=written[0], folder=to_type(folder))), soft_wrap=True)


def _served(plan: Plan, say: Phrases) -> Text:
    """Return how many stops are served, with how many visits where some stops get two."""
    t = plan.totals
    twice = any(stop.due and stop.visits_a_week > 1 for stop in plan.stops)
    key = "cli.served-twice" if twice else "cli.served"
    served = say(key, served=t.served, due=t.due, visits=t.visits)
    carried = {"km": t.metres / 1000, "books": t.books, "batches": t.batches_dropped}
    totals = say("cli.totals", routes=t.routes, **carried)
    parted = say("figures.two-sentences", one="", other=totals)
    return Text.assemble((served, "bold"), parted)


def _route_table(plan: Plan, say: Phrases) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("route", "day", "vehicle"):
        table.add_column(say(f"cli.column-{name}"))
    for name in ("stops", "km", "leaves", "back", "hours", "books"):
        table.add_column(say(f"cli.column-{name}"), justify="right")
    for route in plan.routes:
        table.add_row(*_route_cells(route, plan.vehicles_by_id[route.vehicle].books, say))
    return table


def _route_cells(route: Route, limit: int, say: Phrases) -> tuple[Text | str, ...]:
    return (
        route.id,
        say("figures.on", day=route.date.isoformat()),
        Text(printable(route.vehicle)),
        str(len(route.visits)),
        f"{route.metres / 1000:.0f}",
        clock(route.depart),
        clock(route.back),
        say.number((route.back - route.depart) / 3600, ".1f"),
        f"{route.peak_books}/{limit}",
    )


def _say_unserved(plan: Plan, say: Phrases) -> None:
    out = console()
    for reason, count in Counter(u.reason for u in plan.unserved).most_common():
        stops = tuple(printable(u.stop) for u in plan.unserved if u.reason == reason)
        title = say(f"reasons.short-{reason}")
        line = say("cli.unserved", count=count, reason=title, stops=stops)
        out.print(Text(f"  {line}"), soft_wrap=True)
    required = {stop.id for stop in plan.stops if stop.required}
    missed = tuple(printable(u.stop) for u in plan.unserved if u.stop in required)
    if missed:
        out.print(Text(say("cli.required-unserved", stops=missed), style="bold red"))
