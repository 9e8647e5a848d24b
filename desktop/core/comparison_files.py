"""Writing the report of a comparison where a person wants it."""

from __future__ import annotations

import json
from pathlib import Path

from desktop.core.comparison_report import ComparisonReport
from desktop.storage.files import write_atomically


def save_report(report: ComparisonReport, path: Path) -> Path:
    """JSON, CSV or, by every other name, Markdown. Raises: DiskFull, StorageFault."""
    match path.suffix.lower():
        case ".json":
            text = json.dumps(report.values(), indent=2) + "\n"
        case ".csv":
            text = report.csv()
        case _:
            text = report.markdown()
    write_atomically(path, text)
    return path
