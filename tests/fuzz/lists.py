"""Spoil lists of stops of every kind and import them: ``PYTHONPATH=tests:. python -m fuzz.lists``.

Prints, for each kind of file, how many were read, how many gave stops and how many faults, the
slowest and the memory at its peak. A file that makes a reader raise ends the run with its seed.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from importing import lists

from bookcar.importing.files import read_file
from bookcar.importing.headings import take
from bookcar.importing.layout import lay_out
from bookcar.importing.stops import Options, read_stops
from fuzz.spoilt import spoil, spoil_parts

MOST_SECONDS, MOST_MB = 60, 1_000
_SHARES = {
    "cells.csv": 0.4, "stops.csv": 0.08, "stops.xlsx": 0.06, "parts.xlsx": 0.06, "stops.ods": 0.05,
    "parts.ods": 0.05, "stops.xls": 0.04, "stops.xlsb": 0.02, "parts.xlsb": 0.02,
    "stops.geojson": 0.04, "stops.json": 0.02, "stops.kml": 0.03, "parts.kmz": 0.03,
    "stops.gpkg": 0.01, "shape.zip": 0.02, "feed.zip": 0.01, "parts-feed.zip": 0.06,
}  # fmt: skip
SAMPLES = Path(lists.__file__).parent / "samples"
_WORDS = (
    *("10.30", "10h30", "1.30pm", "10:30-11:15", "10.5", "10.3", "24:00", "0.4375", "下午2点半"),
    *("Mondays", "Thursday 1", "ma", "Do", "Week 2", "逢3、6、9", "第一个周二", "every other Thu"),
    *("Mon 9-11; Thu 14-15", "week 1-52/3 We 10:00-10:30", "Mo 9-17, Sa 10-13"),
    *("1st and 3rd Tue", "odd weeks", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY", "5/12/2026"),
    *(
        "31.12.2026",
        "2026-01-05",
        "46000",
        "51°21'43\"N",
        "2°45'O",
        "55.9,-3.1",
        "1e308",
        "346868.9",
    ),
    *(
        "1.041,5",
        "2.000",
        "",
        "#N/A",
        "=1+1",
        "合计",
        "Total",
        "x" * 200,
        "\u200b",
        "nan",
        "-",
        "\x07",
    ),
    "POINT (1 2)",
)
_HEADS = (
    *("Stop", "Town", "Day", "Arrival", "Departure", "Lon", "Lat", "Location", "Day and time"),
    *("frequency", "start", "end", "exceptions", "mobile", "kind", "books", "people", "foo", ""),
    *("Week", "名称"),
)


def cells(rng: random.Random) -> bytes:
    """Return a table with any headings and any cells."""
    heads = ["Stop", "Lon", "Lat", *rng.choices(_HEADS, k=rng.randint(1, 8))]
    rng.shuffle(heads)
    rows = [
        [rng.choice(_WORDS) if rng.random() < 0.7 else str(rng.uniform(-200, 200)) for _ in heads]
        for _ in range(rng.randint(0, 6))
    ]
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=rng.choice(",;\t")).writerows([heads, *rows])
    return stream.getvalue().encode()


def sound_files(folder: Path) -> dict[str, bytes]:
    """Return a sound file of each kind."""
    made = {
        "stops.csv": lists.csv_file(folder / "stops.csv", lists.STOPS),
        "stops.xlsx": lists.workbook(folder / "stops.xlsx", {"Stops": lists.STOPS}),
        "stops.ods": lists.spreadsheet_ods(folder / "stops.ods", lists.STOPS),
        "stops.geojson": lists.places(folder / "stops.geojson", "GeoJSON"),
        "stops.kml": lists.places(folder / "stops.kml", "KML"),
        "stops.gpkg": lists.places(folder / "stops.gpkg", "GPKG"),
        "stops.json": lists.esri_json(folder / "esri.json"),
    }
    shape = folder / "shape"
    shape.mkdir()
    lists.places(shape / "stops.shp", "ESRI Shapefile")
    made["shape.zip"] = lists.zipped(folder / "shape.zip", sorted(shape.iterdir()))
    made["parts.kmz"] = lists.zipped(folder / "stops.kmz", [made["stops.kml"]])
    feed = lists.feed(folder / "feed")
    made["feed.zip"] = lists.zipped(folder / "feed.zip", sorted(feed.iterdir()))
    made |= {name: SAMPLES / name for name in ("stops.xls", "stops.xlsb")}
    data = {name: path.read_bytes() for name, path in made.items()}
    parts = {f"parts{end}": data[f"stops{end}"] for end in (".xlsx", ".ods", ".xlsb")}
    return data | parts | {"parts-feed.zip": data["feed.zip"]}


def tried(path: Path) -> tuple[int, int]:
    """Import a file; return how many stops and faults it gave."""
    sheets, faults = read_file(path, "GB")
    stops = 0
    for sheet in sheets:
        laid = lay_out(sheet)
        if laid is None:
            continue
        taken = take(laid.header, [row for _, row in laid.rows], {})
        found = read_stops(
            sheet.file, laid.rows, taken, Options(), comma_decimal=sheet.comma_decimal
        )
        stops += len(found.rows)
        faults += found.faults
    for fault in faults[:50]:  # every fault can be told
        assert fault.problem
        assert fault.fix
    return stops, len(faults)


def main() -> int:
    """Return 1 if a reader raised, or took too long or too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    _say("| kind | files | with stops | with faults | slowest, CPU s | peak MB |")
    _say("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sound = sound_files(folder)
        for kind, share in _SHARES.items():
            seeds = range(given.seed, given.seed + round(given.count * share))
            if not _kind(kind, sound.get(kind, b""), seeds, folder):
                return 1
    return 0


def _kind(kind: str, data: bytes, seeds: range, folder: Path) -> bool:
    """Read a kind of file by every seed; False if a reader raised, or took too long or too much."""
    spoiling: Callable[[bytes, random.Random], bytes]
    spoiling = spoil_parts if kind.startswith(("parts", "shape")) else spoil
    path = folder / f"a{Path(kind).suffix}"
    slowest = with_stops = with_faults = 0.0
    for seed in seeds:
        rng = random.Random(f"{kind} {seed}")
        path.write_bytes(cells(rng) if kind == "cells.csv" else spoiling(data, rng))
        begun = time.process_time()
        try:
            stops, faults = tried(path)
        except Exception as error:
            _say(f"{kind}, seed {seed}: {type(error).__name__}: {error}")
            return False
        slowest = max(slowest, time.process_time() - begun)
        with_stops += bool(stops)
        with_faults += bool(faults)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = (
        f"{len(seeds):,} | {with_stops:,.0f} | {with_faults:,.0f} | {slowest:.3f} | {peak:.0f}"
    )
    _say(f"| {kind} | {figures} |")
    return slowest <= MOST_SECONDS and peak <= MOST_MB


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
