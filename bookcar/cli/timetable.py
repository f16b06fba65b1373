"""``bookcar timetable``: the dates, cars and times of many weeks, as the public is told them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from bookcar.cli import spoken_options
from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import font_option, json_option, language_option, routes_option
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.model import District
from bookcar.pages.stock_lines import stock_lines, stock_rows
from bookcar.phrases import Figure, Language
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    from bookcar.timetable import Timetable
    from bookcar.timetable_changes import Told

MOST_WEEKS = 53
STOPS_LEFT = 4


@click.command("timetable", short_help="Make the timetable of many weeks that people are told.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--from", "first", metavar="DATE", required=True, help="First day, e.g. 2027-01-04.")
@click.option("--to", "last", metavar="DATE", help="Last day, e.g. 2027-03-28; or say --weeks.")
@click.option("--weeks", type=click.IntRange(1, MOST_WEEKS), help="Weeks, e.g. 12.")
@click.option(
    "--before",
    type=click.Path(path_type=Path),
    help="The timetable before, a timetable.json or its folder, instead of the table timetable: "
    "whose day, car or time changes is told, and its days are kept where that costs little.",
)
@click.option(
    "--keep-days",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Percent of the stops of the timetable before that must keep their days.",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the search.")
@click.option(
    "--effort",
    type=click.Choice(["quick", "normal", "thorough"]),
    default="normal",
    show_default=True,
    help="How long to search.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 if a stop gets no date.")
@routes_option
@language_option
@font_option
@json_option
def command(
    folder: Path,
    *,
    first: str,
    last: str | None,
    weeks: int | None,
    before: Path | None,
    keep_days: float | None,
    seed: int,
    effort: Literal["quick", "normal", "thorough"],
    strict: bool,
    routes: Path,
    lang: Language | None,
    font: Path | None,
    as_json: bool,
) -> None:
    """Find for every stop of DIR its dates, car and time of day from one day to another.

    A stop keeps its weekday and its car, and its time of day to within timetable.same_time_min;
    times are multiples of five minutes. Every day keeps every limit, and weeks and cars have much
    the same work (weights.level). Stops that get no date are named with the reason. No more visits
    are promised than batches in the store allow (timetable.within_stock), and how long these last
    is told.

    The timetable is audited and written to <routes>/<district>/timetable-FROM: whole or not at all.
    Its timetable.csv becomes the table that the weeks keep once somebody copies it into DIR.

    \b
    bookcar timetable examples/qijiang --from 2027-01-04 --weeks 12
    bookcar timetable mycounty --from 2027-04-05 --to 2027-06-27 \\
        --before routes/mycounty/timetable-2027-01-04 --keep-days 90
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.reading import district_in  # noqa: PLC0415  heavy
        from bookcar.outputs import district_slug  # noqa: PLC0415  heavy
        from bookcar.planning.store import promised_stock  # noqa: PLC0415  heavy
        from bookcar.published.write import (  # noqa: PLC0415  heavy
            timetable_folder,
            write_timetable,
        )
        from bookcar.timetables.make import timetable_and_ways  # noqa: PLC0415  heavy

        district = district_in(folder, progress, language=lang)
        begin, end = _span(first, last, weeks)
        told = _told(before, district)
        if keep_days is not None and told is None:
            raise UsageError(Sentence(key="usage.keep-days-of-nothing"))
        timetable, travel = timetable_and_ways(
            district,
            begin,
            end,
            seed=seed,
            effort=effort,
            told=told,
            keep_days=None if keep_days is None else keep_days / 100,
            progress=progress,
        )
        target = timetable_folder(routes / district_slug(folder), timetable)
        stock = promised_stock(timetable, district, progress=progress)
        paths = write_timetable(
            timetable,
            district,
            target,
            travel=travel,
            stock=stock,
            language=lang,
            font=font,
            progress=progress,
        )
    if as_json:
        data = {**_as_data(timetable), "stock": stock_rows(stock)}
        print_json({**data, "files": [path.as_posix() for path in paths]})
    else:
        _say(timetable, paths, list(stock_lines(district, stock, spoken(), of="promised")))
    raise SystemExit(STOPS_LEFT if strict and timetable.left else 0)


def _span(first: str, last: str | None, weeks: int | None) -> tuple[dt.date, dt.date]:
    """Return the first and the last day.

    Raises
    ------
    UsageError
        If one is no day, both or neither of --to and --weeks are given, or the days are too many.
    """
    begin = spoken_options.day("--from", first)
    if (last is None) == (weeks is None):
        raise UsageError(Sentence(key="usage.to-or-weeks"))
    if weeks is not None:
        return begin, begin + dt.timedelta(days=7 * weeks - 1)
    assert last is not None
    end = spoken_options.day("--to", last)
    if not begin <= end < begin + dt.timedelta(weeks=MOST_WEEKS):
        figures: dict[str, Figure] = {
            "first": begin.isoformat(),
            "last": end.isoformat(),
            "most": MOST_WEEKS,
        }
        raise UsageError(Sentence(key="usage.bad-span", figures=figures))
    return begin, end


def _told(before: Path | None, district: District) -> Told | None:
    from bookcar.timetable_changes import told_by, told_in_table  # noqa: PLC0415  seldom wanted
    from bookcar.timetable_file import load_timetable  # noqa: PLC0415  seldom wanted

    if before is None:
        return told_in_table(district.timetable)
    return told_by(load_timetable(before))


def _as_data(timetable: Timetable) -> dict[str, object]:
    language = spoken().language
    return {
        "timetable": timetable.id,
        "first": timetable.first.isoformat(),
        "last": timetable.last.isoformat(),
        "stops": len(timetable.served),
        "visits": sum(len(route.visits) for route in timetable.routes),
        "routes": len(timetable.routes),
        "metres": timetable.metres,
        "weeks": timetable.weeks,
        "left": {one.stop: one.reason.text_in(language) for one in timetable.left},
        "later": {one.stop: one.monday.isoformat() for one in timetable.later},
        "changes": {one.stop: one.kind for one in timetable.before.changes}
        if timetable.before
        else None,
    }


def _say(timetable: Timetable, paths: list[Path], stock: list[str]) -> None:
    """Print the weeks, the stops without a date and the files."""
    from bookcar.published.text import lines  # noqa: PLC0415  heavy

    for line in (*lines(timetable, spoken()), *stock):
        click.echo(printable(line))
    for path in paths:
        click.echo(path)
