"""Opening a plan together with the district it was made from, audited, to redo one step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bookcar.as_of import as_of
from bookcar.cli.recovery import load_plan
from bookcar.cli.speech import speak
from bookcar.errors import Fault, InputError, UsageError
from bookcar.inputs.folder import holds_district
from bookcar.inputs.reader import read
from bookcar.model import District
from bookcar.outputs import plan_until_then
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Plan
from bookcar.progress import Progress
from bookcar.records.unclosed import but_for_closes
from bookcar.replan.events import as_it_is
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel
from bookcar.weeks import parse_week, week_dates


@dataclass(frozen=True)
class Opened:
    """A plan, the district it belongs to, the ways between its stops, and what the audit finds."""

    plan: Plan
    district: District
    travel: Travel
    findings: tuple[str, ...]

    @property
    def changed(self) -> tuple[str, ...]:
        """The files that are not what they were when the plan was made."""
        return self.plan.provenance.changed(self.district.inputs)


def open_plan(
    path: Path, district: Path | None, progress: Progress, *, language: Language | None = None
) -> Opened:
    """Read a plan and its district, and audit the one against the other.

    Spoken from then on is ``language``, else the district's.

    Raises
    ------
    InputError
        If the plan or the district cannot be read.
    UsageError
        If the district is not where the plan says and none is named, or it is another one.
    """
    plan = load_plan(path)
    progress.start("steps.read")
    tables = but_for_closes(tables_of(plan, path, district), plan)
    speak(language or tables.language)
    progress.finish("steps.read-plan", plan=plan.id, district=tables.name, week=plan.week)
    tables = as_it_is(tables, plan.replanned, plan.week)
    days = week_dates(parse_week(plan.week))
    stops = {visit.stop for route in plan.routes for visit in route.visits}
    stops |= {row.stop for row in plan.unserved}
    then = as_of(tables, parse_week(plan.week))
    travel = travel_for(then, stops=stops, dates=days, progress=progress)
    progress.start("steps.audit")
    from bookcar.audit import audit  # noqa: PLC0415  heavy

    was = plan_until_then(plan, path if path.is_dir() else path.parent)
    findings = tuple(audit(plan, tables, travel, was=was))
    if findings:
        progress.finish("steps.findings", count=len(findings))
    else:
        progress.finish("steps.clean")
    return Opened(plan, tables, travel, findings)


def tables_of(plan: Plan, path: Path, district: Path | None) -> District:
    """Return the district of a plan, from the folder that is named or where the plan says.

    Raises
    ------
    InputError
        If it cannot be read.
    UsageError
        If it is not there, or it is another one.
    """
    folder = district or find_district(plan, path)
    try:
        tables = read(folder)
    except InputError as error:
        faults = [*error.faults, _maybe_elsewhere(plan, folder)]
        raise InputError(faults, language=error.language) from None
    require_its_own(plan, tables, key="usage.other-district")
    return tables


def require_its_own(plan: Plan, tables: District, *, key: str) -> None:
    """Refuse the tables of another district; of its own, stops may be new or gone since.

    Raises
    ------
    UsageError
        If they have none of the plan's stops, with the phrase ``key``.
    """
    if {stop.id for stop in plan.stops}.isdisjoint(stop.id for stop in tables.stops):
        raise UsageError(
            Sentence(
                key=key,
                figures={
                    "district": plan.district,
                    "week": plan.week,
                    "folder": tables.folder.as_posix(),
                },
            )
        )


def find_district(plan: Plan, path: Path) -> Path:
    """Return the district's folder: as the plan names it from here, or from above the plan."""
    said = Path(plan.provenance.folder)
    if holds_district(said):
        return said
    for base in path.resolve().parents:
        if holds_district(base / said):
            return (base / said).resolve()
    raise UsageError(Sentence(key="usage.district-gone", figures={"folder": str(said)}))


def _maybe_elsewhere(plan: Plan, folder: Path) -> Fault:
    return Fault(
        rule="district-of-plan",
        file=str(folder),
        severity="warning",
        figures={"folder": plan.provenance.folder},
    )
