"""When a title on a list is the one that a reader wishes for."""

from __future__ import annotations

import pytest

from bookcar.model import Title
from bookcar.titles import Listed


def _listed(*titles: str) -> Listed:
    return Listed.of(Title(title=title) for title in titles)


@pytest.mark.parametrize(
    ("wished", "listed"),
    [
        ("小王子", "《小王子》"),
        ("The Little Prince", "the little prince."),
        ("ＡＢＣ 入门", "abc入门"),
        ("繁星·春水", "繁星 春水"),
    ],
)
def test_a_title_is_the_same_whatever_marks_and_case(wished: str, listed: str) -> None:
    assert _listed(listed).name_of(wished) is not None


@pytest.mark.parametrize(("wished", "listed"), [("小王子", "小公主"), ("C", "C++"), ("《》", "·")])
def test_other_words_are_another_title(wished: str, listed: str) -> None:
    assert _listed(listed).name_of(wished) is None


def test_an_isbn_tells_what_another_name_hides() -> None:
    """ISBN 7-5063-6543-2 is 978-7-5063-6543-7 in ten digits."""
    listed = Listed.of([Title(title="活着", isbn="7506365432"), Title(title="红岩", isbn="12")])
    assert listed.name_of("To Live", "978-7-5063-6543-7") == "活着"
    assert listed.name_of("To Live", "9787506365444") is None
    assert listed.name_of("Red Crag", "12") is None


def test_another_edition_of_the_same_title_will_do() -> None:
    listed = Listed.of([Title(title="活着", isbn="9787506365437")])
    assert listed.name_of("活着", "9787530215593") == "活着"


def test_the_copies_of_all_editions_count_together() -> None:
    titles = [Title(title="活着", copies=2), Title(title="《活着》"), Title(title="红岩")]
    assert Listed.of(titles).copies == {"活着": 3, "红岩": 1}
