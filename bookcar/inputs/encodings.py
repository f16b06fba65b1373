"""In which encoding a text is: UTF-8, or what spreadsheets write where the district lies.

Nearly any bytes are text in several encodings, and only one of them is right. So an old encoding is
taken only if it is usual in the district's country and gives words as people write them there, and
if no detector finds another one far likelier; where two are usual, the detector must be sure which.
What cannot be settled is refused with its readings: never a guess.
"""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib import resources
from itertools import islice, pairwise

import chardet
import msgspec

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DEFAULT = "cp1252"
_ALWAYS = ("gb18030",)
"""Half of the tables in China are written so, by every spreadsheet: no news."""
_SURE = 2.0
"""So many times as likely as another reading the detector must take one to be that counts."""
_ENOUGH = 20
"""So many characters that are not plain letters tell the detector an encoding of elsewhere."""
_OF_NONE = "utf-8"
"""What the detector says where nothing fits: these bytes are not UTF-8."""
_DAMAGED = 4
"""So many good characters to a bad byte make UTF-8 that was damaged, not another encoding."""
_COMMON_SHARE = 0.5
"""East Asian text is mostly of the first level of characters of its standard."""
_LETTERS_SHARE = 0.6
_ODD_SHARE = 0.1
_SIGNS = frozenset("’‘“”„«»‹›–—…·•°º ª§€£¥¿¡²³½¼¾×´¨№")
_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"[^\x00-\x7f]{4,}")
"""So many letters with marks stand together in no word of the Latin alphabet."""
_LINES = 300
_SHOWN = 3


class Reading(msgspec.Struct, frozen=True):
    """A text, and the codec that gave it.

    Attributes
    ----------
    mark
        The byte order mark at its beginning.
    doubtful
        Whether people should compare: the encoding was not said, and is not the one of a country
        that has but one, by the detector as well.
    """

    text: str
    codec: str
    mark: bytes = b""
    doubtful: bool = False

    @property
    def name(self) -> str:
        """How people call the encoding."""
        known = _codecs().get(self.codec)
        return known.name if known else self.codec.upper()

    @property
    def sample(self) -> str:
        """The first words that are not plain letters, by which people see whether it is right."""
        words = (word for word in _WORD.findall(self.text) if not word.isascii())
        return ", ".join(islice(dict.fromkeys(words), _SHOWN))


class Undecided(msgspec.Struct, frozen=True):
    """Bytes that are no text, or two: ``readings``. ``position`` is where they are not UTF-8."""

    position: int
    readings: tuple[Reading, ...] = ()


class _Codec(msgspec.Struct, frozen=True):
    name: str
    writing: str
    lead: tuple[int, int] | None = None
    trail: tuple[int, int] | None = None


class _Table(msgspec.Struct, frozen=True):
    codecs: Mapping[str, _Codec]
    countries: Mapping[str, str]


