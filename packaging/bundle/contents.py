"""What goes into the bundle and what stays out. Read by quern.spec, and by tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

# PyInstaller's table of contents: where in the bundle, where on this machine, kind.
Entry = tuple[str, str, str]
_NATIVE = ("BINARY", "EXTENSION")
_LIBRARY_FOLDERS = ("", "PySide6/Qt/lib")

NOWHERE = (
    "IPython",
    "_pytest",
    "doctest",
    "hf_xet",  # 10 MB for transfers that Quern makes itself (hub/download.py)
    "lib2to3",
    "pip",
    "pytest",
    "setuptools",
    "tkinter",
    "torch",
    "typer",
    "xmlrpc",
)
ENGINE_ONLY = ("gguf", "jinja2", "llama_cpp", "numpy", "tokenizers")
WINDOW_ONLY = (
    "PySide6",
    "cryptography",
    "httpx2",
    "huggingface_hub",
    "keyring",
    "pygments",
    "shiboken6",
    "sqlite_utils",
    "ziamath",
)

PLATFORM_PLUGINS = ("cocoa", "offscreen", "wayland", "windows", "xcb")
IMAGE_PLUGINS = ("gif", "icns", "ico", "jpeg", "svg")

# On Linux and macOS what is in PySide6/ here is in PySide6/Qt/.
_UNWANTED = (
    "PySide6/translations/*",  # the interface is in English
    "PySide6/opengl32sw.dll",  # 20 MB for drawing in space, on Windows
    "PySide6/plugins/egldeviceintegrations/*",  # for screens without a desktop
    "PySide6/plugins/generic/*",
    "PySide6/plugins/networkinformation/*",
    "PySide6/plugins/platformthemes/libqgtk3*",  # brings all of GTK along
    "PySide6/plugins/tls/*",  # Python makes Quern's connections
    # These belong with the system's fonts and the settings for them.
    "libfontconfig.so*",
    "libfreetype.so*",
    "libreadline.so*",  # under the GPL; the system's own is used where there is one
    "llama_cpp/lib/*llama-common.*",  # belongs to llama.cpp's own programs
    "llama_cpp/lib/*mtmd.*",  # pictures and sound
)


def is_wanted(name: str) -> bool:
    """Whether the file that would lie at `name` in the bundle is of use to Quern."""
    path = name.replace("\\", "/").replace("PySide6/Qt/", "PySide6/", 1)
    folder, _, file = path.rpartition("/")
    stem = file.removeprefix("lib").removeprefix("q")
    if folder.endswith("/plugins/platforms"):
        return stem.startswith(PLATFORM_PLUGINS)
    if folder.endswith("/plugins/imageformats"):
        return stem.startswith(IMAGE_PLUGINS)
    return not any(fnmatchcase(path, pattern) for pattern in _UNWANTED)


def trimmed(entries: Iterable[Entry], needs: Callable[[str], Iterable[str]]) -> list[Entry]:
    """The entries that are of use, without libraries that only the others needed.

    Args:
        needs: the names of the libraries that the file at a path is linked with.
    """
    wanted = [entry for entry in entries if is_wanted(entry[0])]
    libraries = {_file(entry[0]): entry[1] for entry in wanted if _is_found_by_name(entry)}
    needed: set[str] = set()
    left = [e[1] for e in wanted if e[2] in _NATIVE and _file(e[0]) not in libraries]
    while left:
        for name in set(needs(left.pop())) - needed:
            needed.add(name)
            if name in libraries:
                left.append(libraries[name])
    kept = [e for e in wanted if not _is_found_by_name(e) or _file(e[0]) in needed]
    there = {PurePosixPath(name) for name, _, _ in kept}
    return [e for e in kept if e[2] != "SYMLINK" or PurePosixPath(e[0]).parent / e[1] in there]


def _is_found_by_name(entry: Entry) -> bool:
    """Whether this is a library that is there for others only: of the system, or of Qt."""
    name, _, kind = entry
    folder, _, file = name.rpartition("/")
    found_by_name = kind == "BINARY" and folder in _LIBRARY_FOLDERS and ".so" in file
    return found_by_name and not _is_python(file)  # which the executable loads itself


def _is_python(file: str) -> bool:
    return file.startswith("libpython3") and ".so" in file


def _file(name: str) -> str:
    return name.rpartition("/")[2]


def with_small_python(
    entries: Iterable[Entry], scratch: Path, strip: Callable[[Path], None] | None = None
) -> list[Entry]:
    """The entries with Python's own libraries stripped: some Pythons have 30 MB of debugging in.

    Nothing else is stripped: libraries that came in wheels may no longer load afterwards.
    """
    smaller = []
    for name, source, kind in entries:
        if _is_python(_file(name)) or "/lib-dynload/" in name:
            copy = scratch / "stripped" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(Path(source).resolve(), copy)
            (strip or _strip)(copy)
            smaller.append((name, str(copy), kind))
        else:
            smaller.append((name, source, kind))
    return smaller


def _strip(library: Path) -> None:
    subprocess.run(["strip", "--strip-unneeded", library], check=True)


def modules(package: Path) -> list[str]:
    """The names of all modules of a package, found as files: nothing is imported."""
    root = package.parent
    names = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        names.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return names
