"""``bookcar what-if``: weeks as they would be with changes, beside the weeks as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich.table import Table
from rich.text import Text

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import (
    json_option,
    language_option,
    maps_option,
    routes_option,
    tiles_options,
)
from bookcar.cli.speech import speak, spoken
from bookcar.cli.terminal import console, showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence
from bookcar.weeks import parse_week, week_name

if TYPE_CHECKING:
    from bookcar.model import District
    from bookcar.plan import Plan
    from bookcar.scenarios.changes import Scenario
    from bookcar.scenarios.run import Outcome


def _week(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    return week_name(parse_week(value))


@click.command("what-if", short_help="Plan a week with changes, beside the week as it is.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--week", required=True, callback=_week, help="ISO week, e.g. 2026-W49.")
@click.option(
    "--change",
    "changes",
    multiple=True,
    metavar="CHANGE",
    help="A cell (vehicles.C1.max_hours=9), a row more (+vehicle C3 like C1), a stop or car less "
    "(-stop B048), a place (depot D1 at 106.6,29.0), a car out (vehicle C1 off), a road (bridge at "
    "106.6,29.0 closed, way 123 closed), less money (money 90%). All of one name before a colon "
    "are one scenario (longer: vehicles.C1.max_hours=9); so are all without a name.",
)
@click.option(
    "--weeks",
    type=click.IntRange(1, 26),
    default=1,
    show_default=True,
    help="So many weeks, lived one after another.",
)
@click.option(
    "--horizon",
    is_flag=True,
    help="All weeks from --week on for which the timetable promises visits, instead of --weeks.",
)
@click.option(
    "--each", is_flag=True, help="Let each --change without a name be a scenario of its own."
)
@click.option("--scenario", "names", multiple=True, metavar="NAME", help="One that was saved.")
@click.option(
    "--ready",
    is_flag=True,
    help="Also those that are asked most: one car more, each car out, 10 % less money.",
)
@click.option("--save", metavar="NAME", help="Save the changes under a name.")
@click.option("--adopt", metavar="NAME", help="Write the changes of one into the tables. No plan.")
@click.option(
    "--effort",
    type=click.Choice(["quick", "normal", "thorough"]),
    default="normal",
    show_default=True,
    help="Iterations of each search.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the searches.")
@routes_option
@maps_option
@language_option
@tiles_options
@json_option
def command(
    folder: Path,
    week: str,
    *,
    weeks: int,
    horizon: bool,
    changes: tuple[str, ...],
    each: bool,
    names: tuple[str, ...],
    ready: bool,
    save: str | None,
    adopt: str | None,
    effort: Literal["quick", "normal", "thorough"],
    seed: int,
    routes: Path,
    maps: Path,
    lang: Language | None,
    tiles: str,
    tiles_credit: str,
    as_json: bool,
) -> None:
    """Plan a week of the district in DIR with changes, and hold it against the week as it is.

    The tables stay as they are. What they would be with the changes is read by all their rules, and
    planned from the routes of the week as it is: who only allows more serves no fewer. The figures
    stand side by side; a page, a workbook and maps of who gains and who loses are written to
    maps/<district>/<week>/what-if.

    \b
    bookcar what-if examples/qijiang --week 2026-W49 --change "vehicles.C1.max_hours=9"
    bookcar what-if mycounty --week 2026-W49 --change "+vehicle C3 like C1" --save third-car
    bookcar what-if mycounty --week 2026-W49 --weeks 4 --ready
    bookcar what-if mycounty --week 2027-W01 --horizon --change "vehicle C1 off"
    bookcar what-if mycounty --week 2026-W49 --adopt third-car
    """
    home = _home(folder)
    if adopt is not None:
        _adopt(folder, home, adopt, week, weeks=weeks, as_json=as_json)
        return
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.reading import district_in  # noqa: PLC0415  heavy
        from bookcar.outputs import folders_of  # noqa: PLC0415  heavy
        from bookcar.scenarios import saved  # noqa: PLC0415  heavy
        from bookcar.scenarios.run import ready_made, run  # noqa: PLC0415  heavy
        from bookcar.scenarios.write import write_what_if  # noqa: PLC0415  heavy

        district = district_in(folder, progress, language=lang)
        weeks = _promised(district, week) if horizon else weeks
        wanted = _wanted(changes, each=each, name=save)
        if save is not None:
            saved.save(home, _only(wanted))
        wanted += [saved.load(home, name) for name in names]
        wanted += ready_made(district) if ready else []
        if not wanted:
            raise UsageError(Sentence(key="usage.what-if-nothing"))
        folders = folders_of(district.folder, week, routes=routes, maps=maps)
        found = run(
            folder,
            week,
            wanted,
            weeks=weeks,
            base=_base(folders.routes),
            effort=effort,
            seed=seed,
            progress=progress,
        )
        written = write_what_if(
            found, folders.maps / "what-if", language=lang, tiles=tiles, tiles_credit=tiles_credit
        )
    if as_json:
        _print_data(found, written)
        return
    _say(found, written)
    if save is not None:
        click.echo(spoken()("cli.what-if-saved", name=save, folder=str(folder), week=week))


def _promised(district: District, week: str) -> int:
    """Return how many weeks there are from one until the last that has promises."""
    monday = parse_week(week)
    last = max((one.date for one in district.timetable if one.date >= monday), default=None)
    if last is None:
        raise UsageError(Sentence(key="usage.what-if-no-horizon", figures={"week": week}))
    return (last - monday).days // 7 + 1


def _home(folder: Path) -> Path:
    from bookcar.scenarios import saved  # noqa: PLC0415  heavy

    return saved.home_of(folder)


def _adopt(folder: Path, home: Path, name: str, week: str, *, weeks: int, as_json: bool) -> None:
    """Write the changes of a scenario that was saved into the tables, and tell which."""
    from bookcar.inputs.reader import read_district  # noqa: PLC0415  heavy
    from bookcar.scenarios import saved, tables  # noqa: PLC0415  heavy

    speak(read_district(folder).language)
    files = tables.adopt(folder, saved.load(home, name), week, weeks=weeks)
    if as_json:
        print_json({"scenario": name, "files": list(files)})
    else:
        click.echo(spoken()("cli.what-if-adopted", name=name, files=files))


def _print_data(found: list[Outcome], written: list[Path]) -> None:
    import msgspec  # noqa: PLC0415  heavy

    from bookcar.scenarios.data import what_if_data  # noqa: PLC0415  heavy

    paths = [path.as_posix() for path in written]
    print_json({**msgspec.to_builtins(what_if_data(found)), "files": paths})


_NAMED = re.compile(r"(?P<name>[^=:：]+)[:：]\s+(?P<change>\S.*)", re.S)


def _wanted(changes: tuple[str, ...], *, each: bool, name: str | None) -> list[Scenario]:
    """Return the scenarios that were typed: one a name, and one or more of those without."""
    from bookcar.scenarios.changes import Scenario  # noqa: PLC0415  heavy

    named: dict[str, list[str]] = {}
    bare: list[str] = []
    for text in changes:
        match = _NAMED.fullmatch(text.strip())
        if match:
            named.setdefault(match["name"].strip(), []).append(match["change"])
        else:
            bare.append(text)
    found = [Scenario(name=key, changes=tuple(own)) for key, own in named.items()]
    if each:
        found += [Scenario(name=change, changes=(change,)) for change in bare]
    elif bare:
        found.append(Scenario(name="; ".join(bare), changes=tuple(bare)))
    if name is not None and len(found) == 1:
        return [Scenario(name=name, changes=found[0].changes)]
    return found


def _only(scenarios: list[Scenario]) -> Scenario:
    """Return the one scenario that is to be saved.

    Raises
    ------
    UsageError
        If there are no changes, or several scenarios.
    """
    if len(scenarios) != 1:
        raise UsageError(Sentence(key="usage.what-if-save"))
    return scenarios[0]


def _base(folder: Path) -> Plan | None:
    """Return the plan of the week that is there, if it can be read and is as it was planned."""
    from bookcar.errors import InputError  # noqa: PLC0415
    from bookcar.plan_file import load  # noqa: PLC0415  heavy

    try:
        plan = load(folder)
    except InputError:
        return None
    by_hand = plan.objective is not None and plan.objective.no_bound == "by-hand"
    return None if by_hand or plan.replanned or plan.kept_near else plan


def _say(found: list[Outcome], written: list[Path]) -> None:
    from bookcar.scenarios.words import OutcomeWords  # noqa: PLC0415  heavy

    words = OutcomeWords(spoken())
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for outcome in found:
        table.add_column(Text(printable(words.name(outcome))), justify="right")
    for title, cells in words.rows(found):
        table.add_row(Text(title), *(Text(cell) for cell in cells))
    console().print(table)
    for outcome in found[1:]:
        click.echo(printable(words.told(outcome)))
        for note in words.notes(outcome):
            click.echo(f"  {printable(note)}")
    for path in written:
        click.echo(path)
