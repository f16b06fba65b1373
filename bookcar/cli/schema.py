"""``bookcar schema``: the JSON Schema of plan.json."""

from __future__ import annotations

import json

import click

from bookcar.plan import json_schema


@click.command("schema", short_help="Print the JSON Schema of plan.json.")
def command() -> None:
    """Print the JSON Schema (draft 2020-12) that every plan.json keeps.

    \b
    bookcar schema > plan.schema.json
    """
    click.echo(json.dumps(json_schema(), indent=1, sort_keys=True))
