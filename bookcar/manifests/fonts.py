"""Which fonts print a document, and whether they have every character of it.

Typst prints a box for a character no font has and says nothing, so every character is looked up in
the fonts' own tables first. The fonts that come with bookcar's packages print all they can, so that
pages are the same on every machine; the machine's own fonts are looked at only for what they lack.
"""

from __future__ import annotations

import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import typst
from fontTools.ttLib import TTFont, TTLibError

from bookcar.errors import MissingToolError, UsageError
from bookcar.phrases import Figure, Language, Phrases
from bookcar.phrases.sentence import Sentence

# Come with the package justmytype-intl-cjk; the last one comes with typst.
BUNDLED = ("Noto Sans SC", "Noto Sans TC", "Noto Sans JP", "Noto Sans KR", "Libertinus Serif")
PREFERRED = (
    *BUNDLED,
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans",
    "DejaVu Sans",
    "Liberation Sans",
    "Arial",
)
CJK = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC")

_LETTERS = frozenset(range(ord("A"), ord("z") + 1))
_WEIGHTS = (400, 700)  # the manifest uses these two
_PROBES = "塆塝屲汉字"  # in villages' names; subsets made for GB 2312 lack the first three
# What typst's built-in Libertinus Serif surely has; its tables cannot be read from outside.
_BUILT_IN = BUNDLED[-1]
_PACKAGE = "justmytype_intl_cjk"
_BUILT_IN_RANGES = ((0x20, 0x7E), (0xA0, 0x17F), (0x2013, 0x2014), (0x2018, 0x2019))
_BUILT_IN_SINGLES = (0x201C, 0x201D, 0x2026)

# Fonts for Chinese set these as wide as a Chinese character: d’Alins would fall apart. The built-in
# font prints them in other languages, since it is the same on every machine.
_WIDE = frozenset(map(ord, "·–—‘’“”…"))

_PACKAGES = (  # by how Unicode names its characters
    (("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH"), "cjk"),
    (("EMOJI", "FACE", "REGIONAL INDICATOR"), "emoji"),
)


@dataclass(frozen=True)
class Face:
    """A font that can be used; ``path`` is None for the ones typst brings along."""

    family: str
    weight: int
    path: str | None
    index: int


@dataclass(frozen=True)
class Catalogue:
    """The fonts typst may use: its own handle on them, and the faces of each family by name."""

    handle: typst.Fonts
    families: Mapping[str, tuple[Face, ...]]


@dataclass(frozen=True)
class Family:
    """A family of a document; ``covers`` is a pattern of the characters it may print, or all."""

    name: str
    covers: str | None


@dataclass(frozen=True)
class Typeface:
    """The families that print a document, in the order they are asked, and where they are."""

    families: tuple[Family, ...]
    handle: typst.Fonts


@contextmanager
def typeface(
    texts: Mapping[str, str], *, language: Language = "zh", font: Path | None = None
) -> Iterator[Typeface]:
    """Find fonts for all characters of a document; they can be used while the block lasts.

    Parameters
    ----------
    texts
        Everything that will be printed, by where it comes from, e.g. ``stop S012 (route R01)``.
    language
        Whose punctuation it is: ``zh`` for that of Chinese.
    font
        A font file to be used before all others, or after those preferred if it has no Latin
        letters, as fonts of symbols have digits nobody wants to read.

    Raises
    ------
    MissingToolError
        If a character is in none of the fonts: names it, its place, and what to install.
    UsageError
        If ``font`` is not a font.
    """
    letters: set[str] = set().union(*texts.values())  # few, where texts have a million
    needed = {ord(c) for c in letters if not is_invisible(c)}
    with tempfile.TemporaryDirectory(prefix="bookcar-font-") as folder:
        own = () if font is None else _families_of(font, Path(folder))
        yield _typeface(needed, texts, language=language, own=own, folder=Path(folder))


def _typeface(
    needed: set[int],
    texts: Mapping[str, str],
    *,
    language: Language,
    own: tuple[str, ...],
    folder: Path,
) -> Typeface:
    """Choose among the bundled fonts and the given one; if they lack something, among all."""
    bundled = _bundled(folder) if own else bundled_fonts()
    chooser = _Chooser(bundled, language, first=own)
    if not chooser.lacks(needed):
        return chooser.choose(needed, texts)
    machine = installed().families
    whole = Catalogue(bundled.handle, {**machine, **bundled.families})
    chosen = _Chooser(whole, language, first=own).choose(needed, texts)
    for family in chosen.families:
        if family.name not in bundled.families:
            _copy_family(machine[family.name], folder)
    return Typeface(chosen.families, _bundled(folder).handle)


