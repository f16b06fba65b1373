"""Compiled files that are not what was written are compiled anew, and not read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# A small kernel of its own, kept in a folder of its own.
KERNEL = """\
import sys
from bookcar.compiled import entry

@entry
def double(n):
    return 2 * n

print(double(21), sum(double.stats.cache_hits.values()))
"""


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    path = tmp_path / "kernel.py"
    path.write_text(KERNEL)
    return path


def _run(kernel: Path) -> str:
    done = subprocess.run([sys.executable, str(kernel)], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _kept(kernel: Path) -> list[Path]:
    return sorted((kernel.parent / "__pycache__").glob("*.nb[ci]"))


def test_what_was_compiled_is_kept_for_the_next_start(kernel: Path) -> None:
    assert [_run(kernel) for _ in range(2)] == ["42 0", "42 1"]


@pytest.mark.parametrize("content", [b"", b"garbage", None])
@pytest.mark.parametrize("which", [0, 1])
def test_a_damaged_file_is_compiled_anew(kernel: Path, which: int, content: bytes | None) -> None:
    _run(kernel)
    path = _kept(kernel)[which]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert [_run(kernel) for _ in range(2)] == ["42 0", "42 1"]


def test_without_a_list_of_what_was_written_nothing_is_trusted(kernel: Path) -> None:
    _run(kernel)
    (kernel.parent / "__pycache__" / "kernel.json").write_bytes(b"{")
    assert [_run(kernel) for _ in range(2)] == ["42 0", "42 1"]


def test_other_code_beside_it_compiles_it_anew(kernel: Path) -> None:
    _run(kernel)
    (kernel.parent / "more.py").write_text("NOTHING = 0\n")
    assert [_run(kernel) for _ in range(2)] == ["42 0", "42 1"]


def test_no_cache_at_all_is_no_trouble(kernel: Path) -> None:
    _run(kernel)
    shutil.rmtree(kernel.parent / "__pycache__")
    assert _run(kernel) == "42 0"
