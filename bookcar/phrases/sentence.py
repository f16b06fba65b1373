"""What a plan says of itself, kept as a key of the catalogue and figures, never as words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

import msgspec

from bookcar.phrases import Figure, Language, Phrases


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A phrase to be said in whatever language is asked for.

    Attributes
    ----------
    key
        Of the catalogue, such as ``common.roads-osm``.
    figures
        What the phrase names.
    """

    key: str
    figures: Mapping[str, Figure] = msgspec.field(default_factory=dict)

    def text_in(self, language: Language) -> str:
        """Return the sentence."""
        return Phrases(language).filled(self.key, self.figures)


def told(sentences: Sequence[Sentence], language: Language) -> str:
    """Return sentences one after the other, as the language sets them."""
    say = Phrases(language)
    texts = [sentence.text_in(language) for sentence in sentences] or [""]
    return reduce(lambda one, other: say("figures.two-sentences", one=one, other=other), texts)
