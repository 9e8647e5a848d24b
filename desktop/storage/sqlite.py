"""sqlite_utils, imported without numpy.

It imports numpy where it finds it, for columns nobody has here. In a process that does not need
numpy that costs 0.2 s of the start and 25 MB.
"""

from __future__ import annotations

import sys

if "numpy" in sys.modules:
    from sqlite_utils import Database as Connection
    from sqlite_utils.migrations import Migrations
else:
    sys.modules["numpy"] = None  # type: ignore[assignment]  # makes its import fail
    try:
        from sqlite_utils import Database as Connection
        from sqlite_utils.migrations import Migrations
    finally:
        del sys.modules["numpy"]

__all__ = ["Connection", "Migrations"]