def read_text(data: bytes, country: str = "") -> Reading | Undecided:
    """Return the text of a file, with its codec.

    Parameters
    ----------
    country
        ISO 3166 code of the district's country; if it is not known, only UTF-8 is read.
    """
    for mark, codec in BOMS:
        if data.startswith(mark):
            try:
                return Reading(data[len(mark) :].decode(codec), codec, mark)
            except UnicodeDecodeError as error:
                return Undecided(error.start)
    try:
        return Reading(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if _is_damaged(data):
            return Undecided(error.start)
        return _old(data, country, error.start)


def _is_damaged(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    return sum(not c.isascii() for c in text) - bad >= _DAMAGED * bad


def _old(data: bytes, country: str, position: int) -> Reading | Undecided:
    """Return the text in an encoding from before UTF-8."""
    usual = _usual(country)
    sound = _sound(_sample(data))
    likely = _likely(data, sound)
    at_home = [codec for codec in sound if codec in usual]
    if not at_home:
        return Undecided(position)
    first = max(at_home, key=lambda codec: likely[codec])
    enough = sum(not c.isascii() for c in sound[first]) >= _ENOUGH
    for other in sorted(sound, key=lambda codec: -likely[codec]):
        if other not in usual and not enough:
            continue
        needed = likely[other] * _SURE if other in usual else likely[other] / _SURE
        if sound[other] != sound[first] and likely[first] <= needed:
            return Undecided(position, tuple(Reading(sound[c], c) for c in (first, other)))
    doubtful = usual != _ALWAYS or likely[first] < max(likely.values())
    try:
        return Reading(data.decode(first), first, doubtful=doubtful)
    except UnicodeDecodeError as error:
        return Undecided(error.start)


def _usual(country: str) -> tuple[str, ...]:
    """Return the codecs that are usual in a country; none where it is not known."""
    table = _table().countries
    usual = tuple(codec for codec, listed in table.items() if country in listed.split())
    if not usual and country:
        return (_DEFAULT,)
    return tuple(codec for codec in usual if codec != "none")


def _sample(data: bytes) -> bytes:
    """Return the first lines with more than plain letters in them."""
    lines = (line for line in re.split(rb"[\r\n]+", data) if not line.isascii())
    return b"\n".join(islice(lines, _LINES))


def _sound(data: bytes) -> dict[str, str]:
    """Return what the codecs make of bytes, where that is what people may have written."""
    found = {}
    for codec in _table().codecs:
        with suppress(UnicodeDecodeError):
            text = data.decode(codec)
            if _is_sound(text, codec):
                found[codec] = text
    return found


def _likely(data: bytes, names: Iterable[str]) -> dict[str, float]:
    """Return how likely the detector finds codecs; only their ratios say something."""
    of = {codecs.lookup(codec).name: codec for codec in names}
    found = dict.fromkeys(of.values(), 0.0)
    if of:
        ranked = chardet.detect_all(
            data,
            ignore_threshold=True,
            include_encodings=[*of, _OF_NONE],
            compat_names=False,
            no_match_encoding=_OF_NONE,
        )
        for one in ranked:
            codec = of.get(codecs.lookup(one["encoding"] or _OF_NONE).name)
            if codec:
                found[codec] = one["confidence"]
    return found


def _is_sound(text: str, codec: str) -> bool:
    """Tell whether a text is as people write it in the writing of a codec."""
    wide = Counter(c for c in text if not c.isascii())
    if any(unicodedata.category(c) in {"Cc", "Co", "Cn", "Cs"} for c in wide):
        return False
    known = _codecs()[codec]
    if known.lead is not None:
        # Half of a pair that is two characters, as in Big5-HKSCS, has no code of its own.
        of = {c: c.encode(codec, "ignore") for c in wide}
        return _share(wide, lambda c: _is_common(of[c], known)) >= _COMMON_SHARE
    strange = _share(wide, lambda c: c not in _SIGNS and not _is_letter(c))
    if _share(wide, _is_letter) < _LETTERS_SHARE or strange > _ODD_SHARE:
        return False
    if known.writing == "Latin":
        return not _are_odd(text, _is_odd_in_latin)
    letters = Counter({c: times for c, times in wide.items() if _is_letter(c)})
    own = _share(letters, lambda c: known.writing.upper() in unicodedata.name(c, ""))
    return own >= 1 - _ODD_SHARE and not _are_odd(text, _is_mixed)


def _share(of: Counter[str], that: Callable[[str], bool]) -> float:
    """Return the share of some characters, each as often as it stands there."""
    return sum(times for c, times in of.items() if that(c)) / max(1, of.total())


def _is_letter(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character) == "Mn"


def _is_common(code: bytes, known: _Codec) -> bool:
    """Tell whether a character is of the first level of its standard."""
    if len(code) != 2 or known.lead is None or known.trail is None:
        return False
    return known.lead[0] <= code[0] <= known.lead[1] and known.trail[0] <= code[1] <= known.trail[1]


def _are_odd(text: str, odd: Callable[[str], bool]) -> bool:
    """Tell whether too many of the words that are not plain letters are as nobody writes them."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(odd, words)) > _ODD_SHARE * len(words)


def _is_mixed(word: str) -> bool:
    """Tell whether a large letter stands behind a small one, as in no word: eCOLE, écOle."""
    return any(a.islower() and b.isupper() for a, b in pairwise(word))


def _is_odd_in_latin(word: str) -> bool:
    """Tell whether a word is none of the Latin alphabet: of small and large letters, or accents."""
    return _is_mixed(word) or _RUN.search(word) is not None


def _codecs() -> Mapping[str, _Codec]:
    return _table().codecs


@cache
def _table() -> _Table:
    text = resources.files(__package__).joinpath("encodings.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Table)
