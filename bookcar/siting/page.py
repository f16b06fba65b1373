"""The page and the table of the best choice of places: a list and a map of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

from bookcar.files import write_several
from bookcar.model import District, Place
from bookcar.pages.week import table
from bookcar.phrases import Phrases
from bookcar.roads.basemap import Basemap
from bookcar.siting.where import Site, Where
from bookcar.siting.words import SHOWN, WhereWords
from bookcar.web.markup import Child, Html, bdi, document, each, tag
from bookcar.web.paper import page_rule
from bookcar.web.picture import Picture
from bookcar.web.text import printable

WIDTH = 560.0
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
            _all_or_folded(words, site),
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


def _all_or_folded(words: WhereWords, site: Site) -> Child:
    """Return the places that go to a site; of many the first, and all on a click."""
    if len(site.places) <= SHOWN:
        return words.places(site)
    return tag("details", tag("summary", words.places(site, SHOWN)), words.places(site))


def _map(
    found: Where, district: District, *, places: Sequence[Place], roads: Basemap, say: Phrases
) -> Html:
    """Return the map: roads, stops, stores, and each chosen place with those that go to it."""
    known = {place.id: (place.lon, place.lat) for place in (*places, *district.stops)}
    every = [*known.values(), *((d.lon, d.lat) for d in district.depots)]
    picture = Picture(every, width=WIDTH)
    spots = {name: picture.spot(*place) for name, place in known.items()}
    signs = [_dot(*spots[stop.id], 2.5, printable(stop.name)) for stop in district.stops]
    signs += [picture.house(d.lon, d.lat, d.name) for d in district.depots]
    at = [picture.spot(site.lon, site.lat) for site in found.sites]
    for site, here in zip(found.sites, at, strict=True):
        signs += _goers(site, here, spots)
    signs += [
        _badge(number, site, here)
        for number, (site, here) in enumerate(zip(found.sites, at, strict=True), start=1)
    ]
    return picture.drawn(roads, signs, label=say("where.map"))


def _goers(
    site: Site, here: tuple[float, float], spots: Mapping[str, tuple[float, float]]
) -> Iterator[Html]:
    """Yield the places that go to a site, each with a line to it."""
    for place in site.places:
        x, y = spots[place.id]
        line = f"M{here[0]:.1f} {here[1]:.1f}L{x:.1f} {y:.1f}"
        yield tag("path", d=line, stroke=_CHOSEN, stroke_width="1", opacity="0.6")
        yield _dot(x, y, 3.0, printable(place.name))


def _badge(number: int, site: Site, here: tuple[float, float]) -> Html:
    """Return the sign of a site: its number, as in the list."""
    x, y = here
    disc = tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="9", fill=_CHOSEN, stroke="#fff")
    at = {"x": f"{x:.1f}", "y": f"{y + 4:.1f}"}
    digits = tag("text", str(number), **at, fill="#fff", font_size="11", text_anchor="middle")
    return tag("g", tag("title", printable(site.name)), disc, digits)


def _dot(x: float, y: float, radius: float, name: str) -> Html:
    circle = tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=f"{radius}", fill=_OTHER)
    return tag("g", tag("title", name), circle)


def _css() -> str:
    week = resources.files("bookcar.pages").joinpath("week.css").read_text("utf-8")
    own = (
        ".where svg { display: block; width: 100%; max-width: 38rem; height: auto; margin: 1rem 0;"
    )
    wide = "@media (min-width: 40rem) { td:nth-child(2) { min-width: 11rem; } }"
    return f"{week}{own} border: 1px solid var(--line); }}\n{wide}\n"