def _copy_family(faces: Iterable[Face], folder: Path) -> None:
    """Copy the files of a family: a handle on all fonts could take another font of one name."""
    for path in sorted({face.path for face in faces if face.path is not None}):
        number = len(list(folder.iterdir()))
        shutil.copy(path, folder / f"{number:03d}-{Path(path).name}")


@cache
def bundled_fonts() -> Catalogue:
    """Return the fonts that come with bookcar's packages, the same on every machine."""
    return _bundled()


def _bundled(*folders: Path) -> Catalogue:
    """Return the bundled fonts and those of some folders, but none of the machine's own."""
    paths = [str(path) for path in (*folders, *_package_folders())]
    return _catalogue(
        typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=paths)
    )


def _package_folders() -> list[Path]:
    """Return where the fonts of the package for Chinese lie; none if it was taken out."""
    try:
        fonts = Path(str(resources.files(_PACKAGE) / "fonts"))
    except ModuleNotFoundError:
        return []
    return [fonts] if fonts.is_dir() else []


@cache
def installed() -> Catalogue:
    """Return the fonts of this machine and those that come with typst; searched once."""
    return _catalogue(typst.Fonts())


@dataclass(frozen=True)
class FontReport:
    """What ``bookcar doctor`` says of fonts: what was found, and what is wrong; a line each."""

    found: list[Sentence]
    problems: list[Sentence]


def font_report() -> FontReport:
    """Return which fonts manifests are printed with and whether Chinese can be printed."""
    families = {**installed().families, **bundled_fonts().families}
    known = [family for family in PREFERRED if family in families]
    found = [_told("doctor-families", count=len(families), name=known[0])]
    lacking = {family: _lacks(families[family]) for family in known if family in CJK}
    whole = [family for family, missing in lacking.items() if not missing]
    if whole:
        found.append(_told("doctor-chinese", name=whole[0]))
        return FontReport(found, [])
    problems = [_told("doctor-lacks", name=f, missing=missing) for f, missing in lacking.items()]
    problems.append(_told("no-chinese-font", hint=("cjk",)))
    return FontReport([*found, _told("doctor-no-chinese")], problems)


def _told(key: str, **figures: Figure) -> Sentence:
    return Sentence(key=f"trouble.{key}", figures=figures)


def is_invisible(character: str) -> bool:
    """Tell characters that leave no mark and need no glyph: controls, joiners, selectors."""
    code = ord(character)
    selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return selector or unicodedata.category(character) in {"Cc", "Cf"}


def _lacks(faces: tuple[Face, ...]) -> str:
    covered = _covered(faces)
    return "".join(c for c in _PROBES if ord(c) not in covered)


def _families_of(font: Path, folder: Path) -> tuple[str, ...]:
    """Copy a font file to a folder of its own, which typst searches, and name its families."""
    try:
        shutil.copy(font, folder / font.name)
    except OSError as error:
        told = _told("font-unreadable", font=str(font), errno=error.errno or 0)
        raise UsageError(told) from None
    alone = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )
    if not alone.families():
        raise UsageError(_told("font-none", font=str(font)))
    return tuple(alone.families())


def _catalogue(handle: typst.Fonts) -> Catalogue:
    families: dict[str, list[Face]] = {}
    for font in handle.fonts():
        if font.style == "normal" and font.stretch == 1.0:
            face = Face(font.family, font.weight, font.path, font.index)
            families.setdefault(font.family, []).append(face)
    ordered = {name: tuple(sorted(families[name], key=_face_order)) for name in sorted(families)}
    return Catalogue(handle, ordered)


def _face_order(face: Face) -> tuple[int, str, int]:
    return face.weight, face.path or "", face.index


