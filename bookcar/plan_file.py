"""Reading a ``plan.json``: the plan in it, or in words why there is none to be had from it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import msgspec

from bookcar.errors import Fault, InputError
from bookcar.phrases import Figure
from bookcar.plan import SCHEMA_VERSION, Plan
from bookcar.plan_rules import faults_of


def load(path: str | Path, *, older: Collection[int] = ()) -> Plan:
    """Read a ``plan.json``.

    Parameters
    ----------
    older
        Earlier schema versions that serve as well: what they lack gets the default of its field.

    Raises
    ------
    InputError
        If the file is missing, is not a plan, has another schema version, or names what it lacks:
        every fault of `plan_rules` at once.
    """
    path = Path(path)
    if path.is_dir():
        path = _plan_in(path)
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Version).schema_version
        if version not in (SCHEMA_VERSION, *older):
            versions = {"version": version, "ours": SCHEMA_VERSION}
            raise _not_a_plan(path, "version", **versions)
        plan = msgspec.json.decode(data, type=Plan)
    except OSError as error:
        raise _not_a_plan(path, "unreadable", reason=error.strerror or str(error)) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _not_a_plan(path, "", detail=str(error)) from None
    faults = faults_of(plan, str(path))
    if faults:
        raise InputError(faults)
    return plan


class _Version(msgspec.Struct):
    schema_version: int


def _plan_in(folder: Path) -> Path:
    """Return the ``plan.json`` of a week's folder.

    Raises
    ------
    InputError
        If there is none: the folder is a district's, say, or that above the weeks.
    """
    path = folder / "plan.json"
    if path.exists():
        return path
    weeks = sorted(found.parent.name for found in folder.glob("*/plan.json"))
    week = folder / weeks[-1] if weeks else "routes/mycounty/2026-W49"
    raise _not_a_plan(folder, "folder", week=str(week))


def _not_a_plan(path: Path, variant: str, **figures: Figure) -> InputError:
    fault = Fault(rule="plan-file", variant=variant, file=str(path), figures=figures)
    return InputError([fault])
