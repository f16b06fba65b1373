"""``bookcar event``: how it is with a fair, by the records, and what is to come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import json_option, language_option
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import Figure, Language
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    from bookcar.model import District, Event


@click.command("event", short_help="Show how it is with a fair: brought, back, missing, to come.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("name", metavar="[EVENT]", required=False)
@click.option(
    "--week",
    metavar="WEEK",
    help="As recorded before this week (default: before the current week).",
)
@language_option
@json_option
def command(
    folder: Path, *, name: str | None, week: str | None, lang: Language | None, as_json: bool
) -> None:
    """Show what was brought to the events of DIR, what came back, what is missing, what is to come.

    For each week to come it says how many books are brought or fetched and what the cars could
    carry; for each pool what it lends without taking it from its own stops. EVENT is an id of
    events.csv; without it all are shown. What a week carries is in its plan and on its event page.

    \b
    bookcar event mycounty
    bookcar event mycounty FAIR --week 2027-W17
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.advice.fair_outlook import outlook  # noqa: PLC0415  heavy
        from bookcar.cli.fair_lines import as_data, lines_of  # noqa: PLC0415  wanted here alone
        from bookcar.cli.reading import district_in  # noqa: PLC0415  heavy
        from bookcar.weeks import latest_today, monday_of, parse_week  # noqa: PLC0415

        district = district_in(folder, progress, language=lang)
        monday = parse_week(week) if week else monday_of(latest_today())
        found = [outlook(district, event, monday) for event in _events(district, name)]
    if as_json:
        print_json({"events": [as_data(one) for one in found]})
        return
    for one in found:
        for line in lines_of(district, one, spoken()):
            click.echo(printable(line))


def _events(district: District, name: str | None) -> tuple[Event, ...]:
    """Return the events that are meant.

    Raises
    ------
    UsageError
        If there is none, or none of that name.
    """
    if not district.events:
        raise UsageError(Sentence(key="usage.no-events"))
    if name is None:
        return district.events
    if name not in district.events_by_id:
        figures: dict[str, Figure] = {"name": name, "ids": tuple(district.events_by_id)}
        raise UsageError(Sentence(key="usage.unknown-event", figures=figures))
    return (district.events_by_id[name],)
