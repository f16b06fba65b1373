"""Which language the terminal speaks: the one asked for, the district's, or the locale's."""

from __future__ import annotations

import ctypes
import locale
import os

import click

from bookcar.phrases import FALLBACK, LANGUAGES, Language, Phrases

_SPOKEN = "bookcar.language"  # in the context's meta


def speak(language: Language | None) -> None:
    """Speak a language from now on, if one is known."""
    context = click.get_current_context(silent=True)
    if context is not None and language is not None:
        context.meta[_SPOKEN] = language


def spoken(context: click.Context | None = None, *, of_faults: Language | None = None) -> Phrases:
    """Return the words of the language that is spoken.

    Parameters
    ----------
    of_faults
        The language of the district in which faults were found, which counts before the locale.
    """
    context = context or click.get_current_context(silent=True)
    chosen: Language | None = None if context is None else context.meta.get(_SPOKEN)
    return Phrases(chosen or of_faults or of_locale())


def of_locale() -> Language:
    """Return the language of the machine's locale, if it is one of ours.

    Windows sets no variable of the environment: there it is that of its menus.
    """
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next((name for name in names if name), "") or _of_menus()
    return next((language for language in LANGUAGES if first.startswith(language)), FALLBACK)


def _of_menus() -> str:
    """Return the locale in which Windows shows its menus, e.g. ``zh_CN``; "" elsewhere."""
    menus = getattr(ctypes, "windll", None)
    if menus is None:
        return ""
    return locale.windows_locale.get(menus.kernel32.GetUserDefaultUILanguage(), "")
