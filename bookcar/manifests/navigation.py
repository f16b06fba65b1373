"""Where a stop's QR code and link lead, and the code itself.

The country decides, not the language. In mainland China the address is AMap's
(https://lbs.amap.com/api/uri-api/guide/mobile-web/point), which every phone there opens and which
shifts the WGS-84 position itself; elsewhere the code is a geo URI (RFC 5870, with Android's ``q``
for the label), which opens the phone's own map without any network, and the link OpenStreetMap.
"""

from __future__ import annotations

import io
from functools import lru_cache
from urllib.parse import quote

import segno

from bookcar.inputs.coordinates import in_china
from bookcar.web.text import cut

MAINLAND_CHINA = frozenset(
    {"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "PRC"}
)
"""Its time zones."""

_LABEL = 8  # characters of the name in the address: more would make the code too fine to scan


def amap_leads(lon: float, lat: float, time_zone: str) -> bool:
    """Tell whether a place is one that AMap leads to.

    The zone tells mainland China from its neighbours; the position, a district elsewhere whose zone
    is the one that was proposed to people who speak Chinese.
    """
    return time_zone in MAINLAND_CHINA and in_china(lon, lat)


def navigation_code(lon: float, lat: float, name: str, *, amap: bool) -> str:
    """Return the address a stop's QR code holds."""
    label = quote(cut(name, _LABEL), safe="")
    if amap:
        return _amap(lon, lat, label)
    return f"geo:{lat:.5f},{lon:.5f}?q={lat:.5f},{lon:.5f}({label})"


def navigation_link(lon: float, lat: float, name: str, *, amap: bool) -> str:
    """Return the address a stop's link on a page opens."""
    if amap:
        return _amap(lon, lat, quote(cut(name, _LABEL), safe=""))
    return (
        f"https://www.openstreetmap.org/?mlat={lat:.5f}&mlon={lon:.5f}#map=16/{lat:.5f}/{lon:.5f}"
    )


def _amap(lon: float, lat: float, label: str) -> str:
    position = f"position={lon:.5f},{lat:.5f}"
    return f"https://uri.amap.com/marker?{position}&coordinate=wgs84&name={label}"


_MASK = 2
"""One mask for all codes: to weigh all eight takes four times as long. Readers take any; by the
standard's own score (ISO/IEC 18004, evaluation of masks) this one is 2 % worse than the best of
eight on the average of our addresses, and 11 % at most."""


@lru_cache(maxsize=4096)  # the PDF and the page of a stop show the same code
def qr_svg(text: str) -> str:
    """Return a QR code as an SVG of no fixed size, one unit a module, with a quiet zone."""
    stream = io.BytesIO()
    code = segno.make(text, error="m", micro=False, mask=_MASK)
    code.save(
        stream,
        kind="svg",
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
        border=3,
        omitsize=True,
    )
    return stream.getvalue().decode()
