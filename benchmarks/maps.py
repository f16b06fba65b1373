"""Time and weigh the maps of many stops, beside stock folium on the same data.

Run: ``python benchmarks/maps.py [--stops 300 3000 30000] [--plan routes/andorra/2026-W49 ...]``.
With ``--plan`` the maps of those plans are measured too, from their district's own roads, waters,
hills and townships. Each page is drawn once more to see that its bytes are the same. Python times
are CPU seconds, the best of three. A page's own time counts from the start of its loading until it
can be used, the best of three, in a headless Chromium: seconds of wall time, and of CPU time of the
page's thread, which a busy machine does not lengthen. Dragging is the mean time between two frames
while the map follows the mouse, and the time to draw the new view when it is let go. A page of
stock folium needs the network, so that a browser without it has nothing to time; its requests are
counted in the page, and ``--no-folium`` leaves it out.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import numpy as np

from bookcar.cli.opened import tables_of
from bookcar.maps.coverage import coverage_map
from bookcar.maps.measures import measure, recorded_plan
from bookcar.maps.routes import route_map
from bookcar.model import Depot, District, PastVisit, Stop
from bookcar.plan import Plan
from bookcar.plan_file import load
from bookcar.roads.basemap import basemap
from bookcar.roads.walk import walk_network

CENTRE = (106.65, 29.02)
AS_OF = dt.date(2026, 11, 29)
ROUNDS = 3
BROWSER_COLUMNS = ("errors", "ready s", "CPU s", "frame ms", "let go ms")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--force-device-scale-factor=1")

Pages = dict[str, Callable[[], str]]

# What Leaflet does while the mouse drags the map, and what it does when the button is let go.
DRAG = """
const done = arguments[0], times = [], map = bookcar.map;
let last = performance.now(), n = 0;
function frame(now) {
  times.push(now - last);
  last = now;
  n += 1;
  if (n <= 30) {
    map._rawPanBy(L.point(n % 20 < 10 ? 9 : -9, 5));
    map.fire('move').fire('drag');
    return requestAnimationFrame(frame);
  }
  map.fire('moveend');
  requestAnimationFrame(() => requestAnimationFrame(() => done(
    [times.slice(1).reduce((a, b) => a + b) / (times.length - 1), performance.now() - last])));
}
requestAnimationFrame(frame);
"""


def plan_of(stops: int) -> Plan:
    """Return the records of a made-up county, by a fixed seed: half of the stops ever visited."""
    rng = np.random.default_rng(1)
    spots = np.array(CENTRE) + rng.normal(0, 0.25, (stops, 2))
    district = District(
        name="County",
        folder=Path("county"),
        depots=(Depot(id="D", name="Library", lon=CENTRE[0], lat=CENTRE[1]),),
        stops=tuple(
            Stop(
                id=f"S{i}",
                name=f"{'花石大红竹溪白松'[i % 8]}田村 {i}",
                kind=("village", "school", "bookhouse")[i % 3],
                lon=round(float(lon), 6),
                lat=round(float(lat), 6),
                area=f"Township {i % 25}",
                people=int(rng.integers(80, 4_000)),
                books=50,
                contact="Wang",
                phone="159-0000-0000",
            )
            for i, (lon, lat) in enumerate(spots)
        ),
        vehicles=(),
        visits=tuple(
            PastVisit(date=AS_OF - dt.timedelta(days=int(rng.integers(0, 90))), stop=f"S{i}")
            for i in range(0, stops, 2)
        ),
    )
    return recorded_plan(district, AS_OF)


def folium_map(plan: Plan) -> str:
    """Return the stops as folium draws them: a circle with a popup for each."""
    chart = folium.Map(location=CENTRE[::-1], zoom_start=11)
    for stop in plan.stops:
        text = f"<b>{stop.name}</b><br>{stop.area}<br>{stop.people}<br>{stop.contact} {stop.phone}"
        folium.CircleMarker(
            (stop.lat, stop.lon), radius=5, popup=folium.Popup(text, max_width=300)
        ).add_to(chart)
    return str(chart.get_root().render())


def best(work: Callable[[], str], rounds: int = ROUNDS) -> tuple[float, str]:
    """Return the least CPU time of some rounds, and the page."""
    times, page = [], ""
    for _ in range(rounds):
        begin = time.process_time()
        page = work()
        times.append(time.process_time() - begin)
    return min(times), page


def browser(folder: Path) -> Any:
    """Return a Chromium driven by selenium, None where there is none."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        return None
    from selenium import webdriver  # noqa: PLC0415

    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}", "--window-size=1500,950"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


