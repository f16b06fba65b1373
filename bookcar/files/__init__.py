"""Writing files whole or not at all, and folders of them without losing what people added."""

from bookcar.files.atomic import WriteError, copy_file, sha256, with_own_name, write_bytes
from bookcar.files.several import finish_several, one_writer, write_several
from bookcar.files.swap import SUMS, recover, staged_folders, sums_of, write_folder

__all__ = [
    "SUMS",
    "WriteError",
    "copy_file",
    "finish_several",
    "one_writer",
    "recover",
    "sha256",
    "staged_folders",
    "sums_of",
    "with_own_name",
    "write_bytes",
    "write_folder",
    "write_several",
]
