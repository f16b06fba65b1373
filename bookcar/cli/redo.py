"""What ``bookcar manifest`` and ``bookcar map`` share: writing one part of a plan's files again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookcar.cli.failures import print_json, printable
from bookcar.cli.speech import spoken
from bookcar.cli.terminal import showing_progress
from bookcar.errors import BrokenPlanError
from bookcar.outputs import PageOptions, Part, week_folders, write_week

if TYPE_CHECKING:
    from bookcar.cli.opened import Opened

# What a plan must keep whatever became of its tables.
OF_THE_PLAN_ALONE = {"plan-id", "dates-in-week"}


def is_as_planned(findings: Sequence[str]) -> bool:
    """Tell whether only the tables changed, and not the plan: it was audited when it was made.

    A week is printed again when its sheets get lost, even if visits have been recorded since, or a
    stop is closed and a car sold.
    """
    rules = {finding.partition(":")[0] for finding in findings}
    return "inputs-unchanged" in rules and rules.isdisjoint(OF_THE_PLAN_ALONE)


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

    A plan whose tables have changed since is written as it was made, and that is said.

    Raises
    ------
    BrokenPlanError
        If the plan breaks a rule, and not because of the tables; nothing is written then.
    """
    with showing_progress(quiet=as_json) as progress:
        from bookcar.cli.opened import open_plan  # noqa: PLC0415  heavy

        opened = open_plan(plan, district, progress, language=options.language)
        if opened.findings and not is_as_planned(opened.findings):
            raise BrokenPlanError(opened.findings)
        from bookcar.whys import load_whys  # noqa: PLC0415  heavy

        beside = plan.parent if plan.name == "plan.json" else plan
        options = replace(options, whys=options.whys or load_whys(beside, opened.plan))
        folders = week_folders(opened.plan, routes=routes, maps=maps)
        written = write_week(
            opened.plan,
            opened.district,
            folders,
            travel=opened.travel,
            parts=(part,),
            options=options,
            progress=progress,
        )
    if opened.findings:
        click.echo(_as_made(opened, part), err=True)
    if as_json:
        files = [path.as_posix() for path in written]
        print_json({"plan": opened.plan.id, "changed_since": opened.changed, "files": files})
    else:
        for path in written:
            click.echo(path)


def _as_made(opened: Opened, part: Part) -> str:
    say, plan = spoken(), opened.plan.id
    files = tuple(printable(name) for name in opened.changed)
    text = say("cli.as-made", plan=plan, files=files)
    if part != "routes":
        return text
    return say("figures.two-sentences", one=text, other=say("cli.as-made-board"))
