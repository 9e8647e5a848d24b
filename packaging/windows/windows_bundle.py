"""What programs of Windows have inside: an icon, and properties that the Explorer shows."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping

SIZES = (16, 24, 32, 48, 64, 128, 256)
_HEADER, _ENTRY = "<HHH", "<BBBBHHII"


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """An .ico file of PNG pictures, by their width in pixels."""
    offset = struct.calcsize(_HEADER) + struct.calcsize(_ENTRY) * len(SIZES)
    entries, bodies = [], []
    for size in SIZES:
        picture = pictures[size]
        edge = size % 256  # 0 stands for 256
        entries.append(struct.pack(_ENTRY, edge, edge, 0, 0, 1, 32, len(picture), offset))
        bodies.append(picture)
        offset += len(picture)
    return struct.pack(_HEADER, 0, 1, len(SIZES)) + b"".join([*entries, *bodies])


def version_resource(version: str, program: str, description: str) -> str:
    """The version resource of `program`, in the notation that PyInstaller reads."""
    numbers = [int(number) for number in re.findall(r"\d+", version)][:4]
    four = tuple(numbers + [0] * (4 - len(numbers)))
    strings = {
        "CompanyName": "The Quern authors",
        "FileDescription": description,
        "FileVersion": version,
        "InternalName": program,
        "LegalCopyright": "Copyright 2026 The Quern authors. MIT licence.",
        "OriginalFilename": program if "." in program else f"{program}.exe",
        "ProductName": "Quern",
        "ProductVersion": version,
    }
    pairs = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in strings.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={four}, prodvers={four}), kids=["
        f"StringFileInfo([StringTable('040904B0', [{pairs}])]), "
        "VarFileInfo([VarStruct('Translation', [0x0409, 1200])])])\n"
    )
