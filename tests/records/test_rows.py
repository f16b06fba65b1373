"""Which requests a week brought."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from records.weeks import MONDAY, planned

from bookcar.model import Where
from bookcar.records.rows import brought
from bookcar.records.visits import Happened, ToldVisit

OPEN: Any = SimpleNamespace(requests=[SimpleNamespace(id=f"Q{k}", waits=k < 4) for k in range(5)])


def _happened(requests: tuple[str, ...] | None, *, done: bool = True) -> Happened:
    visit = planned(requests=("Q1", "Q2", "Q4"), to_find=("Q3",))
    told = ToldVisit(date=MONDAY, stop="S1", where=Where("R01-return.json"), requests=requests)
    return Happened(
        date=MONDAY, stop="S1", vehicle="V", done=done, planned=visit, told=told
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (None, ("Q1", "Q2")),  # Q4 was brought before
        (("Q2",), ("Q2",)),
        (("Q1", "Q3"), ("Q1", "Q3")),  # the store has found it
        ((), ()),
        (("Q0",), ()),  # of another stop
    ],
)
def test_a_request_is_brought_as_planned_or_as_the_driver_ticked(
    told: tuple[str, ...] | None, names: tuple[str, ...]
) -> None:
    assert brought([_happened(told)], OPEN) == names
    assert brought([_happened(told, done=False)], OPEN) == ()
