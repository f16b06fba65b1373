"""Opening a plan together with the district it was made from, audited, to redo one step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bookcar.audit import audit
from bookcar.errors import UsageError
from bookcar.inputs.reader import read
from bookcar.model import District
from bookcar.plan import Plan, load
from bookcar.progress import Progress
from bookcar.roads.sources import travel_for
from bookcar.weeks import parse_week, week_dates


@dataclass(frozen=True)
class Opened:
    """A plan, the district it belongs to, and what the audit finds."""

    plan: Plan
    district: District
    findings: tuple[str, ...]


def open_plan(path: Path, district: Path | None, progress: Progress) -> Opened:
    """Read a plan and its district, and audit the one against the other.

    Raises
    ------
    InputError
        If the plan or the district cannot be read.
    UsageError
        If the district is not where the plan says and none is named.
    """
    plan = load(path)
    folder = district or find_district(plan, path)
    progress.start("read")
    tables = read(folder)
    progress.finish(f"plan {plan.id} of {tables.name} {plan.week}")
    days = week_dates(parse_week(plan.week))
    visited = {visit.stop for route in plan.routes for visit in route.visits}
    travel = travel_for(tables, stops=visited, dates=days, progress=progress)
    progress.start("audit")
    findings = tuple(audit(plan, tables, travel))
    progress.finish(f"{len(findings)} findings" if findings else "clean")
    return Opened(plan, tables, findings)


def find_district(plan: Plan, path: Path) -> Path:
    """Return the district's folder: as the plan names it from here, or from above the plan."""
    said = Path(plan.provenance.folder)
    for base in (Path.cwd(), *path.resolve().parents):
        if (base / said).exists():
            return said if base == Path.cwd() else base / said
    raise UsageError(
        f"The plan was made from {said}, which is not here. Name it with --district DIR."
    )
