"""Who carries to whom: what carriers say under serves, and what stops say themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.county import write_county

import bookcar as bc

ROWS = "id,at,serves\nK,S1,S1 S2\nL,S2,village\n"


@pytest.mark.parametrize(
    ("carrier", "serves"),
    [
        ("", {"K": ("S1", "S2"), "L": ("S1", "S2", "S9")}),
        ("K", {"K": ("S1", "S2", "S9"), "L": ("S1", "S2")}),
        ("K L", {"K": ("S1", "S2", "S9"), "L": ("S1", "S2", "S9")}),
        ("L", {"K": ("S1", "S2"), "L": ("S1", "S2", "S9")}),
    ],
)
def test_a_stop_that_names_its_carriers_has_these_alone(
    carrier: str, serves: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    county = write_county(tmp_path / "county", stops=("S9,Hamlet,village,1.03,45.014,40,foot",))
    head, *rows = (county / "stops.csv").read_text("utf-8").splitlines()
    lines = [f"{head},carrier", *(f"{r},{carrier if r.startswith('S9') else ''}" for r in rows)]
    (county / "stops.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (county / "carriers.csv").write_text(ROWS, "utf-8")
    assert {c.id: c.stops for c in bc.read(county).carriers} == serves
