"""The scripts and styles a page is made of, read from package data and made fit to stand in it."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from bookcar.errors import BookcarError

VENDORED = {
    "leaflet": "leaflet/leaflet.js",
    "leaflet_css": "leaflet/leaflet.css",
}
"""Files under ``vendor/`` by the name folium gives the asset."""

_MIME = {".png": "image/png", ".svg": "image/svg+xml", ".gif": "image/gif"}


class MissingAssetError(BookcarError, LookupError):
    """A page asks for a script, style or image that is not in the package.

    A page must open with no network, so there is no link to fall back on.
    """


@cache
def vendored(name: str) -> str:
    """Return a vendored script or style by folium's name for it, ready to stand in a page.

    Raises
    ------
    MissingAssetError
        If it, or an image its style sheet names, is not in the package.
    """
    if name not in VENDORED:
        raise MissingAssetError(
            f"folium's asset {name!r} is not in bookcar/maps/vendor. Vendor it, or do without."
        )
    folder_name, file_name = VENDORED[name].split("/")
    folder = _folder("vendor") / folder_name
    text = (folder / file_name).read_text("utf-8")
    licence = (folder / "LICENSE").read_text("utf-8").strip()
    text = inline_images(text, folder) if file_name.endswith(".css") else _without_source_map(text)
    return f"/*\n{licence}\n*/\n{text}"


@cache
def own(name: str) -> str:
    """Return one of our own scripts or styles by its file name in ``web/``."""
    file = _folder("web") / name
    if not file.is_file():
        raise MissingAssetError(f"There is no {name!r} in bookcar/maps/web.")
    return file.read_text("utf-8")


def inline_images(css: str, folder: Traversable) -> str:
    """Return a style sheet with every image it names in place of the image's address.

    Raises
    ------
    MissingAssetError
        If an image is not in the style sheet's folder.
    """

    def data_uri(match: re.Match[str]) -> str:
        address = match[2]
        if address.startswith(("data:", "#")):
            return match[0]
        return f"url({_image(folder, address)})"

    return re.sub(r"url\((['\"]?)([^)'\"]+)\1\)", data_uri, css)


def _image(folder: Traversable, address: str) -> str:
    image = folder / address
    kind = _MIME.get(address[address.rfind(".") :])
    if kind is None or not image.is_file():
        raise MissingAssetError(f"A style sheet names the image {address!r}; it is not vendored.")
    return f"data:{kind};base64,{base64.b64encode(image.read_bytes()).decode()}"


def _without_source_map(script: str) -> str:
    return re.sub(r"\n?//# sourceMappingURL=\S*", "", script)


def _folder(name: str) -> Traversable:
    return resources.files("bookcar.maps") / name