class _Chooser:
    """Shares the characters of a document out among the families of a catalogue."""

    def __init__(self, catalogue: Catalogue, language: Language, *, first: tuple[str, ...]) -> None:
        self.catalogue = catalogue
        self.candidates = _candidates(catalogue, first)
        self.narrow = Phrases(language)("language.full-width") == "no" and self.candidates[0] in CJK

    def lacks(self, needed: set[int]) -> bool:
        """Tell whether some character is in no family."""
        return bool(needed.difference(*self._shares(needed).values()))

    def choose(self, needed: set[int], texts: Mapping[str, str]) -> Typeface:
        """Return the families that print a document, or raise what is missing."""
        shares = self._shares(needed)
        left = needed.difference(*shares.values())
        if left:
            raise _missing(left, texts)
        families = tuple(Family(name, _covers(needed - share)) for name, share in shares.items())
        return Typeface(families, self.catalogue.handle)

    def _shares(self, needed: set[int]) -> dict[str, set[int]]:
        """Return which family prints which characters: each goes to the first that has it.

        The letters of one script stay together, in the first family that has all of them: in a
        word of two fonts, or with an accent set apart for want of the accented letter, a name is
        hard to read.
        """
        shares = {_BUILT_IN: needed & _WIDE} if self.narrow and needed & _WIDE else {}
        left = needed.difference(*shares.values())
        for together in (True, False):  # a script that no family has whole is shared out after all
            scripts = _scripts(left) if together else []
            for family in self.candidates:
                if not left:
                    break
                covered = _covered(self.catalogue.families[family])
                parted = set().union(*(script for script in scripts if not script <= covered))
                found = (left & covered) - parted
                if found:
                    shares[family] = shares.get(family, set()) | found
                    left -= found
        return {family: shares[family] for family in self.candidates if family in shares}


def _scripts(codes: Iterable[int]) -> list[set[int]]:
    """Return the letters among characters by their script; East Asian ones stand alone anyway.

    Figures and signs of ASCII go with the Latin letters, so that R01 is set in one font.
    """
    scripts: dict[str, set[int]] = {}
    for code in sorted(codes):
        character = chr(code)
        script = unicodedata.name(character, "?").split()[0].replace("COMBINING", "LATIN")
        if code < 0x7F:
            scripts.setdefault("LATIN", set()).add(code)
        elif unicodedata.category(character)[0] in "LM" and _hint(character) != "cjk":
            scripts.setdefault(script, set()).add(code)
    return list(scripts.values())


def _covers(others: set[int]) -> str | None:
    """Return the pattern of all characters but those that other families print."""
    if not others:
        return None
    return "[^" + "".join(rf"\x{{{code:X}}}" for code in sorted(others)) + "]"


def _candidates(catalogue: Catalogue, first: tuple[str, ...]) -> list[str]:
    """Return all families in the order they are asked: given, preferred, then any sans, any."""
    whole = [family for family in first if _covered(catalogue.families[family]) >= _LETTERS]
    known = dict.fromkeys((*whole, *PREFERRED, *first))
    rest = sorted(catalogue.families.keys() - known.keys(), key=_likeness)
    return [family for family in (*known, *rest) if family in catalogue.families]


def _likeness(family: str) -> tuple[bool, bool, bool, str]:
    return ("Noto Sans" not in family, "Sans" not in family, "Mono" in family, family)


def _covered(faces: tuple[Face, ...]) -> frozenset[int]:
    """Return the code points a family has in both weights the manifest uses."""
    used = {min(faces, key=lambda face: abs(face.weight - weight)) for weight in _WEIGHTS}
    return frozenset.intersection(*(_code_points(face) for face in used))


@cache
def _code_points(face: Face) -> frozenset[int]:
    if face.path is None:
        return _built_in() if face.family == _BUILT_IN else frozenset()
    try:
        with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (OSError, TTLibError):
        return frozenset()


def _built_in() -> frozenset[int]:
    ranges = (range(low, high + 1) for low, high in _BUILT_IN_RANGES)
    return frozenset(code for codes in ranges for code in codes) | set(_BUILT_IN_SINGLES)


def _missing(left: Iterable[int], texts: Mapping[str, str]) -> MissingToolError:
    """Return the error for characters no font has: the first few by place, and the way on."""
    places = {chr(code): _first_place(chr(code), texts) for code in sorted(left)}
    named = tuple((_described(character), place) for character, place in places.items())
    hints = tuple(dict.fromkeys(_hint(character) for character in places))
    return MissingToolError(_told("no-font", missing=named, hints=hints))


def _first_place(character: str, texts: Mapping[str, str]) -> str:
    return next(place for place, text in texts.items() if character in text)


def _described(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"{character!r} (U+{ord(character):04X}{', ' + name if name else ''})"


def _hint(character: str) -> str:
    name = unicodedata.name(character, "")
    if 0x20000 <= ord(character) <= 0x3FFFF:
        return "cjk"
    if 0x1F000 <= ord(character) <= 0x1FAFF:
        return "emoji"
    return next((kind for words, kind in _PACKAGES if name.startswith(words)), "other")