def ready_and_drag(driver: Any, page: Path) -> tuple[float, float, float, float]:
    """Return wall and CPU seconds until a page can be used, and the two times of dragging in ms."""
    ready, cpu, frames = [], [], []
    driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    for _ in range(ROUNDS):
        driver.get(page.as_uri())
        ready.append(_until_ready(driver))
        cpu.append(_thread_seconds(driver))
        frames.append(driver.execute_async_script(DRAG))
    return min(ready), min(cpu), *(min(times) for times in zip(*frames, strict=True))


def _until_ready(driver: Any) -> float:
    """Wait until a page that is loaded has drawn itself; return the seconds it says that took."""
    from selenium.webdriver.support.wait import WebDriverWait  # noqa: PLC0415

    attribute = "return document.documentElement.getAttribute('data-bookcar-ready')"
    return int(WebDriverWait(driver, 120).until(lambda d: d.execute_script(attribute))) / 1000


def _thread_seconds(driver: Any) -> float:
    """Return what the page's thread has worked since the page began to load."""
    metrics = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def main() -> None:
    """Print a row per number of stops and kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stops", type=int, nargs="*", default=[300, 3_000, 30_000])
    parser.add_argument("--plan", type=Path, nargs="*", default=[])
    parser.add_argument("--no-folium", action="store_true")
    args = parser.parse_args()
    columns = ("stops", "page", "Python s", "MB", "requests", *BROWSER_COLUMNS)
    print(f"| {' | '.join(columns)} |")
    print("| ---: | --- |" + " ---: |" * (len(columns) - 2))
    with tempfile.TemporaryDirectory() as folder:
        driver = browser(Path(folder))
        try:
            for count in args.stops:
                plan = plan_of(count)
                pages = made_up_pages(plan)
                _rows(str(len(plan.stops)), _kept(pages, args), driver, Path(folder))
            for path in args.plan:
                _rows(path.parent.name, _kept(plan_pages(path), args), driver, Path(folder))
        finally:
            if driver is not None:
                driver.quit()


def _kept(pages: Pages, args: argparse.Namespace) -> Pages:
    return {name: work for name, work in pages.items() if not (args.no_folium and "stock" in name)}


def made_up_pages(plan: Plan) -> Pages:
    """Return what draws each page of a made-up plan."""
    return {
        "coverage": lambda: coverage_map(plan, None, language="en"),
        "routes": lambda: route_map(plan, None, language="en"),
        "stock folium": lambda: folium_map(plan),
    }


def plan_pages(path: Path) -> Pages:
    """Return what draws each page of a plan, its roads read and its measures taken before."""
    plan = load(path)
    district = tables_of(plan, path, None)
    ground, areas = basemap(district), district.areas
    measures = measure(plan, district, walk_network(district, stops=plan.stops))
    return {
        "coverage": lambda: coverage_map(plan, ground, areas=areas, measures=measures),
        "routes": lambda: route_map(plan, ground, areas=areas),
        "stock folium": lambda: folium_map(plan),
    }


def _rows(label: str, pages: Pages, driver: Any, folder: Path) -> None:
    for name, work in pages.items():
        stock = name == "stock folium"
        seconds, page = best(work, 1 if stock else ROUNDS)
        if not stock and work() != page:
            raise SystemExit(f"The {name} page of {label} has other bytes the second time.")
        asked = len(re.findall(r'<(?:script|link)[^>]*(?:src|href)="http', page))
        row = [label, name, f"{seconds:.2f}", f"{len(page.encode()) / 1e6:.2f}"]
        figures = [""] * len(BROWSER_COLUMNS)
        if driver is not None and not stock:
            path = folder / f"{name}.html"
            path.write_text(page, "utf-8")
            ready, cpu, mean, longest = ready_and_drag(driver, path)
            errors = len(driver.get_log("browser"))
            figures = [str(errors), f"{ready:.2f}", f"{cpu:.2f}", f"{mean:.0f}", f"{longest:.0f}"]
        print(f"| {' | '.join([*row, str(asked), *figures])} |", flush=True)


if __name__ == "__main__":
    main()
