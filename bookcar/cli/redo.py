"""What ``bookcar manifest`` and ``bookcar map`` share: writing one part of a plan's files again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from bookcar.cli.failures import print_json
from bookcar.cli.terminal import showing_progress
from bookcar.errors import BrokenPlanError
from bookcar.outputs import PageOptions, Part, week_folders, write_week

AS_PLANNED = "the tables have changed since, so it could not be audited again."


def is_as_planned(findings: Sequence[str]) -> bool:
    """Tell whether only the tables changed, and not the plan: it was audited when it was made.

    A week is printed again when its sheets get lost, even if visits have been recorded since.
    """
    rules = {finding.partition(":")[0] for finding in findings}
    return "inputs-unchanged" in rules and "plan-id" not in rules


def redo(
    plan: Path,
    part: Part,
    *,
    district: Path | None,
    routes: Path,
    maps: Path,
    options: PageOptions,
    as_json: bool,
) -> None:
    """Audit a plan and write one part of its files again.

    Raises
    ------
    BrokenPlanError
        If the plan breaks a rule; nothing is written then.
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.replan import open_plan  # noqa: PLC0415  heavy

        opened = open_plan(plan, district, progress)
        if opened.findings and not is_as_planned(opened.findings):
            raise BrokenPlanError(opened.findings)
        folders = week_folders(opened.plan, routes=routes, maps=maps)
        written = write_week(
            opened.plan,
            opened.district,
            folders,
            parts=(part,),
            options=options,
            progress=progress,
        )
    if opened.findings:
        click.echo(f"Plan {opened.plan.id} is printed as it was made: {AS_PLANNED}", err=True)
    if as_json:
        print_json({"plan": opened.plan.id, "files": [path.as_posix() for path in written]})
    else:
        for path in written:
            click.echo(path)
