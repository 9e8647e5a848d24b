"""Which backends ggml gets, in a build that has them inside and in one that has them beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import llama_cpp
import pytest

from desktop.engine import backends
from desktop.engine.backends import load_backends, processor_variant
from desktop.engine.native import LlamaLog, devices

pytestmark = pytest.mark.engine

WORDS = (
    "load_backend: loaded CUDA backend from /opt/a b/libggml-cuda.so\n",
    "load_backend: loaded CPU backend from /opt/a b/libggml-cpu-{variant}.so\n",
)


def test_what_is_there_already_is_not_loaded_again(log: LlamaLog) -> None:
    before = devices()
    assert before
    for _ in range(2):
        assert load_backends(log) == ""
    assert [device.name for device in devices()] == [device.name for device in before]


def test_a_build_for_any_machine_gets_its_backends_from_beside_llama_cpp(
    log: LlamaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    def function(name: str, *_types: Any) -> Any:
        assert name == "ggml_backend_load_all_from_path"

        def load_all(folder: bytes) -> None:
            asked.append(folder)
            for line in WORDS:
                log._receive(2, line.format(variant="zen4").encode(), None)

        return load_all

    monkeypatch.setattr(backends, "devices", lambda: ())
    monkeypatch.setattr(backends, "function", function)
    assert load_backends(log) == "zen4"
    assert [Path(name.decode()) for name in asked] == [Path(llama_cpp.__file__).parent / "lib"]


@pytest.mark.parametrize(
    ("file", "variant"),
    [
        ("/usr/lib/quern/llama_cpp/lib/libggml-cpu-sse42.so", "sse42"),
        ("C:\\Program Files\\Quern\\ggml-cpu-alderlake.dll", "alderlake"),
        ("/Applications/Quern.app/libggml-cpu-apple_m1.so", "apple_m1"),
        ("/usr/lib/libggml-cpu.so", ""),
        ("/usr/lib/libggml-vulkan.so", ""),
    ],
)
def test_the_variant_is_the_end_of_the_files_name(file: str, variant: str) -> None:
    assert processor_variant([f"load_backend: loaded X backend from {file}\n"]) == variant


def test_llama_cpp_may_say_a_line_in_pieces() -> None:
    said = "".join(WORDS).format(variant="haswell")
    assert processor_variant([said[:70], said[70:90], said[90:]]) == "haswell"
    assert processor_variant([]) == ""
