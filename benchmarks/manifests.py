"""Print a large week: 20 routes of 15 stops. Run ``python benchmarks/manifests.py``.

One and two batches a stop. The aim: the manifests in under 5 s of CPU and under 4 MB, the same
bytes twice.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "manifests"))

from plans import ZH, make_plan

from bookcar.manifests.handouts import labels_pdf, posters_pdf
from bookcar.manifests.navigation import qr_svg
from bookcar.manifests.pdf import manifests_pdf
from bookcar.manifests.rows import week_sheet
from bookcar.web.minimap import route_map

ROUTES, STOPS = 20, 15


def main() -> None:
    """Measure a week with one batch a stop, and one with two."""
    for batches in (1, 2):
        measure(batches)


def measure(batches: int) -> None:
    """Print each document twice and say seconds of CPU, megabytes and whether they are the same.

    The second printing finds fonts and navigation codes ready, as a second week in one process
    would; the first is what `bookcar plan` takes.
    """
    plan = make_plan(routes=ROUTES, stops=STOPS, batches=batches, plan=ZH)
    week = week_sheet(plan)
    qr_svg.cache_clear()
    print(f"{ROUTES} routes of {STOPS} stops, batches a stop: {batches}")

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
        first = time.process_time() - begun
        begun = time.process_time()
        same = "same bytes twice" if make() == pdf else "OTHER BYTES THE SECOND TIME"
        again = time.process_time() - begun
        figures = f"{first:5.2f} s of CPU, again {again:5.2f}  {len(pdf) / 1e6:5.2f} MB"
        print(f"{name:<10} {figures}  {same}")


if __name__ == "__main__":
    main()
