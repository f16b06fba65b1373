"""``bookcar schema``: the JSON Schemas of plan.json and of what other commands write."""

from __future__ import annotations

import json
from typing import Literal

import click


@click.command("schema", short_help="Print the JSON Schema of plan.json, or of what promises.")
@click.argument(
    "what",
    metavar="[WHAT]",
    type=click.Choice(["plan", "timetable", "campaign", "what-if", "where"]),
    default="plan",
)
def command(*, what: Literal["plan", "timetable", "campaign", "what-if", "where"]) -> None:
    """Print the JSON Schema (draft 2020-12) that every plan.json keeps.

    WHAT is plan, timetable, campaign, what-if or where: that of the file of this name.

    \b
    bookcar schema > plan.schema.json
    bookcar schema timetable > timetable.schema.json
    """
    click.echo(json.dumps(_schema(what), indent=1, sort_keys=True))


def _schema(
    what: Literal["plan", "timetable", "campaign", "what-if", "where"],
) -> dict[str, object]:
    if what == "timetable":
        from bookcar.timetable import timetable_schema  # noqa: PLC0415  seldom wanted

        return timetable_schema()
    if what == "campaign":
        from bookcar.campaigns.progress import campaign_schema  # noqa: PLC0415  heavy

        return campaign_schema()
    if what == "what-if":
        from bookcar.scenarios.data import what_if_schema  # noqa: PLC0415  heavy

        return what_if_schema()
    if what == "where":
        from bookcar.siting.where import where_schema  # noqa: PLC0415  heavy

        return where_schema()
    from bookcar.plan import json_schema  # noqa: PLC0415  so are they all

    return json_schema()
