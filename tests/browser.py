"""A headless Chromium for tests: open a file, see what it asked the network for and what it logged.

A test module takes the `browser` fixture (``from browser import browser``), one Chromium for all of
its tests; it skips where there is no Chromium or no chromedriver.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)
_OWN_SCHEMES = ("data:", "blob:", "chrome:", "about:", "devtools:")


# Pages that tell days past from days to come are opened in the week before the tests' week,
# whenever the tests run; the clock goes on from there.
_CLOCK = """
(() => {
  const Real = Date;
  let away = 0;
  function set(text) { away = new Real(text).getTime() - Real.now(); }
  class Told extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + away); }
    static now() { return Real.now() + away; }
  }
  set("DAY");
  window.Date = Told;
})();
"""
_DAY = "2026-11-28T09:00"


class Browser:
    """A Chromium session; ``driver`` is selenium's own, for everything not wrapped here."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver
        self._clock = ""
        self.be_on(_DAY)
        self._address = ""
        self._requests: list[str] = []
        self._console: list[str] = []

    def be_on(self, moment: str = _DAY) -> None:
        """Have pages opened from now on think that it is a moment of the browser's clock."""
        if self._clock:
            gone = {"identifier": self._clock}
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", gone)
        script = {"source": _CLOCK.replace("DAY", moment)}
        made = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
        self._clock = made["identifier"]

    def open(
        self,
        path: Path,
        *,
        fragment: str = "",
        size: tuple[int, int] = (1500, 950),
        ready: str | None = "data-bookcar-ready",
        timeout: float = 15.0,
        phone: bool = False,
        kept: bool = True,
    ) -> Browser:
        """Open a file and wait until its root element has the attribute ``ready`` (None: load).

        A ``phone`` has a touch screen. What pages keep is forgotten before, unless ``kept``.
        """
        if not kept:
            self._forget()
        self._set_size(*size, phone=phone)
        self.driver.get("about:blank")  # else a new fragment alone would not load the page again
        self._drain()
        self._requests, self._console = [], []
        self._address = path.resolve().as_uri()
        self.driver.get(self._address + fragment)
        if ready is not None:
            self._wait(ready, timeout)
        return self

    def reload(self, *, ready: str = "data-bookcar-ready", timeout: float = 15.0) -> None:
        """Load the page again; what it asked for and logged before is kept."""
        self._drain()
        self.driver.refresh()
        self._wait(ready, timeout)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript in the page (past its policy) and return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def texts(self, selector: str) -> list[str]:
        """Return the text content of every element the selector finds, shown or not."""
        script = "return Array.from(document.querySelectorAll(arguments[0]), e => e.textContent)"
        return list(self.run(script, selector))

    def text(self, selector: str) -> str:
        """Return the text content of the one element the selector finds."""
        (text,) = self.texts(selector)
        return text

    def click(self, selector: str) -> None:
        """Click the first element the selector finds, as a user would."""
        element = self.driver.find_element("css selector", selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def touch(self, selector: str) -> None:
        """Touch the first element the selector finds with a finger, in its middle."""
        element = self.driver.find_element("css selector", selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        box = self.run("return arguments[0].getBoundingClientRect().toJSON()", element)
        spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self._finger("touchStart", spot)
        self._finger("touchEnd")

    def drag(
        self,
        selector: str,
        to: tuple[float, float],
        *,
        rest: float = 0.0,
        grip: str = "",
        hold: float = 0.0,
    ) -> None:
        """Put a finger on an element, or its ``grip``, rest, move to a spot of the window, let go.

        It stays ``hold`` seconds where it has come to.
        """
        element = self.driver.find_element("css selector", f"{selector} {grip}".strip())
        self.run("arguments[0].scrollIntoView({block: 'nearest', inline: 'nearest'})", element)
        box = self.run("return arguments[0].getBoundingClientRect().toJSON()", element)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self._finger("touchStart", {"x": x, "y": y})
        time.sleep(rest)
        for part in (0.1, 0.4, 0.7, 1.0):
            spot = {"x": x + (to[0] - x) * part, "y": y + (to[1] - y) * part}
            self._finger("touchMove", spot)
        time.sleep(hold)
        self._finger("touchEnd")

    def swipe(self, across: int, *, start: int = 180, parts: int = 3) -> None:
        """Move a finger across the middle of the page, to the right if positive."""
        begin = {"x": start, "y": 300}
        self._finger("touchStart", begin)
        for part in range(1, parts + 1):
            self._finger("touchMove", {"x": start + across * part / parts, "y": begin["y"]})
        self._finger("touchEnd")

    def write(self, selector: str, text: str) -> None:
        """Put the cursor into a field and type."""
        element = self.driver.find_element("css selector", selector)
        self.run("arguments[0].scrollIntoView({block: 'center'})", element)
        element.clear()
        element.send_keys(text)

    def before_each_page(self, script: str) -> Callable[[], None]:
        """Run a script before those of every page; return what ends that."""
        add, remove = (f"Page.{verb}ScriptToEvaluateOnNewDocument" for verb in ("add", "remove"))
        added = self.driver.execute_cdp_cmd(add, {"source": script})
        return lambda: self.driver.execute_cdp_cmd(remove, added)

    def downloaded(self, selector: str, path: Path, *, timeout: float = 5.0) -> Path:
        """Click what downloads a file and return its path when it is there."""
        options = {"behavior": "allow", "downloadPath": str(path.parent)}
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", options)
        self.click(selector)
        end = time.monotonic() + timeout
        while not path.exists() and time.monotonic() < end:
            time.sleep(0.02)
        return path

    def count(self, selector: str) -> int:
        """Return how many elements the selector finds."""
        return int(self.run("return document.querySelectorAll(arguments[0]).length", selector))

    def requests(self) -> list[str]:
        """Return every address asked for since `open`, the page's own file left out."""
        self._drain()
        return [u for u in self._requests if not u.startswith((self._address, *_OWN_SCHEMES))]

    def console(self) -> list[str]:
        """Return every warning and error logged since `open`."""
        self._drain()
        return list(self._console)

    def shot(self, path: Path) -> None:
        """Save a picture of the window."""
        self.driver.save_screenshot(str(path))

    def pdf(self) -> bytes:
        """Return the page as it prints."""
        import base64  # noqa: PLC0415

        options = {"preferCSSPageSize": True, "printBackground": True}
        answer = self.driver.execute_cdp_cmd("Page.printToPDF", options)
        return base64.b64decode(answer["data"])

    def _forget(self) -> None:
        options = {"origin": "file://", "storageTypes": "local_storage"}
        self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", options)

    def _set_size(self, width: int, height: int, *, phone: bool) -> None:
        """Set the page's own size: a window has a least width, a phone has not."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": phone})

    def _finger(self, kind: str, *points: dict[str, float]) -> None:
        touch = {"type": kind, "touchPoints": list(points)}
        self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", touch)

    def _wait(self, attribute: str, timeout: float) -> None:
        end = time.monotonic() + timeout
        there = "return document.documentElement?.hasAttribute(arguments[0])"
        while not self.run(there, attribute):  # no element yet where a page has just begun
            if time.monotonic() > end:
                pytest.fail(f"the page never set {attribute}; its console: {self.console()}")
            time.sleep(0.02)

    def _drain(self) -> None:
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self._requests.append(message["params"]["request"]["url"])
        self._console += [e["message"] for e in self.driver.get_log("browser")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Yield a Chromium with an empty profile; skip where none is installed."""
    webdriver = pytest.importorskip("selenium.webdriver")
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    chromedriver = shutil.which("chromedriver")
    if binary is None or chromedriver is None:
        pytest.skip("no Chromium with chromedriver is installed")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    profile = tmp_path_factory.mktemp("chromium")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    service = webdriver.ChromeService(executable_path=chromedriver)
    driver = webdriver.Chrome(options=options, service=service)
    try:
        driver.execute_cdp_cmd("Network.enable", {})
        yield Browser(driver)
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)
