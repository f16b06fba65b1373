"""Where QR codes and links lead."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from manifests.plans import make_plan

from bookcar.manifests.navigation import (
    amap_leads,
    navigation_code,
    navigation_link,
    qr_svg,
)
from bookcar.manifests.rows import week_sheet
from bookcar.phrases import Language


def test_amap_gets_wgs84_and_a_short_name() -> None:
    code = navigation_code(106.651234, 29.02, "花 & 田村村村村村村村村", amap=True)
    query = parse_qs(urlsplit(code).query)
    assert query["position"] == ["106.65123,29.02000"]
    assert query["coordinate"] == ["wgs84"]
    assert query["name"] == ["花 & 田村村…"]
    assert navigation_link(106.651234, 29.02, "花 & 田村村村村村村村村", amap=True) == code


def test_elsewhere_it_is_a_geo_uri() -> None:
    code = navigation_code(1.5, -42.25, "A(b)", amap=False)
    assert code == "geo:-42.25000,1.50000?q=-42.25000,1.50000(A%28b%29)"
    assert navigation_link(1.5, -42.25, "x", amap=False).startswith("https://www.openstreetmap")


def test_the_country_decides_and_not_the_language() -> None:
    chongqing, andorra, hanoi = (106.65, 29.02), (1.52, 42.51), (105.85, 21.03)
    assert amap_leads(*chongqing, "Asia/Shanghai")
    assert amap_leads(*chongqing, "Asia/Urumqi")
    assert not amap_leads(*andorra, "Asia/Shanghai")  # as `init --lang zh` proposes
    assert not amap_leads(*hanoi, "Asia/Ho_Chi_Minh")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sheet_leads_by_the_country_in_either_language(language: Language) -> None:
    for zone, begins in (("Asia/Shanghai", "https://uri.amap.com/"), ("Europe/Andorra", "geo:")):
        week = week_sheet(make_plan(plan={"time_zone": zone}), language=language)
        assert all(call.code.startswith(begins) for call in week.routes[0].calls)


def test_a_code_has_no_fixed_size() -> None:
    svg = qr_svg("geo:1,2")
    assert "viewBox" in svg
    assert "width" not in svg.split("<path")[0]
