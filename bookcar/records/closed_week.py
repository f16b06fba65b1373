"""A week that is closed is over: its plan is what the records were made from, and stays."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bookcar.errors import Fault, UsageError
from bookcar.phrases.sentence import Sentence
from bookcar.records.ledger import home_of, read_ledger


class _Plan(msgspec.Struct):
    """What is looked at of a plan, whatever its version."""

    id: str = ""


def require_open(district: Path, week: str, plan: Path) -> tuple[Fault, ...]:
    """Refuse to write another plan over the one that a closed week was recorded from.

    Where that plan does not stand, nothing is lost; a warning says that the week is over.

    Parameters
    ----------
    district
        The folder or workbook of the district.
    plan
        The folder of the week, in which the plan would be written.

    Raises
    ------
    InputError
        If the list of closed weeks cannot be read.
    UsageError
        If the plan that is there was driven, and recorded.
    """
    closed = read_ledger(home_of(district)).of(week)
    if closed is None:
        return ()
    if _id_of(plan / "plan.json") == closed.plan:
        figures = {"week": week, "plan": closed.plan, "folder": plan.as_posix()}
        raise UsageError(Sentence(key="usage.week-closed", figures=figures))
    return (
        Fault(
            rule="week-closed",
            severity="warning",
            file="closed/closed.json",
            value=week,
            figures={"week": week, "plan": closed.plan},
        ),
    )


def _id_of(path: Path) -> str:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Plan).id
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return ""
