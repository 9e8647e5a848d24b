"""The files a model consists of: one, or the parts of a split one."""

from __future__ import annotations

import re
from pathlib import Path

from desktop.domain.errors import ModelFileMissing
from desktop.domain.library import FileVersion

_PART = re.compile(r"^(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})$")
_MOST_PARTS = 1000  # a hostile file name must not make us look for 99,999 files


def files_of(path: Path) -> list[Path]:
    """The file, or all files of the split model it is part of, in order."""
    part = _PART.match(path.stem)
    count = int(part["count"]) if part else 1
    if part is None or count > _MOST_PARTS:
        return [path]
    return [
        path.with_name(f"{part['stem']}-{number:05d}-of-{part['count']}{path.suffix}")
        for number in range(1, count + 1)
    ]


def first_file(path: Path) -> Path:
    """The file, or the first of the split model it is part of."""
    return files_of(path)[0]


def all_there(path: Path) -> bool:
    """Whether every file of the model is where it should be."""
    return all(file.is_file() for file in files_of(path))


def stem_of(path: Path) -> str:
    """The file's name without suffix and part number."""
    part = _PART.match(path.stem)
    return part["stem"] if part else path.stem


def is_split(name: str) -> bool:
    """Whether a file of this name is one of several."""
    return _PART.match(name.rpartition(".")[0]) is not None


def version_of(path: Path) -> FileVersion:
    """Of a file. Raises: OSError."""
    status = path.stat()
    return FileVersion(status.st_size, status.st_mtime_ns)


def model_version(path: Path) -> FileVersion:
    """Of all files of a model together: their size, and the newest time. Raises: OSError."""
    versions = [version_of(file) for file in files_of(path)]
    return FileVersion(
        sum(version.size for version in versions),
        max(version.modified_ns for version in versions),
    )


def present(path: Path) -> Path:
    """`path`. Raises: ModelFileMissing when it, or one of a split model's files, is not there."""
    if not all_there(path):
        raise missing(path)
    return path


def missing(path: Path) -> ModelFileMissing:
    """The error that names the file which is not there."""
    absent = next((file for file in files_of(path) if not file.is_file()), path)
    if absent.is_dir():
        return ModelFileMissing(
            f"{absent} is a folder.", "Choose a GGUF file; a checkpoint is converted to one first."
        )
    if absent.exists():
        return ModelFileMissing(f"{absent} is no file with content.", "Choose a GGUF file.")
    return ModelFileMissing(f"There is no file {absent}.", "It may have been moved or deleted.")
