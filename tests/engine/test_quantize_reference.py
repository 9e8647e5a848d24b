"""Byte for byte what llama.cpp's own tools write, where they are at hand.

The tools come with no wheel. Built from the source of llama-cpp-python, from the folder
vendor/llama.cpp, with the flags of `packaging/bootstrap`:

    cmake -B build -DGGML_OPENMP=OFF -DLLAMA_CURL=OFF . && cmake --build build --target \
        llama-quantize llama-imatrix
    QUERN_LLAMA_TOOLS=build/bin python -m pytest tests/engine/test_quantize_reference.py
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import ImatrixRequest, QuantizeOptions, QuantizeRequest
from desktop.domain.quantization_levels import LEVELS
from desktop.engine.gate import Gate
from desktop.engine.imatrix import compute_imatrix
from desktop.engine.job_messages import ComputeImatrix, Quantize
from desktop.engine.native import CancelFlag
from desktop.engine.quantize import quantize
from tests.helpers.tiny_models import TinyModel

TOOLS = os.environ.get("QUERN_LLAMA_TOOLS", "")

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        not TOOLS, reason="QUERN_LLAMA_TOOLS names no folder with llama.cpp's tools"
    ),
]

CHUNK = 512
MODELS = {
    "dense": TinyModel(width=256, feed_forward=512, layers=8, weight_type="F16"),
    "experts": TinyModel(width=256, feed_forward=256, experts=4, weight_type="F16"),
    "odd widths": TinyModel(width=288, feed_forward=520, layers=3, weight_type="F16"),
}


def tool(name: str, *arguments: object, folder: Path) -> None:
    command = [str(Path(TOOLS).absolute() / name), *map(str, arguments)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture(params=["starter", *MODELS])
def source(request, tmp_path: Path) -> Path:
    if request.param == "starter":
        return starter_model_path()
    return MODELS[request.param].write(tmp_path / "model.gguf")


@pytest.fixture
def matrix(source: Path, tmp_path: Path, log) -> Path:
    text = tmp_path / "text.txt"
    held_out = starter_model_path().with_name("held_out.txt").read_text(encoding="utf-8")
    text.write_text(held_out[:20_000], encoding="utf-8")
    path = tmp_path / "imatrix.gguf"
    request = ImatrixRequest(source, path, (text,), context=CHUNK, threads=2)
    message = ComputeImatrix(id=1, request=request)
    compute_imatrix(message, lambda _: None, log, CancelFlag(), Gate(), set())
    return path


def test_importance_matrices_are_the_same(source: Path, matrix: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.gguf"
    size = ("-c", CHUNK, "-b", CHUNK, "-t", 2)  # other batches round differently
    tool("llama-imatrix", "-m", source, "-f", "text.txt", "-o", theirs, *size, folder=tmp_path)
    assert matrix.read_bytes() == theirs.read_bytes()


@pytest.mark.parametrize("with_matrix", [False, True])
def test_quantized_files_are_the_same(
    source: Path, matrix: Path, tmp_path: Path, log, with_matrix: bool
) -> None:
    ours, theirs = tmp_path / "ours.gguf", tmp_path / "theirs.gguf"
    options = QuantizeOptions(imatrix=matrix if with_matrix else None)
    extra = ("--imatrix", matrix.name) if with_matrix else ()
    for level in LEVELS:
        if level.needs_imatrix and not with_matrix:
            continue
        request = QuantizeRequest(source, ours, level.name, options)
        quantize(Quantize(id=1, request=request), lambda _: None, log, Gate(), set())
        tool("llama-quantize", *extra, source, theirs, level.name, folder=tmp_path)
        assert ours.read_bytes() == theirs.read_bytes(), level.name
