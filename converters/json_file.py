"""Reads the JSON files beside a checkpoint's weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from converters.errors import ConversionError


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file, {} when there is no such file.

    Raises: ConversionError when it cannot be read, or holds something else.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConversionError(
            f"{path.name} cannot be read: {error.strerror}.", "Check the disk it is on."
        ) from error
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise ConversionError(f"{path.name} is no JSON object.", "Download the file again.")
    return values
