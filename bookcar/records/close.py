"""Closing a week: what came back, beside the plan, becomes rows of the district's tables.

`prepare` reads, compares and checks; nothing is written before `Closing.write`. A week that is
closed is prepared again from the tables as they were, so that the same files give the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bookcar.errors import Fault, InputError, UsageError
from bookcar.files import finish_several
from bookcar.inputs.folder import FileSource, find
from bookcar.inputs.reader import read_source
from bookcar.model import District, Where
from bookcar.phrases import Language, Phrases
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Plan
from bookcar.plan_file import load
from bookcar.records.closing import Closing
from bookcar.records.compare import compare
from bookcar.records.custody import faults_of, of_the_row_alone, stays_elsewhere
from bookcar.records.differences import closed_otherwise
from bookcar.records.found import came_back, read_all, set_aside
from bookcar.records.known import Known
from bookcar.records.ledger import Closed, Ledger, read_ledger
from bookcar.records.recorded import recorded
from bookcar.records.rows import brought, rows_of
from bookcar.records.stand_in import as_before, with_contents
from bookcar.records.tables import changed_tables
from bookcar.records.visits import ToldVisit, planned_visits

DONE_EXCEPT = "--done-except"

OLDER = (5, 6)
"""Earlier versions of plans whose weeks can be closed: they may have been driven since."""


def close_week(
    plan: str | Path,
    district: str | Path,
    *,
    done_except: Sequence[str] = (),
    files: Sequence[Path] | None = None,
    today: dt.date | None = None,
) -> Closing:
    """Take a week into the records of its district; one that is closed already changes nothing.

    Parameters
    ----------
    plan
        A ``plan.json``, or the folder of its week.
    district
        The folder or workbook of its district.
    done_except
        Ids of stops that were missed.
    files
        The filled-in sheets and phone files; None for those in the week's folder that were changed.
    today
        The last day on which something can have happened; without it any day may be over.

    Raises
    ------
    InputError
        With every fault of the plan, the tables, the files that came back, and of records that
        cannot be.
    UsageError
        If a stop is not in the plan.
    files.WriteError
        If a table cannot be written; all are as they were then.
    """
    closing = prepare(plan, district, done_except=done_except, files=files, today=today)
    closing.write()
    return closing


def prepare(
    plan: str | Path,
    district: str | Path,
    *,
    done_except: Sequence[str] = (),
    files: Sequence[Path] | None = None,
    today: dt.date | None = None,
) -> Closing:
    """Return what `close_week` would record, with nothing written yet; it raises as that does."""
    given = _Given.read(Path(plan), Path(district))
    tables, language = given.tables, given.tables.language
    paths = came_back(_folder(Path(plan))) if files is None else tuple(files)
    told, faults = read_all(paths, given.known)
    told += [*_missed(done_except, given.known), *recorded(tables, given.known.days)]
    compared = compare(given.known.planned, told, tables)
    unread = [*faults, *compared.faults]
    rows = rows_of(compared.visits, Path("plan.json"), Phrases(language))
    requests = brought(compared.visits, tables)
    try:
        change = changed_tables(given.source, [r.visit for r in rows], requests, language=language)
    except InputError as error:
        _require_none([*unread, *error.faults], language)
        raise
    after = with_contents(given.source, change.files, change.tables)
    checked = read_source(after, name=Path(district), today=today)
    label = change.tables["visits"].file if rows else ""
    of_row = {(label, number): row for number, row in zip(change.rows, rows, strict=True)}
    of_rows = faults_of(checked, of_row, tables)
    if any(fault.severity == "error" for fault in unread):
        _require_none([*unread, *of_the_row_alone(of_rows)], language)
    found = (*unread, *of_rows)
    _require_none(found, language)
    assert checked.district is not None  # or it had an error
    closing = Closing(
        plan=given.plan,
        folder=given.source.where,
        files=paths,
        unread=() if files is not None else set_aside(_folder(Path(plan))),
        visits=compared.visits,
        rows=rows,
        requests=requests,
        change=change,
        after=checked.district,
        warnings=(*found, *stays_elsewhere(checked.district, rows)),
        ledger=given.ledger,
        before={name: given.source.contents.get(name) for name in change.files},
    )
    if given.closed is not None:
        _require_none(closed_otherwise(closing, given.closed, given.now), language)
    return closing


@dataclass(frozen=True)
class _Given:
    """A plan and its district, as it was before the week was closed if it is."""

    plan: Plan
    source: FileSource
    tables: District
    now: District
    known: Known
    ledger: Ledger
    closed: Closed | None

    @classmethod
    def read(cls, path: Path, district: Path) -> _Given:
        """Read both, after what a run that was cut off had begun to write is finished."""
        plan = load(path, older=OLDER)
        finish_several(find(district).where)
        source = find(district)
        ledger = read_ledger(source.where)
        closed = ledger.of(plan.week)
        now = tables = _district(source, district)
        if closed is not None:
            source = as_before(source, closed)
            tables = _district(source, district)
        _require_its_own(plan, tables)
        known = Known.of(plan, planned_visits(plan), tables)
        return cls(plan, source, tables, now, known, ledger, closed)


def _folder(plan: Path) -> Path:
    return plan if plan.is_dir() else plan.parent


def _district(source: FileSource, name: Path) -> District:
    checked = read_source(source, name=name)
    if checked.district is None:
        raise InputError(checked.faults, language=checked.language)
    return checked.district


def _require_its_own(plan: Plan, tables: District) -> None:
    """Refuse the tables of another district; of its own, stops may be new or gone since."""
    if {stop.id for stop in plan.stops}.isdisjoint(stop.id for stop in tables.stops):
        figures = {"district": plan.district, "week": plan.week, "folder": str(tables.folder)}
        raise UsageError(Sentence(key="usage.other-district", figures=figures))


def _require_none(faults: Sequence[Fault], language: Language) -> None:
    if any(fault.severity == "error" for fault in faults):
        raise InputError(tuple(dict.fromkeys(faults)), language=language)


def _missed(stops: Sequence[str], known: Known) -> list[ToldVisit]:
    """Return the visits of stops that were missed.

    Raises
    ------
    UsageError
        If a stop is not visited by the plan.
    """
    ids = [known.id("stops", stop) for stop in stops]
    visits = [visit for visit in known.planned if visit.stop in ids]
    unknown = tuple(sorted(set(ids) - {visit.stop for visit in visits}))
    if unknown:
        raise UsageError(
            Sentence(key="usage.not-in-plan", figures={"stops": unknown, "week": known.week})
        )
    where = Where(DONE_EXCEPT)
    return [
        ToldVisit(date=visit.date, stop=visit.stop, where=where, status="missed")
        for visit in visits
    ]
