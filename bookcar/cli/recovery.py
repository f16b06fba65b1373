"""Reading a week after a run that was cut off while it wrote: put in order first, and told."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from bookcar.cli.recovered import say_recovered
from bookcar.cli.speech import spoken
from bookcar.files import finish_several, recover
from bookcar.plan import Plan
from bookcar.plan_file import load


def tell_recovered(*folders: Path) -> None:
    """Put in order what a run that was cut off left of some folders, and say so on stderr.

    Raises
    ------
    files.WriteError
        If it cannot be put in order.
    """
    for message in recover(*folders):
        say_recovered(message)


def tell_finished(district: Path) -> None:
    """Finish what a run that was cut off had begun to write of a district's tables, and say so.

    Raises
    ------
    files.WriteError
        If it cannot be finished.
    """
    folder = district.parent if district.is_file() else district
    if finish_several(folder):
        click.secho(spoken()("cli.finished", folder=folder), fg="yellow", err=True)


def load_plan(path: Path, *, older: Collection[int] = ()) -> Plan:
    """Read the plan of a week's folder, or a ``plan.json``; ``older`` as in `plan_file.load`.

    Raises
    ------
    InputError
        If it is none.
    files.WriteError
        If the folder was left half written and cannot be put in order.
    """
    tell_recovered(path.parent if path.name == "plan.json" else path)
    return load(path, older=older)
