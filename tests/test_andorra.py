"""A real country from its OpenStreetMap extract alone: init, check, plan, audit."""

from __future__ import annotations

import csv
import json
import math
import re
import shutil
from pathlib import Path

import polyline
import pytest
from click.testing import CliRunner

from bookcar.cli import main
from bookcar.plan import Plan, PlanStop
from bookcar.plan_file import load

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def top(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which Andorra was begun from the map and planned."""
    folder = tmp_path_factory.mktemp("andorra")
    extract = str(shared / "osm" / "andorra.osm.pbf")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("BOOKCAR_CACHE", str(folder / "cache"))
        for args in (
            ["init", "andorra", "--from-osm", extract, "--time-zone", "Europe/Andorra"],
            ["check", "andorra"],
            ["plan", "andorra", "--week", "2026-W49", "--effort", "quick"],
        ):
            result = CliRunner().invoke(main, args, catch_exceptions=False)
            assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def plan(top: Path) -> Plan:
    return load(top / "routes" / "andorra" / "2026-W49")


def test_every_village_and_school_of_the_map_is_a_stop(plan: Plan, shared: Path) -> None:
    with (shared / "osm" / "andorra_sites.csv").open(encoding="utf-8") as stream:
        sites = list(csv.DictReader(stream))
    wanted = [s for s in sites if s["kind"] in ("village", "hamlet", "school")]
    assert len(wanted) > 80
    for site in wanted:
        assert any(_is(stop, site) for stop in plan.stops), site


def _is(stop: PlanStop, site: dict[str, str]) -> bool:
    """Tell a site by its name, or a nameless one by its place (node and area may be one stop)."""
    if site["name"]:
        return stop.name == site["name"]
    metres = math.hypot(
        (stop.lat - float(site["lat"])) * 111_195,
        (stop.lon - float(site["lon"])) * 111_195 * math.cos(math.radians(stop.lat)),
    )
    return metres < 300 and stop.kind == site["kind"]


def test_the_roads_are_real(plan: Plan) -> None:
    """A leg is a line of many points along the road, longer than the straight way."""
    legs = [visit.leg for route in plan.routes for visit in route.visits]
    far = [leg for leg in legs if leg.metres > 2_000]
    assert not plan.estimated
    assert plan.road_note[0].key == "common.roads-osm"
    assert len(far) > 20
    assert all(len(polyline.decode(leg.line)) > 10 for leg in far)


def test_what_no_road_reaches_is_named_with_its_reason(plan: Plan) -> None:
    """Three hamlets on foot paths only, and one that nothing mapped reaches."""
    names = {stop.id: stop.name for stop in plan.stops}
    reasons = {names[u.stop]: u.reason for u in plan.unserved}
    assert reasons["Ràmio"] == "foot-only"
    assert reasons["Entremesaigües"] == "foot-only"
    assert reasons["Mas d’Alins"] == "off-road"


HAMLETS = {"Ràmio", "Entremesaigües", "Bordes de Cardameller", "Mas d’Alins"}
"""Those without a road; nothing mapped leads to the last."""


@pytest.fixture(scope="module")
def carried(top: Path, shared: Path) -> Plan:
    """Return the week in which somebody of each hamlet fetches, with heights known."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        patch.setenv("BOOKCAR_CACHE", str(top / "cache"))
        shutil.copytree("andorra", "fetched")
        settings = Path("fetched/district.toml")
        heights = f'heights = "{(shared / "dem").as_posix()}"'
        text, count = re.subn(
            r"^extract = .*$", rf"\g<0>\n{heights}", settings.read_text("utf-8"), flags=re.M
        )
        assert count == 1
        settings.write_text(text, "utf-8")
        with Path("fetched/stops.csv").open(encoding="utf-8-sig") as stream:
            told = (line for line in stream if not line.startswith(("#", '"#')))
            ids = [row["id"] for row in csv.DictReader(told) if row["name"] in HAMLETS]
        assert len(ids) == len(HAMLETS)
        stops = Path("fetched/stops.csv").read_text("utf-8")
        for name in ("Bordes de Cardameller", "Mas d’Alins"):  # a car may stand 334 m from one
            stops, count = re.subn(rf"^(\w+,{name},.*),road,", r"\1,foot,", stops, flags=re.M)
            assert count == 1
        Path("fetched/stops.csv").write_text(stops, "utf-8")
        rows = "".join(f"K{k},{stop},{stop}\n" for k, stop in enumerate(ids))
        Path("fetched/carriers.csv").write_text("id,at,serves\n" + rows, "utf-8")
        args = ["plan", "fetched", "--week", "2026-W49", "--effort", "quick"]
        result = CliRunner().invoke(main, args, catch_exceptions=False)
        assert result.exit_code == 0, result.output
    return load(top / "routes" / "fetched" / "2026-W49")


def test_hamlets_are_reached_on_foot_over_real_paths(carried: Plan) -> None:
    """But the one that nothing mapped leads to."""
    names = {stop.id: stop.name for stop in carried.stops}
    visits = [visit for route in carried.routes for visit in route.visits]
    foot = {names[visit.stop]: visit.foot for visit in visits if visit.foot}
    assert set(foot) == {"Ràmio", "Entremesaigües", "Bordes de Cardameller"}
    ways = {name: leg for name, leg in foot.items() if leg}
    assert 1_900 < ways["Ràmio"].metres < 2_100
    assert 200 < (ways["Ràmio"].climb or 0) < 280
    assert all(len(polyline.decode(leg.line)) > 5 for leg in ways.values())
    assert all(len(leg.tours) == 1 for leg in ways.values())
    reasons = {names[row.stop]: row.reason for row in carried.unserved}
    assert reasons == {"Mas d’Alins": "no-footpath"}


def test_most_stops_are_served_and_the_speeds_are_believable(plan: Plan) -> None:
    t = plan.totals
    assert t.served >= 0.8 * t.due
    drive = sum(route.drive_s for route in plan.routes)
    legs = sum(len(route.visits) + 1 for route in plan.routes)
    free_flow = t.metres / (drive - 240 * legs) * 3.6
    assert 20 < free_flow < 60


def test_the_audit_is_clean_from_the_files_alone(top: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        patch.setenv("BOOKCAR_CACHE", str(top / "cache"))
        args = ["audit", "routes/andorra/2026-W49", "--json"]
        result = CliRunner().invoke(main, args, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["findings"] == []
