"""Batches of books: what is packed together, for whom, how heavy."""

from __future__ import annotations

import math
from dataclasses import dataclass

from maker.chance import Chance

# Percent of each class a bookhouse is to have, under the six heads of Hubei's notices.
HUBEI = {"政经": 4, "科技": 40, "生活": 10, "文化": 35, "少儿": 10, "综合": 1}

Percents = dict[str, int]

# What a library packs: for whom (empty: for all), and how many percent of each class.
PACKS: dict[str, tuple[str, Percents]] = {
    "general": ("", HUBEI),
    "farming": ("", {"科技": 70, "生活": 15, "文化": 15}),
    "reading": ("", {"文化": 60, "生活": 25, "政经": 15}),
    "children": ("少儿", {"少儿": 70, "文化": 20, "科技": 10}),
    "school": ("学校", {"少儿": 50, "文化": 30, "科技": 20}),
    "office": ("单位", {"政经": 35, "文化": 35, "生活": 20, "科技": 10}),
    "tea": ("茶馆", {"文化": 50, "生活": 35, "政经": 15}),
}

# Which pool each sort of batch belongs to, packed for those or as a top-up for bookhouses.
POOL_OF = {"village": "V", "school": "S", "teahouse": "T", "organisation": "O"}
TOP_UP = "H"

# By kind of stop: the pool's id and name, for whom it is, and how it wanders: weeks at a stop,
# months until a stop may see a batch again, batches that stay in the store, moves until mended.
POOL_COLUMNS = ("id", "name", "for", "weeks", "no_repeat_months", "reserve", "mend_after")
POOLS: dict[str, tuple[str, str, str, int | str, int | str, int | str, int | str]] = {
    "bookhouse": (TOP_UP, "书屋补充", "bookhouse", "", 24, "", ""),
    "teahouse": ("T", "茶馆轮换", "teahouse", 8, 24, 1, 6),
    "organisation": ("O", "单位轮换", "organisation", 12, 24, 2, 6),
    "village": ("V", "乡村轮换", "village", 4, 24, 1, 12),
    "school": ("S", "学校轮换", "school", 4, 24, "", 12),
}

LIGHT = ("children", "school")
A_CRATE = 40


@dataclass(frozen=True)
class Batch:
    """A row of the batches table."""

    id: str
    books: int
    kg: int
    crates: int
    audience: str
    mix: str
    at: str
    since: str
    pool: str = TOP_UP


def pack(
    chance: Chance,
    number: str,
    books: int,
    sort: str,
    *,
    at: str,
    since: str,
    pool: str = TOP_UP,
) -> Batch:
    """Return a batch with a weight of its own: 0.28 to 0.40 kg a book, children's lighter."""
    each = chance.between(0.28, 0.32) if sort in LIGHT else chance.between(0.33, 0.40)
    audience, percents = PACKS[sort]
    crates = math.ceil(books / A_CRATE)
    return Batch(
        number,
        books,
        math.ceil(books * each),
        crates,
        audience,
        mix_text(percents),
        at,
        since,
        pool,
    )


def mix_text(percents: Percents) -> str:
    """Return a mix as the tables write it, e.g. ``少儿:0.7 文化:0.3``."""
    return " ".join(f"{name}:{percent / 100:g}" for name, percent in percents.items())
