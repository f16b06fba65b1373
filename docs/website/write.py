"""Write the site of the docs to ``build/site``: ``make site``.

The pages are laid out in ``build/pages`` as they lie in the repository, so that their links are the
same, and the reference of what `bookcar` gives to programs is added. The site is put in its place
whole, and only if no link is broken, no page is missing in its navigation and none would fetch
anything from another host.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import bookcar

CONFIG = Path(__file__).resolve().parent / "mkdocs.yml"
ROOT = CONFIG.parents[2]
COPIED = (
    "*.md",
    "LICENSE",
    "docs/*.md",
    "docs/*.json",
    "docs/pictures/*",
    "routes/README.md",
    "maps/README.md",
    "benchmarks/README.md",
    "benchmarks/*.svg",
    "examples/**/README.md",
)
SHIM = Path("website", "vendor", "iframe-worker", "shim.js")
_API = """\
# From Python

What programs use of bookcar: `import bookcar as bc`. Everything else may change without notice.

"""
_PLACE = """\
::: {home}
    options:
      heading: bc.{name}
"""
_OTHER_HOST = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_IN_STYLES = re.compile(r"(?:url\(|@import)\s*[\"']?((?:[a-z][a-z0-9+.-]*:)?//[^\"')\s]*)", re.I)


def api_page() -> str:
    """Return the reference's page, with a place for the docstring of each public name."""
    names = sorted(name for name in bookcar.__all__ if not name.startswith("__"))
    return _API + "\n".join(_PLACE.format(name=name, home=_home(name)) for name in names)


def _home(name: str) -> str:
    given = getattr(bookcar, name)
    return f"{given.__module__}.{given.__qualname__}"


def sources() -> list[Path]:
    """Return the files of the repository that the site is made of, relative to its top."""
    found = {path for pattern in COPIED for path in ROOT.glob(pattern)}
    return sorted(path.relative_to(ROOT) for path in found)


def lay_out(pages: Path) -> None:
    """Copy the pages to a folder, and write the reference."""
    shutil.rmtree(pages, ignore_errors=True)
    copies = {name: ROOT / name for name in sources()} | {SHIM: ROOT / "docs" / SHIM}
    for name, path in copies.items():
        (pages / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, pages / name)
    (pages / "docs" / "api.md").write_text(api_page(), "utf-8")


class _Fetches(HTMLParser):
    """Collects the addresses that a browser fetches with a page; links to click are none."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in ("src", "poster", "data") if name in given]
        self.addresses += [part.split()[0] for part in given.get("srcset", "").split(",") if part]
        if tag == "link" and given.get("rel") not in ("canonical", "next", "prev"):
            self.addresses.append(given.get("href", ""))


def fetched(text: str) -> list[str]:
    """Return the addresses on other hosts that a page or a style sheet would have fetched."""
    parser = _Fetches()
    parser.feed(text)
    parser.close()
    return [a for a in parser.addresses if _OTHER_HOST.match(a)] + _IN_STYLES.findall(text)


def faults(site: Path) -> list[str]:
    """Return what pages and style sheets of a site fetch from other hosts, each with its file."""
    files = sorted(path for path in site.rglob("*") if path.suffix in (".html", ".css"))
    return [
        f"{path.relative_to(site)} would fetch {address}"
        for path in files
        for address in fetched(path.read_text("utf-8"))
    ]


def write(folder: Path) -> Path:
    """Write the site into ``site`` of a folder and return where it begins.

    Raises
    ------
    ValueError
        What is wrong with the pages; a site that is there already stays as it is.
    """
    lay_out(folder / "pages")
    config = Path(shutil.copy(CONFIG, folder))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        [*command, "--config-file", str(config)],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        raise ValueError(done.stderr)
    aside, site = folder / "site-aside", folder / "site"
    found = faults(aside)
    if found:
        raise ValueError("\n".join(found))
    shutil.rmtree(site, ignore_errors=True)
    aside.rename(site)
    return site / "index.html"


def main() -> str | None:
    """Write the site to ``build``; return what is wrong."""
    (ROOT / "build").mkdir(exist_ok=True)
    try:
        first = write(ROOT / "build")
    except ValueError as error:
        return str(error)
    sys.stdout.write(f"{first.relative_to(ROOT)}\n")
    return None


if __name__ == "__main__":
    sys.exit(main())
