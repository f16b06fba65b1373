"""20,000 MARC records into crates: seconds, and barcodes lost.

Run ``python benchmarks/titles.py [--records 20000] [--seed 1]``. The records are made up by the
seed (`benchmarks.marc_records`): half of them CNMARC, in GB18030 and then in UTF-8, half MARC 21 in
UTF-8. Every barcode that was made is looked for in the lists of titles that were written, as the
district gives them back. Seconds are of the clock, and of the CPU in brackets.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.marc_records import Made, cnmarc, iso2709, marc21
from bookcar.crates.crating import prepare
from bookcar.inputs.reader import read
from bookcar.inputs.starter import write_starter


def main() -> None:
    """Print a row for each pair of files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    half = given.records // 2
    chinese = list(cnmarc(half, given.seed))
    english = list(marc21(half, given.seed + 1))
    head = ("files", "records", "copies", "crates", "read and packed in", "written in")
    print(f"| {' | '.join((*head, 'barcodes lost', 'peak MB'))} |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for label, first, second in (
        ("CNMARC in GB18030, MARC 21 in UTF-8", (chinese, "gb18030"), (english, "utf-8")),
        ("CNMARC in UTF-8, MARC 21 in UTF-8", (chinese, "utf-8"), (english, "utf-8")),
    ):
        print(_row(label, [first, second]), flush=True)


def _row(label: str, files: Iterable[tuple[list[Made], str]]) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "county"
        write_starter(folder, name="county", language="zh")
        paths, wanted = [], Counter[str]()
        for number, (made, encoding) in enumerate(files):
            path = Path(name) / f"{number}.mrc"
            path.write_bytes(b"".join(iso2709(one.fields, encoding) for one in made))
            paths.append(path)
            wanted.update(barcode for one in made for barcode in one.barcodes)
        begun = _now()
        crating = prepare(paths, folder, books=40)
        packed = _now()
        crating.write()
        written = _now()
        titles = read(folder).titles
        found = Counter(title.barcode for rows in titles.values() for title in rows)
    lost = sum((wanted - found).values()) + sum((found - wanted).values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {label} | {crating.records:,} | {crating.copies:,} | {len(crating.crates):,} "
        f"| {_took(begun, packed)} | {_took(packed, written)} | {lost} | {peak:.0f} |"
    )


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _took(begun: tuple[float, float], ended: tuple[float, float]) -> str:
    return "{:.1f} ({:.1f})".format(*(b - a for a, b in zip(begun, ended, strict=True)))


if __name__ == "__main__":
    main()
