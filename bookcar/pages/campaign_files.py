"""The files of a campaign in their folder, all of them or none."""

from __future__ import annotations

from pathlib import Path

from bookcar.campaigns.progress import CampaignProgress
from bookcar.files import write_folder
from bookcar.manifests.tables import table_csv
from bookcar.model import Campaign
from bookcar.weeks import clock

COLUMNS = ("stop", "date", "vehicle", "arrive", "leave", "status", "was", "told", "note")


def campaign_folder(above: Path, campaign: Campaign) -> Path:
    """Return where a campaign goes: ``campaign-ID`` beside the weeks."""
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in campaign.id)
    return above / f"campaign-{name}"


def promises_csv(found: CampaignProgress) -> bytes:
    """Return the visits that the timetable does not have yet, as rows of it."""
    schedule = found.schedule
    name = schedule.campaign.name or schedule.campaign.id
    return table_csv(
        COLUMNS,
        (
            (
                *(visit.stop, visit.date.isoformat(), visit.vehicle),
                *(clock(visit.arrive), clock(visit.leave), "promised", "", "", name),
            )
            for visit in schedule.visits
            if not visit.promised
        ),
    )


def write_campaign(found: CampaignProgress, page: str, folder: Path) -> list[Path]:
    """Write a campaign into a folder and return the files to open first.

    Raises
    ------
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    files = {
        "index.html": page.encode(),
        "timetable.csv": promises_csv(found),
        "campaign.json": found.to_json(),
    }
    write_folder(folder, files)
    return [folder / name for name in ("index.html", "timetable.csv")]
