"""What a soak finds wrong."""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """Something wrong: what kind, and a description."""

    kind: str
    text: str
