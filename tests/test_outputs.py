"""Everything a week writes, with names that try to break out of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import Browser, browser
from builders import MONDAY, batch, district, stop, vehicle

import bookcar as bc
from bookcar.errors import UsageError
from bookcar.files import with_own_name
from bookcar.model import District, Request
from bookcar.outputs import Folders, district_slug, folders_of, week_folders, write_week
from bookcar.roads.sources import travel_for

__all__ = ["browser"]

HOSTILE = (
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "{% raw %}{# x #}",
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "`${document.title='owned'}`",
    "\u202etfel ot thgir",
    '=HYPERLINK("file:///x","y")',
    '#panic("owned") $x$ *bold* \\ _u_',
    "C:\\path\\20190221 & 'quotes' \"double\"",
    "长" * 300,
    "塆塝屲 村 Ñandú ẞ Ωmega",
)


def _hostile_district() -> District:
    names = {f"S{i}": name for i, name in enumerate(HOSTILE, start=1)}
    stops = tuple(
        stop(key, name=name, name_en=name, contact=name, landmark=name, note=name, area=name)
        for key, name in names.items()
    )
    return district(
        *stops,
        stop("S20", name=HOSTILE[0], access="foot"),
        name=HOSTILE[2],
        name_en=HOSTILE[0],
        dispatch_phone=HOSTILE[3],
        vehicles=(vehicle("V", name=HOSTILE[2], driver=HOSTILE[4]),),
        batches=tuple(batch(f"B{i}", audience=HOSTILE[0]) for i in range(len(stops))),
        requests=(Request(id="Q", date=MONDAY, stop="S1", title=HOSTILE[2], reader=HOSTILE[3]),),
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Return the folders of a week whose every text is hostile."""
    top = tmp_path_factory.mktemp("hostile")
    tables = _hostile_district()
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert plan.totals.served == len(HOSTILE)
    folders = week_folders(plan, routes=top / "routes", maps=top / "maps")
    write_week(plan, tables, folders, travel=travel_for(tables))
    return folders


@pytest.mark.browser
def test_no_page_asks_the_network_or_logs_an_error(written: Folders, browser: Browser) -> None:
    pages = sorted([*written.routes.rglob("*.html"), *written.maps.rglob("*.html")])
    assert len(pages) >= 4
    for page in pages:
        ready = "data-bookcar-ready" if page.parent == written.maps else None
        browser.open(page, ready=ready)
        assert browser.requests() == [], page.name
        assert browser.console() == [], page.name
        assert browser.driver.title != "owned", page.name


@pytest.mark.browser
def test_hostile_names_are_shown_as_text(written: Folders, browser: Browser) -> None:
    browser.open(written.routes / "manifests" / "R01.html", ready=None)
    shown = " ".join(browser.run("return document.body.textContent").split())
    for name in HOSTILE[:5]:
        assert " ".join(name.split()) in shown


def test_a_plan_reads_back_with_hostile_names(written: Folders) -> None:
    plan = bc.load(written.routes)
    assert [s.name for s in plan.stops][: len(HOSTILE)] == list(HOSTILE)


def test_one_part_leaves_the_other_alone(tmp_path: Path) -> None:
    tables = district(stop("S1"))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    folders = week_folders(plan, routes=tmp_path / "routes", maps=tmp_path / "maps")
    write_week(plan, tables, folders, travel=travel_for(tables), parts=("maps",))
    assert not (tmp_path / "routes").exists()
    assert (folders.maps / "routes.html").exists()


def test_an_error_in_the_manifests_leaves_no_maps_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bookcar.manifests.write.write_manifests", fail)
    tables = district(stop("S1"))
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    folders = week_folders(plan, routes=tmp_path / "routes", maps=tmp_path / "maps")
    with pytest.raises(KeyboardInterrupt):
        write_week(plan, tables, folders, travel=travel_for(tables))
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize(
    ("folder", "slug"),
    [("examples/qijiang", "qijiang"), ("tables/County.xlsx", "County"), ("a/b/", "b")],
)
def test_outputs_go_by_the_districts_folder(folder: str, slug: str) -> None:
    assert district_slug(Path(folder)) == slug


def test_outputs_go_by_the_same_name_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder may be named ``.``, and what it is a link to may lie on one machine only."""
    (tmp_path / "county" / "maps").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "county")
    assert with_own_name(Path()) == Path("../county")
    assert district_slug(Path()) == "county"
    monkeypatch.chdir("maps")
    assert with_own_name(Path("..")) == Path("../../county")
    assert with_own_name(Path("..")).samefile("..")
    (tmp_path / "link").symlink_to(tmp_path / "county")
    assert district_slug(tmp_path / "link") == "link"
    assert with_own_name(Path("/")) == Path("/")
    assert district_slug(Path("/")) == "district"


def test_routes_and_maps_go_to_two_folders(tmp_path: Path) -> None:
    """Both in one ended in "File exists" once the week was planned."""
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(UsageError, match="Name two folders with --routes and --maps"):
        folders_of(Path("county"), "2026-W49", routes=tmp_path, maps=tmp_path / "link")
