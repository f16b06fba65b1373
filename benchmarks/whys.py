"""All whys of a week in which every stop of the example is due: time, whole and by stop.

``python -m benchmarks.whys [--effort quick]``
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec

import bookcar as bc
from bookcar.inputs.reader import read
from bookcar.why.week import whys_of

WEEK = "2026-W49"
EXAMPLE = Path(__file__).parents[1] / "examples" / "qijiang"


def main() -> None:
    """Plan the week of a district where nobody was ever visited, and time its whys."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--effort", default="quick", choices=("quick", "normal", "thorough"))
    args = parser.parse_args()
    district = msgspec.structs.replace(read(EXAMPLE), visits=())
    plan = bc.plan_week(district, WEEK, effort=args.effort, seed=1)
    say = sys.stdout.write
    say(f"{len(plan.stops)} stops, {plan.totals.due} due, {len(plan.unserved)} unserved\n")
    texts = []
    for _ in range(2):
        began = time.perf_counter(), time.process_time()
        whys = whys_of(district, plan)
        wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
        texts.append(whys.to_json())
        levels = Counter(why.level for why in whys.stops)
        say(f"all whys: {wall:.1f} s, {cpu:.1f} s of CPU; {dict(sorted(levels.items()))}\n")
    say(f"the same bytes: {texts[0] == texts[1]}\n")


if __name__ == "__main__":
    main()
