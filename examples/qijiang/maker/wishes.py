"""Readers' requests: titles people really ask for, by readers who do not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from maker.chance import Chance
from maker.history import WEEK
from maker.served import Stop

TITLES = (
    "红岩",
    "平凡的世界",
    "活着",
    "三体",
    "乡土中国",
    "呐喊",
    "边城",
    "骆驼祥子",
    "围城",
    "城南旧事",
    "草房子",
    "西游记",
    "三国演义",
    "本草纲目",
    "齐民要术",
    "朝花夕拾",
    "繁星·春水",
    "海底两万里",
    "昆虫记",
    "小王子",
    "安徒生童话",
    "十万个为什么",
    "新华字典",
    "中国历代诗歌选",
)


@dataclass(frozen=True)
class Wish:
    """A row of the requests table."""

    id: str
    date: dt.date
    stop: str
    title: str
    isbn: str
    reader: str
    wanted_by: str
    status: str


def wishes(stops: Sequence[Stop], chance: Chance, count: int) -> list[Wish]:
    """Return requests of the last eight weeks, one in eight of them met since."""
    found = []
    for number in range(1, count + 1):
        date = WEEK - dt.timedelta(days=chance.whole(4, 56))
        by = (WEEK + dt.timedelta(days=chance.whole(3, 25))).isoformat()
        found.append(
            Wish(
                f"Q{number:03d}",
                date,
                chance.pick(stops).id,
                chance.pick(TITLES),
                "",
                f"读者{chance.whole(1, 7929):04d}",
                by if chance.happens(0.4) else "",
                "done" if number % 8 == 0 else "open",
            )
        )
    return found
