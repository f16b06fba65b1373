"""Tiles are asked for only where the user names them, and then of nobody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli.county import write_county
from click.testing import CliRunner
from maps.plans import CENTRE, make_plan
from PIL import Image

from bookcar.cli import main
from bookcar.errors import UsageError
from bookcar.inputs.tiles import bad_address
from bookcar.maps.coverage import coverage_map
from bookcar.maps.routes import route_map
from bookcar.maps.tiles import Tiles, tiles_from

PLAN = make_plan(stops=12, routes=1, visits=3, unserved=2)
SERVER = "https://tile.example.org/styles/basic/{z}/{x}/{y}.png?key=1"


def tile_folder(folder: Path, zoom: int = 9) -> Path:
    """Write green tiles around the middle of the made-up county, at two zooms."""
    for z in (zoom, zoom + 1):
        x, y = (int(part * 2**z) for part in _spot())
        for column in range(x - 1, x + 2):
            place = folder / str(z) / str(column)
            place.mkdir(parents=True)
            for row in range(y - 1, y + 2):
                Image.new("RGB", (256, 256), "#20a040").save(place / f"{row}.png")
    return folder


def _spot() -> tuple[float, float]:
    """Return the centre as shares of the world's map, from the west and from the north."""
    import math  # noqa: PLC0415

    lon, lat = CENTRE
    return lon / 360 + 0.5, 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


def policy(page: str) -> str:
    return re.search(r"img-src ([^;]*);", page)[1]


def test_without_tiles_only_what_is_in_the_page_is_shown():
    assert policy(route_map(PLAN, None)) == "data:"
    assert tiles_from("", "", page_folder=Path()) is None


def test_a_server_is_let_in_by_its_own_folder_alone(tmp_path):
    tiles = tiles_from(SERVER, "Example", page_folder=tmp_path)
    page = coverage_map(PLAN, None, tiles=tiles)
    assert policy(page) == "data: https://tile.example.org/styles/basic/"


def test_a_folder_is_found_from_the_page(tmp_path):
    folder = tile_folder(tmp_path / "my tiles")
    tiles = tiles_from(str(folder), "Own", page_folder=tmp_path / "maps" / "x")
    assert tiles.address == "../../my%20tiles/{z}/{x}/{y}.png"
    assert (tiles.least, tiles.most) == (9, 10)
    (south, west), (north, east) = tiles.bounds
    assert south < CENTRE[1] < north
    assert west < CENTRE[0] < east


@pytest.mark.parametrize(
    "address",
    [
        "https://wprd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}",
        "http://rt0.map.gtimg.com/tile?z={z}&x={x}&y={y}",
        "https://mt1.google.cn/vt?x={x}&y={y}&z={z}",
    ],
)
def test_shifted_tiles_are_refused(address):
    assert bad_address(address) == "shifted-tiles"
    with pytest.raises(UsageError, match="GCJ-02"):
        tiles_from(address, "x", page_folder=Path())


@pytest.mark.parametrize(
    "address",
    [
        "https://tile.example.org/{z}/{x}.png",
        "https://{s}.tile.example.org/{z}/{x}/{y}.png",
        "ftp://tile.example.org/{z}/{x}/{y}.png",
        "https://a.org/{z}/{x}/{y}.png; script-src *",
        'https://a.org/{z}/{x}/{y}.png"',
        "https:///{z}/{x}/{y}.png",
    ],
)
def test_what_is_no_address_of_one_server_is_refused(address):
    assert bad_address(address) == "bad-tiles"


