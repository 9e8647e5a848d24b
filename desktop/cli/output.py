"""How results reach a person or a script: one JSON object, or text made safe for a terminal."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

# A model, or a file's header, must not move the cursor or talk to the terminal.
_CONTROL = {
    code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"
}
# What turns the direction of writing, and with it what stands behind in the same line.
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")
_IN_ONE_LINE = _CONTROL | _TURNING | {ord("\n"): " ", ord("\t"): " "}
_UNITS = ("B", "kB", "MB", "GB", "TB")


def print_json(value: Any) -> None:
    """Print a dataclass, dictionary or list as one JSON value, in ASCII."""
    json.dump(value, sys.stdout, indent=2, default=_plain)
    print()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"not for JSON: {value!r}")


def printable(text: str) -> str:
    """The text with control characters (but newline and tab) replaced."""
    return text.translate(_CONTROL)


def show_size(size: int) -> str:
    """Bytes in decimal units, as disks are sold: 10600000 is "10.6 MB"."""
    amount = float(size)
    for unit in _UNITS:
        if amount < 999.5 or unit == _UNITS[-1]:
            break
        amount /= 1000
    return f"{size} B" if unit == "B" else f"{amount:.3g} {unit}"


def show_count(count: int) -> str:
    """A number of parameters or tokens in words: 5200000 is "5.2 million"."""
    if count < 1_000_000:
        return f"{count:,}"
    scales = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
    scale, word = next(one for one in scales if count >= 0.9995 * one[0])  # or it says "1e+03"
    return f"{count / scale:.3g} {word}"


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print columns as wide as their longest cell; the last is never padded. One line a row."""
    cells_of = [tuple(cell.translate(_IN_ONE_LINE) for cell in row) for row in rows]
    table = [tuple(headings), *cells_of]
    widths = [max(len(row[column]) for row in table) for column in range(len(headings))]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        print("  ".join([*cells, row[-1]]))
