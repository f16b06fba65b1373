"""A small sound district as files, and ways to break it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import openpyxl

from bookcar.errors import Fault
from bookcar.inputs.reader import Checked, read_district

TOML = """\
name = "Qijiang"
language = "zh"
time_zone = "Asia/Shanghai"

[[depot]]
id = "LIB"
name = "图书馆"
lon = 106.648
lat = 29.023

[week]
starts = "08:00"
"""
STOPS = """\
id,name,kind,lon,lat,books,area,days,opens,closes,vehicles,mix
S1,Zijing,village,106.61,28.95,60,Yongxin,,,,,
S2,Fulin,school,106.66,28.96,120,Dongxi,Mon Tue,08:00 14:00,11:30 17:00,V1,
S3,Anyu,bookhouse,106.75,28.93,68,Fuhuan,3 6 9,,,,
S4,Guofu,village,106.60,28.85,50,Guofu,,,,,
S5,Hengshan,teahouse,106.67,29.11,40,Hengshan,,,,,
"""
VEHICLES = """\
id,name,depot,books,kg,max_km,max_hours,days,profile
V1,one,LIB,1200,800,200,8.5,,
V2,two,,2000,,250,8,Mon Wed,car
"""
BATCHES = "id,books,kg,at,since,mix,titles\nB1,60,,LIB,,,\nB2,120,40,S2,2026-09-01,,\n"
VISITS = (
    "date,stop,vehicle,batch,action,books,status\n"
    "2026-09-01,S2,V1,B2,dropped,120,done\n2026-10-01,S1,V2,,,,missed\n"
)
REQUESTS = "id,date,stop,title,isbn,wanted_by,status\nR1,2026-10-02,S1,活着,9787506365437,,open\n"
CLOSURES = "from,to,ways,shape,note\n2026-11-01,2026-12-31,4231 98721,,landslide\n"

SOUND: Mapping[str, str] = {
    "district.toml": TOML,
    "stops.csv": STOPS,
    "vehicles.csv": VEHICLES,
    "batches.csv": BATCHES,
    "visits.csv": VISITS,
    "requests.csv": REQUESTS,
    "closures.csv": CLOSURES,
}


def write(folder: Path, **changed: str | bytes | None) -> Path:
    """Write the sound district with some files changed (``stops=...``) or left out (None)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (SOUND | {_file(key): text for key, text in changed.items()}).items():
        if text is not None:
            data = text.encode() if isinstance(text, str) else text
            (folder / name).write_bytes(data)
    return folder


def check(folder: Path, **changed: str | bytes | None) -> Checked:
    return read_district(write(folder, **changed))


def faults(folder: Path, rule: str, **changed: str | bytes | None) -> list[Fault]:
    return [fault for fault in check(folder, **changed).faults if fault.rule == rule]


def workbook(path: Path, sheets: Mapping[str, str | list[list[object]]]) -> Path:
    """Write a workbook; a sheet is CSV text or rows of values."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, content in sheets.items():
        sheet = book.create_sheet(title)
        rows = csv.reader(io.StringIO(content)) if isinstance(content, str) else content
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def _file(key: str) -> str:
    if key == "district":
        return "district.toml"
    return key.replace("__", ".") if "__" in key else f"{key}.csv"
