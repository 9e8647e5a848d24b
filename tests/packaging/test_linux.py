"""What desktops on Linux are told about Quern."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

from desktop.cli.main import COMMANDS
from desktop.domain.paths import resource_path

ROOT = Path(__file__).resolve().parents[2]
LINUX = ROOT / "packaging" / "linux"
ID = "org.quern.Quern"
KIND = "application/x-gguf"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


@pytest.fixture
def entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(LINUX / f"{ID}.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.fixture
def metainfo(tmp_path: Path) -> Path:
    text = (LINUX / f"{ID}.metainfo.xml").read_text(encoding="utf-8")
    path = tmp_path / f"{ID}.metainfo.xml"
    path.write_text(text.replace("@VERSION@", "1.2.3").replace("@DATE@", "2026-01-02"))
    return path


def test_the_desktop_entry_opens_models(entry) -> None:
    assert entry["Exec"].split() == ["quern", "%F"]
    assert entry["MimeType"] == f"{KIND};"
    assert entry["Icon"] == ID  # which the window names, too, so that docks group it
    assert f'setDesktopFileName("{ID}")' in (ROOT / "desktop" / "gui.py").read_text()


def test_models_are_known_by_their_name_and_by_their_first_bytes() -> None:
    (kind,) = ET.parse(LINUX / f"{ID}.mime.xml").getroot()
    assert kind.get("type") == KIND
    assert [glob.get("pattern") for glob in kind.iter(f"{MIME}glob")] == ["*.gguf"]
    (match,) = kind.iter(f"{MIME}match")
    with resource_path("starter", "quern-starter-f16.gguf").open("rb") as model:
        model.seek(int(match.get("offset", "")))
        assert model.read(4) == match.get("value", "").encode()


def test_the_store_entry_belongs_to_the_desktop_entry(entry, metainfo: Path) -> None:
    root = ET.parse(metainfo).getroot()
    assert root.findtext("id") == ID
    assert root.findtext("launchable") == f"{ID}.desktop"
    assert root.findtext("provides/binary") == entry["TryExec"]
    assert root.findtext("provides/mediatype") == KIND
    assert {c.text for c in root.iter("category")} <= set(entry["Categories"].split(";"))


@needs("desktop-file-validate")
def test_the_desktop_entry_is_valid() -> None:
    assert run("desktop-file-validate", LINUX / f"{ID}.desktop") == ""


@needs("appstreamcli")
def test_the_store_entry_is_valid(metainfo: Path) -> None:
    run("appstreamcli", "validate", "--no-net", metainfo)


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("man") / "quern.1"
    done = subprocess.run(
        [sys.executable, LINUX / "man_page.py", "2026-01-02"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    path.write_bytes(done.stdout)
    return path


def test_the_manual_explains_every_command(manual: Path) -> None:
    text = manual.read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f".SS quern {command}\n" in text
    assert r"\fB\-\-temperature\fR \fIN\fR" in text
    assert "%(" not in text and "==SUPPRESS==" not in text


@needs("mandoc")
def test_the_manual_is_well_formed(manual: Path) -> None:
    assert run("mandoc", "-T", "lint", "-W", "warning", manual) == ""


def test_text_does_not_talk_to_the_manuals_formatter(script) -> None:
    roff = script("linux/man_page.py").roff
    assert roff(".so\n--x") == r"\&.so \-\-x"
    assert roff("a\\b") == r"a\eb"


def test_the_icon_is_drawn_in_every_size(script, tmp_path: Path) -> None:
    icons = script("linux/icons.py")
    icons.draw(tmp_path)
    from PySide6.QtGui import QImage

    for size in icons.SIZES:
        image = QImage(str(tmp_path / f"{size}x{size}" / "apps" / f"{ID}.png"))
        assert (image.width(), image.height()) == (size, size)
        assert image.pixelColor(size // 2, size // 8).alpha() == 255
        assert image.pixelColor(0, 0).alpha() < 255  # the corners are round
    assert (tmp_path / "scalable" / "apps" / f"{ID}.svg").stat().st_size > 0


@pytest.mark.parametrize("name", [f"flatpak/{ID}.yml", "appimage/AppImageBuilder.yml"])
def test_recipes_name_files_that_exist(name: str) -> None:
    recipe = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    assert isinstance(yaml.safe_load(recipe), dict)
    words = {word.strip("'\",") for word in recipe.replace("../", "").split()}
    named = {word for word in words if word.startswith("packaging/")}
    assert named
    assert [word for word in named if not (ROOT / word).exists()] == []


@needs("shellcheck")
def test_scripts_of_the_packages_are_clean() -> None:
    scripts = sorted(
        file
        for folder in ("bootstrap", "bundle", "linux", "appimage")
        for file in (ROOT / "packaging" / folder).glob("*.sh")
    )
    assert run("shellcheck", *scripts) == ""
