"""Times of day as people read them, by the district's clock."""

from __future__ import annotations

from bookcar.model import Clock
from bookcar.phrases import Phrases
from bookcar.weeks import clock


def time_text(seconds: int, say: Phrases, style: Clock) -> str:
    """Return seconds after midnight as ``14:05`` or ``2:05 pm``, rounded down to the minute."""
    if style == "24h":
        return clock(seconds)
    hour, minute = divmod(seconds // 60, 60)
    half = "am" if hour % 24 < 12 else "pm"
    return say(f"common.{half}", time=f"{(hour - 1) % 12 + 1}:{minute:02d}")
