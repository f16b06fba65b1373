"""``bookcar crate``: copies of a library system as batches with their lists of titles."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli import spoken_options
from bookcar.cli.failures import faults_as_data, print_json, printable, say_faults, to_type
from bookcar.cli.options import json_option
from bookcar.cli.recovery import tell_finished
from bookcar.cli.speech import speak, spoken
from bookcar.cli.terminal import showing_progress
from bookcar.phrases import Phrases

if TYPE_CHECKING:
    from bookcar.crates.crating import Crating


@click.command("crate", short_help="Make batches of a library system's records, with barcodes.")
@click.argument(
    "sources", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--into",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path),
    help="The district whose batches they become.",
)
@click.option("--books", metavar="N", help="Copies in a crate, at most.")
@click.option(
    "--rotas",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Koha's tables of stock rotation: a rota becomes a pool, what is at a stage a crate.",
)
@click.option("--at", metavar="ID", help="Depot or stop where they stand (default: first depot).")
@click.option(
    "--prefix",
    default="C",
    show_default=True,
    metavar="TEXT",
    help="What the crates' labels begin with; numbers go on from those that are there.",
)
@click.option("--by-class", is_flag=True, help="One class a crate, instead of a mix in each.")
@click.option(
    "--encoding",
    metavar="NAME",
    help="Of MARC records, e.g. gb18030, utf-8, marc-8 (default: found, and told).",
)
@click.option("--skip-broken", is_flag=True, help="Leave out broken records, and say which.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and write nothing.")
@json_option
def command(
    sources: tuple[Path, ...],
    *,
    into: Path,
    books: str | None,
    rotas: Path | None,
    at: str | None,
    prefix: str,
    by_class: bool,
    encoding: str | None,
    skip_broken: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make crates of N books of the copies in FILE..., as batches of a district.

    FILE is MARC 21 or CNMARC (ISO 2709), or a table of copies as CSV, .xlsx or .xls: an item report
    of Koha, an export of Interlib (条码号, 题名, 索书号, 馆藏地). Each crate gets a row in the
    table of batches, with its mix of classes, and titles/<crate>.csv with every barcode. All of it
    is written, or nothing: a barcode that is there twice, or a broken record, is named and refused.
    With --rotas only copies that Koha rotates are crated, where they are, in their rota's pool.

    \b
    bookcar crate items.mrc --into mycounty --books 40
    bookcar crate koha.csv interlib.xlsx --into mycounty --books 68 --at LIB --dry-run
    bookcar crate items.csv --into mycounty --rotas koha
    """
    from bookcar.crates.crating import prepare  # noqa: PLC0415  heavy
    from bookcar.inputs.reader import read_district  # noqa: PLC0415  heavy

    with showing_progress(quiet=as_json) as progress:
        tell_finished(into)
        speak(read_district(into).language)
        size = spoken_options.whole_numbers("--books", [books])[0] if books else None
        label = spoken_options.label_start("--prefix", prefix)
        codec = spoken_options.encoding("--encoding", encoding) if encoding else None
        progress.start("steps.read")
        crating = prepare(
            sources,
            into,
            books=size,
            rotas=rotas,
            at=at,
            prefix=label,
            by_class=by_class,
            encoding=codec,
            skip_broken=skip_broken,
        )
        progress.finish("steps.copies", copies=crating.copies, records=crating.records)
    written = [] if dry_run else crating.write()
    if as_json:
        print_json(_as_data(crating, written))
    else:
        _say(crating, into, written)


def _say(crating: Crating, into: Path, written: list[Path]) -> None:
    say = spoken()
    say_faults(crating.faults, say)
    labels = list(crating.crates)
    click.echo(
        say(
            "crates.made",
            copies=crating.copies,
            crates=len(labels),
            first=labels[0],
            last=labels[-1],
            most=max(len(crate.copies) for crate in crating.crates.values()),
        )
    )
    if crating.pools:
        click.echo(say("crates.pools", count=len(crating.pools), names=crating.pools))
    click.echo(say("crates.mix", shares=_shares(crating, say)))
    for rule, count in _left_out(crating).items():
        click.echo(say(f"crates.left-{rule}", count=count))
    if not written:
        click.echo(say("crates.nothing-written"))
        return
    lists = [path for path in written if path.parent.name == "titles"]
    tables = tuple(printable(path.as_posix()) for path in written if path not in lists)
    folder = printable(lists[0].parent.as_posix())
    click.echo(say("crates.written", tables=tables, lists=len(lists), folder=folder))
    click.echo(say("crates.next", folder=to_type(into)))


def _shares(crating: Crating, say: Phrases) -> tuple[str, ...]:
    """Return how many copies each class has in all, the largest first."""
    from bookcar.crates.classes import class_names, class_of  # noqa: PLC0415  heavy

    called = class_names(say.language)
    counts = Counter(class_of(c) for crate in crating.crates.values() for c in crate.copies)
    return tuple(f"{called[head]} {say.number(count)}" for head, count in counts.most_common())


def _left_out(crating: Crating) -> dict[str, int]:
    """Return how many records are left out, by why."""
    from bookcar.crates.crating import SKIPPED  # noqa: PLC0415  heavy

    bare = [fault for fault in crating.faults if fault.rule == "record-without-barcode"]
    broken = {(fault.file, fault.row) for fault in crating.faults if fault.rule in SKIPPED}
    found = {"bare": len(bare), "broken": len(broken)}
    return {why: count for why, count in found.items() if count}


def _as_data(crating: Crating, written: list[Path]) -> dict[str, object]:
    from bookcar.crates.lists import batch_rows  # noqa: PLC0415  heavy

    say = spoken()
    rows = batch_rows(crating.crates, at="", language=crating.district.language)
    return {
        "records": crating.records,
        "copies": crating.copies,
        "crates": [{name: row[name] for name in ("id", "books", "mix", "titles")} for row in rows],
        "pools": crating.pools,
        "left_out": _left_out(crating),
        "files": [path.as_posix() for path in written],
        **faults_as_data(crating.faults, say),
    }
