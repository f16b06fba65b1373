"""What places are called in the reader's language: by their English name in English."""

from __future__ import annotations

from bookcar.model import District, Place
from bookcar.phrases import Language
from bookcar.web.text import printable


class Names:
    """The names of a district's places and townships in one language."""

    def __init__(self, district: District, language: Language) -> None:
        self._english = language == "en"
        self._areas = {area.name: area.name_en for area in district.areas if area.name_en}

    def place(self, place: Place) -> str:
        """Return the name of a stop or depot."""
        return printable(self._of(place.name, place.name_en))

    def area(self, name: str) -> str:
        """Return the name of a township that a stop names, in its own words."""
        return printable(self._of(name, self._areas.get(name, "")))

    def district(self, district: District) -> str:
        """Return the name of the district."""
        return printable(self._of(district.name, district.name_en))

    def _of(self, name: str, english: str) -> str:
        return english if self._english and english else name
