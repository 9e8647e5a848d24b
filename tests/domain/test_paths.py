from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.domain.paths import PORTABLE, Home, OtherPrograms, resource_path, starter_model_path


def test_everything_lies_under_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "some home")
    for path in (
        home.database,
        home.settings,
        home.window_state,
        home.models,
        home.cache,
        home.logs,
    ):
        assert path.is_relative_to(home.root)


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_DATA_HOME", "quern"),
        ("win32", "LOCALAPPDATA", "Quern"),
    ],
)
def test_the_default_home_follows_the_system(monkeypatch, tmp_path, platform, variable, expected):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert Home.default().root == tmp_path / expected


def test_the_default_home_on_a_mac(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Home.default().root == tmp_path / "Library" / "Application Support" / "Quern"


def test_a_portable_bundle_has_its_home_beside_its_executable(monkeypatch, tmp_path) -> None:
    folder = tmp_path / "a stick" / "Quern"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "executable", str(folder / "quern"))
    (folder / PORTABLE).touch()
    assert not Home.default().root.is_relative_to(folder)  # from source it is somebody's Python
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert Home.default().root == folder / "home"
    (folder / PORTABLE).unlink()
    assert not Home.default().root.is_relative_to(folder)


def test_a_portable_bundle_is_found_through_a_link(monkeypatch, tmp_path) -> None:
    folder = tmp_path / "opt"
    folder.mkdir()
    for name in ("quern", PORTABLE):
        (folder / name).touch()
    (tmp_path / "quern").symlink_to(folder / "quern")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "quern"))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert Home.default().root == folder / "home"


def test_other_programs_are_looked_for_where_they_keep_models(tmp_path) -> None:
    others = OtherPrograms.default({}, tmp_path, "linux")
    assert others.hugging_face == (tmp_path / ".cache" / "huggingface" / "hub",)
    assert others.lm_studio == (tmp_path / ".lmstudio", tmp_path / ".cache" / "lm-studio")
    assert others.gpt4all == (tmp_path / ".local" / "share" / "nomic.ai" / "GPT4All",)
    assert others.ollama[0] == tmp_path / ".ollama" / "models"
    on_mac = OtherPrograms.default({}, tmp_path, "darwin").gpt4all
    assert on_mac == (tmp_path / "Library" / "Application Support" / "nomic.ai" / "GPT4All",)
    on_windows = OtherPrograms.default({"LOCALAPPDATA": "/data"}, tmp_path, "win32").gpt4all
    assert on_windows == (Path("/data/nomic.ai/GPT4All"),)


def test_the_environment_moves_other_programs_models(tmp_path) -> None:
    environment = {"HF_HOME": "/hf", "OLLAMA_MODELS": "/ollama"}
    others = OtherPrograms.default(environment, tmp_path, "linux")
    assert (others.hugging_face, others.ollama) == ((Path("/hf/hub"),), (Path("/ollama"),))
    environment["HF_HUB_CACHE"] = "/cache"
    assert OtherPrograms.default(environment, tmp_path).hugging_face == (Path("/cache"),)


def test_resources_are_found_in_a_checkout_and_in_a_bundle(monkeypatch, tmp_path) -> None:
    assert resource_path("icons").is_dir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("icons", "x.svg") == tmp_path / "resources" / "icons" / "x.svg"
    assert starter_model_path().is_relative_to(tmp_path)
