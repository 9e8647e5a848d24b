"""Files that stand in for models which are not here: the header, and nothing where weights would
be. llama.cpp tells from them what loading the model would take."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from contextlib import suppress
from io import FileIO
from pathlib import Path

from desktop.domain.errors import StorageFault
from desktop.hub.remote_header import ModelHeader

_PREFIX = "headers-"
_LEFT_BEHIND = 24 * 3600.0  # seconds after which a folder is nobody's any more


class StandIns:
    """Written into a folder of this process below `cache`, which `clear` removes."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._folder: Path | None = None
        self._written = 0

    def write(self, header: ModelHeader) -> Path:
        """The first file. All are as long as the real ones, but take only their headers' space.

        Raises: StorageFault.
        """
        try:
            folder = self._new_folder()
            count = len(header.parts)
            for number, part in enumerate(header.parts, 1):
                name = f"model-{number:05}-of-{count:05}.gguf" if count > 1 else "model.gguf"
                with (folder / name).open("xb", buffering=0) as file:
                    file.write(part.content)
                    _let_have_holes(file)
                    file.truncate(part.file.size)
        except OSError as error:
            raise StorageFault(
                f"What the model takes cannot be worked out: {error.strerror or error}.",
                "Check that Quern's home folder can be written and has some space.",
            ) from error
        return min(folder.iterdir())

    def clear(self) -> None:
        """Remove what was written."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _new_folder(self) -> Path:
        if self._folder is None:
            self._cache.mkdir(parents=True, exist_ok=True)
            for folder in self._cache.glob(f"{_PREFIX}*"):  # of a process that was killed
                with suppress(OSError):
                    if time.time() - folder.stat().st_mtime > _LEFT_BEHIND:
                        shutil.rmtree(folder)
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._cache))
        self._written += 1
        folder = self._folder / str(self._written)
        folder.mkdir()
        return folder


def _let_have_holes(file: FileIO) -> None:
    """Where a file has none unless asked for, ask; a system that cannot fills them with zeros."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        set_sparse = 0x900C4
        returned = ctypes.c_ulong()
        ctypes.windll.kernel32.DeviceIoControl(
            ctypes.c_void_p(msvcrt.get_osfhandle(file.fileno())),
            set_sparse, None, 0, None, 0, ctypes.byref(returned), None,
        )  # fmt: skip
