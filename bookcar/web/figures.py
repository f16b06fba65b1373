"""Figures as pages show them: one way to write each kind of number."""

from __future__ import annotations

from bookcar.phrases import Phrases
from bookcar.web.markup import Html, tag


def counted(number: int, say: Phrases) -> str:
    """Return a count with its thousands parted: 7,348."""
    return say.number(number)


def kilometres(metres: int, say: Phrases) -> str:
    """Return kilometres with one decimal: 1,034.7."""
    return say.number(metres / 1000, ",.1f")


def lasting(seconds: int, say: Phrases) -> str:
    """Return a length of time as hours and minutes: 8:05; seconds that are over do not count."""
    return f"{say.number(seconds // 3600)}:{seconds % 3600 // 60:02d}"


def change_of(difference: int, unit: int, say: Phrases) -> Html:
    """Return how many units more or fewer than the week before."""
    more = round(difference / unit)
    sign = "±" if more == 0 else "+" if more > 0 else "−"
    number = sign + say.number(abs(more))
    return tag("small", say("pages.change", change=number))
