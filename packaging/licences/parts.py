"""What Quern is made of, in full: every package, library, font and picture that is passed on."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from desktop.core.components import PACKAGES, licence_of

ROOT = Path(__file__).resolve().parents[2]
TEXTS = Path(__file__).resolve().parent / "texts"
# PyInstaller's lists of what became part of a bundle.
LISTS = ("COLLECT-*.toc", "PYZ-*.toc")

_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|copyright)[^/]*$", re.IGNORECASE)
_CODE = (".py", ".pyc", ".pyi")
_COMMON = Path("/usr/share/common-licenses")
# Packages that state nothing exact, or offer a choice: what holds for Quern.
_LICENCES = {
    "latex2mathml": "MIT",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "pyside6-essentials": "LGPL-3.0-only",
    "shiboken6": "LGPL-3.0-only",
    "tokenizers": "Apache-2.0",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that Quern is made of.

    Attributes:
        licence: an SPDX expression, or the words of whoever made it.
        texts: the licence and what it asks to pass on.
        purl: its package URL, or "" where there is none.
    """

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]
    purl: str = ""


def bundled_files(lists: Path) -> set[Path]:
    """The files of this machine that went into the bundle that PyInstaller made in `lists`."""
    found = [file for pattern in LISTS for file in lists.glob(pattern)]
    if not found:
        raise SystemExit(f"{lists} has no lists of PyInstaller. Please run: make bundle")
    return {
        Path(entry[1])
        for file in found
        for entry in _entries(ast.literal_eval(file.read_text(encoding="utf-8")))
    }


def _entries(value: Any) -> Iterable[tuple[str, str, str]]:
    if isinstance(value, (list, tuple)):
        if len(value) == 3 and all(isinstance(one, str) for one in value):
            yield value[0], value[1], value[2]
        else:
            for one in value:
                yield from _entries(one)


def packages_with(files: set[Path]) -> list[Distribution]:
    """The installed packages that have at least one of the files."""
    places = {str(file) for file in files}
    return _by_name(
        package
        for package in importlib.metadata.distributions()
        if any(
            _is_content(f) and str(package.locate_file(f)) in places for f in package.files or ()
        )
    )


def _is_content(file: Any) -> bool:
    """Whether a file is there for its own sake: metadata is bundled of packages left out, too."""
    return ".dist-info/" not in str(file)


def packages_needed(names: Iterable[str] = PACKAGES) -> list[Distribution]:
    """The installed packages of these names, and those that they need."""
    needed: dict[str, Distribution] = {}
    left = list(names)
    while left:
        name = _canonical(left.pop())
        if name in needed:
            continue
        try:
            needed[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of another system, or of an extra
        left.extend(
            re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
            for requirement in needed[name].requires or ()
            if "extra ==" not in requirement
        )
    return _by_name(needed.values())


def _by_name(packages: Iterable[Distribution]) -> list[Distribution]:
    unique = {_canonical(package.name): package for package in packages}
    return [unique[name] for name in sorted(unique) if name != "quern"]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def package(installed: Distribution) -> Part:
    """An installed package as a part."""
    name = _canonical(installed.name)
    texts = [
        Path(str(installed.locate_file(file))).read_text(encoding="utf-8", errors="replace")
        for file in sorted(installed.files or ())
        if ".dist-info/" in str(file)
        and _LICENCE_FILE.search(str(file))
        and not str(file).endswith(_CODE)
    ]
    licence = _LICENCES.get(name) or licence_of(installed.metadata)
    if not texts and name in _LICENCES:
        texts = standard_texts(licence, installed.metadata.get("Author") or "its authors")
    return Part(
        installed.name,
        installed.version,
        licence,
        tuple(dict.fromkeys(texts)),
        f"pkg:pypi/{name}@{installed.version}",
    )


def standard_texts(licence: str, authors: str) -> list[str]:
    """The text of a licence, for parts that come without it."""
    if licence == "MIT":
        terms = (ROOT / "LICENSE").read_text(encoding="utf-8")
        return [re.sub(r"^Copyright.*$", f"Copyright (c) {authors}", terms, flags=re.MULTILINE)]
    names = [licence]
    if licence.startswith("LGPL"):
        names.append(licence.replace("LGPL", "GPL"))  # which the LGPL adds to
    return [(TEXTS / f"{name}.txt").read_text(encoding="utf-8") for name in names]


def system_libraries(files: set[Path]) -> list[Part]:
    """The libraries of the system among the files, with what Debian says about them."""
    names, others = set[str](), set[Path]()
    for file in files:
        if file.is_relative_to("/lib") or file.is_relative_to("/usr"):
            owners = _debian_packages(file)
            names |= owners
            others |= set() if owners else {file}
    return [
        *map(_debian_library, sorted(names)),
        *(Part(file.name, "", "as its system states", ()) for file in sorted(others)),
    ]


def _debian_library(name: str) -> Part:
    version = output("dpkg-query", "-W", "-f", "${Version}", name)
    text = Path(f"/usr/share/doc/{name}/copyright").read_text(encoding="utf-8", errors="replace")
    stated = set(re.findall(r"^License: *(\S.*)$", text, re.MULTILINE))
    common = {_COMMON / file for file in re.findall(rf"{_COMMON}/([\w.-]*\w)", text)}
    return Part(
        name,
        version,
        stated.pop() if len(stated) == 1 else "see its text",
        (text, *(file.read_text(encoding="utf-8") for file in sorted(common) if file.is_file())),
        f"pkg:deb/debian/{name}@{version}",
    )


def _debian_packages(file: Path) -> set[str]:
    for path in (file, file.resolve(), Path("/usr") / file.resolve().relative_to("/")):
        found = output("dpkg-query", "-S", str(path))
        if found:
            return {line.split(":")[0] for line in found.splitlines()}
    return set()


def output(*command: str) -> str:
    """What a command prints; "" where there is no such command, or nothing was found."""
    try:
        return subprocess.run(
            command, capture_output=True, text=True, check=True, timeout=60
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def other_parts() -> list[Part]:
    """What is no package of its own: Python, llama.cpp, pictures, fonts, the starter model."""
    quern = (ROOT / "LICENSE").read_text(encoding="utf-8")
    python = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    parts = [
        Part("Quern's starter model, texts and prompts", "", "MIT", (quern,)),
        Part("llama.cpp and ggml", "", "MIT", (_text("llama.cpp"),)),
        Part("Lucide icons", "", "ISC AND MIT", (_lucide(),), "pkg:npm/lucide"),
        Part(
            "Qt",
            importlib.metadata.version("PySide6-Essentials"),
            "LGPL-3.0-only",
            (_text("qt"), *standard_texts("LGPL-3.0-only", "")),
        ),
        Part("STIX Two Math", "2.11", "OFL-1.1", (_text("stix"), _text("OFL-1.1"))),
        Part("DejaVu Sans", "2.37", "Bitstream-Vera", (_text("dejavu"),)),
    ]
    if python.is_file():
        terms = python.read_text(encoding="utf-8")
        version = ".".join(map(str, sys.version_info[:3]))
        parts.append(Part("Python", version, "PSF-2.0", (terms,), f"pkg:generic/python@{version}"))
    return parts


def _text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


def _lucide() -> str:
    return (ROOT / "resources" / "icons" / "LICENSE").read_text(encoding="utf-8")
