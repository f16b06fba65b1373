"""Tables that a closed week was recorded in, and that are no longer there."""

from __future__ import annotations

from pathlib import Path

from bookcar.errors import Fault, InputError
from bookcar.records.ledger import home_of, read_ledger


def require_records(district: Path) -> None:
    """Refuse a district without a table that a closed week was recorded in.

    Without it everything since the beginning would count as not done, and every stop as due.

    Raises
    ------
    InputError
        Naming each such table, or if the list of closed weeks cannot be read.
    """
    folder = home_of(district)
    weeks = {name: one.week for one in read_ledger(folder).weeks for name in one.after}
    gone = [(name, week) for name, week in weeks.items() if not (folder / name).is_file()]
    if gone:
        raise InputError(
            [Fault(rule="records-gone", file=name, figures={"week": week}) for name, week in gone]
        )
