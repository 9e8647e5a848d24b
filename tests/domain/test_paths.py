from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.domain.paths import Home, resource_path, starter_model_path


def test_everything_lies_under_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "some home")
    for path in (home.database, home.settings, home.window_state, home.models, home.logs):
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


def test_resources_are_found_in_a_checkout_and_in_a_bundle(monkeypatch, tmp_path) -> None:
    assert resource_path("icons").is_dir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("icons", "x.svg") == tmp_path / "resources" / "icons" / "x.svg"
    assert starter_model_path().is_relative_to(tmp_path)
