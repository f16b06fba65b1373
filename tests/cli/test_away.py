"""What the week's page says to type when a car is away is what the commands take."""

from __future__ import annotations

import html
import re
import shlex
from pathlib import Path

import click
import pytest

from bookcar.cli import main


def test_what_the_page_says_to_type_is_understood(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)  # the sample names its district as it is called from here
    page = (root / "routes/fuhuan/2026-W49/index.html").read_text("utf-8")
    section = re.search(r'<h2 id="away">.*?</section>', page, re.DOTALL)
    assert section
    assert '<a href="#away">' in page
    typed = [html.unescape(code) for code in re.findall(r"<code>(.*?)</code>", section[0])]
    names = []
    for line in typed:
        program, name, *args = shlex.split(line)
        assert program == "bookcar"
        command = main.get_command(click.Context(main), name)
        assert command is not None
        assert command.make_context(name, args).params
        names.append(name)
    assert names == ["what-if", "what-if", "plan", "replan", "plan"]
