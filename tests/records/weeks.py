"""A planned week of a small county, and what came back from it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cli.county import write_county

import bookcar as bc
from bookcar.manifests.tables import visits_csv
from bookcar.plan import Plan
from bookcar.records.known import Known
from bookcar.records.visits import Move, PlannedVisit, planned_visits

MONDAY = dt.date(2026, 11, 30)
WEEK = "2026-W49"

Rows = list[dict[str, str]]


def planned(stop: str = "S1", day: int = 0, *moves: Move, **fields: Any) -> PlannedVisit:
    """Return a visit on the first, second ... day of the week."""
    date = MONDAY + dt.timedelta(days=day)
    defaults = {"order": 0, "route": "R01", "vehicle": "V"}
    return PlannedVisit(date=date, stop=stop, moves=moves, **defaults | fields)


def week(top: Path, **county: Any) -> tuple[Path, Path, Plan]:
    """Write a county and the folder of its planned week; return both with the plan."""
    district = write_county(top / "county", **county)
    plan, folder = plan_again(top, district, WEEK)
    return district, folder, plan


def plan_again(top: Path, district: Path, name: str) -> tuple[Plan, Path]:
    """Plan a week of a county and write what a close needs of it; return plan and folder."""
    plan = bc.plan_week(bc.read(district), name, effort="quick")
    folder = top / "routes" / district.name / name
    folder.mkdir(parents=True, exist_ok=True)
    plan.save(folder / "plan.json")
    (folder / "visits.csv").write_bytes(visits_csv(plan))
    sums(folder)
    return plan, folder


def write_again(was: Plan, plan: Plan, folder: Path) -> None:
    """Write a plan that a week got in mid-week, with the one until then beside it."""
    was.save(folder / f"plan-{was.id}.json")
    plan.save(folder / "plan.json")
    (folder / "visits.csv").write_bytes(visits_csv(plan))
    sums(folder)


def sums(folder: Path) -> None:
    """Say of the files of a folder that bookcar wrote them."""
    from bookcar.files import SUMS, sha256  # noqa: PLC0415

    lines = [f"{sha256(p)}  {p.name}\n" for p in sorted(folder.iterdir()) if p.name != SUMS]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def known(plan: Plan, district: Path) -> Known:
    """Return what a file that came back is read by."""
    return Known.of(plan, planned_visits(plan), bc.read(district))


def rows_of(path: Path) -> Rows:
    """Return the rows of a CSV file by column."""
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def fill_in(path: Path, *changes: tuple[str, Mapping[str, str]], add: Rows | None = None) -> None:
    """Change the rows of a stop (or all, for ``*``) in a sheet, and add some."""
    rows = rows_of(path)
    for stop, cells in changes:
        for row in rows:
            if row["stop"] == stop or stop == "*":
                row.update(cells)
    write_rows(path, [*rows, *(add or [])], columns=list(rows[0]))


def write_rows(path: Path, rows: Rows, *, columns: list[str]) -> None:
    """Write rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
