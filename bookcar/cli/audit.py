"""``bookcar audit``: re-check a plan, a timetable or a campaign."""

from __future__ import annotations

from pathlib import Path

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.options import district_option, json_option
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import finding_in

BROKEN = 2

_OF = {"plan": "", "timetable": "-timetable", "campaign": "-campaign"}


@click.command("audit", short_help="Re-check a plan or a timetable from the tables and the roads.")
@click.argument("plan", metavar="PLAN", type=click.Path(path_type=Path))
@district_option
@json_option
def command(plan: Path, *, district: Path | None, as_json: bool) -> None:
    """Re-check PLAN (a plan.json, or the folder it is in) from scratch.

    Every limit, every time, every batch in one place at a time and every total is computed again
    from the district's tables and the roads, without the code that made the plan. A timetable.json
    or a campaign.json, or its folder, is held to rules of its own. Exits with 2 if a rule is
    broken.

    \b
    bookcar audit routes/qijiang/2026-W49
    bookcar audit routes/qijiang/timetable-2027-01-04
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.audit import RULES  # noqa: PLC0415  heavy
        from bookcar.cli.opened import open_plan  # noqa: PLC0415  heavy
        from bookcar.cli.promised import (  # noqa: PLC0415  heavy
            Promised,
            audited_campaign,
            audited_timetable,
            kind_of,
        )

        kind = kind_of(plan)
        if kind == "timetable":
            found = audited_timetable(plan, district, progress)
        elif kind == "campaign":
            found = audited_campaign(plan, district, progress)
        else:
            opened = open_plan(plan, district, progress)
            found = Promised("plan", opened.plan.id, len(RULES), opened.findings)
    say = spoken()
    told = [finding_in(finding, say.language) for finding in found.findings]
    if as_json:
        print_json({found.kind: found.id, "findings": told})
    elif told:
        click.secho(say(f"cli.audit-broken{_OF[found.kind]}", plan=found.id), fg="red")
        for finding in told:
            click.echo(f"  {printable(finding)}")
    else:
        click.echo(say(f"cli.audit-clean{_OF[found.kind]}", plan=found.id, rules=found.rules))
    raise SystemExit(BROKEN if found.findings else 0)
