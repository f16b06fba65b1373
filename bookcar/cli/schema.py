"""``bookcar schema``: the JSON Schemas of plan.json, timetable.json and campaign.json."""

from __future__ import annotations

import json
from typing import Literal

import click


@click.command("schema", short_help="Print the JSON Schema of plan.json, or of what promises.")
@click.argument(
    "what",
    metavar="[WHAT]",
    type=click.Choice(["plan", "timetable", "campaign"]),
    default="plan",
)
def command(*, what: Literal["plan", "timetable", "campaign"]) -> None:
    """Print the JSON Schema (draft 2020-12) that every plan.json keeps.

    WHAT is plan, timetable or campaign: that of timetable.json or campaign.json.

    \b
    bookcar schema > plan.schema.json
    bookcar schema timetable > timetable.schema.json
    """
    click.echo(json.dumps(_schema(what), indent=1, sort_keys=True))


def _schema(what: Literal["plan", "timetable", "campaign"]) -> dict[str, object]:
    if what == "timetable":
        from bookcar.timetable import timetable_schema  # noqa: PLC0415  seldom wanted

        return timetable_schema()
    if what == "campaign":
        from bookcar.campaigns.progress import campaign_schema  # noqa: PLC0415  heavy

        return campaign_schema()
    from bookcar.plan import json_schema  # noqa: PLC0415  so are they all

    return json_schema()
