"""The driver's page on a phone with a touch screen: a route driven, told and saved."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest
from browser import Browser, browser
from manifests.axe import serious
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.manifests.page import route_page
from bookcar.manifests.phone_data import SCRIPTS
from bookcar.manifests.rows import week_sheet
from bookcar.plan import Plan, PlanRequest
from bookcar.web.minimap import route_map

__all__ = ["browser"]

pytestmark = pytest.mark.browser

ANDROID = "Mozilla/5.0 (Linux; Android 9; M1903) AppleWebKit/537.36 Chrome/80.0 Mobile"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1 Safari"
TARGETS = "a, button, input, select, textarea, summary"
SMALL = f"""
  const boxes = Array.from(document.querySelectorAll("{TARGETS}"), (part) =>
    part.type === "checkbox" ? part.closest("label") : part);
  return boxes.filter((part) => part.offsetParent !== null || part.closest(".steps"))
    .map((part) => [part.outerHTML.slice(0, 90), part.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && Math.min(box.width, box.height) < 44)
    .map(([text, box]) => `${{text}} ${{box.width}} x ${{box.height}}`);
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return a route of three stops, each with two batches to drop and two to collect."""
    return make_plan(routes=1, stops=3, batches=2)


@pytest.fixture
def page(plan: Plan, tmp_path: Path, browser: Browser) -> Iterator[Path]:
    """Return the route's page in a browser that remembers nothing of it."""
    path = _written(plan, tmp_path / "R01.html")
    browser.open(path)
    browser.run("localStorage.clear()")
    yield path
    browser.driver.get("about:blank")


def _written(plan: Plan, path: Path, language: str | None = None) -> Path:
    week = week_sheet(plan, language=language)
    page = route_page(week.routes[0], week, map_svg=route_map(plan, plan.routes[0]))
    path.write_text(page, "utf-8")
    return path


def _open(browser: Browser, path: Path, *, width: int = 360, fragment: str = "") -> None:
    browser.open(path, size=(width, 720), phone=True, fragment=fragment)


def _shown(browser: Browser) -> str:
    return str(browser.run("return document.querySelector('.current h2, .current h3').textContent"))


def _told(browser: Browser) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(browser.run("return document.getElementById('text').value"))
    return told


def test_a_route_is_driven_reloaded_and_saved(
    browser: Browser, page: Path, plan: Plan, tmp_path: Path
) -> None:
    """One stop without a batch and some books, one missed, one of which nothing is told."""
    _open(browser, page)
    browser.swipe(-150)
    assert _shown(browser) == "Picking and loading list"
    browser.write("[data-route=out]", "12345.5")
    browser.swipe(-150)
    browser.touch("[data-visit='0'][data-now=arrive]")
    browser.touch(".current [data-status=done]")
    browser.touch("[data-move='drop:B1001-2']")  # not dropped
    browser.touch("[data-move='request:QS001']")  # not handed over
    browser.write("[data-books='collect:B2001-1']", "38")
    browser.write(".current [data-field=readers]", "31")
    browser.write(".current [data-field=new_cards]", "0")
    browser.write(".current [data-field=note]", "Door code 4711")
    browser.reload()
    assert "花田村1" in _shown(browser)
    assert "B1001-2" in browser.text("#left-names-0")
    browser.touch("#next")
    browser.touch(".current [data-status=missed]")
    browser.driver.find_element("css selector", ".current select").send_keys("road")
    browser.write(".current [data-field=note]", "landslide at km 8")
    browser.touch("#next")
    browser.touch("#next")
    browser.write("[data-route=back]", "12411")
    assert "65.5 km" in browser.text("#day")
    saved = browser.downloaded("#save", tmp_path / "R01-return.json")
    told = json.loads(saved.read_text("utf-8"))
    arrived = told["visits"][0].pop("arrive")
    assert re.fullmatch(r"\d\d:\d\d", arrived)
    (route,) = plan.routes
    assert told == {
        "bookcar_return": 1,
        "plan": plan.id,
        "week": "2026-W49",
        "route": "R01",
        "date": route.date.isoformat(),
        "vehicle": "V1",
        "who": "Wu Haiyan",
        "odometer_out": 12345.5,
        "odometer_back": 12411,
        "visits": [
            {
                "stop": "S001",
                "status": "done",
                "leave": None,
                "readers": 31,
                "loans": None,
                "new_cards": 0,
                "note": "Door code 4711",
                "dropped": [{"batch": "B1001-1", "books": 40}],
                "collected": [
                    {"batch": "B2001-1", "books": 38},
                    {"batch": "B2001-2", "books": 40},
                ],
                "requests": [],
            },
            {
                **_nothing("S002"),
                "status": "missed",
                "note": "road closed or unsafe: landslide at km 8",
            },
            _nothing("S003"),
        ],
    }
    assert re.search(r"\d\d:\d\d", browser.text("#sent"))
    browser.reload()
    assert browser.text("#totals") == "1 done, 1 missed, 1 nothing said"
    assert browser.text("#unsaid").startswith("Nothing said of: 3 ")
    said = browser.texts(".contents [data-all-said]")
    assert [text.split(" ·")[0] for text in said] == ["done", "missed", "nothing said"]
    assert browser.count(".contents .unsaid") == 1
    assert browser.requests() == []
    assert browser.console() == []


def _nothing(stop: str) -> dict[str, Any]:
    empty = dict.fromkeys(("arrive", "leave", "readers", "loans", "new_cards"))
    lists: dict[str, Any] = {"dropped": [], "collected": [], "requests": []}
    return {"stop": stop, "status": "", "note": "", **empty, **lists}


def test_leaving_ends_a_visit_as_planned(browser: Browser, page: Path) -> None:
    _open(browser, page, fragment="#stop-2")
    browser.touch("[data-visit='1'][data-now=leave]")
    visit = _told(browser)["visits"][1]
    assert visit["status"] == "done"
    assert [batch["batch"] for batch in visit["dropped"]] == ["B1002-1", "B1002-2"]
    browser.touch(".current [data-status=done]")  # taken back
    assert _told(browser)["visits"][1]["status"] == ""


def test_what_was_found_on_the_shelf_is_ticked_by_hand_only(
    browser: Browser, plan: Plan, tmp_path: Path
) -> None:
    route = plan.routes[0]
    first = route.visits[0]
    looked_for = PlanRequest(id="Q7", stop=first.stop, title="Red Crag")
    visit = msgspec.structs.replace(first, to_find=("Q7",))
    calls = tuple(visit if call is first else call for call in route.calls)
    changed = msgspec.structs.replace(
        plan,
        requests=(*plan.requests, looked_for),
        routes=(msgspec.structs.replace(route, calls=calls),),
    ).with_id()
    path = _written(changed, tmp_path / "R01.html")
    browser.open(path)
    browser.run("localStorage.clear()")
    _open(browser, path, fragment="#stop-1")
    browser.touch(".current [data-status=done]")
    assert _told(browser)["visits"][0]["requests"] == ["QS001"]
    browser.touch("[data-move='request:Q7']")
    assert _told(browser)["visits"][0]["requests"] == ["QS001", "Q7"]
    assert browser.console() == []
    browser.driver.get("about:blank")


def test_the_first_box_ticked_says_that_the_others_are_not(browser: Browser, page: Path) -> None:
    _open(browser, page, fragment="#stop-2")
    browser.touch("[data-move='drop:B1002-1']")
    assert _told(browser)["visits"][1]["status"] == "done"
    assert _told(browser)["visits"][1]["collected"] == []
    browser.touch(".current [data-all]")
    assert len(_told(browser)["visits"][1]["collected"]) == 2


def test_what_cannot_be_is_shown_and_left_out(browser: Browser, page: Path) -> None:
    _open(browser, page, fragment="#stop-1")
    browser.write(".current [data-field=readers]", "many")
    browser.write(".current [data-field=loans]", "１２")  # full-width digits are digits
    browser.touch(".current [data-status=done]")
    browser.write("[data-books='drop:B1001-1']", "41")
    browser.run(
        "for (const [field, time] of [['arrive', '10:00'], ['leave', '09:00']]) {"
        "  const part = document.querySelector(`.current [data-field=${field}]`);"
        "  part.value = time; part.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    said = browser.text("#wrong-0")
    assert all(word in said for word in ("Readers", "Left", "B1001-1"))
    assert browser.count(".current [aria-invalid]") == 3
    visit = _told(browser)["visits"][0]
    assert (visit["readers"], visit["loans"], visit["arrive"], visit["leave"]) == (
        None,
        12,
        "10:00",
        None,
    )
    assert visit["dropped"][0] == {"batch": "B1001-1", "books": 40}
    browser.run("document.getElementById('list').click()")
    browser.run("document.getElementById('next').click()")
    browser.write("[data-route=out]", "500")
    browser.run("document.querySelector('a[href=\"#stop-3\"]').click()")
    browser.touch("#next")
    browser.write("[data-route=back]", "499")
    assert "cannot be a day's driving" in browser.text("#day")
    assert _told(browser)["odometer_back"] is None
    assert "please correct" in browser.texts("[data-all-said]")[0]


def test_keys_and_links_turn_the_screens_and_fields_keep_their_arrows(
    browser: Browser, page: Path
) -> None:
    _open(browser, page)
    body = browser.driver.find_element("css selector", "body")
    body.send_keys("\ue014\ue014")  # right, right
    assert "花田村1" in _shown(browser)
    browser.write(".current [data-field=readers]", "1\ue014")
    assert "花田村1" in _shown(browser)
    browser.touch("#list")
    browser.touch("a[href='#stop-3']")
    assert "花田村3" in _shown(browser)
    browser.swipe(150)
    assert "花田村2" in _shown(browser)
    browser.swipe(-30)  # a slip of the finger
    assert "花田村2" in _shown(browser)
    assert browser.run("return document.activeElement.tagName") == "H3"
    _open(browser, page, fragment="#stop-2")
    top = "return document.querySelector('.current h3').getBoundingClientRect().top"
    assert browser.run(top) > browser.run("return document.querySelector('header').offsetHeight")


def test_a_long_swipe_turns_a_screen_and_does_not_lead_to_the_page_before(
    browser: Browser, page: Path
) -> None:
    """Chromium goes back, some tenths of a second later, if a page lets it."""
    _open(browser, page)
    first = _shown(browser)
    for _ in range(3):
        browser.swipe(-150)
        browser.swipe(300, start=20, parts=12)
        browser.run("return new Promise((done) => setTimeout(done, 400))")
        assert browser.run("return location.protocol") == "file:"
    assert _shown(browser) == first


@pytest.mark.parametrize(
    ("typed", "kilometres"),
    [
        ("12345.5", 12345.5),
        ("12345,5", 12345.5),
        ("12.345,5", 12345.5),
        ("12,345.50", 12345.5),
        ("12 345", 12345),
        ("1.234.567", 1234567),
        ("1'041", 1041),
        ("12345.678", 12345.678),
        ("0,041", 0.041),
        ("１２３", 123),
        ("1.041", None),
        ("1,041", None),
        ("123.456", None),
        ("1.04.1", None),
        ("1.041.5", None),
        ("km", None),
    ],
)
def test_what_an_odometer_is_read_as_is_said_or_that_it_may_be_two(
    browser: Browser, page: Path, typed: str, kilometres: float | None
) -> None:
    _open(browser, page)
    browser.touch("#next")
    browser.write("[data-route=out]", typed)
    assert _told(browser)["odometer_out"] == kilometres
    said = browser.text("[data-read=out]")
    if kilometres is not None:
        assert said == f"Read: {kilometres} km"
    elif typed == "1.041":
        assert "1041 km, or 1 km 41 m. Write 1041 if that is meant." in said
        assert browser.text("#day") == said
    else:
        assert "left out of the file" in said


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [320, 360])
def test_it_fits_a_small_phone_and_a_finger(
    browser: Browser, tmp_path: Path, width: int, language: str
) -> None:
    plan = make_plan(routes=1, stops=2, batches=3, plan=ZH)
    _open(browser, _written(plan, tmp_path / "R01.html", language), width=width)
    for status in ("done", "missed"):
        browser.run(
            "document.querySelectorAll(`[data-status=${arguments[0]}]`)"
            ".forEach((button) => button.click())",
            status,
        )
        browser.run("document.getElementById('list').click()")
        for _ in range(5):
            assert browser.run("return document.documentElement.scrollWidth") <= width
            assert browser.run(SMALL) == []
            browser.run("document.getElementById('next').click()")
    assert browser.console() == []


def test_hostile_names_fit_a_phone_and_do_nothing(browser: Browser, tmp_path: Path) -> None:
    fields = {"contact": HOSTILE[10], "note": HOSTILE[1]}
    plan = make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE, stop=fields)
    _open(browser, _written(plan, tmp_path / "R01.html"))
    for _ in range(len(HOSTILE) + 3):
        assert browser.run("return document.documentElement.scrollWidth") <= 360
        browser.run("document.getElementById('next').click()")
    assert browser.requests() == []
    assert browser.console() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_keeps_nobody_out_by_day_or_night(browser: Browser, page: Path, theme: str) -> None:
    feature = {"name": "prefers-color-scheme", "value": theme}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        _open(browser, page)
        paper = "return getComputedStyle(document.body).backgroundColor"
        dark = browser.run(paper)
        assert (dark == "rgb(255, 255, 255)") == (theme == "light")
        for step in range(6):
            if step == 2:
                browser.run("document.querySelector('.current [data-status=done]').click()")
                browser.run("document.querySelector('.current [data-move]').click()")
            if step == 3:
                browser.run("document.querySelector('.current [data-status=missed]').click()")
            assert serious(browser) == [], step
            browser.run("document.getElementById('next').click()")
        browser.touch("#theme")
        assert browser.run(paper) != dark
        browser.reload()
        assert browser.run(paper) != dark
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_where_nothing_is_remembered_it_says_so(browser: Browser, page: Path) -> None:
    end = browser.before_each_page(
        "Object.defineProperty(window, 'localStorage', "
        "{ get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    try:
        _open(browser, page)
        assert browser.run("return !document.getElementById('forgetful').hidden")
        browser.run("document.querySelector('[data-visit=\"0\"][data-status=done]').click()")
        assert _told(browser)["visits"][0]["status"] == "done"
        browser.run("document.getElementById('save').click()")  # else leaving would ask
        assert browser.console() == []
    finally:
        end()
    _open(browser, page)
    assert browser.run("return document.getElementById('forgetful').hidden")


def test_what_is_remembered_is_of_its_own_route_and_kind(
    browser: Browser, page: Path, plan: Plan, tmp_path: Path
) -> None:
    _open(browser, page)
    browser.run("document.querySelector('[data-visit=\"0\"][data-status=done]').click()")
    other = make_plan(routes=1, stops=3, batches=2, plan={"district": "Elsewhere"})
    _open(browser, _written(other, tmp_path / "other.html"))
    assert _told(browser)["visits"][0]["status"] == ""
    for kept in ("[", "null", "[]", '{"version": 1, "visits": [null, 3, {"status": 7}]}'):
        browser.run("localStorage.setItem(...arguments)", f"bookcar:{plan.id}:R01", kept)
        _open(browser, page)
        assert [visit["status"] for visit in _told(browser)["visits"]] == ["", "", ""]
        assert browser.console() == []


def test_it_begins_again_only_when_asked_twice(browser: Browser, page: Path) -> None:
    _open(browser, page)
    browser.run("document.querySelector('[data-visit=\"0\"][data-status=done]').click()")
    again = "document.getElementById('again').click()"
    browser.run(again)
    assert _told(browser)["visits"][0]["status"] == "done"
    browser.run(again)
    assert _told(browser)["visits"][0]["status"] == ""


@pytest.mark.parametrize("answer", ["", "AbortError", "NotAllowedError"])
def test_it_is_shared_as_a_text_file_and_else_saved(
    browser: Browser, page: Path, tmp_path: Path, answer: str
) -> None:
    """Browsers refuse to share JSON; what one refuses altogether is downloaded."""
    end = browser.before_each_page(
        "navigator.canShare = ({ files }) => files.every((file) => file.type === 'text/plain');"
        f"const answer = {json.dumps(answer)};"
        "navigator.share = async ({ files }) => {"
        "  window.shared = [files[0].name, await files[0].text()];"
        "  if (answer) throw new DOMException('no', answer); };"
    )
    try:
        _open(browser, page, fragment="#after")
        path = browser.downloaded("#share", tmp_path / "R01-return.json", timeout=1.0)
        name, text = browser.run("return window.shared")
        assert name == "R01-return.txt"
        assert json.loads(text) == _told(browser)
        assert path.exists() == (answer == "NotAllowedError")
        assert (browser.text("#sent") == "") == (answer == "AbortError")
    finally:
        end()


WAYS = (
    "return bookcarWays({lon: 106.65, lat: 29.02, name: 'a b', amap: arguments[0]}, arguments[1])"
)


def test_the_phone_and_the_country_decide_which_map_leads(browser: Browser, page: Path) -> None:
    _open(browser, page)
    leads = {
        (amap, agent): [way["href"].partition(":")[0] for way in browser.run(WAYS, amap, agent)]
        for amap in (True, False)
        for agent in (ANDROID, IPHONE, "Mozilla/5.0 (X11; Linux x86_64)")
    }
    assert list(leads.values()) == [
        ["androidamap", "bdapp"],
        ["iosamap", "baidumap"],
        [],
        ["geo", "https"],
        ["https", "https"],
        [],
    ]
    amap, baidu = (way["href"] for way in browser.run(WAYS, True, ANDROID))
    assert "dev=1" in amap  # the app shifts the WGS-84 position
    assert "coord_type=wgs84" in baidu


def test_on_paper_the_phones_page_is_the_whole_manifest(
    browser: Browser, page: Path, plan: Plan
) -> None:
    _open(browser, page, fragment="#stop-2")
    pages = pypdf.PdfReader(io.BytesIO(browser.pdf())).pages
    text = "".join(sheet.extract_text() for sheet in pages)
    assert all(batch.id in text for batch in plan.batches)
    assert all(word in text for word in ("Picking and loading list", "signed"))
    assert not any(word in text for word in ("Done", "Save the file", "Night"))


def test_without_scripts_it_is_the_manifest_alone(browser: Browser, page: Path) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(page, size=(360, 720), phone=True, ready=None)
        text = browser.driver.find_element("css selector", "body").text
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert all(word in text for word in ("花田村1", "花田村3", "open it in a browser"))
    assert not any(word in text for word in ("Missed", "Save the file"))


NEWER = r"replaceAll|\.at\(|\?\?=|\|\|=|&&=|structuredClone|hasOwn\(|findLast|toSorted|\bstatic \{"


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_is_written_for_old_phones(name: str) -> None:
    script = resources.files("bookcar.manifests").joinpath(name).read_text("utf-8")
    assert re.findall(NEWER, script) == []
