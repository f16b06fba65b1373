from __future__ import annotations

import shutil
import struct
import sys
from pathlib import Path

import pytest
from maps.plans import make_plan

from bookcar.errors import MissingToolError
from bookcar.maps import picture
from bookcar.maps.picture import find_browser, take_picture
from bookcar.maps.routes import route_map


def test_without_a_browser_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(picture, "PLACES", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingToolError, match="Install Chromium, Chrome or Edge"):
        find_browser()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for the browser")
def test_a_browser_that_gives_nothing_is_named(monkeypatch, tmp_path):
    dud = tmp_path / "chromium"
    dud.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    dud.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingToolError, match=r"gave no picture of routes\.html"):
        take_picture(Path("routes.html"), tmp_path / "routes.png")


@pytest.mark.browser
def test_picture_of_a_page_is_taken(tmp_path):
    if not any(map(shutil.which, picture.BROWSERS)):
        pytest.skip("no Chromium is installed")
    page, png = tmp_path / "routes.html", tmp_path / "routes.png"
    page.write_text(route_map(make_plan(stops=20, routes=1, visits=4, unserved=1), None), "utf-8")
    take_picture(page, png)
    data = png.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (3200, 2000)
    assert len(data) > 50_000  # not a blank sheet
