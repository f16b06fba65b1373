"""``bookcar audit``: re-check a plan."""

from __future__ import annotations

from pathlib import Path

import click

from bookcar.cli.failures import print_json
from bookcar.cli.options import district_option, json_option
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress

BROKEN = 2


@click.command("audit", short_help="Re-check a plan from the district's tables and the roads.")
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@district_option
@json_option
def command(plan: Path, *, district: Path | None, as_json: bool) -> None:
    """Re-check PLAN (a plan.json, or the folder it is in) from scratch.

    Every limit, every time, every batch in one place at a time and every total is computed again
    from the district's tables and the roads, without the code that made the plan. Exits with 2 if
    a rule is broken.

    \b
    bookcar audit routes/qijiang/2026-W49
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.audit import RULES  # noqa: PLC0415  heavy
        from bookcar.cli.opened import open_plan  # noqa: PLC0415  heavy

        opened = open_plan(plan, district, progress)
    say = spoken()
    if as_json:
        print_json({"plan": opened.plan.id, "findings": opened.findings})
    elif opened.findings:
        click.secho(say("cli.audit-broken", plan=opened.plan.id), fg="red")
        for finding in opened.findings:
            click.echo(f"  {finding}")
    else:
        click.echo(say("cli.audit-clean", plan=opened.plan.id, rules=len(RULES)))
    raise SystemExit(BROKEN if opened.findings else 0)
