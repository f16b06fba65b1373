"""What typst keeps in memory of the documents it has printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from manifests.plans import make_plan

from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.web.minimap import route_map

_STATUS = Path("/proc/self/status")


def _memory_mb() -> float:
    (line,) = (row for row in _STATUS.read_text().splitlines() if row.startswith("VmRSS:"))
    return int(line.split()[1]) / 1_024


def _print(name: str) -> None:
    plan = make_plan(routes=3, stops=25, batches=3, stop={"landmark": name})
    manifests_pdf(week_sheet(plan), maps=[route_map(plan, route) for route in plan.routes])


@pytest.mark.skipif(not _STATUS.exists(), reason="the memory of a process is read from /proc")
def test_a_document_printed_is_let_go_before_the_next() -> None:
    """Each would keep some 50 MB: a week of 60 routes kept half a gigabyte until the end."""
    _print("the mill")
    before = _memory_mb()
    for name in ("the school", "the bridge", "the spring", "the oak"):
        _print(name)
    assert _memory_mb() - before < 60
