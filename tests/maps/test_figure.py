from __future__ import annotations

import base64
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor

import folium
import pytest
from branca.element import Element
from maps.plans import HOSTILE

from bookcar.maps.assets import MissingAssetError
from bookcar.maps.figure import OfflineFigure, OfflineMap
from bookcar.web.shell import json_block


def figure(**fields) -> OfflineFigure:
    made = OfflineFigure("A map", "en", **{"data": {}, "scripts": ["var a = 1;"]} | fields)
    made.add_child(OfflineMap(location=(29.0, 106.6), tiles=None))
    return made


def test_json_block_reads_back_and_cannot_end_its_script():
    block = json_block(HOSTILE)
    assert tuple(json.loads(block)) == HOSTILE
    assert not re.search("[<>&\u2028\u2029]", block)


def test_json_block_can_always_be_encoded():
    """A lone surrogate has no UTF-8, so it stays an escape."""
    block = json_block(["\ud800"])
    assert json.loads(block.encode().decode()) == ["\ud800"]


def test_json_block_refuses_what_is_no_number():
    with pytest.raises(ValueError, match="Out of range"):
        json_block([float("nan")])


def test_page_is_the_same_in_every_thread():
    """Branca's ids are random; the page's are not, however many are drawn at once."""
    with ThreadPoolExecutor(8) as pool:
        pages = set(pool.map(lambda _: figure().render(), range(32)))
    assert len(pages) == 1


def test_data_is_not_a_template():
    page = figure(data={"name": "{{ 7 * 7 }} {% raw %} {# note"}).render()
    assert '{"name":"{{ 7 * 7 }} {% raw %} {# note"}' in page


def test_policy_names_each_script_and_style_by_its_hash():
    page = figure(styles=["b { color: red }"]).render()
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)[1]
    for text in re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_title_and_language_are_escaped():
    made = OfflineFigure("<b>", '"><i>', data={}, without_script="<u>")
    page = made.render()
    assert not re.search("<[biu]>", page)


@pytest.mark.parametrize(
    "element",
    [folium.Marker([29, 106], popup="{{ 1 }}"), folium.TileLayer(), Element("{{ 1 }}")],
    ids=lambda element: type(element).__name__,
)
def test_elements_that_could_carry_data_are_refused(element):
    made = figure()
    next(iter(made._children.values())).add_child(element)
    with pytest.raises(TypeError, match="JSON block"):
        made.render()


def test_asset_that_is_not_vendored_is_an_error():
    class Wants(OfflineMap):
        default_js = [("leaflet-heat", "https://example.org/heat.js")]  # noqa: RUF012

    made = OfflineFigure("A map", "en", data={})
    made.add_child(Wants(location=(0, 0), tiles=None))
    with pytest.raises(MissingAssetError, match="leaflet-heat"):
        made.render()
