"""Where QR codes and links lead."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from bookcar.manifests.navigation import navigation_code, navigation_link, qr_svg


def test_amap_gets_wgs84_and_a_short_name() -> None:
    code = navigation_code(106.651234, 29.02, "花 & 田村村村村村村村村", language="zh")
    query = parse_qs(urlsplit(code).query)
    assert query["position"] == ["106.65123,29.02000"]
    assert query["coordinate"] == ["wgs84"]
    assert query["name"] == ["花 & 田村村…"]
    assert navigation_link(106.651234, 29.02, "花 & 田村村村村村村村村", language="zh") == code


def test_elsewhere_it_is_a_geo_uri() -> None:
    code = navigation_code(1.5, -42.25, "A(b)", language="en")
    assert code == "geo:-42.25000,1.50000?q=-42.25000,1.50000(A%28b%29)"
    assert navigation_link(1.5, -42.25, "x", language="en").startswith("https://www.openstreetmap")


def test_a_code_has_no_fixed_size() -> None:
    svg = qr_svg("geo:1,2")
    assert "viewBox" in svg
    assert "width" not in svg.split("<path")[0]
