"""A bill of materials in the form of CycloneDX 1.6, which tools that look for known holes read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from parts import Part

# What packages of an older form call their licence.
_SPDX = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def bill(version: str, built_at: str, parts: Sequence[Part]) -> dict[str, Any]:
    """The bill of Quern `version`; `built_at` is a time in ISO 8601. The same parts give the same
    serial number."""
    listed = "\n".join(f"{part.name} {part.version}" for part in parts)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"quern {version}\n{listed}").urn,
        "version": 1,
        "metadata": {
            "timestamp": built_at,
            "component": {
                "type": "application",
                "bom-ref": "quern",
                "name": "Quern",
                "version": version,
                "licenses": [{"license": {"id": "MIT"}}],
            },
        },
        "components": [_component(part) for part in parts],
        "dependencies": [{"ref": "quern", "dependsOn": [_reference(part) for part in parts]}],
    }


def _component(part: Part) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _reference(part),
        "name": part.name,
        "licenses": [_licence(part.licence)],
    }
    if part.version:
        component["version"] = part.version
    if part.purl:
        component["purl"] = part.purl
    return component


def _reference(part: Part) -> str:
    return part.purl or part.name


def _licence(stated: str) -> dict[str, Any]:
    try:
        return {"expression": str(canonicalize_license_expression(_SPDX.get(stated, stated)))}
    except InvalidLicenseExpression:
        return {"license": {"name": stated}}
