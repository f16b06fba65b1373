"""What the sheets say of a batch that is handed on along its route."""

from __future__ import annotations

import pytest
from handing import planned, ring

from bookcar.manifests.rows import week_sheet
from bookcar.pages.week import week_page
from bookcar.phrases import LANGUAGES, Language, Phrases

PLAN = planned(ring(4, books=150))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_say_where_a_batch_goes_on_to_and_since_when_it_is_aboard(
    language: Language,
) -> None:
    say = Phrases(language)
    (route,) = week_sheet(PLAN, language=language).routes
    for number, row in enumerate(route.rows, start=1):
        goes_on = [say("manifests.goes-on", number=number + 1)] if number < 4 else [""]
        assert [batch.detail for batch in row.collects] == goes_on
        since = [say("manifests.comes-from", number=number - 1)] if number > 1 else [""]
        assert [batch.detail for batch in row.drops] == since


def test_only_what_comes_from_the_depot_is_loaded() -> None:
    (route,) = week_sheet(PLAN).routes
    (part,) = route.parts
    assert [(row.number, row.batch.id) for row in part.rows] == [(1, "N1")]
    assert (part.books, part.crates) == (100, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_weeks_page_counts_them(language: Language) -> None:
    said = f"<dt>{Phrases(language)('pages.handed-on')}</dt><dd>3</dd>"
    assert said in week_page(PLAN, language=language)
    without = planned(ring(1, books=150))
    assert Phrases(language)("pages.handed-on") not in week_page(without, language=language)
