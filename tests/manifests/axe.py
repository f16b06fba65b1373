"""axe-core in the tests' browser: what it finds on a page that keeps people out.

It is a package of npm, for tests only: ``npm install axe-core`` beside the project, or the path of
``axe.min.js`` in ``BOOKCAR_AXE``; without it the tests that ask for it are skipped.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from browser import Browser

_ROOT = Path(__file__).resolve().parents[2]
_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(
  (results) => done(results.violations), (error) => done(String(error)));
"""


def serious(browser: Browser) -> list[str]:
    """Return the serious and critical findings on the page that is open, a line each."""
    return _told(one for one in _found(browser) if one["impact"] in ("serious", "critical"))


def findings(browser: Browser) -> list[str]:
    """Return all findings on the page that is open, of whatever weight, a line each."""
    return _told(_found(browser))


def _found(browser: Browser) -> list[Any]:
    browser.run(_script())
    found: Any = browser.driver.execute_async_script(_RUN)
    assert isinstance(found, list), found
    return found


def _told(found: Iterable[Any]) -> list[str]:
    return [f"{one['id']}: {one['help']} {one['nodes'][0]['html'][:200]}" for one in found]


def _script() -> str:
    given = os.environ.get("BOOKCAR_AXE", "")
    path = Path(given) if given else _ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("axe-core is not installed: npm install axe-core")
    return path.read_text("utf-8")
