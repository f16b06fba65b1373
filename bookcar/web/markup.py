"""HTML from elements: every text and attribute is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from bookcar.phrases import Language, Phrases
from bookcar.web.shell import content_security_policy, json_block

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_NO_SCHEME = ("https:", "http:", "tel:", "geo:", "mailto:")


@dataclass(frozen=True)
class Html:
    """Finished markup; any other text is escaped before it becomes part of a page."""

    text: str


Child = Html | str | int | None


def tag(element: str, /, *children: Child, **attributes: str | int | bool | None) -> Html:
    """Return an element.

    Parameters
    ----------
    children
        Text to be escaped, finished elements, or None for nothing.
    attributes
        ``class_`` stands for ``class``, other underscores for hyphens; True is an attribute without
        a value, None and False none at all.
    """
    opened = f"<{element}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if element in _VOID:
        return Html(opened)
    return Html(f"{opened}{join(*children).text}</{element}>")


def join(*children: Child) -> Html:
    """Return children one after the other, without an element around them."""
    return Html("".join(map(_child, children)))


def each(children: Iterable[Child]) -> Html:
    """Return any number of children one after the other."""
    return join(*children)


def bdi(text: str) -> Html:
    """Return a text whose direction of writing stays its own."""
    return tag("bdi", text)


def link(text: Child, address: str, **attributes: str | None) -> Html:
    """Return a link; the address must be relative or of a harmless scheme."""
    scheme, colon, _ = address.partition(":")
    if colon and "/" not in scheme and f"{scheme.lower()}:" not in _NO_SCHEME:
        raise ValueError(f"not an address for a link: {address!r}")
    return tag("a", text, href=address, **attributes)


def document(
    *body: Child,
    title: str,
    language: Language,
    css: str,
    scripts: Sequence[str] = (),
    data: object = None,
) -> str:
    """Return a page that asks nothing of any network and runs no script but those given.

    Its Content-Security-Policy allows the one style sheet inside it, these scripts and nothing
    else.

    Parameters
    ----------
    scripts
        Trusted text, run in order at the end of the page.
    data
        What the scripts read, as JSON, from the element ``data``; names may hold any character.
    """
    policy = content_security_policy([css], scripts)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        Html(f"<style>{css}</style>"),
    )
    block = Html(f'<script type="application/json" id="data">{json_block(data)}</script>')
    running = (block, *(Html(f"<script>{script}</script>") for script in scripts))
    spoken = Phrases(language)("language.tag")
    page = tag("html", head, tag("body", *body, *(running if scripts else ())), lang=spoken)
    return f"<!DOCTYPE html>\n{page.text}\n"


def _child(child: Child) -> str:
    if isinstance(child, Html):
        return child.text
    return "" if child is None else escape(str(child))


def _attribute(key: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    key = key.rstrip("_").replace("_", "-")
    return f" {key}" if value is True else f' {key}="{escape(str(value))}"'
