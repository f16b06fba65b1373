"""Tables of pages: their figures stand to the right, and narrow screens show them as lists."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence

from bookcar.web.markup import Child, Html, each, tag


def table(
    heads: Sequence[str], rows: Iterable[Sequence[Child]], *, numbers: Container[int] = ()
) -> Html:
    """Return a table that narrow screens show as a list, each cell with its heading.

    ``numbers`` are the columns of figures, counted from 0.
    """
    kinds = ["number" if k in numbers else None for k in range(len(heads))]
    shown = zip(heads, kinds, strict=True)
    head = tag("tr", *(tag("th", text, scope="col", class_=kind) for text, kind in shown))
    body = each(
        tag(
            "tr",
            *(
                tag("td", cell, data_label=text, class_=kind)
                for text, kind, cell in zip(heads, kinds, row, strict=True)
            ),
        )
        for row in rows
    )
    return tag("table", tag("thead", head), tag("tbody", body))


def table_section(
    say: Callable[[str], str], key: str, heads: Iterable[str], rows: Sequence[Sequence[Child]]
) -> Html | None:
    """Return a table under a heading, all in words by their keys; None without rows."""
    if not rows:
        return None
    title = tag("h2", say(key), id=key)
    return tag("section", title, table([say(k) for k in heads], rows), aria_labelledby=key)
