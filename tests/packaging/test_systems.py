"""What Quern is on macOS and Windows, as far as it can be seen on another system."""

from __future__ import annotations

import plistlib
import re
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml
from PySide6.QtGui import QImage

from desktop import __version__
from desktop.domain.paths import Home

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
SPEC = PACKAGING / "bundle" / "quern.spec"
SCRIPTS = sorted(
    path
    for folder in ("backends", "macos", "windows")
    for path in (PACKAGING / folder).glob("*.sh")
)


@pytest.fixture
def macos(script) -> ModuleType:
    return script("macos/macos_bundle.py")


@pytest.fixture
def windows(script) -> ModuleType:
    return script("windows/windows_bundle.py")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory, script) -> dict[int, bytes]:
    folder = tmp_path_factory.mktemp("icons")
    script("linux/icons.py").draw(folder)
    return {int(png.parts[-3].partition("x")[0]): png.read_bytes() for png in folder.rglob("*.png")}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_scripts_are_sound_and_can_be_run(path: Path) -> None:
    assert path.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", str(path)], check=True, timeout=30)


# --- the spec on other systems ------------------------------------------------------------------


def evaluated(monkeypatch, work: Path, platform: str) -> SimpleNamespace:
    """What the spec asks PyInstaller for on a system; the calls of each kind, in order."""
    calls = SimpleNamespace(EXE=[], COLLECT=[], BUNDLE=[])

    def recorder(kind: str):
        def record(*parts: Any, **options: Any) -> SimpleNamespace:
            call = SimpleNamespace(parts=parts, **options)
            getattr(calls, kind).append(call)
            return call

        return record

    def analysis(scripts: list[str], **_options: Any) -> SimpleNamespace:
        return SimpleNamespace(scripts=scripts, pure=[], binaries=[], datas=[])

    bindepend = ModuleType("PyInstaller.depend.bindepend")
    bindepend.get_imports = lambda path: []
    hooks = ModuleType("PyInstaller.utils.hooks")
    hooks.collect_data_files = hooks.copy_metadata = lambda name: []
    for module in (bindepend, hooks):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("contents", "icons", "macos_bundle", "windows_bundle"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    # Compiled before: the platform is only said to be another while the spec runs.
    code = compile(SPEC.read_text(encoding="utf-8"), SPEC, "exec")
    names = {
        "SPECPATH": str(SPEC.parent),
        "workpath": str(work),
        "Analysis": analysis,
        "PYZ": lambda pure: pure,
        **{kind: recorder(kind) for kind in ("EXE", "COLLECT", "BUNDLE")},
    }
    with monkeypatch.context() as pretended:
        pretended.setattr(sys, "platform", platform)
        exec(code, names)
    return calls


def test_on_macos_an_application_is_made_of_the_folder(monkeypatch, tmp_path) -> None:
    calls = evaluated(monkeypatch, tmp_path, "darwin")
    (application,) = calls.BUNDLE
    assert application.parts == (calls.COLLECT[0],)
    assert (application.name, application.bundle_identifier) == ("Quern.app", "org.quern.Quern")
    assert Path(application.icon).read_bytes().startswith(b"icns")
    assert application.info_plist["CFBundleShortVersionString"] == __version__


def test_on_windows_programs_have_icon_and_properties(monkeypatch, tmp_path) -> None:
    calls = evaluated(monkeypatch, tmp_path, "win32")
    files = {"quern": "quern.exe", "quern-worker": "quern-worker.exe", "quern.com": "quern.com"}
    assert {program.name for program in calls.EXE} == set(files)
    for program in calls.EXE:
        assert Path(program.icon).read_bytes().startswith(b"\0\0\1\0")
        properties = Path(program.version).read_text(encoding="utf-8")
        assert f"('OriginalFilename', '{files[program.name]}')" in properties
    assert not calls.BUNDLE


def test_on_windows_the_terminal_has_a_program_of_its_own(monkeypatch, tmp_path) -> None:
    calls = evaluated(monkeypatch, tmp_path, "win32")
    programs = {program.name: program for program in calls.EXE}
    terminal, window = programs["quern.com"], programs["quern"]
    worker = programs["quern-worker"]
    assert (terminal.console, window.console, worker.console) == (True, False, True)
    assert terminal.parts[1] == window.parts[1] == ["window.py"]
    assert ("X utf8", None, "OPTION") in terminal.parts[2]
    (folder,) = calls.COLLECT
    assert folder.parts[:2] == (window, worker)
    assert folder.parts[2] == [("quern.com", terminal.name, "EXECUTABLE")]


def test_on_linux_programs_have_neither(monkeypatch, tmp_path) -> None:
    calls = evaluated(monkeypatch, tmp_path, "linux")
    assert [(program.icon, program.version) for program in calls.EXE] == [(None, None)] * 2
    assert not calls.BUNDLE


# --- macOS --------------------------------------------------------------------------------------


def test_the_icon_of_macos_has_its_pictures(macos, pictures) -> None:
    file = macos.icns(pictures)
    assert file[:4] == b"icns"
    assert struct.unpack(">I", file[4:8]) == (len(file),)
    place, widths = 8, set()
    while place < len(file):
        (length,) = struct.unpack(">I", file[place + 4 : place + 8])
        widths.add(QImage.fromData(file[place + 8 : place + length]).width())
        place += length
    assert place == len(file)
    assert widths == {16, 32, 64, 128, 256, 512}


def test_the_finder_is_told_of_models(macos) -> None:
    told = plistlib.loads(plistlib.dumps(macos.info_plist("1.2.3")))
    (kind,) = told["CFBundleDocumentTypes"]
    (declared,) = told["UTImportedTypeDeclarations"]
    assert kind["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert declared["UTTypeTagSpecification"]["public.filename-extension"] == ["gguf"]
    assert (told["CFBundleVersion"], told["NSHighResolutionCapable"]) == ("1.2.3", True)
    assert re.fullmatch(r"\d+\.\d+", told["LSMinimumSystemVersion"])


def test_the_entitlements_are_one() -> None:
    granted = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert granted == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


# --- Windows ------------------------------------------------------------------------------------


def test_the_icon_of_windows_has_its_pictures(windows, pictures, tmp_path) -> None:
    file = windows.ico(pictures)
    reserved, kind, count = struct.unpack("<HHH", file[:6])
    assert (reserved, kind, count) == (0, 1, len(windows.SIZES))
    for number, size in enumerate(windows.SIZES):
        entry = struct.unpack("<BBBBHHII", file[6 + 16 * number : 22 + 16 * number])
        edge, length, offset = entry[0], entry[6], entry[7]
        assert edge == size % 256
        assert QImage.fromData(file[offset : offset + length]).width() == size


def test_the_properties_of_a_program(windows) -> None:
    def make(kind: str):
        return lambda *parts, **named: (kind, parts, named)

    kinds = (
        "VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct",
        "VarFileInfo", "VarStruct",
    )  # fmt: skip
    text = windows.version_resource("1.2.3rc4", "quern", "Größe")
    kind, _, named = eval(text, {kind: make(kind) for kind in kinds})
    assert kind == "VSVersionInfo"
    assert named["ffi"][2] == {"filevers": (1, 2, 3, 4), "prodvers": (1, 2, 3, 4)}
    ((_, ((_, (_, pairs), _),), _)) = (named["kids"][0][0], named["kids"][0][1][0], None)
    told = dict(pair[1] for pair in pairs)
    assert told["OriginalFilename"] == "quern.exe"
    assert (told["FileDescription"], told["ProductVersion"]) == ("Größe", "1.2.3rc4")


def unquoted(value: str) -> str:
    return value[1:-1].replace('""', '"') if value.startswith('"') else value


@pytest.fixture(scope="module")
def installer() -> dict[str, list[dict[str, str]]]:
    """The sections of the installer's script; an entry is its parameters by name."""
    sections: dict[str, list[dict[str, str]]] = {}
    text = (PACKAGING / "windows" / "quern.iss").read_text(encoding="utf-8")
    declared, _code = text.split("[Code]\n")
    for line in declared.splitlines():
        if not line or line.startswith(";"):
            continue
        if heading := re.fullmatch(r"\[(\w+)\]", line):
            entries = sections.setdefault(heading[1], [])
        elif heading is None and "=" in line.partition(":")[0]:
            name, _, value = line.partition("=")
            entries.append({name: value})
        else:
            found = re.findall(r'(\w+): ("(?:[^"]|"")*"|[^;]+)(?:; |$)', line)
            assert "; ".join(f"{name}: {value}" for name, value in found) == line
            entries.append({name: unquoted(value) for name, value in found})
    return sections


def setup_of(installer: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {name: value for entry in installer["Setup"] for name, value in entry.items()}


def test_the_installer_needs_no_administrator(installer) -> None:
    setup = setup_of(installer)
    assert setup["PrivilegesRequired"] == "lowest"
    assert setup["DefaultDirName"].startswith("{localappdata}")
    assert {entry["Root"] for entry in installer["Registry"]} == {"HKCU"}
    assert setup["AppVersion"] == "{#Version}"
    assert re.fullmatch(r"\{\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", setup["AppId"])


def test_the_installer_offers_the_command_and_does_it_only_when_asked(installer) -> None:
    (task,) = [task for task in installer["Tasks"] if task["Name"] == "command"]
    assert task["Flags"] == "unchecked"
    (path,) = [entry for entry in installer["Registry"] if entry["Subkey"] == "Environment"]
    assert (path["Tasks"], path["ValueData"]) == ("command", "{olddata};{app}")
    assert setup_of(installer)["ChangesEnvironment"] == "yes"


def test_the_installer_offers_the_association(installer) -> None:
    assert "association" in {task["Name"] for task in installer["Tasks"]}
    own = [entry for entry in installer["Registry"] if entry["Subkey"].endswith(r"\.gguf")]
    assert [(e.get("ValueData"), e.get("Tasks")) for e in own] == [
        (None, None),
        ("Quern.gguf", "association"),
    ]
    command = [e["ValueData"] for e in installer["Registry"] if e["Subkey"].endswith("command")]
    assert command == [r'"{app}\quern.exe" "%1"']


def test_removing_it_leaves_what_belongs_to_the_person(installer, monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    home = str(Home.default().root).replace("/local", "{localappdata}").replace("/", "\\")
    folder = setup_of(installer)["DefaultDirName"]
    assert home == r"{localappdata}\Quern"
    assert folder != home
    assert not folder.startswith(home + "\\")
    assert not home.startswith(folder + "\\")
    assert "UninstallDelete" not in installer
    assert [entry["Name"] for entry in installer["InstallDelete"]] == [r"{app}\_internal"]


def test_files_that_the_installer_names_are_there_or_made(installer) -> None:
    setup = setup_of(installer)
    folder = PACKAGING / "windows"
    assert (folder / setup["LicenseFile"].replace("\\", "/")).is_file()
    assert setup["SetupIconFile"] == r"..\..\build\bundle\quern\quern.ico"  # made by the spec
    (files,) = installer["Files"]
    assert files["Source"] == r"..\..\dist\quern\*"
    named = [value for entries in installer.values() for e in entries for value in e.values()]
    programs = [name for value in named for name in re.findall(r"\{app\}\\([\w-]+)\.exe", value)]
    assert set(programs) == {"quern"}


# --- continuous integration ---------------------------------------------------------------------


def test_every_system_is_built_and_tests_itself() -> None:
    file = ROOT / ".github" / "workflows" / "build.yml"
    jobs = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
    assert jobs["test"]["steps"][-1]["run"] == "make test"
    systems = {entry["os"] for entry in jobs["bundle"]["strategy"]["matrix"]["include"]}
    assert {name.partition("-")[0] for name in systems} == {"ubuntu", "macos", "windows"}
    runs = "\n".join(step.get("run", "") for step in jobs["bundle"]["steps"])
    assert "packaging/bundle/build.sh" in runs
    assert "dist/quern/quern --selftest" in (PACKAGING / "bundle" / "build.sh").read_text()
    for step in (step for job in jobs.values() for step in job["steps"]):
        for path in re.findall(r"packaging/[\w/.]+\.sh", step.get("run", "")):
            assert (ROOT / path).is_file()