def test_tiles_need_a_credit_and_a_folder_that_holds_some(tmp_path):
    with pytest.raises(UsageError, match="whose the tiles are"):
        tiles_from(SERVER, "", page_folder=tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        tiles_from(str(tmp_path / "gone"), "x", page_folder=tmp_path)
    with pytest.raises(UsageError, match="z/x/y"):
        tiles_from(str(tmp_path), "x", page_folder=tmp_path)


def test_command_draws_on_tiles_by_option_and_by_setting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    county = write_county(Path("county"))
    tile_folder(tmp_path / "county" / "tiles")
    maps = Path("maps/county/coverage-2026-11-20.html")
    command = ["coverage", str(county), "--as-of", "2026-11-20"]
    refused = CliRunner().invoke(main, [*command, "--tiles", "county/tiles"])
    assert refused.exit_code == 2
    assert "whose the tiles are" in refused.stderr
    assert not maps.exists()
    asked = [*command, "--tiles", "county/tiles", "--tiles-credit", "Own"]
    assert CliRunner().invoke(main, asked).exit_code == 0
    by_option = maps.read_text("utf-8")
    assert '"address":"../../county/tiles/{z}/{x}/{y}.png"' in by_option
    with (county / "district.toml").open("a", encoding="utf-8") as stream:
        stream.write('[maps]\ntiles = "tiles"\ntiles_credit = "Own"\n')
    assert CliRunner().invoke(main, command).exit_code == 0
    assert maps.read_text("utf-8") == by_option


def test_plan_takes_tiles_and_refuses_bad_ones_before_it_plans(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    county = write_county(Path("county"))
    tile_folder(tmp_path / "tiles")
    command = ["plan", str(county), "--week", "2026-W49", "--effort", "quick", "--tiles", "tiles"]
    refused = CliRunner().invoke(main, command)
    assert refused.exit_code == 2
    assert "whose the tiles are" in refused.stderr
    assert not Path("routes").exists()
    assert CliRunner().invoke(main, [*command, "--tiles-credit", "Own"]).exit_code == 0
    for name in ("routes", "coverage"):
        page = Path(f"maps/county/2026-W49/{name}.html").read_text("utf-8")
        assert '"address":"../../../tiles/{z}/{x}/{y}.png"' in page


@pytest.mark.browser
def test_tiles_of_a_folder_are_shown_and_nothing_else_is_asked_for(browser, tmp_path):
    tiles = tiles_from(
        str(tile_folder(tmp_path / "tiles")), "Tiles by <b>us</b>", page_folder=tmp_path
    )
    for page_of in (route_map, coverage_map):
        page = tmp_path / "page.html"
        page.write_text(page_of(PLAN, None, tiles=tiles, language="en"), "utf-8")
        browser.open(page)
        browser.run(LOADED)
        assert browser.count(".leaflet-tiles-pane img.leaflet-tile-loaded") > 0
        assert all(url.startswith((tmp_path / "tiles").as_uri()) for url in browser.requests())
        assert browser.console() == []
        assert "Tiles by <b>us</b>" in browser.text(".credit")
        assert "needs no network" in browser.text("footer")


@pytest.mark.browser
def test_tiles_of_a_server_are_asked_of_it_alone(browser, write):
    """Nobody answers at the address; what counts is who is asked, and that the page still works."""
    server = "http://127.0.0.1:9/t/"
    tiles = Tiles(address=server + "{z}/{x}/{y}.png", credit="Example", source=server)
    browser.open(write(route_map(PLAN, None, tiles=tiles, language="en")))
    browser.run("return new Promise(done => setTimeout(done, 300))")
    asked = browser.requests()
    assert asked
    assert all(url.startswith(server) for url in asked)
    assert "comes from 127.0.0.1:9" in browser.text("footer")
    assert browser.count(".badge.depot") == 1
    refused = browser.run(
        "return new Promise(done => { document.addEventListener('securitypolicyviolation',"
        "e => done(e.blockedURI)); new Image().src = 'http://127.0.0.1:9/other/1.png'; })"
    )
    assert refused == "http://127.0.0.1:9/other/1.png"


LOADED = """
return new Promise(done => {
  const end = Date.now() + 5000;
  (function look() {
    const loading = document.querySelectorAll('.leaflet-tiles-pane img:not(.leaflet-tile-loaded)');
    const all = document.querySelectorAll('.leaflet-tiles-pane img');
    if ((all.length && !loading.length) || Date.now() > end) done(); else setTimeout(look, 30);
  }());
});
"""
