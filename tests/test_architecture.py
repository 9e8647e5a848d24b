"""The shape of the house. The import contracts themselves are `lint-imports` (pyproject.toml)."""

from __future__ import annotations

import ast
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST_MODULE = 500
MEDIAN_MODULE = 200
MIRRORED_PACKAGES = (
    "desktop/core",
    "desktop/engine",
    "desktop/hub",
    "desktop/storage",
    "desktop/cli",
    "desktop/domain",
    "converters",
)
PARENT_ENGINE_MODULES = (
    "desktop.engine.child",
    "desktop.engine.client",
    "desktop.engine.engine_state",
    "desktop.engine.error_codes",
    "desktop.engine.job_messages",
    "desktop.engine.part_file",
    "desktop.engine.protocol",
    "desktop.engine.wire",
)
QT_FREE = (
    "desktop.cli",
    "desktop.core",
    "desktop.domain",
    "desktop.engine",
    "desktop.hub",
    "desktop.storage",
)


def tracked(*patterns: str) -> list[Path]:
    """Files git knows or would add; what builds and tools leave behind is not ours."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def sources() -> list[Path]:
    return tracked("desktop/*.py", "converters/*.py", "packaging/*.py")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def test_modules_stay_short():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in sources()}
    assert {name: n for name, n in lengths.items() if n >= LONGEST_MODULE} == {}
    assert statistics.median(lengths.values()) < MEDIAN_MODULE


@pytest.mark.parametrize("folder", ["packaging", "resources", "tests"])
def test_a_folder_that_must_not_be_a_package_is_none(folder):
    # packaging/ would shadow the library of that name; resources/ holds no code.
    assert not (ROOT / folder / "__init__.py").exists()


def test_no_path_of_the_machine_it_was_written_on_is_in_the_tree():
    machine_path = re.compile(rf"""[^\w.]/(?:root|work)/\w|{re.escape(str(ROOT))}/""")
    found = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in tracked("*.py", "*.sh", "*.toml", "*.md", "Makefile", ".ci/*")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if machine_path.search(line)
    ]
    assert found == []


def test_every_module_below_the_window_has_a_test_file():
    missing = [
        name_of(path)
        for package in MIRRORED_PACKAGES
        for path in tracked(f"{package}/*.py")
        if path.name != "__init__.py" and has_behaviour(path) and not test_of(path).exists()
    ]
    assert missing == []


def test_every_test_file_mirrors_a_source_file():
    """But for those of the window, where some look at all pages at once."""
    strays = [
        name_of(path)
        for package in (*MIRRORED_PACKAGES, "desktop/controllers")
        for path in tracked(f"tests/{package.removeprefix('desktop/')}/test_*.py")
        if not has_subject(path)
    ]
    assert strays == []


def has_behaviour(path: Path) -> bool:
    """Whether a module has a function or method; tables of names and values need no test."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_of(source: Path) -> Path:
    top = ROOT / "desktop"
    inner = source.relative_to(top if source.is_relative_to(top) else ROOT)
    return ROOT / "tests" / inner.parent / f"test_{inner.name}"


test_of.__test__ = False


def has_subject(test: Path) -> bool:
    """Whether it is about a module, or one aspect of it (test_MODULE_ASPECT)."""
    inner = test.relative_to(ROOT / "tests")
    words = inner.stem.removeprefix("test_").split("_")
    modules = ("_".join(words[:count]) for count in range(len(words), 0, -1))
    top = ROOT if inner.parts[0] == "converters" else ROOT / "desktop"
    return any((top / inner.parent / f"{module}.py").exists() for module in modules)


def test_everything_below_the_window_imports_without_qt_and_llama_cpp():
    modules = [
        module
        for path in tracked("desktop/*.py")
        if (module := module_name(path)).startswith(QT_FREE)
        and (not module.startswith("desktop.engine.") or module in PARENT_ENGINE_MODULES)
    ]
    assert len(modules) > 30
    program = "import importlib, tests.helpers.without_qt\n"
    run_python("-c", program + f"for name in {modules!r}: importlib.import_module(name)")


# In parts, none of which takes so long that it looks hung.
@pytest.mark.parametrize(
    "tests",
    ["domain/test_*.py", "core/test_[a-c]*.py", "core/test_[d-o]*.py", "core/test_[p-z]*.py"],
)
def test_core_passes_its_tests_without_qt(tests):
    files = [str(path) for path in sorted((ROOT / "tests").glob(tests))]
    run_python(
        *("-m", "pytest", "-c", os.devnull, "--rootdir", str(ROOT), "-p", "no:cacheprovider"),
        *("--import-mode=importlib", "-p", "no:pytest-qt", "-p", "tests.helpers.without_qt"),
        *("-q", "-x", "--disable-warnings", *files),
    )


def test_the_program_starts_without_loading_what_it_may_not_need():
    program = (
        "import sys, desktop.__main__ as m; status = m.main(['--help']);"
        "heavy = {'PySide6', 'llama_cpp', 'numpy', 'sqlite3', 'sqlite_utils', 'markdown_it', 'psutil'};"
        "loaded = heavy & set(sys.modules);"
        "assert not loaded, loaded; sys.exit(status)"
    )
    run_python("-c", program)


def test_the_window_does_not_load_what_only_the_engine_needs():
    run_python(
        "-c",
        "import sys, desktop.gui, desktop.app;"
        "loaded = {'llama_cpp', 'numpy', 'jinja2'} & set(sys.modules);"
        "assert not loaded, loaded",
    )


def run_python(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
