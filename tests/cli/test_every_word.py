"""Everything that is written of a district, in every language: no word in it is of another one.

A word is foreign where the phrases of another language have it, and neither those of this one nor
the tables of the district do. Chinese letters are foreign in the others except in what the tables
say: names, landmarks, titles, reasons.
"""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bookcar.cli import main
from bookcar.phrases import LANGUAGES, Language, catalogue

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "fuhuan"
with (EXAMPLE / "stops.csv").open(encoding="utf-8-sig", newline="") as table:
    STOPS = list(csv.DictReader(table))
OUT = "routes/fuhuan/2026-W49"
LINES: tuple[tuple[str, ...], ...] = (
    ("check", "fuhuan"),
    ("plan", "fuhuan", "--week", "2026-W49", "--effort", "quick"),
    ("audit", OUT),
    ("why", OUT, "B01"),
    ("coverage", "fuhuan"),
    ("map", OUT),
    ("manifest", OUT),
    ("compare", OUT, OUT),
    ("rota", "fuhuan"),
    ("timetable", "fuhuan", "--from", "2026-12-07", "--weeks", "4", "--effort", "quick"),
    ("what-if", "fuhuan", "--week", "2026-W49", "--change", "money 90%", "--effort", "quick"),
    ("report", "fuhuan", "--from", "2026-01-01", "--to", "2026-06-30"),
    ("close", OUT, "--dry-run", "--today", "2026-12-06"),
    ("replan", OUT, "--from", "2026-12-02 10:00", "--out", "C1"),
    ("why", OUT, "--page", f"{OUT}/why.html"),
)
WORD = re.compile(r"[^\W\d_]+")
CHINESE = re.compile("[\u3400-\u9fff]+")
NOT_WORDS = re.compile(
    r"https?://\S+|[\w./-]+\.(html|csv|pdf|json|toml|xlsx|gpx|pbf|ics|zip|geojson)\b"
    r"|bookcar [a-z-]+ .*|--[a-z-]+"
    r"|\b(?=[a-f]*[0-9])[0-9a-f]{8,64}\b"  # a hash may spell a word: b6bac9...
)
SHOWN = ("SUMMARY", "LOCATION", "DESCRIPTION", "X-WR-CALNAME")
"""What calendars show of an .ics."""
IDS = {"car", "foot"}  # how a car drives: what the tables' column `road` holds
KINDS = {"bookhouse", "teahouse", "organisation"}  # of stops, as the maps' data key them


def _words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text) if len(word) > 2}


def _said_in(language: Language) -> set[str]:
    return _words(re.sub(r"\{[^}]*\}", " ", " ".join(catalogue(language).values())))


def _strings(value: object) -> Iterator[str]:
    """Yield the sentences of a page's data: what has a blank in it, or a Chinese letter."""
    if isinstance(value, str):
        if (" " in value or CHINESE.search(value)) and "{" not in value:
            yield value
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key != "name" or not value.get("name_en"):  # the page shows the other
                yield from _strings(one)


