"""The page and the table of the best choice of places: a list and a map of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np

from bookcar.files import write_several
from bookcar.model import District, Place
from bookcar.pages.week import table
from bookcar.phrases import Phrases
from bookcar.roads.basemap import Basemap
from bookcar.siting.where import Where
from bookcar.siting.words import WhereWords
from bookcar.web.geometry import Paper, height_for
from bookcar.web.markup import Child, Html, bdi, document, each, tag
from bookcar.web.minimap import drawn_roads
from bookcar.web.paper import page_rule
from bookcar.web.text import printable

WIDTH = 560.0
_MARGIN = 26.0
_CHOSEN, _OTHER = "#B35806", "#5b7590"


def write_where(
    found: Where,
    district: District,
    folder: Path,
    *,
    places: Sequence[Place],
    roads: Basemap,
    say: Phrases,
) -> list[Path]:
    """Write ``where-<question>.html``, ``.csv`` and ``.json``, all or none.

    Parameters
    ----------
    places
        All that were looked at, by whose ids the sites name those that go to them.

    Raises
    ------
    files.WriteError
        If the disk is full or the folder is not writable.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        f"where-{found.question}.html": where_page(
            found, district, places=places, roads=roads, say=say
        ).encode(),
        f"where-{found.question}.csv": where_csv(found),
        f"where-{found.question}.json": found.to_json(),
    }
    write_several(folder, files)
    return [folder / name for name in files]


def where_csv(found: Where) -> bytes:
    """Return a row for each place and the site it goes to, for a spreadsheet."""
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\r\n")
    rows.writerow(["site", "site_name", "lon", "lat", "place", "place_name", "people", "minutes"])
    for site in found.sites:
        own = [site.id, _cell(site.name), site.lon, site.lat]
        for place in site.places:
            rows.writerow([*own, place.id, _cell(place.name), place.people, place.minutes])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text


def where_page(
    found: Where, district: District, *, places: Sequence[Place], roads: Basemap, say: Phrases
) -> str:
    """Return the page."""
    words = WhereWords(found, say)
    title = words.title()
    heads = [say(f"where.head-{key}") for key in ("number", "site", "people", "places")]
    rows: list[list[Child]] = [
        [
            str(n),
            bdi(words.name(site)),
            tag("span", say.number(site.people), class_="whole"),
            words.places(site),
        ]
        for n, site in enumerate(found.sites, start=1)
    ]
    return document(
        tag(
            "header",
            tag("p", bdi(printable(district.name)), " ", bdi(printable(district.name_en))),
            tag("h1", title),
        ),
        tag(
            "main",
            tag("p", tag("strong", words.verdict()), class_="verdict"),
            each(tag("p", text) for text in words.notes()),
            tag("div", _map(found, district, places=places, roads=roads, say=say), class_="where"),
            table(heads, rows) if rows else None,
        ),
        tag("footer", tag("p", say("common.internal"))),
        title=f"{printable(district.name)} · {title}",
        language=say.language,
        css=_css() + page_rule(district.settings.printing.paper),
    )


def _map(
    found: Where, district: District, *, places: Sequence[Place], roads: Basemap, say: Phrases
) -> Html:
    """Return the map: roads, stops, stores, and each chosen place with those that go to it."""
    known = {place.id: (place.lon, place.lat) for place in (*places, *district.stops)}
    every = [*known.values(), *((d.lon, d.lat) for d in district.depots)]
    height = height_for(np.array(every), WIDTH)
    paper = Paper.around([np.array(every)], width=WIDTH, height=height, margin=_MARGIN)

    def spot(lon: float, lat: float) -> tuple[float, float]:
        x, y = paper.place(np.array([(lon, lat)]))[0]
        return float(x), float(y)

    marks = [_dot(*spot(stop.lon, stop.lat), 2.5, printable(stop.name)) for stop in district.stops]
    marks += [_house(*spot(d.lon, d.lat), printable(d.name)) for d in district.depots]
    lines, signs = [], []
    for n, site in enumerate(found.sites, start=1):
        x, y = spot(site.lon, site.lat)
        for place in site.places:
            a, b = spot(*known[place.id])
            lines.append(
                tag(
                    "path",
                    d=f"M{x:.1f} {y:.1f}L{a:.1f} {b:.1f}",
                    stroke=_CHOSEN,
                    stroke_width="1",
                    opacity="0.6",
                )
            )
            lines.append(_dot(a, b, 3.0, printable(place.name)))
        signs.append(
            tag(
                "g",
                tag("title", printable(site.name)),
                tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="9", fill=_CHOSEN, stroke="#fff"),
                tag(
                    "text",
                    str(n),
                    x=f"{x:.1f}",
                    y=f"{y + 4:.1f}",
                    fill="#fff",
                    font_size="11",
                    text_anchor="middle",
                ),
            )
        )
    return tag(
        "svg",
        Html("".join(drawn_roads(paper, roads.lines))),
        *marks,
        *lines,
        *signs,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        role="img",
        aria_label=say("where.map"),
    )


def _dot(x: float, y: float, radius: float, name: str) -> Html:
    circle = tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{radius}", fill=_OTHER)
    return tag("g", tag("title", name), circle)


def _house(x: float, y: float, name: str) -> Html:
    path = f"M{x - 6:.1f} {y + 6:.1f}v-7l6 -6l6 6v7z"
    return tag("g", tag("title", name), tag("path", d=path, fill="#000", stroke="#fff"))


def _css() -> str:
    week = resources.files("bookcar.pages").joinpath("week.css").read_text("utf-8")
    own = (
        ".where svg { display: block; width: 100%; max-width: 38rem; height: auto; margin: 1rem 0;"
    )
    return f"{week}{own} border: 1px solid var(--line); }}\n"
