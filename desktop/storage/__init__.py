"""Everything kept on disk: one SQLite file per home. The only importer of sqlite_utils."""

from __future__ import annotations

import sys

# sqlite_utils imports numpy where it finds it, for columns nobody has here. In a process that does
# not need numpy that costs 0.2 s of the start and 25 MB.
if "numpy" not in sys.modules:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # makes its import fail
    try:
        import sqlite_utils  # noqa: F401
    finally:
        del sys.modules["numpy"]
