"""Map tiles of somebody else: what a user may name as a background, and what not.

A folder of tiles or a tile server is used only where the user names it. Chinese web maps are
shifted against the Earth (GCJ-02), so that every stop would stand hundreds of metres beside its
house: their servers are refused.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

SHIFTED = (
    "amap.com", "autonavi.com", "gaode.com", "baidu.com", "bdimg.com", "bdstatic.com", "gtimg.com",
    "qq.com", "google.cn", "geoq.cn", "mapbar.com", "sogou.com", "so.com",
)  # fmt: skip
PLACES = ("{z}", "{x}", "{y}")

_PART = re.compile(r"\{[^}]*\}")
_SAFE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9._~%/?&=:@!$*+{}-]*")


def is_address(tiles: str) -> bool:
    """Tell a server's address from the path of a folder."""
    return "://" in tiles


def bad_address(tiles: str) -> str | None:
    """Return the rule that an address of a tile server breaks, None if it can be used."""
    host = (urlsplit(tiles).hostname or "") if _SAFE.fullmatch(tiles) else ""
    if any(host == name or host.endswith("." + name) for name in SHIFTED):
        return "shifted-tiles"
    parts = sorted(part for part in _PART.findall(tiles) if part != "{r}")
    return "bad-tiles" if not host or parts != sorted(PLACES) else None
