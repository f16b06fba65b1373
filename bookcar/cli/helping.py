"""``--help`` in the reader's language, and in lines that a terminal has room for.

Click reads the command line before any district is known: the language is that of ``--lang``, where
it stands on the line, or that of the machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from gettext import gettext
from itertools import pairwise
from unicodedata import east_asian_width

import click
from click.formatting import wrap_text

from bookcar.cli.speech import of_locale
from bookcar.phrases import LANGUAGES, Language
from bookcar.phrases.helps import helps

_NOT_FIRST = "。，、；：？！）》”』」…>"
_NOT_LAST = "（《“『「<"
_AS_IT_IS = "\b"  # what a paragraph begins with that click leaves alone


def language_of(args: Sequence[str]) -> Language:
    """Return the language in which a command line is read: its own, or the machine's."""
    asked = {f"--lang={language}": language for language in LANGUAGES}
    said = [asked.get(arg) for arg in args]
    said += [asked.get(f"{name}={word}") for name, word in pairwise(args)]
    return next((language for language in said if language is not None), of_locale())


def in_words(command: click.Command, name: str, language: Language) -> click.Command:
    """Return a command with its help in a language."""
    said = copy(command)
    said.context_class = Context
    if name not in helps(language):
        return said
    words: Mapping[str, str] = {**helps(language)["common"], **helps(language)[name]}
    said.help, said.short_help = words["about"], words["short"]
    said.params = [_in_words(param, words) for param in command.params]
    return said


def _in_words(param: click.Parameter, words: Mapping[str, str]) -> click.Parameter:
    if not isinstance(param, click.Option) or not param.help:
        return param
    said = copy(param)
    said.help = words[str(param.name)]
    return said


def reworded(param: click.Parameter) -> click.Parameter:
    """Return an option of click's own with its help in the language that click speaks now.

    That of ``--version`` was worded when the command line was loaded.
    """
    if not isinstance(param, click.Option) or not param.help:
        return param
    said = copy(param)
    said.help = gettext(param.help)
    return said


class Wide(click.HelpFormatter):
    """Writes help whose letters are two columns wide, which click takes for one."""

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        super().write_text(_folded(text, self.width - self.current_indent))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean, beside each other; a long term stands above."""
        rows, margin = list(rows), " " * self.current_indent
        first = max((w for term, _ in rows if (w := columns_of(term)) <= col_max), default=0)
        behind = " " * (first + col_spacing)
        for term, text in rows:
            room = max(self.width - len(behind) - 2, 10)
            lines = wrap_text(_folded(text, room), room, preserve_paragraphs=True).splitlines()
            if columns_of(term) > first or not lines:
                self.write(f"{margin}{term}\n")
            else:
                gap = behind[columns_of(term) :]
                self.write(f"{margin}{term}{gap}{lines.pop(0)}\n")
            self.write("".join(f"{margin}{behind}{line}\n" for line in lines))


class Context(click.Context):
    """Writes help so."""

    formatter_class = Wide


def columns_of(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _folded(text: str, width: int) -> str:
    """Return text in lines of a width that click leaves alone, if it has wide letters."""
    if columns_of(text) == len(text):
        return text
    return "\n\n".join(_paragraph(part, width) for part in text.strip().split("\n\n"))


def _paragraph(text: str, width: int) -> str:
    if text.startswith(_AS_IT_IS):
        return text
    lines, line = [], ""
    for piece in _pieces(text):
        if line and columns_of((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line = line + piece if line else piece.lstrip()
    return "\n".join((_AS_IT_IS, *lines, line.rstrip()))


def _pieces(text: str) -> Iterator[str]:
    """Yield what no line may break: words, and wide letters with the marks that belong to them."""
    piece = ""
    for letter in _joined(text.splitlines()):
        wide = columns_of(letter) > 1 or letter in _NOT_FIRST or letter in _NOT_LAST
        glued = letter in _NOT_FIRST or (piece and piece[-1] in _NOT_LAST)
        whole = piece and not wide and not _is_wide(piece[-1]) and not piece[-1].isspace()
        if piece and not glued and not whole:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _is_wide(letter: str) -> bool:
    return columns_of(letter) > 1 or letter in _NOT_FIRST


def _joined(lines: Sequence[str]) -> str:
    """Return lines as one: between two wide letters there is no space."""
    text = lines[0]
    for line in lines[1:]:
        text += line if _is_wide(text[-1]) or _is_wide(line[0]) else f" {line}"
    return text
