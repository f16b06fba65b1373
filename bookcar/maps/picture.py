"""Pages as pictures, taken by a browser that is installed anyway."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bookcar.errors import MissingToolError
from bookcar.phrases.sentence import Sentence

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
SIZE = (1600, 1000)
TIMEOUT_S = 90


def find_browser() -> str:
    """Return the path of a browser built on Chromium.

    Raises
    ------
    MissingToolError
        If none is installed where it is looked for.
    """
    found = [path for path in map(shutil.which, BROWSERS) if path]
    found += [path for path in PLACES if Path(path).is_file()]
    if not found:
        raise MissingToolError(Sentence(key="trouble.no-browser"))
    return found[0]


def take_picture(page: Path, png: Path) -> None:
    """Save a page as a PNG of 3200 by 2000 pixels, without the network.

    Raises
    ------
    MissingToolError
        If no browser is installed, or it gives no picture.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="bookcar-") as folder:
        taken = Path(folder) / "page.png"  # a path without surprises for the browser
        command = [browser, *_flags(Path(folder)), f"--screenshot={taken}", page.resolve().as_uri()]
        try:
            subprocess.run(command, capture_output=True, check=False, timeout=TIMEOUT_S)
        except (subprocess.TimeoutExpired, OSError) as error:
            raise MissingToolError(_failed(browser, page)) from error
        if not taken.is_file():
            raise MissingToolError(_failed(browser, page))
        shutil.copyfile(taken, png)


def _flags(folder: Path) -> list[str]:
    flags = [
        "--headless=new",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-background-networking",
        "--force-device-scale-factor=2",
        f"--window-size={SIZE[0]},{SIZE[1]}",
        f"--user-data-dir={folder / 'profile'}",
        "--run-all-compositor-stages-before-draw",  # else a slow machine gives half a page
        "--virtual-time-budget=10000",
    ]
    # Chromium refuses to start for root with its sandbox; the page can fetch and run nothing else.
    return [*flags, "--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else flags


def _failed(browser: str, page: Path) -> Sentence:
    return Sentence(key="trouble.no-picture", figures={"browser": browser, "page": page.name})
