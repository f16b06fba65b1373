"""A folium page that needs no network and runs no script but its own.

Branca renders what a child rendered once more as a Jinja template, so text from a table that
reaches a stock folium class can run in Python as well as in the page. Here all data goes into a
JSON block that nothing parses but `JSON.parse`, and only elements known to hold no data are let in.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.template import Template

from bookcar.maps import assets
from bookcar.web.shell import content_security_policy, json_block

DATA_ID = "bookcar-data"


class OfflineMap(folium.Map):
    """A folium map that asks for Leaflet alone: no tiles, no jQuery, no Bootstrap.

    The page decides the size of the map and its view; a reader may zoom the page itself.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div id="{{ this.get_name() }}" class="map"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map("{{ this.get_name() }}", Object.assign(
            {center: {{ this.location|tojson }}}, {{ this.options|tojavascript }}));
        {% endmacro %}
        """
    )
    default_js = [("leaflet", "leaflet.js")]  # noqa: RUF012 (as folium declares it)
    default_css = [("leaflet_css", "leaflet.css")]  # noqa: RUF012


class OfflineFigure(Figure):
    """A page with everything in it, and a Content-Security-Policy that names its scripts.

    Parameters
    ----------
    title
        Our own words, not data: a page sets its full title from the data block.
    language
        BCP 47 tag of the page.
    data
        What the scripts draw; anything `json` can write. Names may hold any character.
    styles, scripts
        Trusted text, in order; the scripts run after folium's own.
    images
        Where pictures may be fetched from, for a Content-Security-Policy; by default nowhere.
    without_script
        What a reader with scripts turned off is told.
    """

    def __init__(
        self,
        title: str,
        language: str,
        *,
        data: object,
        styles: Iterable[str] = (),
        scripts: Iterable[str] = (),
        images: Iterable[str] = (),
        without_script: str = "",
    ) -> None:
        super().__init__(title=title)
        self.heading = title
        self.language = language
        self.data = data
        self.styles = tuple(styles)
        self.scripts = tuple(scripts)
        self.images = tuple(images)
        self.without_script = without_script

    def render(self, **kwargs: object) -> str:
        """Return the page; the same text for the same content, whatever else is drawn meanwhile.

        Raises
        ------
        MissingAssetError
            If an element asks for a script or style that is not vendored.
        TypeError
            If the page holds an element that could carry data into a template.
        """
        self._let_in_only_known()
        _number(self)
        for child in self._children.values():
            child.render(**kwargs)
        links = tuple(self.header._children.items())
        styles = (*_linked(links, CssLink), *self.styles)
        body, drawing = (_plain(part.render(**kwargs)) for part in (self.html, self.script))
        scripts = (*_linked(links, JavascriptLink), drawing, *self.scripts)
        return self._page(body, styles, scripts)

    def _let_in_only_known(self) -> None:
        for element in _descendants(self):
            if not isinstance(element, OfflineMap):
                raise TypeError(
                    f"{type(element).__name__} may carry data into a template; "
                    "put the data into the page's JSON block."
                )

    def _page(self, body: str, styles: tuple[str, ...], scripts: tuple[str, ...]) -> str:
        policy = content_security_policy(styles, scripts, ("data:", *self.images))
        lines = [
            "<!DOCTYPE html>",
            f'<html lang="{html.escape(self.language)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{html.escape(self.heading)}</title>",
            *(f"<style>{style}</style>" for style in styles),
            "</head>",
            "<body>",
            f"<noscript>{html.escape(self.without_script)}</noscript>",
            body,
            f'<script type="application/json" id="{DATA_ID}">{json_block(self.data)}</script>',
            *(f"<script>{script}</script>" for script in scripts),
            "</body>",
            "</html>",
        ]
        return "\n".join(lines) + "\n"


def _linked(links: Iterable[tuple[str, Element]], kind: type[Element]) -> list[str]:
    return [assets.vendored(name) for name, element in links if isinstance(element, kind)]


def _number(root: Element) -> None:
    """Give every element a number for its id, since branca's own are random."""
    for number, element in enumerate(_descendants(root), start=1):
        element._id = str(number)


def _descendants(element: Element) -> Iterator[Element]:
    for child in element._children.values():
        yield child
        yield from _descendants(child)


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
