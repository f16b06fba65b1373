"""Writing files whole or not at all, and folders of them without losing what people added."""

from bookcar.files.atomic import WriteError, copy_file, sha256, with_own_name, write_bytes
from bookcar.files.swap import SUMS, recover, staged_folders

__all__ = [
    "SUMS",
    "WriteError",
    "copy_file",
    "recover",
    "sha256",
    "staged_folders",
    "with_own_name",
    "write_bytes",
]
