"""Print a large week: 20 routes of 15 stops. Run ``python benchmarks/manifests.py``.

The aim: the manifests in under 5 s of CPU and under 4 MB, the same bytes twice.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "manifests"))

from plans import ZH, make_plan

from bookcar.manifests.handouts import labels_pdf, posters_pdf
from bookcar.manifests.minimap import route_map
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet

ROUTES, STOPS, BATCHES = 20, 15, 1


def main() -> None:
    """Print each document twice and say seconds of CPU, megabytes and whether they are the same."""
    plan = make_plan(routes=ROUTES, stops=STOPS, batches=BATCHES, plan=ZH)
    week = week_sheet(plan)
    print(f"{ROUTES} routes of {STOPS} stops, {BATCHES} batch each")

    def manifests() -> bytes:
        return manifests_pdf(week, maps=[route_map(plan, route) for route in plan.routes])

    documents = {
        "manifests": manifests,
        "labels": lambda: labels_pdf(week),
        "posters": lambda: posters_pdf(week),
    }
    for name, make in documents.items():
        begun = time.process_time()
        pdf = make()
        seconds = time.process_time() - begun
        same = "same bytes twice" if make() == pdf else "OTHER BYTES THE SECOND TIME"
        print(f"{name:<10} {seconds:5.2f} s of CPU  {len(pdf) / 1e6:5.2f} MB  {same}")


if __name__ == "__main__":
    main()