def _page(path: Path) -> str:
    text = path.read_text("utf-8")
    blocks = re.findall(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    found = [words for block in blocks for words in _strings(json.loads(block))]
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", text, flags=re.DOTALL)
    found += re.findall(r'\s(?:title|aria-label|alt|placeholder)="([^"]*)"', text)
    found.append(re.sub(r"<[^>]+>", " ", text))
    return html.unescape("\n".join(found))


def _sheets(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        names = [n for n in book.namelist() if n.startswith(("xl/sharedStrings", "xl/worksheets"))]
        texts = [book.read(name).decode() for name in names]
    return "\n".join(html.unescape(re.sub(r"<[^>]+>", "\n", text)) for text in texts)


def _text(path: Path) -> str:
    if path.suffix == ".html":
        return _page(path)
    if path.suffix == ".pdf":
        return subprocess.run(
            ["pdftotext", path, "-"], capture_output=True, check=True, text=True
        ).stdout
    if path.suffix == ".xlsx":
        return _sheets(path)
    if path.suffix == ".ics":
        lines = re.sub("\r?\n[ \t]", "", path.read_bytes().decode()).splitlines()
        shown = (line.partition(":")[2] for line in lines if line.startswith(SHOWN))
        return "\n".join(shown).replace("\\n", "\n")
    return ""


@pytest.fixture(autouse=True)
def _speaks_english_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What click says stays in the language of the last command line of a process."""
    yield
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert CliRunner().invoke(main, ["--help"]).exit_code == 0


@pytest.fixture(scope="module", params=LANGUAGES)
def rendered(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Language, dict[str, str]]:
    """The example's township in one language: what the terminal said, and every file in words."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    language: Language = request.param
    folder = tmp_path_factory.mktemp(language)
    shutil.copytree(EXAMPLE, folder / "fuhuan")
    settings = folder / "fuhuan" / "district.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('language = "zh"', f'language = "{language}"'), "utf-8")
    said = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("LC_ALL", "C.UTF-8")
        for line in LINES:
            result = CliRunner().invoke(main, line, prog_name="bookcar")
            assert result.exit_code == 0, (line, result.output)
            said[line[0]] = said.get(line[0], "") + result.output
    made = (path for top in ("routes", "maps") for path in sorted((folder / top).rglob("*.*")))
    said |= {path.relative_to(folder).as_posix(): _text(path) for path in made}
    return language, said


def test_no_word_of_another_language_is_anywhere(
    rendered: tuple[Language, dict[str, str]],
) -> None:
    language, said = rendered
    tables = "\n".join(
        path.read_text("utf-8-sig")
        for path in EXAMPLE.iterdir()
        if path.suffix in {".csv", ".toml", ".geojson"}
    )
    own = _said_in(language) | _words(tables) | IDS | KINDS
    foreign = {word for other in LANGUAGES for word in _said_in(other)} - own
    found = {
        (name, word, text[max(0, match.start() - 30) : match.end() + 30])
        for name, text in said.items()
        for plain in [NOT_WORDS.sub(" ", text)]
        for match in WORD.finditer(plain)
        for word, text in [(match[0].lower(), plain)]
        if word in foreign and not CHINESE.search(word)
    }
    if language != "zh":
        known = re.sub(r"\s", "", tables)
        found |= {
            (name, run, "")
            for name, text in said.items()
            for run in CHINESE.findall(text)
            if run not in known
        }
    assert sorted(found) == []
    assert len(said) > 40  # nothing was skipped


def test_english_names_stand_wherever_there_are_some(
    rendered: tuple[Language, dict[str, str]],
) -> None:
    """The township's on sheets, slips and pages; a stop's in lines, too."""
    language, said = rendered
    if language != "en":
        pytest.skip("other editions have the names as they are")
    district = "扶欢镇（示例，道路为虚构）"
    for name in ("manifests.pdf", "carriers.pdf", "board.html", "why.html", "index.html"):
        text = re.sub(r"\s", "", said[f"{OUT}/{name}"])
        assert "Fuhuan" in text, name
        assert "扶欢镇" not in text.replace(district, "").replace("扶欢镇综合文化站", ""), name
    front = re.sub(r"\s", "", said[f"{OUT}/manifests.pdf"]).partition("Hand-over")[0]
    named = [row for row in STOPS if re.sub(r"\s", "", row["英文名"]) in front]
    assert named, "the strip and the loading list name the stops in English"
    assert not [row["名称"] for row in STOPS if row["名称"] in front]
    assert CHINESE.findall(said["rota"]) == CHINESE.findall(said["what-if"]) == []


def test_a_language_that_is_asked_for_is_spoken_from_the_first_step_on(
    rendered: tuple[Language, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a district of another language; `map` told its first steps in that one."""
    language, _ = rendered
    other: Language = "zh" if language != "zh" else "fr"
    shutil.copytree(EXAMPLE, tmp_path / "fuhuan")
    settings = tmp_path / "fuhuan" / "district.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace('language = "zh"', f'language = "{other}"'), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for line in (LINES[1], LINES[5], LINES[6]):
        result = CliRunner().invoke(main, [*line, "--lang", language], prog_name="bookcar")
        assert result.exit_code == 0, result.output
        steps = NOT_WORDS.sub("", re.sub(r"扶欢镇（示例，道路为虚构）|\S+/\S+", "", result.output))
        foreign = _said_in(other) - _said_in(language) - IDS
        assert sorted(_words(steps) & foreign) == [], result.output
