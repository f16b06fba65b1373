"""The fair of the World Book Day: where it is, what it is lent, and its own stock."""

from __future__ import annotations

from maker.books import Batch, pack
from maker.chance import Chance

EVENT_COLUMNS = (
    *("id", "name", "name_en", "lon", "lat", "from", "to", "opens", "closes", "books", "pool"),
    *("bring_from", "stays", "service_min", "contact", "landmark"),
)
STOCK = "F"
POOL = (STOCK, "展会书组", "FAIR", "", "", "", "")
BATCHES, BOOKS = 60, 70
"""4,200 titles, a book each."""

_EAST, _NORTH = 0.0026, 0.0038  # the square lies a short way from the library, in degrees


def fair(lon: float, lat: float) -> dict[str, object]:
    """Return the row of the fair, at a square near the library."""
    return {
        "id": "FAIR",
        "name": "全民阅读书展",
        "name_en": "Spring book fair",
        "lon": f"{lon + _EAST:.5f}",
        "lat": f"{lat + _NORTH:.5f}",
        "from": "2027-04-23",
        "to": "2027-04-27",
        "opens": "09:00",
        "closes": "17:30",
        "books": BATCHES * BOOKS,
        "pool": STOCK,
        "bring_from": "2027-04-21",
        "stays": "C1",
        "service_min": 60,
        "contact": "某主任",
        "landmark": "图书馆前广场",
    }


def stock(chance: Chance, *, depot: str) -> list[Batch]:
    """Return the batches that wait at the depot for the fair."""
    return [
        pack(chance, f"27F-{n:03d}", BOOKS, "reading", at=depot, since="2026-11-23", pool=STOCK)
        for n in range(1, BATCHES + 1)
    ]
