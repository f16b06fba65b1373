"""What the audit holds of readers' requests, on a plan that brings one to S1 with batch B1."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from audit.clean import Audited, clean, listed, to_find


def _asked(case: Audited, **fields: Any) -> Audited:
    """Return the case with the district's request changed, and the plan's copy of it too."""
    return case.with_row("requests", "Q1", **fields)


def _carried(case: Audited, carried: str, in_batch: str | None = None) -> Audited:
    copies = case.plan.requests
    changed = (msgspec.structs.replace(r, carried=carried, in_batch=in_batch) for r in copies)
    return case.with_plan(requests=tuple(changed))


def test_a_title_on_the_list_of_what_is_dropped_is_aboard() -> None:
    assert _carried(listed(clean()), "batch", "B1").broken() == set()


@pytest.mark.parametrize(
    ("carried", "in_batch"), [("single", None), ("along", None), ("batch", "B2"), ("none", None)]
)
def test_it_is_aboard_in_no_other_way(carried: str, in_batch: str | None) -> None:
    """B1 alone lists it, B2 goes to another stop, and no single copy is set aside."""
    assert "requests-are-aboard" in _carried(listed(clean()), carried, in_batch).broken()


def test_a_title_that_the_list_lacks_is_not_aboard() -> None:
    other = _asked(_carried(listed(clean()), "batch", "B1"), title="Another book")
    assert other.broken() == {"requests-are-aboard"}
    assert to_find(_asked(listed(clean()), title="Another book")).broken() == set()


def test_one_copy_is_not_brought_to_two_readers() -> None:
    case = _carried(listed(clean()), "batch", "B1")
    second = msgspec.structs.replace(case.district.requests[0], id="Q2")
    copy = msgspec.structs.replace(case.plan.requests[0], id="Q2")
    twice = case.with_district(requests=(*case.district.requests, second))
    twice = twice.with_plan(requests=(*case.plan.requests, copy))
    assert twice.with_visit(0, 0, requests=("Q1", "Q2")).broken() == {"requests-are-aboard"}
    found = msgspec.structs.replace(copy, carried="none", in_batch=None)
    apart = twice.with_plan(requests=(*case.plan.requests, found))
    assert apart.with_visit(0, 0, to_find=("Q2",)).broken() == set()


@pytest.mark.parametrize(
    "fields", [{"status": "ready"}, {"copy": "C7"}, {"kind": "reward"}, {"kind": "bought"}]
)
def test_a_single_book_that_is_there_comes_by_itself(fields: dict[str, str]) -> None:
    case = _asked(clean(), **fields)
    assert _carried(case, "single").broken() == set()
    assert _carried(case, "along").broken() == {"requests-are-aboard"}


def test_a_request_that_names_its_batch_comes_in_no_other() -> None:
    here = _carried(_asked(clean(), batch="B1"), "batch", "B1")
    assert here.broken() == set()
    assert _asked(here, batch="B2").broken() == {"requests-are-aboard"}
    away = _asked(here, batch="B2").with_visit(0, 0, requests=())
    assert away.broken() == set()
    assert here.with_visit(0, 0, requests=()).broken() == {"requests-come-soonest"}
