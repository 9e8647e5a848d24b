"""SQLite as Quern imports it."""

from __future__ import annotations

import subprocess
import sys


def test_numpy_is_not_loaded_with_it_and_can_be_later() -> None:
    program = (
        "import sys, desktop.storage.sqlite\n"
        "assert 'numpy' not in sys.modules\n"
        "import numpy\n"
        "assert numpy.arange(3).sum() == 3\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_where_numpy_is_loaded_already_it_stays() -> None:
    program = (
        "import sys, numpy, desktop.storage.sqlite\n"
        "assert sys.modules['numpy'] is numpy\n"
        "desktop.storage.sqlite.Connection(memory=True)\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)
