"""A district read for a command: with a step of progress, and in its language from then on."""

from __future__ import annotations

from pathlib import Path

from bookcar.cli.speech import speak
from bookcar.inputs.reader import read
from bookcar.model import District
from bookcar.phrases import Language
from bookcar.progress import Progress


def district_in(folder: Path, progress: Progress, *, language: Language | None = None) -> District:
    """Return the district of a folder, and speak a language, by default the district's.

    Raises
    ------
    InputError
        If its tables cannot be read.
    """
    progress.start("steps.read")
    district = read(folder)
    speak(language or district.language)
    counts = {"stops": len(district.stops), "visits": len(district.visits)}
    progress.finish("steps.read-coverage", **counts)
    return district
