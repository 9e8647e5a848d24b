from __future__ import annotations

import socket
from pathlib import Path

import pytest

from desktop.cli.display import has_display


def test_windows_and_macs_always_have_one():
    assert has_display({}, "win32")
    assert has_display({}, "darwin")


def test_a_platform_named_to_qt_is_believed():
    assert has_display({"QT_QPA_PLATFORM": "offscreen"}, "linux")


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": ":64123"},
        {"DISPLAY": ":64123.0"},
        {"DISPLAY": "localhost:58999"},
        {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": "/nonexistent"},
        {"WAYLAND_DISPLAY": "wayland-7"},
    ],
)
def test_a_display_that_does_not_answer_is_none(environment):
    assert not has_display(environment, "linux")


def test_a_wayland_compositor_that_answers_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-0")
        server.listen()
        environment = {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "."}
        assert has_display(environment, "linux")
        full = {"WAYLAND_DISPLAY": str(Path("wayland-0"))}
        assert not has_display(full, "linux")


def test_an_x_server_that_answers_is_one():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        number = server.getsockname()[1] - 6000
        assert has_display({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux")
