from __future__ import annotations

import hashlib

import pytest

from bookcar.maps import assets


def test_leaflet_is_the_published_one():
    """The vendored files are those of leaflet@1.9.4 on npm, byte for byte."""
    folder = assets._folder("vendor") / "leaflet"
    script = hashlib.sha256((folder / "leaflet.js").read_bytes()).hexdigest()
    assert script == "db49d009c841f5ca34a888c96511ae936fd9f5533e90d8b2c4d57596f4e5641a"


def test_licence_goes_with_the_script_and_the_source_map_does_not():
    script = assets.vendored("leaflet")
    assert "BSD 2-Clause License" in script
    assert "sourceMappingURL" not in script


def test_style_sheet_holds_its_images():
    style = assets.vendored("leaflet_css")
    assert style.count("url(data:image/png;base64,") == 3
    assert "url(images" not in style


def test_asset_that_is_not_vendored_is_an_error():
    with pytest.raises(assets.MissingAssetError, match="jquery"):
        assets.vendored("jquery")


@pytest.mark.parametrize("address", ["images/none.png", "https://example.org/a.png", "font.woff"])
def test_image_that_is_not_vendored_is_an_error(address):
    folder = assets._folder("vendor") / "leaflet"
    with pytest.raises(assets.MissingAssetError, match="not vendored"):
        assets.inline_images(f"a {{ background: url({address}) }}", folder)


def test_own_script_that_does_not_exist_is_an_error():
    with pytest.raises(assets.MissingAssetError, match=r"nothing\.js"):
        assets.own("nothing.js")
