"""Small pieces that the parts of a manifest's page share."""

from __future__ import annotations

from collections.abc import Iterable

from bookcar.manifests.sheet import BatchLine
from bookcar.web.markup import Child, Html, each, join, link, tag


def by_hand(labels: Iterable[str]) -> Html:
    """Return fields to fill in by hand; they show on paper only."""
    return tag("p", *(tag("span", label) for label in labels), class_="written")


def dialled(number: str) -> str:
    """Return a telephone number as it is dialled."""
    return "".join(c for c in number if c in "+0123456789")


def telephone(number: str) -> Html | None:
    """Return a link that calls a number, None where there is none."""
    if not number:
        return None
    to_dial = dialled(number)
    return link(tag("b", number), f"tel:{to_dial}", class_="phone") if to_dial else Html("")


def named(batch: BatchLine) -> Html:
    """Return a batch in words."""
    return join(tag("b", batch.id), " ", batch.text, " ", batch.detail)


def headed(title: str, body: Html) -> Html:
    """Return something under a title of its own."""
    return tag("div", tag("h4", title), body)


def pairs(kind: str, listed: Iterable[tuple[str, Child]], *, buttons: Iterable[str] = ()) -> Html:
    """Return pairs of a label and a value; those of ``buttons`` are buttons on a phone."""
    items = (
        tag(
            "div",
            tag("dt", label),
            tag("dd", value),
            class_="wide-only" if label in buttons else None,
        )
        for label, value in listed
    )
    return tag("dl", each(items), class_=kind)
