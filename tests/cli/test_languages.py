"""The terminal and the pages speak one language: the district's, or the one asked for."""

from __future__ import annotations

import gettext
import json
import os
import re
import warnings
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from cli.county import BATCHES, write_county
from click.testing import CliRunner, Result

from bookcar.cli import main
from bookcar.cli.recovered import recovered_in_words
from bookcar.cli.speech import of_locale, speak
from bookcar.errors import RecoveredWarning
from bookcar.phrases import Language
from bookcar.phrases.sentence import Sentence

ENGLISH = re.compile(r"\b[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}\b")
COMMAND = re.compile(r"bookcar [a-z]+ \S+( --week \S+)?")
CHINESE = re.compile("[\u4e00-\u9fff]")
B3 = "B3,60,LIB"
OUT = Path("routes/county/2026-W49")


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A county with much to be warned of, in Chinese."""
    monkeypatch.chdir(tmp_path)
    folder = write_county(
        Path("county"),
        stops=["S3,Cime,village,1.03,45.02,90,road"],
        batches=(*BATCHES, "B3,60,LIB"),
    )
    settings = (folder / "district.toml").read_text("utf-8")
    (folder / "district.toml").write_text(settings.replace('"en"', '"zh"'), "utf-8")
    (folder / "closures.csv").write_text("from,to,ways\n2026-11-30,2026-12-01,12\n", "utf-8")
    requests = "id,date,stop,title,wanted_by\nQ1,2026-11-20,S1,Iliade,2026-11-25\n"
    (folder / "requests.csv").write_text(requests + "Q2,2026-12-06,S2,Don,\n", "utf-8")
    return folder


def _run(*line: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in line])


def _plan(*more: str) -> Result:
    return _run("plan", "county", "--week", "2026-W49", "--effort", "quick", *more)


def _words(page: Path) -> str:
    """Return what a page shows, without its styles, scripts, tags and file names."""
    text = re.sub(r"<(style|script).*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"<[^>]+>|OpenStreetMap contributors", " ", text)
    return COMMAND.sub(" ", text)


def _said(result: Result) -> str:
    """Return what the terminal said, without the commands it names."""
    return COMMAND.sub(" ", result.output)


def test_a_chinese_district_is_told_no_english_sentence(county: Path) -> None:
    result = _plan()
    assert result.exit_code == 0, result.output
    rules = {fault["rule"] for fault in json.loads((OUT / "plan.json").read_bytes())["warnings"]}
    assert {"closures-unused", "request-too-late", "requests-waiting", "short-of-books"} <= rules
    for text in (_said(result), _words(OUT / "index.html"), _words(OUT / "board.html")):
        assert ENGLISH.findall(text) == []
    for command in (("check", "county"), ("audit", OUT), ("manifest", OUT), ("map", OUT)):
        assert ENGLISH.findall(_said(_run(*command))) == []


def test_an_edition_in_english_holds_no_chinese(county: Path) -> None:
    result = _plan("--lang", "en")
    assert result.exit_code == 0, result.output
    assert "The closure changes nothing" in result.output
    for text in (_said(result), _words(OUT / "index.html"), _words(OUT / "board.html")):
        assert CHINESE.findall(text) == []
    again = _run("manifest", OUT, "--lang", "zh")
    assert ENGLISH.findall(_words(OUT / "index.html") + again.output) == []


def test_a_plan_stores_no_sentence(county: Path) -> None:
    _plan()
    text = (OUT / "plan.json").read_text("utf-8")
    assert ENGLISH.findall(text) == CHINESE.findall(text) == []


def test_faults_speak_the_language_of_the_district_they_are_in(county: Path) -> None:
    stops = (county / "stops.csv").read_text("utf-8")
    (county / "stops.csv").write_text(stops.replace("45.01", "north"), "utf-8")
    for command in ("check", "plan"):
        week = ("--week", "2026-W49") if command == "plan" else ()
        told = _run(command, "county", *week)
        assert told.exit_code == 2
        assert "这不是数字" in told.output
        assert ENGLISH.findall(_said(told)) == []
    (fault, *_) = json.loads(_run("plan", "county", *week, "--json").stdout)["faults"]
    assert (fault["rule"], fault["problem"]) == ("bad-number", "这不是数字。")


@pytest.mark.parametrize(
    "line",
    [
        ("replan", OUT, "--from", "Wednesday"),
        ("replan", OUT, "--from", "2026-12-02 10:00", "--late", "C2"),
        ("replan", OUT, "--from", "2026-12-02 10:00", "--rung", "any"),
        ("replan", OUT, "--from", "2026-12-02 10:00", "--closed-road", "A7"),
        ("replan", OUT, "--from", "2027-12-02 10:00"),
        ("close", OUT, "--today", "Friday"),
        ("close", OUT, "--from", "gone.csv"),
        ("close", OUT, "--done-except", "S99"),
        ("close", OUT, "--today", "2026-12-06"),
        ("report", "county", "--from", "May", "--to", "2026-06-30"),
        ("report", "county", "--from", "2026-06-30", "--to", "2026-01-01"),
        ("report", "county", "--from", "2026-01-01", "--to", "2026-06-30", "--as", "de"),
    ],
    ids=lambda line: " ".join(map(str, (line[0], *line[-2:]))),
)
def test_usage_errors_speak_the_language_of_the_district(
    county: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[object, ...]
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert _plan().exit_code == 0
    told = _run(*line)
    assert told.exit_code == 2, told.output
    assert CHINESE.findall(told.stderr)
    assert ENGLISH.findall(re.sub(r"bookcar [a-z]+.*|--\S+", "", told.stderr)) == []


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("zh_CN.UTF-8", "zh"),
        ("en_GB.UTF-8", "en"),
        ("fr_FR", "fr"),
        ("pt_PT", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
    ],
)
def test_where_there_is_no_district_the_locale_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    monkeypatch.setenv("LANG", "")
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    assert of_locale() == language
    told = _run("check", tmp_path / "nowhere").output
    assert ("没有这个文件夹" in told) == (language == "zh")
    assert ("There is no such folder" in told) == (language == "en")


def test_a_command_that_makes_no_sense_is_refused_in_the_same_language(county: Path) -> None:
    nothing = _plan("--apply", "o.csv", "--keep")
    assert nothing.exit_code == 2
    assert "没有可保留的方案" in nothing.output
    assert ENGLISH.findall(_said(nothing)) == []


def test_the_terminal_speaks_the_language_of_the_menus_of_windows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """0x0804 is Chinese as in China; a variable of the environment comes first."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: 0x0804)
    monkeypatch.setattr("ctypes.windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert of_locale() == "zh"
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert of_locale() == "en"


def test_trouble_with_the_machine_is_told_in_chinese(
    county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is a file, a day that is none, a font that is none; and what doctor finds."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    Path("full").write_text("a file", "utf-8")
    told = [_plan("--routes", "full"), _run("doctor"), _run("doctor", "--json")]
    Path("font.ttf").write_text("no font", "utf-8")
    told.append(_plan("--font", "font.ttf"))
    for result in told:
        names = r'"(python|system|cache|libraries)".*|font\S+|Noto Sans SC|--\S+'
        text = re.sub(names, " ", result.output)
        assert CHINESE.findall(text), result.output
        assert ENGLISH.findall(text) == [], result.output


def test_no_language_stays_with_click_after_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one process a later command, or a program, speaks as if the first had not been."""
    monkeypatch.delenv("LANGUAGE", raising=False)
    before = gettext.textdomain()
    told = CliRunner(env={"LC_ALL": "fr_FR.UTF-8"}).invoke(main, ["--help"])
    assert "Commandes" in told.output
    assert "LANGUAGE" not in os.environ
    assert gettext.textdomain() == before
    assert main.language == "en"
    assert CliRunner(env={"LC_ALL": "C"}).invoke(main, ["--help"]).output.startswith("Usage: ")


@pytest.mark.parametrize(("language", "said"), [("zh", "已"), ("fr", "a été"), ("en", "was put")])
def test_what_is_put_in_order_while_writing_is_said_in_the_language_spoken(
    language: Language, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not as Python's warnings are shown, with a file and a line of ours."""
    left = Sentence(key="trouble.put-back", figures={"target": "routes/x", "old": "y"})
    with click.Context(main), recovered_in_words():
        speak(language)
        warnings.warn(RecoveredWarning(left), stacklevel=1)
        with pytest.warns(DeprecationWarning, match="other"):
            warnings.warn("other", DeprecationWarning, stacklevel=1)
    assert said in capsys.readouterr().err


def test_a_week_written_elsewhere_takes_its_reasons_along(county: Path) -> None:
    """As an English edition beside a Chinese one: it lacked what would help."""
    with (county / "stops.csv").open("a", encoding="utf-8") as stops:
        stops.write("S9,Ailleurs,village,1.4,45.4,90,road\n")
    runner = CliRunner()
    planned = ["plan", str(county), "--week", "2026-W49", "--effort", "quick"]
    assert runner.invoke(main, planned).exit_code == 0
    assert (OUT / "why.json").exists()
    elsewhere = ["manifest", str(OUT), "--lang", "en", "--routes", "english", "--maps", "maps-en"]
    assert runner.invoke(main, elsewhere).exit_code == 0
    written = Path("english", *OUT.parts[1:])
    assert (written / "why.json").read_bytes() == (OUT / "why.json").read_bytes()
    assert "why.html" in (written / "index.html").read_text("utf-8")
