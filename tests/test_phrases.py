"""The catalogue of words: complete in every language, figures alike."""

from __future__ import annotations

import re
import string
import typing
from pathlib import Path

import pytest

from bookcar import phrases
from bookcar.phrases import FALLBACK, LANGUAGES, TOPICS, Language, Phrases, catalogue
from bookcar.plan import ReasonCode


def _figures(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_phrases_with_the_same_figures(language: Language) -> None:
    ours, first = catalogue(language), catalogue(FALLBACK)
    assert ours.keys() == first.keys()
    assert all(ours.values())
    assert {k: _figures(t) for k, t in ours.items()} == {k: _figures(t) for k, t in first.items()}


def test_every_language_has_a_folder_and_every_folder_is_a_language() -> None:
    folders = {p.parent.name for p in Path(phrases.__file__).parent.glob("*/*.toml")}
    assert folders == set(LANGUAGES)


def test_every_topic_has_a_file_and_every_file_is_a_topic() -> None:
    files = {p.stem for p in (Path(phrases.__file__).parent / FALLBACK).iterdir()}
    assert files == set(TOPICS)


def test_every_reason_has_a_phrase_and_a_short_one() -> None:
    for reason in typing.get_args(ReasonCode):
        assert f"reasons.{reason}" in catalogue(FALLBACK)
        assert f"reasons.short-{reason}" in catalogue(FALLBACK)
        assert f"reasons.help-{reason}" in catalogue(FALLBACK)


def test_figures_may_hold_anything() -> None:
    text = Phrases("en")("reasons.off-road", limit_m=500, road="{0} {{x}}")
    assert text == "No road within 500 m (nearest: {0} {{x}})."


def test_numbers_have_the_marks_of_the_language() -> None:
    assert Phrases("en").number(12345.67, ",.1f") == "12,345.7"
    assert Phrases("fr").number(12345.67, ",.1f") == "12\u00a0345,7"
    assert Phrases("fr").number(0.0756, ".2%") == "7,56\u00a0%"
    assert Phrases("zh").number(0.0756, ".2%") == "7.56%"
    cost = Phrases("fr")("why.other", car="C1", day="x", time="x", more="x", cost=1234.56)
    assert cost.endswith(" +1\u00a0234,6.")
    assert "1\u00a0234" in Phrases("fr")("maps.count-people", people=Phrases("fr").number(1234))
    fr = Phrases("fr")("importing.drafted-depot", lon=106.648, lat=29.023)
    assert "106.64800, 29.02300" in fr  # people type it again


@pytest.mark.parametrize("language", LANGUAGES)
def test_per_cent_is_written_one_way_in_a_language(language: Language) -> None:
    """But in what is to be typed (``money 90%``), and in forms, which write it themselves."""
    mark = Phrases(language)("language.percent")
    for key, text in catalogue(language).items():
        typed = re.sub(r"(money|经费) -?\d+%|:[,.\df]*%", "", text)
        for sign in re.findall(r"(?<=[\d}])\s*%", typed):
            assert sign == mark, f"{key}: {text}"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no phrases in language"):
        Phrases("xx")  # type: ignore[arg-type]
