"""Spoil files by seeds and read them: ``PYTHONPATH=tests:. python -m fuzz --count 100000``.

Prints, for each reader, how many files were read, how many of them gave copies and how many faults,
the slowest and the memory at its peak. A file that makes a reader raise ends the run with its seed.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from fuzz.spoilt import READERS, tried

MOST_SECONDS, MOST_MB = 60, 1_000
_SHARES = {"CNMARC": 0.3, "MARC 21": 0.3, "CSV": 0.3, "xlsx": 0.05, "xlsx, a part": 0.05}


def main() -> int:
    """Return 1 if a reader raised, or took too long or too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    _say("| reader | files | with copies | with faults | slowest, CPU s | peak MB |")
    _say("| --- | --- | --- | --- | --- | --- |")
    for reader in READERS:
        count = round(given.count * _SHARES[reader])
        slowest = copies = faults = 0.0
        for seed in range(given.seed, given.seed + count):
            begun = time.process_time()
            try:
                _, found = tried(reader, seed)
            except Exception as error:
                _say(f"{reader}, seed {seed}: {type(error).__name__}: {error}")
                return 1
            slowest = max(slowest, time.process_time() - begun)
            copies += bool(found.copies)
            faults += bool(found.faults)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures = f"{count:,} | {copies:,.0f} | {faults:,.0f} | {slowest:.3f} | {peak:.0f}"
        _say(f"| {reader} | {figures} |")
        if slowest > MOST_SECONDS or peak > MOST_MB:
            return 1
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
