"""The scripts for graphics processors, without compiling anything."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from desktop.engine.child import default_worker_command

ROOT = Path(__file__).resolve().parents[2]
BACKENDS = ROOT / "packaging" / "backends"


def run(script: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BACKENDS / script), *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("words", [(), ("",), ("opencl",)])
def test_a_backend_has_to_be_named(words) -> None:
    done = run("build.sh", *words)
    assert done.returncode == 2
    assert "make backend BACKEND=vulkan" in done.stderr


def test_headers_of_vulkan_are_taken_from_where_they_are_said_to_be(tmp_path) -> None:
    folder = tmp_path / "vulkan"
    folder.mkdir()
    (folder / "vulkan.hpp").touch()
    (folder / "vulkan_core.h").write_text(
        "#define VK_HEADER_VERSION_COMPLETE VK_MAKE_API_VERSION(0, 1, 4, VK_HEADER_VERSION)\n"
    )
    done = run("vulkan_headers.sh", VULKAN_INCLUDE=str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path))


def test_a_whole_cuda_toolkit_is_used_where_it_is(tmp_path) -> None:
    for file in ("bin/nvcc", "lib64/libcublas.so"):
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).touch(mode=0o755)
    done = run("cuda_toolkit.sh", "no-python-is-asked", CUDA_PATH=str(tmp_path))
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path))


@pytest.mark.engine
def test_the_check_asks_a_real_engine(script, monkeypatch) -> None:
    monkeypatch.delenv("QUERN_TEST_CASE", raising=False)
    check = script("backends/check.py")
    case = check.Case("switched off", {"QUERN_TEST_CASE": "1"}, without=("CUDA0", "Vulkan0"))
    _names, layers, answer = check.ask(default_worker_command(), case)
    assert layers == 0
    assert check.ANSWER in answer
    assert "QUERN_TEST_CASE" not in os.environ


def test_what_was_not_tried_is_said() -> None:
    text = (BACKENDS / "README.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows[2:]] == [
        "| Vulkan, Linux",
        "| CUDA, Linux",
        "| Metal, macOS",
        "| Vulkan and CUDA, Windows",
    ]
