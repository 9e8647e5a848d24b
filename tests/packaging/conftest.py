"""The scripts of packaging/, which is no package: it would shadow PyPI's."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def script() -> Callable[[str], ModuleType]:
    """Loads a script by its path below packaging/, without running it."""

    def load(path: str) -> ModuleType:
        name = f"packaging_script_{Path(path).stem}"
        spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    return load
