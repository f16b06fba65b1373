"""The maps with a screen reader's eyes: axe-core finds nothing of any kind."""

from __future__ import annotations

import pytest
from manifests.axe import findings
from maps.plans import make_areas, make_plan, make_roads

from bookcar.maps.coverage import coverage_map
from bookcar.maps.routes import route_map

pytestmark = pytest.mark.browser
PLAN = make_plan(stops=40, routes=3, visits=5, unserved=4)
MOVE = """
const slider = document.getElementById(arguments[0]);
slider.value = 30;
slider.dispatchEvent(new Event('input'));
"""


@pytest.mark.parametrize("size", [(1500, 950), (360, 740)], ids=lambda s: s[0])
def test_maps_keep_nobody_out(browser, write, size):
    """As they open, while the week is played, with weeks gone by, and as tables."""
    pages = {
        "clock": route_map(PLAN, make_roads(), areas=make_areas(), language="en"),
        "ahead": coverage_map(PLAN, make_roads(), areas=make_areas(), language="en"),
    }
    for slider, page in pages.items():
        browser.open(write(page), size=size)
        assert findings(browser) == []
        browser.run(MOVE, slider)
        assert findings(browser) == []
        browser.run("document.querySelector('[data-value=table]').click()")
        assert findings(browser) == []
