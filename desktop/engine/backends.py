"""ggml's backends: what llama.cpp computes with.

A build for this machine has them inside. A build for any machine has them in files of their own
beside libllama, among them one per generation of processors; ggml itself looks for these in the
program's folder only, so it is told where they are.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Iterable
from pathlib import Path

import llama_cpp.llama_cpp as llama

from desktop.engine.native import LlamaLog, devices, function

_LOADED = re.compile(r"loaded \S+ backend from .*ggml-cpu-(?P<variant>\w+)\.\w+$", re.MULTILINE)


def load_backends(log: LlamaLog) -> str:
    """Prepare llama.cpp; before any model.

    Returns the processor variant that ggml found best for this machine ("zen4"), or "" where the
    build has only one.
    """
    variant = ""
    if not devices():
        load_all = function("ggml_backend_load_all_from_path", None, ctypes.c_char_p)
        with log.collect() as lines:
            load_all(os.fsencode(Path(llama.__file__).parent / "lib"))
            variant = processor_variant(lines)
    llama.llama_backend_init()
    return variant


def processor_variant(log_lines: Iterable[str]) -> str:
    """Which variant ggml says it has loaded; "" when it names none."""
    found = _LOADED.search("".join(log_lines))
    return found["variant"] if found else ""
