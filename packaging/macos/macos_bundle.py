"""What an application of macOS has beside its program: an icon, and what the Finder asks."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

IDENTIFIER = "org.quern.Quern"
OLDEST_SYSTEM = "13.0"  # Qt 6.11 runs on nothing older
# Quern did not make this kind of file up, so it is told of, not claimed.
MODEL_TYPE = "org.ggml.gguf"

# The kinds of an icon that hold PNG pictures, and their width; some are for screens with two
# pixels where others have one.
_KINDS = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic11": 32,
    b"ic12": 64,
    b"ic07": 128,
    b"ic08": 256,
    b"ic13": 256,
    b"ic09": 512,
    b"ic14": 512,
}


def icns(pictures: Mapping[int, bytes]) -> bytes:
    """An .icns file of PNG pictures, by their width in pixels."""
    parts = [
        kind + struct.pack(">I", len(pictures[size]) + 8) + pictures[size]
        for kind, size in _KINDS.items()
    ]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def info_plist(version: str) -> dict[str, Any]:
    """What Info.plist says beside what PyInstaller writes there."""
    return {
        "CFBundleDisplayName": "Quern",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "LSApplicationCategoryType": "public.app-category.productivity",
        "LSMinimumSystemVersion": OLDEST_SYSTEM,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "Copyright 2026 The Quern authors. MIT licence.",
        "NSRequiresAquaSystemAppearance": False,  # the dark look, too
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Language model",
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Default",
                "LSItemContentTypes": [MODEL_TYPE],
            }
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": MODEL_TYPE,
                "UTTypeDescription": "Language model (GGUF)",
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {"public.filename-extension": ["gguf"]},
            }
        ],
    }
