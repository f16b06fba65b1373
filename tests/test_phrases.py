"""The catalogue of words: complete in every language, figures alike."""

from __future__ import annotations

import string
import typing

import pytest

from bookcar.phrases import LANGUAGES, Phrases, _catalogue
from bookcar.plan import ReasonCode


def _figures(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(_catalogue()))
def test_a_phrase_is_there_in_every_language_with_the_same_figures(key: str) -> None:
    texts = _catalogue()[key]
    assert set(texts) == set(LANGUAGES)
    assert all(texts.values())
    assert len({frozenset(_figures(text)) for text in texts.values()}) == 1


def test_every_reason_has_a_phrase_and_a_short_one() -> None:
    for reason in typing.get_args(ReasonCode):
        assert f"reasons.{reason}" in _catalogue()
        assert f"reasons.short-{reason}" in _catalogue()
        assert f"reasons.help-{reason}" in _catalogue()


def test_figures_may_hold_anything() -> None:
    text = Phrases("en")("reasons.off-road", limit_m=500, road="{0} {{x}}")
    assert text == "No road within 500 m (nearest: {0} {{x}})."


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no phrases in language"):
        Phrases("xx")
