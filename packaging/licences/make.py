"""Write down what Quern is made of and how it was built, for the About box and for tools.

    make.py FOLDER [--bundle LISTS]

Makes in FOLDER, which is the `resources` of a bundle:

    licences.txt   every part with its licence, for people
    sbom.cdx.json  the same for tools (CycloneDX 1.6)
    build.json     version, commit, when it was built, and where releases are told of

LISTS is the folder where PyInstaller made the bundle; without it the parts are those of a checkout.
From the environment: RELEASES_URL, the address that Quern asks for releases, if any, and
SOURCE_DATE_EPOCH, when it was built in seconds since 1970.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import parts as found
import sbom

from desktop import __version__

_LINE = "=" * 80


def parts_of(lists: Path | None) -> list[found.Part]:
    """The parts of the bundle made in `lists`, or of a checkout."""
    if lists is None:
        packages, libraries = found.packages_needed(), []
    else:
        files = found.bundled_files(lists)
        packages, libraries = found.packages_with(files), found.system_libraries(files)
    return [*found.other_parts(), *map(found.package, packages), *libraries]


def text(parts: Sequence[found.Part]) -> str:
    """Every part by name, then every licence. A text that several parts have stands there once."""
    belongs: dict[str, list[str]] = {}
    lines = [f"Quern {__version__} is made of these parts. Their licences follow.", ""]
    for part in parts:
        title = f"{part.name} {part.version}".strip()
        lines.append(f"{title}: {part.licence}")
        for terms in part.texts:
            belongs.setdefault(terms.strip(), []).append(title)
    for terms, titles in belongs.items():
        lines += ["", _LINE, *titles, _LINE, "", terms]
    return "\n".join(lines) + "\n"


def build_facts(environment: Mapping[str, str], commit: str) -> dict[str, Any]:
    """What build.json says."""
    seconds = float(environment.get("SOURCE_DATE_EPOCH") or time.time())
    return {
        "version": __version__,
        "commit": commit,
        "built_at": datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "releases": environment.get("RELEASES_URL", ""),
    }


def _commit() -> str:
    """The commit this is built from; "" where it is no checkout."""
    return found.output("git", "-C", str(found.ROOT), "rev-parse", "HEAD")


def write(folder: Path, parts: Sequence[found.Part], facts: Mapping[str, Any]) -> None:
    """Write the three files."""
    bill = sbom.bill(facts["version"], facts["built_at"], parts)
    (folder / "licences.txt").write_text(text(parts), encoding="utf-8")
    (folder / "sbom.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    (folder / "build.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write licences, bill of materials, build facts.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bundle", type=Path, metavar="LISTS")
    options = parser.parse_args()
    write(options.folder, parts_of(options.bundle), build_facts(os.environ, _commit()))
