"""When a title on a list is the one that a reader wishes for."""

from __future__ import annotations

import pytest

from bookcar.titles import Wish


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
    assert Wish.of(wished).meets(listed)


@pytest.mark.parametrize(("wished", "listed"), [("小王子", "小公主"), ("C", "C++"), ("《》", "·")])
def test_other_words_are_another_title(wished: str, listed: str) -> None:
    assert not Wish.of(wished).meets(listed)


def test_an_isbn_tells_what_another_name_hides() -> None:
    """ISBN 7-5063-6543-2 is 978-7-5063-6543-7 in ten digits."""
    wish = Wish.of("To Live", "978-7-5063-6543-7")
    assert wish.meets("活着", "7506365432")
    assert not wish.meets("红岩", "9787506365444")
    assert not wish.meets("红岩")


def test_another_edition_of_the_same_title_will_do() -> None:
    assert Wish.of("活着", "9787506365437").meets("活着", "9787530215593")


def test_what_is_no_isbn_tells_nothing() -> None:
    assert not Wish.of("活着", "12").meets("红岩", "12")
