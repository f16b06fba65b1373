"""Writing files whole or not at all, and folders of them without losing what people added."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bookcar.errors import BookcarError

SUMS = "SHA256SUMS"


class WriteError(BookcarError, OSError):
    """A file or folder could not be written; what stood there before is untouched."""

    exit_code = 1


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file aside and rename it into place, so that no reader ever sees half of it.

    Raises
    ------
    WriteError
        If it cannot be written; the old file, if any, is still there.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise WriteError(f"Cannot write {path}: {error.strerror}. {_hint(error)}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, whole or not at all.

    Raises
    ------
    WriteError
        If it cannot be written; nothing stands at ``target`` then, or what stood there before.
    """
    aside = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, aside)
        aside.replace(target)
    except OSError as error:
        raise WriteError(f"Cannot write {target}: {error.strerror}. {_hint(error)}") from error
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """Fill a folder aside, then swap it in for ``target`` when the block ends without an error.

    Files in the old folder that bookcar did not write, or that somebody changed since (told by its
    ``SHA256SUMS``), are carried over: the former under their names, the latter as ``kept-NAME``
    where the new folder has a file of that name.

    Raises
    ------
    WriteError
        If the disk is full or the folder is not writable; the old folder is still there.
    """
    stage: Path | None = None
    above = _missing_parents(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        yield stage
        _write_sums(stage)
        if target.exists():
            _carry_over(target, stage)
        stage.chmod(0o755)
        _swap(stage, target)
    except OSError as error:
        if isinstance(error, BookcarError):
            raise
        raise WriteError(f"Cannot write {target}: {error.strerror}. {_hint(error)}") from error
    finally:
        if stage is not None and stage.exists():
            shutil.rmtree(stage, ignore_errors=True)
        for folder in above:
            with suppress(OSError):  # not empty: it holds what was written
                folder.rmdir()


def _missing_parents(path: Path) -> list[Path]:
    """Return the folders above ``path`` that do not exist yet, innermost first."""
    return [folder for folder in path.parents if not folder.exists()]


def _write_sums(folder: Path) -> None:
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [f"{sha256(folder / name)}  {name}\n" for name in names]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def _read_sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _carry_over(old: Path, new: Path) -> None:
    sums = _read_sums(old)
    for path in sorted(p for p in old.rglob("*") if p.is_file()):
        name = path.relative_to(old).as_posix()
        if name == SUMS or sums.get(name) == sha256(path):
            continue
        destination = new / name
        if destination.exists():
            if sha256(destination) == sha256(path):
                continue
            destination = destination.with_name(f"kept-{destination.name}")
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, destination)


def _swap(stage: Path, target: Path) -> None:
    if not target.exists():
        stage.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
    target.rename(old / "folder")
    try:
        stage.rename(target)
    except BaseException:  # Ctrl-C between the two renames must not lose the old folder
        (old / "folder").rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _hint(error: OSError) -> str:
    if error.errno == 28:
        return "The disk is full: free some space and run the command again."
    return "Check that the folder exists and that you may write in it, then run it again."
