"""A warning that a plan carries, at a cell of the tables."""

from __future__ import annotations

from bookcar.errors import Fault
from bookcar.model import Where
from bookcar.phrases import Figure


def warning(
    where: Where, *, rule: str, column: str, value: str, variant: str = "", **figures: Figure
) -> Fault:
    """Return the warning; it does not keep the week from being planned."""
    return Fault(
        rule=rule,
        severity="warning",
        file=where.file,
        row=where.row,
        column=column,
        value=value,
        variant=variant,
        figures=figures,
    )
