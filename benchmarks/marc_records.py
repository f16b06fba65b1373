"""Made-up MARC records by a seed, written byte by byte after ISO 2709: nothing of it is bookcar's.

Titles, authors and numbers are strung together from a few words; no book of the name need exist.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Subfields = Sequence[tuple[str, str]]
Fields = Sequence[tuple[str, Subfields]]

_WORDS = "山水田园春秋日月江河乡村少年科学历史故事农业养殖种植健康家庭中国世界"
_ENGLISH = ("river", "garden", "winter", "village", "science", "history", "farming", "health")
_NAMES = "王李张刘陈杨黄赵周吴"
_CLC = ("I247.5", "I287.45", "S66", "TP311", "R212", "K928", "G624", "F323", "B848", "TS972.1")
_DEWEY = ("823.914", "641.5", "630", "530.1", "610", "910", "J 398.2", "330", "158", "004")


@dataclass(frozen=True)
class Made:
    """A record as fields, and the barcodes of its copies."""

    fields: Fields
    barcodes: tuple[str, ...]


def cnmarc(count: int, seed: int) -> Iterator[Made]:
    """Yield CNMARC records with one to three copies each; barcodes begin with zeros."""
    rng = random.Random(seed)
    for number in range(count):
        barcodes = tuple(f"00{seed:02d}{number:07d}{k}" for k in range(rng.randint(1, 3)))
        title = "".join(rng.choices(_WORDS, k=rng.randint(2, 8)))
        name = rng.choice(_NAMES) + "".join(rng.choices(_WORDS, k=2))
        number_of = rng.choice(_CLC)
        fields = [
            ("010", [("a", _isbn13(rng)), ("d", f"CNY{rng.randint(10, 90)}.00")]),
            ("200", [("a", title), ("f", f"{name}著")]),
            ("210", [("a", "北京"), ("c", "出版社"), ("d", "2024")]),
            ("690", [("a", number_of), ("v", "5")]),
            ("701", [("a", name), ("4", "著")]),
            ("905", [("a", "QJ"), *(("b", b) for b in barcodes), ("d", number_of), ("e", "12")]),
        ]
        yield Made(fields, barcodes)


def marc21(count: int, seed: int) -> Iterator[Made]:
    """Yield MARC 21 records with Koha's items, one to three each; barcodes begin with zeros."""
    rng = random.Random(seed)
    for number in range(count):
        barcodes = tuple(f"00{seed:02d}{number:07d}{k}" for k in range(rng.randint(1, 3)))
        title = " ".join(rng.choices(_ENGLISH, k=rng.randint(2, 6))).capitalize()
        number_of = rng.choice(_DEWEY)
        fields = [
            ("020", [("a", f"{_isbn13(rng)} (pbk.)")]),
            ("082", [("a", number_of), ("2", "23")]),
            ("100", [("a", f"{rng.choice(_ENGLISH).title()}, Élodie,")]),
            ("245", [("a", f"{title} :"), ("b", "a café in Łódź /"), ("c", "É. Nobody.")]),
            *(("952", [("p", b), ("o", f"{number_of} NOB"), ("c", "ADULT")]) for b in barcodes),
        ]
        yield Made(fields, barcodes)


def iso2709(fields: Fields, encoding: str) -> bytes:
    """Return a record as bytes in an encoding."""
    directory, data = b"", b""
    for tag, subfields in fields:
        held = b"".join(b"\x1f" + c.encode() + text.encode(encoding) for c, text in subfields)
        field = b"  " + held + b"\x1e"
        directory += f"{tag}{len(field):04d}{len(data):05d}".encode()
        data += field
    base = 24 + len(directory) + 1
    coding = "a" if encoding == "utf-8" else " "
    leader = f"{base + len(data) + 1:05d}nam {coding}22{base:05d}   450 ".encode()
    return leader + directory + b"\x1e" + data + b"\x1d"


def _isbn13(rng: random.Random) -> str:
    digits = [9, 7, 8, 7, *(rng.randrange(10) for _ in range(8))]
    check = -sum(d * (1 + 2 * (i % 2)) for i, d in enumerate(digits)) % 10
    return "".join(map(str, [*digits, check]))
