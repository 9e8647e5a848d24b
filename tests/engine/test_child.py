from __future__ import annotations

import json
import os
import sys

import pytest

from desktop.domain.errors import EngineFault
from desktop.engine import child
from desktop.engine.child import EXCLUDED_DEVICES, default_worker_command, start_child

TELL = "import json, os; print(json.dumps([dict(os.environ), os.getsid(0) == os.getpid()]))"


def test_a_child_finds_this_package_and_knows_what_it_may_not_use(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    process = start_child((sys.executable, "-c", TELL), ("Vulkan0", "Vulkan1"))
    told, _ = process.communicate(timeout=60)
    environment, own_session = json.loads(told)
    assert environment[EXCLUDED_DEVICES] == "Vulkan0,Vulkan1"
    folder, *others = environment["PYTHONPATH"].split(os.pathsep)
    assert os.path.samefile(os.path.dirname(os.path.dirname(child.__file__)), f"{folder}/desktop")
    assert others == ["/elsewhere"]
    assert own_session  # so Ctrl+C in a terminal does not reach it


def test_what_cannot_be_started_is_said(tmp_path) -> None:
    with pytest.raises(EngineFault, match="could not be started"):
        start_child((str(tmp_path / "nothing"),), ())


def test_a_bundle_has_a_program_of_its_own_for_children(monkeypatch) -> None:
    assert default_worker_command() == (sys.executable, "-m", "desktop", "--engine-worker")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/quern/quern")
    monkeypatch.setattr(sys, "platform", "linux")
    assert default_worker_command() == ("/opt/quern/quern-worker",)
