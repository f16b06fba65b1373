"""A county of one library, one car and two villages, as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

TOML = """\
name = "County"
language = "en"
time_zone = "Europe/Paris"
[week]
days = {week_days}
[[depot]]
id = "LIB"
name = "County library"
lon = 1.0
lat = 45.0
"""

VILLAGES = ("S1,Aldea,village,1.02,45.01,40,road", "S2,Bourg,village,1.01,44.97,40,road")
BATCHES = ("B1,40,LIB", "B2,40,LIB")


def write_county(
    folder: Path,
    *,
    stops: Sequence[str] = (),
    batches: Sequence[str] = BATCHES,
    days: str = "",
    week_days: str = '["Mon", "Tue", "Wed", "Thu", "Fri"]',
) -> Path:
    """Write the tables into a new folder; ``stops`` are rows to add to the two villages."""
    folder.mkdir()
    tables = {
        "district.toml": TOML.format(week_days=week_days),
        "stops.csv": _rows("id,name,kind,lon,lat,books,access", [*VILLAGES, *stops]),
        "vehicles.csv": _rows("id,depot,books,max_km,max_hours,days", [f"V,LIB,500,200,8,{days}"]),
        "batches.csv": _rows("id,books,at", batches),
    }
    for name, text in tables.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def _rows(head: str, rows: Sequence[str]) -> str:
    return "\n".join([head, *rows]) + "\n"
