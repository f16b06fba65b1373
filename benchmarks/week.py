"""Measure the whole week of the example as a process: seconds and peak memory.

python benchmarks/week.py [DIR] [--runs 3]
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Plan the week with a cold cache, then with a warm one, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default="examples/qijiang")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    print("effort  cache  wall s  cpu s  (best of runs)")
    for effort in ("quick", "normal"):
        for cache in ("cold", "warm"):
            runs = [_run(given.folder, effort, cold=cache == "cold") for _ in range(given.runs)]
            wall, cpu = min(runs)
            print(f"{effort:7} {cache:5} {wall:7.1f} {cpu:6.1f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of one process: {peak:.0f} MB")


def _run(folder: str, effort: str, *, cold: bool) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as top:
        cache = {"BOOKCAR_CACHE": str(Path(top, "cache"))} if cold else {}
        command = [sys.executable, "-m", "bookcar", "plan", folder, "--week", "2026-W49"]
        command += ["--effort", effort, "--routes", f"{top}/routes", "--maps", f"{top}/maps"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **cache})
        wall = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
