"""``bookcar close``: a week that is over, taken into the records."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.cells import cell_len

from bookcar.cli import spoken_options
from bookcar.cli.failures import print_json, printable, say_faults, to_type
from bookcar.cli.options import district_option, json_option
from bookcar.cli.recovery import load_plan, tell_finished
from bookcar.cli.speech import speak, spoken
from bookcar.errors import UsageError
from bookcar.phrases.sentence import Sentence
from bookcar.weeks import latest_today, parse_week, week_name

if TYPE_CHECKING:
    from bookcar.records.closing import Closing


def _ids(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.strip() for text in value for word in text.split(",") if word.strip())


@click.command("close", short_help="Take a week that is over into the records.")
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@click.option(
    "--done-except",
    multiple=True,
    callback=_ids,
    metavar="STOPS",
    help="Stops that were missed, e.g. S12,S31.",
)
@click.option(
    "--from",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="A sheet or a driver's file that came back; may be repeated. Without it those of the "
    "week's folder are read that were filled in or added.",
)
@click.option("--undo", is_flag=True, help="Take the last close back.")
@click.option("--dry-run", is_flag=True, help="Say what would be recorded, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--today",
    metavar="DATE",
    help="The day that it is, if the computer's date is wrong or a week to come is tried out.",
)
@district_option
@json_option
def command(
    plan: Path,
    *,
    done_except: tuple[str, ...],
    files: tuple[Path, ...],
    undo: bool,
    dry_run: bool,
    yes: bool,
    today: str | None,
    district: Path | None,
    as_json: bool,
) -> None:
    """Take the week of PLAN (a plan.json, or the folder it is in) into the district's records.

    Everything counts as done as planned, except what came back says: visits.csv or week.xlsx
    filled in, the drivers' phone files, or --done-except. What will be recorded is shown first.
    The visits table gets its rows, requests that were brought are marked, and every batch is
    where it was left. Closing a week again changes nothing.

    \b
    bookcar close routes/qijiang/2026-W49
    bookcar close routes/qijiang/2026-W49 --done-except S12,S31
    bookcar close routes/qijiang/2026-W49 --undo
    """
    from bookcar.cli.opened import find_district  # noqa: PLC0415  heavy
    from bookcar.records.close import OLDER, prepare  # noqa: PLC0415  heavy

    found = load_plan(plan, older=OLDER)
    speak(found.language)
    folder = district or find_district(found, plan)
    tell_finished(folder)
    if undo:
        _undo(folder, found.week, as_json=as_json)
        return
    day = spoken_options.day("--today", today) if today else latest_today()
    told = spoken_options.files("--from", files) or None
    closing = prepare(plan, folder, done_except=done_except, files=told, today=day)
    speak(closing.after.language)
    if not as_json:
        _show(closing)
    if dry_run or closing.was_closed or not _agreed(yes=yes, as_json=as_json):
        written: tuple[Path, ...] = ()
    else:
        written = closing.write()
    if as_json:
        print_json(_as_data(closing, written))
    else:
        _say_end(closing, plan, folder, written)


def _undo(folder: Path, week: str, *, as_json: bool) -> None:
    from bookcar.records.undo import undo_close  # noqa: PLC0415  heavy

    taken = undo_close(folder, week=week)
    if as_json:
        print_json({"week": taken.week, "undone": True, "files": list(taken.after)})
    else:
        done = "records.undone" if taken.after else "records.undone-nothing"
        click.echo(spoken()(done, week=taken.week, files=tuple(taken.after)))


def _agreed(*, yes: bool, as_json: bool) -> bool:
    """Ask whether to write it.

    Raises
    ------
    UsageError
        If there is nobody to ask.
    """
    if yes:
        return True
    if as_json or not is_terminal():
        raise UsageError(Sentence(key="usage.close-unasked"))
    return click.confirm(spoken()("records.ask"), default=True)


def is_terminal() -> bool:
    """Tell whether somebody sits there to answer."""
    return sys.stdin.isatty()


def _show(closing: Closing) -> None:
    """Print what will be recorded, the warnings first."""
    from bookcar.records.words import told_lines  # noqa: PLC0415  heavy

    say = spoken()
    say_faults(closing.warnings, say)
    if closing.was_closed:
        return
    lines = [*_files(closing), *told_lines(closing, say), *_tables(closing)]
    width = max(cell_len(about) for about, _ in lines)
    click.secho(say("records.title", week=closing.plan.week, plan=closing.plan.id), bold=True)
    before = ""
    for about, text in lines:
        shown = "" if about == before else about
        before = about
        click.echo(f"  {shown}{' ' * (width - cell_len(shown))}  {printable(text)}")


def _files(closing: Closing) -> list[tuple[str, str]]:
    say = spoken()
    about = say("records.files-read")
    texts = [path.name for path in closing.files] or [say("records.nothing-came-back")]
    if closing.unread:
        names = tuple(path.name for path in closing.unread)
        texts.append(say("records.left-unread", files=names))
    return [(about, text) for text in texts]


def _tables(closing: Closing) -> list[tuple[str, str]]:
    say = spoken()
    tables = closing.change.tables
    texts = []
    if closing.rows:
        texts.append(say("records.rows", rows=len(closing.rows), file=tables["visits"].file))
    if closing.requests:
        count = len(closing.requests)
        texts.append(say("records.set", count=count, file=tables["requests"].file))
    return [(say("records.tables"), text) for text in texts or [say("records.nothing-new")]]


def _say_end(closing: Closing, plan: Path, folder: Path, written: Sequence[Path]) -> None:
    say, week = spoken(), closing.plan.week
    if closing.was_closed:
        click.echo(say("records.was-closed", week=week))
    elif not written:
        click.echo(say("records.nothing-written"))
    else:
        click.echo(say("records.closed", week=week, files=tuple(map(str, written))))
        coming = week_name(parse_week(week) + dt.timedelta(days=7))
        click.echo(say("records.take-back", plan=to_type(plan)))
        click.echo(say("records.next", folder=to_type(folder), week=coming))


def _as_data(closing: Closing, written: Sequence[Path]) -> dict[str, object]:
    closed = closing.closed
    return {
        "week": closed.week,
        "plan": closed.plan,
        "closed": bool(written) or closing.was_closed,
        "was_closed": closing.was_closed,
        "done": closed.done,
        "missed": closed.missed,
        "unsaid": sum(visit.unsaid for visit in closing.visits),
        "rows": [row.visit for row in closing.rows],
        "visits": [_visit(visit) for visit in closing.visits],
        "requests": closed.requests,
        "read": [path.as_posix() for path in closing.files],
        "warnings": [fault.told_in(spoken().language) for fault in closing.warnings],
        "files": [path.as_posix() for path in written],
    }


def _visit(visit: Any) -> dict[str, object]:
    """Return what became of a visit, beside what was planned."""
    planned = visit.planned
    return {
        "stop": visit.stop,
        "date": visit.date,
        "vehicle": visit.vehicle,
        "done": visit.done,
        "unsaid": visit.unsaid,
        "planned": planned and {"date": planned.date, "vehicle": planned.vehicle},
        "moved": visit.moves,
        "not_moved": visit.kept,
    }
