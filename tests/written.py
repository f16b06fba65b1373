"""Small counties written as files, for what is tried from the command line."""

from __future__ import annotations

from pathlib import Path


def small_county(folder: Path, *, depot: tuple[float, float], **tables: str) -> Path:
    """Write a county in English with one store and some tables; return its folder."""
    folder.mkdir()
    lon, lat = depot
    (folder / "district.toml").write_text(
        'name = "County"\nlanguage = "en"\ntime_zone = "UTC"\n\n'
        f'[[depot]]\nid = "D"\nname = "store"\nlon = {lon}\nlat = {lat}\n',
        "utf-8",
    )
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder
