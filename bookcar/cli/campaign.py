"""``bookcar campaign``: its schedule beside the regular service, and how far it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import json_option, language_option, routes_option
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import UsageError
from bookcar.phrases import Figure, Language, Phrases
from bookcar.phrases.sentence import Sentence

if TYPE_CHECKING:
    from bookcar.campaigns.progress import CampaignProgress
    from bookcar.campaigns.schedule import Week
    from bookcar.model import Campaign, District

STOPS_LEFT = 4


@click.command("campaign", short_help="Schedule a campaign, and show how far it is.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("name", metavar="[CAMPAIGN]", required=False)
@click.option(
    "--from",
    "week",
    metavar="WEEK",
    help="First week to schedule (default: that of the campaign, or the one after the last week "
    "that is recorded).",
)
@click.option("--seed", default=1, show_default=True, help="Seed of the search.")
@click.option(
    "--effort",
    type=click.Choice(["quick", "normal", "thorough"]),
    default="normal",
    show_default=True,
    help="How long to search.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 if a stop gets no day.")
@routes_option
@language_option
@json_option
def command(
    folder: Path,
    *,
    name: str | None,
    week: str | None,
    seed: int,
    effort: Literal["quick", "normal", "thorough"],
    strict: bool,
    routes: Path,
    lang: Language | None,
    as_json: bool,
) -> None:
    """Find for every stop of a campaign of DIR the day on which it is visited.

    The regular service of these weeks goes on beside it, and what the timetable promises stays.
    The page tells how many weeks it takes, which week each township has, whether books and cars
    suffice, and who was reached already. CAMPAIGN is its id; it may be left out where there is one.

    Everything goes to <routes>/<district>/campaign-<id>: whole or not at all. Once somebody copies
    the rows of its timetable.csv into the table timetable, the weeks keep to the schedule.

    \b
    bookcar campaign mycounty
    bookcar campaign mycounty TOPUP --from 2027-W03
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.campaigns.progress import progress_of  # noqa: PLC0415  heavy
        from bookcar.campaigns.schedule import first_week, make_schedule  # noqa: PLC0415  heavy
        from bookcar.cli.reading import district_in  # noqa: PLC0415  heavy
        from bookcar.outputs import district_slug  # noqa: PLC0415  heavy
        from bookcar.pages.campaign import campaign_page  # noqa: PLC0415  heavy
        from bookcar.pages.campaign_files import campaign_folder, write_campaign  # noqa: PLC0415
        from bookcar.weeks import parse_week  # noqa: PLC0415  wanted here alone

        district = district_in(folder, progress, language=lang)
        campaign = _campaign(district, name)
        schedule = make_schedule(
            district,
            campaign,
            begins=parse_week(week) if week else first_week(district, campaign),
            seed=seed,
            effort=effort,
            progress=progress,
        )
        found = progress_of(district, schedule)
        page = campaign_page(district, found, language=lang)
        target = campaign_folder(routes / district_slug(folder), campaign)
        paths = write_campaign(found, page, target)
    if as_json:
        print_json({**_as_data(found), "files": [path.as_posix() for path in paths]})
    else:
        for line in lines(found, spoken()):
            click.echo(printable(line))
        for path in paths:
            click.echo(path)
    raise SystemExit(STOPS_LEFT if strict and schedule.left else 0)


def _campaign(district: District, name: str | None) -> Campaign:
    """Return the campaign that is meant.

    Raises
    ------
    UsageError
        If there is none of that name, or several and none is named.
    """
    ids = tuple(district.campaigns_by_id)
    if not ids:
        raise UsageError(Sentence(key="usage.no-campaigns"))
    if name is None and len(ids) == 1:
        return district.campaigns[0]
    if name not in ids:
        figures: dict[str, Figure] = {"name": name or "", "ids": ids}
        key = "usage.which-campaign" if name is None else "usage.unknown-campaign"
        raise UsageError(Sentence(key=key, figures=figures))
    return district.campaigns_by_id[name]


def _as_data(found: CampaignProgress) -> dict[str, object]:
    schedule = found.schedule
    return {
        "campaign": schedule.campaign.id,
        "begins": schedule.begins.isoformat(),
        "stops": len(found.standings),
        **{state: found.count(state) for state in ("done", "planned", "late", "left")},
        "weeks": schedule.weeks,
        "townships": found.townships,
        "stock": found.stock,
        "lacking": found.stock.lacking,
        "regular_left": schedule.regular_left,
    }


def lines(found: CampaignProgress, say: Phrases) -> list[str]:
    """Return what is printed of a campaign."""
    from bookcar.pages.campaign import verdicts  # noqa: PLC0415  heavy

    counts = {state: found.count(state) for state in ("done", "planned", "late", "left")}
    told = [*verdicts(found, say), say("campaign.line-state", stops=len(found.standings), **counts)]
    told += ["  " + _week(week, say) for week in found.schedule.weeks if week.stops]
    reasons = dict.fromkeys(left.reason for left in found.schedule.left)
    for reason in reasons:
        stops = tuple(left.stop for left in found.schedule.left if left.reason == reason)
        why = say(f"reasons.short-{reason}")
        told.append("  " + say("campaign.line-left", reason=why, stops=stops))
    return told


def _week(week: Week, say: Phrases) -> str:
    from bookcar.weeks import week_name  # noqa: PLC0415  wanted here alone

    return say(
        "campaign.line-week",
        week=week_name(week.monday),
        stops=week.stops,
        books=week.books,
        regular=week.regular,
        km=week.metres / 1000,
        hours=week.seconds / 3600,
        used=week.car_days,
        all=week.of,
    )
