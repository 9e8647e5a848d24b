"""Releases of Quern itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

_VERSION = re.compile(r"v?(\d{1,6}(?:\.\d{1,6}){0,3})([-+.]?[a-z].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Release:
    """A release, and the page where a person gets it."""

    version: str
    page: str


def version_of(text: str) -> tuple[int, ...] | None:
    """The numbers of a version, without zeros at their end; None when it is none."""
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        return None
    numbers = [int(part) for part in found[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def is_newer(version: str, than: str) -> bool:
    """Whether a release is worth telling of: a higher number, and no pre-release."""
    found, here = _VERSION.fullmatch(version.strip()), version_of(than)
    number = version_of(version)
    if found is None or number is None or here is None:
        return False
    return number > here and not found[2]
