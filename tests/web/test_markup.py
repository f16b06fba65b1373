"""HTML from elements."""

from __future__ import annotations

import pytest

from bookcar.web.markup import Html, document, join, link, tag


def test_texts_and_attributes_are_escaped() -> None:
    element = tag("p", "<b>&\"'", title='"><script>', class_="x", data_label="y", open=True)
    assert element.text == (
        '<p title="&quot;&gt;&lt;script&gt;" class="x" data-label="y" open>'
        "&lt;b&gt;&amp;&quot;&#x27;</p>"
    )


def test_elements_nest_and_nothing_is_nothing() -> None:
    assert join(tag("br"), None, 0, Html("<i></i>")).text == "<br>0<i></i>"
    assert tag("p", hidden=False, id=None).text == "<p></p>"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x"])
def test_no_link_runs_anything(address: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        link("x", address)


@pytest.mark.parametrize("address", ["a/b.html", "../x#R01", "https://a.b/c:d", "tel:+1", "x/y:z"])
def test_ordinary_links(address: str) -> None:
    assert f'href="{address}"' in link("x", address).text


def test_a_page_allows_its_one_style_sheet_only() -> None:
    page = document("x", title="t", language="zh", css="p{}")
    assert "default-src &#x27;none&#x27;; style-src &#x27;sha256-" in page
    assert '<html lang="zh-Hans">' in page
