"""Opening what promises visits, a timetable or a campaign, with its district, audited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from bookcar.audit.campaign import CAMPAIGN_GROUND, CAMPAIGN_RULES, audit_campaign
from bookcar.audit.timetable import TIMETABLE_GROUND, TIMETABLE_RULES, audit_timetable
from bookcar.campaigns.file import NAME as CAMPAIGN
from bookcar.campaigns.file import load_campaign
from bookcar.campaigns.schedule import horizon_of
from bookcar.cli.reading import district_in
from bookcar.errors import UsageError
from bookcar.inputs.folder import holds_district
from bookcar.inputs.movements import before
from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.progress import Progress
from bookcar.roads.sources import travel_for
from bookcar.timetable_file import NAME as TIMETABLE
from bookcar.timetable_file import load_timetable
from bookcar.weeks import monday_of

Kind = Literal["plan", "timetable", "campaign"]


@dataclass(frozen=True)
class Promised:
    """What was audited, by its id, and what was found."""

    kind: Kind
    id: str
    rules: int
    findings: tuple[str, ...]


class _Sign(msgspec.Struct):
    """What only a timetable, or only a campaign, has."""

    same_time_s: int | None = None
    standings: msgspec.Raw | None = None


def kind_of(path: Path) -> Kind:
    """Return what a file, or the one in a folder, is by its content; a plan if it is neither."""
    if path.is_dir():
        if (path / TIMETABLE).exists() and not (path / "plan.json").exists():
            return "timetable"
        return "campaign" if (path / CAMPAIGN).exists() else "plan"
    try:
        sign = msgspec.json.decode(path.read_bytes(), type=_Sign)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "plan"  # it says what is wrong with it
    if sign.same_time_s is not None:
        return "timetable"
    return "plan" if sign.standings is None else "campaign"


def audited_timetable(path: Path, district: Path | None, progress: Progress) -> Promised:
    """Read a timetable and its district, and audit the one against the other.

    Raises
    ------
    InputError
        If the timetable or the district cannot be read.
    UsageError
        If the district is not where the timetable says and none is named.
    """
    table = load_timetable(path, as_it_is=True)
    tables = _tables(table.provenance.folder, path, district, progress)
    then = before(tables, monday_of(table.first))
    travel = travel_for(then, dates=_days(table.first, table.last), progress=progress)
    progress.start("steps.audit")
    found = audit_timetable(table, tables, travel)
    rules = len(TIMETABLE_GROUND) + len(TIMETABLE_RULES)
    return _told(Promised("timetable", table.id, rules, tuple(found)), progress)


def audited_campaign(path: Path, district: Path | None, progress: Progress) -> Promised:
    """Do so for a campaign."""
    campaign = load_campaign(path)
    tables = _tables(campaign.provenance.folder, path, district, progress)
    schedule = campaign.schedule
    then = before(tables, schedule.begins)
    horizon = horizon_of(schedule.campaign, schedule.begins)
    travel = travel_for(then, dates=horizon.dates, progress=progress)
    progress.start("steps.audit")
    found = audit_campaign(campaign, tables, travel)
    rules = len(CAMPAIGN_GROUND) + len(CAMPAIGN_RULES)
    return _told(Promised("campaign", campaign.id, rules, tuple(found)), progress)


def _told(audited: Promised, progress: Progress) -> Promised:
    if audited.findings:
        progress.finish("steps.findings", count=len(audited.findings))
    else:
        progress.finish("steps.clean")
    return audited


def _days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def _tables(said: str, path: Path, district: Path | None, progress: Progress) -> District:
    return district_in(district or _folder(Path(said), path), progress)


def _folder(said: Path, path: Path) -> Path:
    """Return the district's folder: as it is named from here, or from above the file."""
    for base in (Path(), *path.resolve().parents):
        if holds_district(base / said):
            return base / said
    raise UsageError(Sentence(key="usage.district-gone", figures={"folder": str(said)}))
