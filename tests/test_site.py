"""The site of the docs: every page in its navigation, and nothing of another host."""

from __future__ import annotations

import importlib.util
import re
import time
from pathlib import Path
from typing import Any

import pytest
from browser import Browser, browser  # noqa: F401  # a fixture

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "website"


def _script() -> Any:
    spec = importlib.util.spec_from_file_location("website_write", FOLDER / "write.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WRITE = _script()


def test_every_page_stands_once_in_the_navigation() -> None:
    text = (FOLDER / "mkdocs.yml").read_text("utf-8").split("\nnav:\n")[1]
    named = re.findall(r"([\w./-]+\.md)$", text, re.MULTILINE)
    pages = [path.as_posix() for path in WRITE.sources() if path.suffix == ".md"]
    assert {"README.zh.md", "docs/first-steps.zh.md", "docs/glossary.md"} < set(pages)
    assert sorted(named) == sorted([*pages, "docs/api.md"])


def test_the_reference_has_a_place_for_every_public_name() -> None:
    page = WRITE.api_page()
    assert "::: bookcar.pipeline.plan_week\n" in page
    assert "::: bookcar.audit.audit\n    options:\n      heading: bc.audit_plan\n" in page
    assert page.count("::: ") == len([n for n in WRITE.bookcar.__all__ if n[0] != "_"])


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/a.css">',
        '<img src="HTTP://cdn.example/a.png">',
        '<img srcset="a.png 1x, https://cdn.example/a.png 2x">',
        '<iframe src="https://cdn.example/"></iframe>',
        '<p style="background: url(https://cdn.example/a.png)">',
        "@import '//cdn.example/a.css';",
        "@font-face { src: url('https://cdn.example/a.woff2') }",
    ],
)
def test_what_a_page_would_fetch_is_found(markup: str) -> None:
    (address,) = WRITE.fetched(markup)
    assert "cdn.example" in address


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="https://www.openstreetmap.org">map</a>',
        '<link rel="canonical" href="https://example.org/a.html">',
        '<script src="assets/a.js"></script><img src="data:image/png;base64,AA//">',
        "a { background: url(../a.svg) }",
    ],
)
def test_what_is_a_link_or_its_own_is_let_be(markup: str) -> None:
    assert WRITE.fetched(markup) == []


def test_a_site_that_would_fetch_is_told_with_its_page(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.html").write_text('<script src="https://cdn.example/a.js"></script>')
    (tmp_path / "b.html").write_text("<p>")
    (found,) = WRITE.faults(tmp_path)
    assert found.replace("\\", "/") == "sub/a.html would fetch https://cdn.example/a.js"


def _need_mkdocs() -> None:
    for name in ("material", "mkdocstrings_handlers", "jieba"):
        if importlib.util.find_spec(name) is None:
            pytest.skip("what writes the site is not installed: make site, or the extra `site`")


def _found(page: Browser, word: str) -> str:
    """Return what the search of the page that is open lists for a word."""
    page.run("document.getElementById('__search').click()")
    page.write("[data-md-component=search-query]", word)
    end = time.monotonic() + 20
    while not page.count(".md-search-result__item") and time.monotonic() < end:
        time.sleep(0.1)
    return " ".join(page.texts(".md-search-result__item h1"))


@pytest.mark.slow
@pytest.mark.browser
def test_the_site_reads_from_the_disk(tmp_path: Path, browser: Browser) -> None:  # noqa: F811
    """Opened as files its pages ask for nothing, log nothing, fit a phone, and can be searched."""
    _need_mkdocs()
    site = WRITE.write(tmp_path).parent
    api = (site / "docs" / "api.html").read_text("utf-8")
    assert 'id="bookcar.pipeline.plan_week"' in api
    for name in ("index.html", "README.zh.html", "docs/inputs.html", "docs/api.html"):
        for size in ((1500, 950), (360, 740)):
            page = browser.open(site / name, size=size, phone=size[0] < 500, ready=None)
            assert _asked_of_others(page) == []
            assert page.console() == []
            assert page.run("return document.documentElement.scrollWidth <= innerWidth"), name
    for word, title in (("promised", "The timetable"), ("背篓员", "Glossary")):
        page = browser.open(site / "index.html", ready=None)
        assert title in _found(page, word)
        assert _asked_of_others(page) == []
        assert page.console() == []


def _asked_of_others(page: Browser) -> list[str]:
    return [address for address in page.requests() if not address.startswith("file:")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "other", "fault"),
    [
        ("[gone](docs/gone.md)", "", "docs/gone.md"),
        ("[gone](#no-such-heading)", "", "#no-such-heading"),
        ("whole", "unlisted.md", "unlisted.md"),
        ('<script src="https://cdn.example/a.js"></script>', "", "cdn.example/a.js"),
    ],
)
def test_a_site_with_a_fault_is_not_written(
    text: str, other: str, fault: str, *, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the settings of the site itself, of one page; what is there stays as it is."""
    _need_mkdocs()
    settings = (FOLDER / "mkdocs.yml").read_text("utf-8").split("\nplugins:\n")[0]
    (tmp_path / "mkdocs.yml").write_text(settings + "\nplugins: []\nnav: [README.md]\n", "utf-8")

    def lay_out(pages: Path) -> None:
        pages.mkdir()
        for name in ("README.md", other):
            if name:
                (pages / name).write_text(text)

    monkeypatch.setattr(WRITE, "lay_out", lay_out)
    monkeypatch.setattr(WRITE, "CONFIG", tmp_path / "mkdocs.yml")
    folder = tmp_path / "build"
    (folder / "site").mkdir(parents=True)
    (folder / "site" / "index.html").write_text("before")
    with pytest.raises(ValueError, match=re.escape(fault)):
        WRITE.write(folder)
    assert (folder / "site" / "index.html").read_text() == "before"
