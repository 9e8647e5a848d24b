"""Importing this makes a process in which neither Qt nor llama.cpp can be imported.

Also a pytest plugin: `python -m pytest -p tests.helpers.without_qt -p no:pytest-qt ...`.
"""

from __future__ import annotations

import sys

BLOCKED = ("PySide6", "shiboken6", "llama_cpp")


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ImportError(f"{name} must not be imported here")


assert not set(BLOCKED) & set(sys.modules)
sys.meta_path.insert(0, Blocker())
