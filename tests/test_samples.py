"""The committed sample week is what today's code makes of its district, byte for byte."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest
from click.testing import CliRunner

from bookcar.cli import main
from bookcar.plan_file import load

SAMPLE = Path("fuhuan", "2026-W49")


@pytest.fixture(scope="module")
def rebuilt(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``routes`` and ``maps`` of the sample week, made anew."""
    top = tmp_path_factory.mktemp("sample")
    args = ["plan", "examples/fuhuan", "--week", "2026-W49", "--effort", "quick"]
    args += ["--routes", str(top / "routes"), "--maps", str(top / "maps")]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)  # the plan names its district as it is called from here
        result = CliRunner().invoke(main, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return top


@pytest.mark.parametrize("part", ["routes", "maps"])
def test_the_sample_is_rebuilt_byte_for_byte(root: Path, rebuilt: Path, part: str) -> None:
    """If this fails after a change that is meant, run ``make sample`` and look at the result."""
    committed, made = root / part / SAMPLE, rebuilt / part / SAMPLE
    names = sorted(p.relative_to(made).as_posix() for p in made.rglob("*") if p.is_file())
    assert names == sorted(
        p.relative_to(committed).as_posix() for p in committed.rglob("*") if p.is_file()
    )
    differing = [n for n in names if not filecmp.cmp(committed / n, made / n, shallow=False)]
    assert differing == []


def test_the_sample_shows_what_the_product_does(root: Path) -> None:
    plan = load(root / "routes" / SAMPLE)
    assert plan.totals.served >= 8
    assert any(visit.foot for route in plan.routes for visit in route.visits)
    assert not plan.estimated
    assert any(visit.requests for route in plan.routes for visit in route.visits)
    assert any(visit.collects for route in plan.routes for visit in route.visits)
