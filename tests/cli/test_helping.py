"""``--help``, and what click says of a command line, in the reader's language."""

from __future__ import annotations

import gettext
import string
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages import pofile
from click.testing import CliRunner

from bookcar import phrases
from bookcar.cli import COMMANDS, main
from bookcar.cli.helping import Wide, columns_of
from bookcar.phrases import LANGUAGES
from bookcar.phrases.helps import DOMAIN, SOURCE, helps

FOLDER = Path(phrases.__file__).parent
OTHERS = [language for language in LANGUAGES if language != SOURCE]


def _run(*args: str, locale: str = "") -> str:
    return CliRunner(env={"LC_ALL": locale}).invoke(main, args).output


def _command(name: str) -> click.Command:
    main.language = SOURCE
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return command


def _options(name: str) -> set[str]:
    params = _command(name).params
    return {str(p.name) for p in params if isinstance(p, click.Option)}


@pytest.mark.parametrize("language", OTHERS)
def test_every_command_and_option_is_explained_in_every_language(
    language: phrases.Language,
) -> None:
    words = helps(language)
    assert set(words) == {*COMMANDS, "common", "bookcar"}
    for name in COMMANDS:
        own = set(words[name]) - {"short", "about"}
        shared = _options(name) - own
        assert {"short", "about"} <= set(words[name])
        assert shared <= set(words["common"]), f"{name} lacks words for {shared}"
        assert own <= _options(name), f"{name} has no {own - _options(name)}"
    used = {option for name in COMMANDS for option in _options(name) - set(words[name])}
    assert used == set(words["common"])


@pytest.mark.parametrize("language", OTHERS)
def test_examples_are_the_same_in_every_language(language: phrases.Language) -> None:
    def commands(text: str) -> list[str]:
        lines = (line.strip() for line in text.partition("\b")[2].splitlines())
        return [line for line in lines if line.startswith("bookcar ")]

    for name in COMMANDS:
        ours, theirs = _command(name).help or "", helps(language)[name]["about"]
        assert [w.split(" '")[0] for w in commands(theirs)] == [
            w.split(" '")[0] for w in commands(ours)
        ]


@pytest.mark.parametrize("language", OTHERS)
def test_what_click_says_is_compiled_from_what_was_translated(language: str) -> None:
    compiled = gettext.translation(DOMAIN, FOLDER, [language])
    for one, many, told in _messages(language):
        said = compiled.ngettext(one, many, 1) if many else compiled.gettext(one)
        assert said == told, "run: make phrases"


@pytest.mark.parametrize("language", OTHERS)
def test_what_click_says_has_the_figures_that_click_gives(language: str) -> None:
    def figures(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for one, many, told in _messages(language):
        assert told
        assert figures(told) <= figures(one) | figures(many)


def _messages(language: str) -> Iterator[tuple[str, str, str]]:
    """Yield each message of click, its plural ("" if none), and what is said instead."""
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        for message in pofile.read_po(file, locale=language):
            one, many = message.id if isinstance(message.id, tuple) else (message.id, "")
            told = message.string[0] if isinstance(message.string, tuple) else message.string
            if one:
                yield str(one), str(many), str(told)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_in_the_language_of_the_machine(name: str) -> None:
    output = _run(name, "--help", locale="zh_CN.UTF-8")
    assert "用法：" in output
    assert "显示本说明后退出。" in output
    assert helps("zh")[name]["about"].strip()[:8] in output
    assert all(columns_of(line) <= 80 for line in output.splitlines() if "bookcar" not in line)
    assert "Usage:" in _run(name, "--help")


def test_help_of_all_is_too() -> None:
    output = _run("--help", locale="zh_CN.UTF-8")
    assert "显示版本后退出。" in output
    assert "退出码：" in output
    assert all(helps("zh")[name]["short"] in output for name in COMMANDS)


def test_the_language_asked_for_comes_before_that_of_the_machine() -> None:
    assert "用法：" in _run("plan", "--help", "--lang", "zh", locale="en_GB.UTF-8")
    assert "Usage:" in _run("plan", "--help", "--lang=en", locale="zh_CN.UTF-8")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("plan",), "缺少参数 'DIR'"),
        (("plan", "DIR", "--efort", "quick"), "没有选项 '--efort'。"),
        (("plan", "DIR", "--week", "2026-W49", "--seed", "x"), "'x' 不是所要的数字。"),
        (("plna",), "没有命令 'plna'。"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_too(args: tuple[str, ...], told: str) -> None:
    output = _run(*args, locale="zh_CN.UTF-8")
    assert told in output
    assert "错误：" in output
    assert "错误：" not in _run(*args)


def test_wide_letters_are_folded_where_the_terminal_ends() -> None:
    formatter = Wide(width=20)
    formatter.write_text("为县图书馆的流动图书车，\n排一周的行程（书库）。\n\n\b\nas  it is")
    lines = formatter.getvalue().splitlines()
    assert lines == ["为县图书馆的流动图书", "车，排一周的行程（书", "库）。", "", "as  it is"]
    assert all(columns_of(line) <= 20 for line in lines)
