"""Marks texts for translation where they stand as data."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001
    """`text` as it is; lupdate finds it by this function's name and files it under `context`."""
    return text
