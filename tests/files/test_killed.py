"""A writer killed at any moment: old or new, in order at the next start, nothing lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from bookcar import files
from bookcar.files import swap

# A writer that kills itself after so many steps that change the disk.
WRITER = """\
import os, pathlib, shutil, signal, sys
from bookcar import files
left = int(sys.argv[1])
def deadly(function):
    def step(*args, **options):
        global left
        result = function(*args, **options)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return step
for owner, names in (
    (os, ("replace", "rename", "mkdir", "unlink", "rmdir", "fsync", "open")),
    (pathlib.Path, ("rename", "replace", "mkdir", "unlink", "write_text", "symlink_to")),
    (shutil, ("copy2", "rmtree")),
):
    for name in names:
        setattr(owner, name, deadly(getattr(owner, name)))
top = pathlib.Path(sys.argv[2])
with files.staged_folders(top / "maps" / "week", top / "routes" / "week") as stages:
    for stage in stages:
        for name in ("one", "visits"):
            (stage / f"{name}.txt").write_text("new")
"""

FILLED_IN = "filled in by hand"


def _write(top: Path, text: str) -> None:
    with files.staged_folders(top / "maps" / "week", top / "routes" / "week") as stages:
        for stage in stages:
            for name in ("one", "visits"):
                (stage / f"{name}.txt").write_text(text)


def _run(top: Path, steps: int) -> int:
    return subprocess.run(
        [sys.executable, "-c", WRITER, str(steps), str(top)], check=False, capture_output=True
    ).returncode


def _beside(top: Path) -> list[str]:
    return sorted(p.name for p in top.glob("*/*") if p.name != "week")


def _texts(top: Path) -> set[str]:
    return {(top / one / "week" / "one.txt").read_text() for one in ("maps", "routes")}


def _by_hand(top: Path) -> list[str]:
    found = (p.read_text() for p in (top / "routes" / "week").rglob("*.txt"))
    return [text for text in found if text == FILLED_IN]


def test_after_every_step_the_next_start_has_old_or_new_and_all_that_was_filled_in(
    tmp_path: Path,
) -> None:
    steps = outcomes = 0
    seen: set[str] = set()
    while True:
        steps += 1
        top = tmp_path / str(steps)
        _write(top, "old")
        (top / "routes" / "week" / "visits.txt").write_text(FILLED_IN)
        code = _run(top, steps)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        weeks = [top / "maps" / "week", top / "routes" / "week"]
        told = files.recover(weeks[steps % 2])  # whichever is asked for first
        assert len(_texts(top)) == 1, steps
        files.recover(*weeks)
        assert _by_hand(top) == [FILLED_IN], steps
        assert _beside(top) == [], steps
        assert files.recover(*weeks) == (), steps
        outcomes += bool(told)
        seen |= _texts(top)
    assert seen == {"old", "new"}
    assert steps > 40
    assert outcomes > 20


def test_a_writer_goes_on_where_a_killed_one_left_off(tmp_path: Path) -> None:
    told = []
    for steps in range(20, 90, 6):
        top = tmp_path / str(steps)
        _write(top, "old")
        (top / "routes" / "week" / "visits.txt").write_text(FILLED_IN)
        if _run(top, steps) == 0:
            break
        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            _write(top, "newest")
        told += noted
        assert _texts(top) == {"newest"}
        assert _by_hand(top) == [FILLED_IN]
        assert _beside(top) == []
    assert told


def test_what_is_filled_in_after_the_crash_is_kept_too(tmp_path: Path) -> None:
    """The journal was written, no folder renamed yet; then somebody fills in the old sheet."""
    _write(tmp_path, "old")
    renamed = Path.rename
    try:
        Path.rename = _die  # type: ignore[method-assign,assignment]
        with pytest.raises(_Dead):
            _write_and_die(tmp_path)
    finally:
        Path.rename = renamed  # type: ignore[method-assign]
    (tmp_path / "routes" / "week" / "visits.txt").write_text(FILLED_IN)
    assert len(files.recover(tmp_path / "routes" / "week")) == 1
    assert _texts(tmp_path) == {"new"}
    assert _by_hand(tmp_path) == [FILLED_IN]


class _Dead(BaseException):
    pass


def _die(self: Path, _to: Path) -> Path:
    raise _Dead


def _write_and_die(top: Path) -> None:
    """Write up to the first rename, and leave all as a killed process would."""
    keep = (swap._clear, swap._is_put_back)
    try:
        swap._clear = lambda _staged: None  # type: ignore[assignment]
        swap._is_put_back = lambda _one: True  # type: ignore[assignment]
        _write(top, "new")
    finally:
        swap._clear, swap._is_put_back = keep


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_writer_that_is_asked_to_end_leaves_nothing(tmp_path: Path, name: str) -> None:
    _write(tmp_path, "old")
    code = (
        "import pathlib, sys, time\n"
        "from bookcar import files\n"
        "from bookcar.cli.failures import ending_in_order\n"
        "top = pathlib.Path(sys.argv[1])\n"
        "with ending_in_order(), files.staged_folders(top / 'routes' / 'week') as (stage,):\n"
        "    (stage / 'one.txt').write_text('half')\n"
        "    print('filling', flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"filling\n"
        writer.send_signal(getattr(signal, name))
        writer.wait(20)
        assert b"Ended" in (writer.stderr.read() if writer.stderr else b"")
    assert _texts(tmp_path) == {"old"}
    assert _beside(tmp_path) == []


def test_a_second_writer_waits_or_is_told_who_writes(tmp_path: Path) -> None:
    week = tmp_path / "routes" / "week"
    code = (
        "import pathlib, sys\n"
        "from bookcar import files\n"
        "with files.staged_folders(pathlib.Path(sys.argv[1])) as (stage,):\n"
        "    (stage / 'one.txt').write_text('first')\n"
        "    print('filling', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(week)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdin is not None
        assert first.stdout.readline() == b"filling\n"
        with pytest.raises(files.WriteError, match=f"process {first.pid}") as caught:  # noqa: SIM117
            with files.staged_folders(week, wait_s=0.2):
                pass
        assert os.uname().nodename in str(caught.value)
        assert files.recover(week) == ()
        first.stdin.write(b"\n")
        first.stdin.flush()
        with files.staged_folders(week, wait_s=30) as (stage,):
            (stage / "one.txt").write_text("second")
    assert (week / "one.txt").read_text() == "second"
    assert [p.name for p in week.parent.iterdir()] == ["week"]


def test_two_writers_at_once_leave_one_whole_week(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys\n"
        "from bookcar import files\n"
        "for _ in range(20):\n"
        "    with files.staged_folders(pathlib.Path(sys.argv[1]), wait_s=60) as (stage,):\n"
        "        for name in 'abc':\n"
        "            (stage / name).write_text(sys.argv[2])\n"
    )
    week = tmp_path / "county" / "week"
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(week), text]) for text in ("one", "two")
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    assert len({(week / name).read_text() for name in "abc"}) == 1
    assert [p.name for p in week.parent.iterdir()] == ["week"]


def test_a_journal_that_cannot_be_read_is_no_journal(tmp_path: Path) -> None:
    _write(tmp_path, "old")
    (tmp_path / "routes" / ".week.journal").write_bytes(json.dumps({"swap": 3}).encode())
    (tmp_path / "routes" / ".week.stage").mkdir()
    files.recover(tmp_path / "routes" / "week")
    assert _texts(tmp_path) == {"old"}
    assert _beside(tmp_path) == []
