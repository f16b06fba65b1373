"""Map tiles of somebody else: what a user may name as a background, and what not.

A folder of tiles or a tile server is used only where the user names it. Chinese web maps are
shifted against the Earth (GCJ-02), so that every stop would stand hundreds of metres beside its
house: their servers are refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

SHIFTED = (
    "amap.com", "autonavi.com", "gaode.com", "baidu.com", "bdimg.com", "bdstatic.com", "gtimg.com",
    "qq.com", "google.cn", "geoq.cn", "mapbar.com", "sogou.com", "so.com",
)  # fmt: skip
PLACES = ("{z}", "{x}", "{y}")

_PART = re.compile(r"\{[^}]*\}")
_SAFE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9._~%/?&=:@!$*+{}-]*")


class BadTiles(NamedTuple):
    """Why tiles cannot be used: the rule, what is wrong and how to mend it."""

    rule: str
    problem: str
    fix: str


def is_address(tiles: str) -> bool:
    """Tell a server's address from the path of a folder."""
    return "://" in tiles


def bad_address(tiles: str) -> BadTiles | None:
    """Return why an address of a tile server cannot be used, None if it can."""
    host = (urlsplit(tiles).hostname or "") if _SAFE.fullmatch(tiles) else ""
    if any(host == name or host.endswith("." + name) for name in SHIFTED):
        return BadTiles(
            "shifted-tiles",
            "The tiles of Chinese web maps are shifted by up to 700 m (GCJ-02); the stops are not.",
            "Use tiles in WGS-84, such as OpenStreetMap's or Tianditu's, or none.",
        )
    parts = sorted(part for part in _PART.findall(tiles) if part != "{r}")
    if not host or parts != sorted(PLACES):
        return BadTiles(
            "bad-tiles",
            "This is not the address of a tile server.",
            "Write it with {z}, {x} and {y} and one host, such as "
            "https://tile.openstreetmap.org/{z}/{x}/{y}.png.",
        )
    return None


def without_credit() -> BadTiles:
    """Return what is wrong with tiles of which nobody says whose they are."""
    return BadTiles(
        "tiles-credit",
        "The maps must say whose the tiles are.",
        'Add it, such as "© OpenStreetMap contributors".',
    )


def missing_folder(where: str) -> BadTiles:
    """Return what is wrong with a folder of tiles that is not there."""
    return BadTiles(
        "missing-tiles",
        f"There is no such folder (looked for {where}).",
        "Put the tiles there as z/x/y.png, correct the name, or leave it out.",
    )
