"""What goes into the bundle, without building one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from desktop.core.components import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "packaging" / "bundle" / "quern.spec"
QT = "PySide6/Qt"


@pytest.fixture
def contents(script) -> ModuleType:
    return script("bundle/contents.py")


@pytest.mark.parametrize(
    "name",
    [
        f"{QT}/plugins/platforms/libqxcb.so",
        f"{QT}/plugins/platforms/libqwayland.so",
        f"{QT}/plugins/platforms/libqoffscreen.so",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6\\Qt6Core.dll",
        "llama_cpp\\lib\\ggml-cpu-sse42.dll",
        f"{QT}/plugins/imageformats/libqsvg.so",
        f"{QT}/plugins/platformthemes/libqxdgdesktopportal.so",
        f"{QT}/lib/libicudata.so.73",
        "llama_cpp/lib/libllama.so.0",
        "llama_cpp/lib/libggml-cpu-sse42.so",
        "resources/starter/quern-starter-f16.gguf",
        "python3.12/lib-dynload/readline.cpython-312-x86_64-linux-gnu.so",
    ],
)
def test_what_quern_uses_is_kept(contents: ModuleType, name: str) -> None:
    assert contents.is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        f"{QT}/plugins/platforms/libqeglfs.so",
        f"{QT}/plugins/platforms/libqvnc.so",
        f"{QT}/plugins/imageformats/libqtiff.so",
        f"{QT}/plugins/platformthemes/libqgtk3.so",
        f"{QT}/translations/qtbase_de.qm",
        "PySide6\\translations\\qtbase_de.qm",
        "PySide6\\plugins\\tls\\qschannelbackend.dll",
        "PySide6\\opengl32sw.dll",
        "llama_cpp/lib/libmtmd.so.0.5.0",
        "llama_cpp/lib/libmtmd.dylib",
        "llama_cpp\\lib\\mtmd.dll",
        "llama_cpp\\lib\\llama-common.dll",
        "libreadline.so.8",
        "libfontconfig.so.1",
    ],
)
def test_what_quern_does_not_use_is_left_out(contents: ModuleType, name: str) -> None:
    assert not contents.is_wanted(name)


def test_libraries_that_nothing_kept_needs_go_too(contents: ModuleType) -> None:
    linked = {
        "/xcb": ["libxcb-cursor.so.0", "libc.so.6"],
        "/cursor": ["libxcb-util.so.1"],
        "/gtk": ["libgtk-3.so.0"],
        "/ctypes": ["libffi.so.8"],
    }
    entries = [
        (f"{QT}/plugins/platforms/libqxcb.so", "/xcb", "BINARY"),
        (f"{QT}/plugins/platformthemes/libqgtk3.so", "/gtk", "BINARY"),
        ("python3.12/lib-dynload/_ctypes.so", "/ctypes", "EXTENSION"),
        ("libxcb-cursor.so.0", "/cursor", "BINARY"),
        ("libxcb-util.so.1", "/util", "BINARY"),
        ("libgtk-3.so.0", "/gtk3", "BINARY"),
        ("libffi.so.8", "/ffi", "BINARY"),
        (f"{QT}/lib/libQt6EglFS.so.6", "/egl", "BINARY"),
        ("libQt6EglFS.so.6", f"{QT}/lib/libQt6EglFS.so.6", "SYMLINK"),
        ("libpython3.12.so.1.0", "/python", "BINARY"),
        ("resources/icons/x.svg", "/x.svg", "DATA"),
    ]
    kept = [name for name, _, _ in contents.trimmed(entries, lambda path: linked.get(path, []))]
    assert kept == [
        f"{QT}/plugins/platforms/libqxcb.so",
        "python3.12/lib-dynload/_ctypes.so",
        "libxcb-cursor.so.0",
        "libxcb-util.so.1",
        "libffi.so.8",
        "libpython3.12.so.1.0",
        "resources/icons/x.svg",
    ]


def test_links_stay_with_what_they_lead_to(contents: ModuleType) -> None:
    entries = [
        ("llama_cpp/lib/libggml.so.0.25", "/ggml", "BINARY"),
        ("llama_cpp/lib/libggml.so", "libggml.so.0.25", "SYMLINK"),
        ("libggml.so.0", "llama_cpp/lib/libggml.so.0.25", "SYMLINK"),
    ]
    assert contents.trimmed(entries, lambda _path: []) == entries


def test_only_pythons_own_libraries_are_stripped(contents: ModuleType, tmp_path: Path) -> None:
    library = tmp_path / "built" / "library.so"
    library.parent.mkdir()
    library.write_text("with debugging")
    names = ["libpython3.12.so.1.0", "python3.12/lib-dynload/_ssl.so", "numpy.libs/libblas.so"]
    stripped = contents.with_small_python(
        [(name, str(library), "BINARY") for name in names],
        tmp_path / "scratch",
        lambda copy: copy.write_text("small"),
    )
    assert [name for name, _, _ in stripped] == names
    assert [Path(source).read_text() for _, source, _ in stripped] == [
        "small",
        "small",
        "with debugging",
    ]
    assert library.read_text() == "with debugging"


def test_modules_are_found_as_files(contents: ModuleType) -> None:
    names = contents.modules(ROOT / "converters")
    assert {"converters", "converters.registry", "converters.families.llama"} <= set(names)


def test_copies_of_a_library_become_links(script, tmp_path: Path) -> None:
    link_copies = script("bundle/link_copies.py").link_copies
    for name, text in {
        "liba.so": "aaa",
        "liba.so.0": "aaa",
        "liba.so.0.5": "aaa",
        "libb.so": "aaa",
        "liba-cpu.so": "other",
        "libc.dylib": "cc",
        "libc.0.5.dylib": "cc",
        "libc.json": "cc",
        "notes.txt": "aaa",
    }.items():
        (tmp_path / name).write_text(text)
    assert link_copies(tmp_path) == 8
    links = {file.name: os.readlink(file) for file in tmp_path.iterdir() if file.is_symlink()}
    assert links == {
        "liba.so": "liba.so.0.5",
        "liba.so.0": "liba.so.0.5",
        "libc.dylib": "libc.0.5.dylib",
    }
    assert link_copies(tmp_path) == 0


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"LD_LIBRARY_PATH": "/bundle", "LD_LIBRARY_PATH_ORIG": "/mine"}, {"LD_LIBRARY_PATH": "/mine"}),
        ({"LD_LIBRARY_PATH": "/bundle", "_PYI_ARCHIVE_FILE": "x", "HOME": "/h"}, {"HOME": "/h"}),
        ({"HOME": "/h"}, {"HOME": "/h"}),
    ],
)  # fmt: skip
def test_other_programs_get_the_environment_from_before(script, given, left) -> None:
    script("bundle/surroundings.py").restore(given)
    assert given == left


def evaluated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, SimpleNamespace]:
    """Runs the spec with stand-ins for PyInstaller; returns what it asked of it, by script."""
    analyses: dict[str, SimpleNamespace] = {}
    made: list[str] = []

    def analysis(scripts, **options):
        found = SimpleNamespace(**options, scripts=scripts, pure=[], binaries=[])
        found.datas = [(target, source, "DATA") for source, target in options.get("datas", [])]
        analyses[scripts[0]] = found
        return found

    def executable(*_parts, name, **options):
        made.append(name)
        return SimpleNamespace(name=name, **options)

    hooks = ModuleType("PyInstaller.utils.hooks")
    hooks.collect_data_files = lambda name: [(f"/site/{name}/font.ttf", name)]
    hooks.copy_metadata = lambda name: [(f"/site/{name}.dist-info", f"{name}.dist-info")]
    imports = ModuleType("PyInstaller.depend.bindepend")
    imports.get_imports = lambda _path: []
    for name, module in {
        "PyInstaller": ModuleType("PyInstaller"),
        "PyInstaller.utils": ModuleType("PyInstaller.utils"),
        "PyInstaller.utils.hooks": hooks,
        "PyInstaller.depend": ModuleType("PyInstaller.depend"),
        "PyInstaller.depend.bindepend": imports,
    }.items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "contents", raising=False)
    collected: list[object] = []
    names = {
        "SPECPATH": str(SPEC.parent),
        "workpath": str(tmp_path),
        "Analysis": analysis,
        "PYZ": lambda pure: pure,
        "EXE": executable,
        "COLLECT": lambda *parts, **_options: collected.extend(parts),
    }
    exec(compile(SPEC.read_text(encoding="utf-8"), SPEC, "exec"), names)
    assert [part.name for part in collected[:2]] == made == ["quern", "quern-worker"]
    return {**analyses, "collected": SimpleNamespace(parts=collected[2:])}


def test_the_window_has_no_llama_cpp_and_the_worker_no_qt(monkeypatch, tmp_path) -> None:
    found = evaluated(monkeypatch, tmp_path)
    window, worker = found["window.py"], found["worker.py"]
    assert {"llama_cpp", "numpy", "gguf", "tokenizers"} <= set(window.excludes)
    assert {"PySide6", "shiboken6"} <= set(worker.excludes)
    assert {"desktop.gui", "desktop.app", "desktop.cli.selftest"} <= set(window.hiddenimports)
    assert not [name for name in window.hiddenimports if name.startswith("desktop.engine")]
    assert {"desktop.engine.worker", "converters.families.llama"} <= set(worker.hiddenimports)
    assert not [name for name in worker.hiddenimports if name.startswith("desktop.ui")]
    for analysis in (window, worker):
        (folder,) = map(Path, analysis.hookspath)
        assert (folder / "hook-llama_cpp.py").is_file()


def test_every_resource_is_in_the_bundle_where_it_is_looked_for(monkeypatch, tmp_path) -> None:
    datas = evaluated(monkeypatch, tmp_path)["window.py"].datas
    bundled = {f"{target}/{Path(source).name}" for target, source, _ in datas}
    resources = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "resources").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert "resources/starter/quern-starter-f16.gguf" in resources
    assert resources <= bundled
    assert {f"{name}.dist-info" for name in PACKAGES} <= {target for target, _, _ in datas}
