"""What is collected while llama.cpp evaluates."""

from __future__ import annotations

import gguf
import numpy as np
import pytest

from desktop.domain.errors import EngineFault, EvaluationFailed
from desktop.domain.model import LoadConfig
from desktop.engine import importance
from desktop.engine.evaluation import ChunkContext, split_chunks
from desktop.engine.importance import ImportanceCollector
from desktop.engine.model import Weights
from desktop.engine.native import CancelFlag
from desktop.engine.tokens import Vocabulary
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine
TEXT = "Some words about nothing. " * 100
CHUNK = 256


def collected(path, log, chunks: int = 2):
    flag = CancelFlag()
    weights = Weights(path, LoadConfig(gpu_layers=0), log)
    collector = ImportanceCollector(flag)
    context = ChunkContext(weights, CHUNK, 1, log, flag, watcher=collector)
    try:
        for chunk in split_chunks(Vocabulary(weights.vocabulary_handle), TEXT, CHUNK, chunks):
            context.evaluate(chunk)
    finally:
        context.close()
        weights.close()
    return collector.entries()


def test_every_matrix_of_the_layers_is_there(models, log) -> None:
    path = models()
    entries = collected(path, log)
    matrices = {
        tensor.name: int(tensor.shape[0])
        for tensor in gguf.GGUFReader(path).tensors
        if tensor.name.startswith("blk.") and len(tensor.shape) > 1
    }
    assert {name: entry.sums.shape for name, entry in entries.items()} == {
        name: (1, columns) for name, columns in matrices.items()
    }
    assert all(entry.counts.tolist() == [2 * CHUNK] for entry in entries.values())


def test_the_sums_are_those_of_the_squares_of_the_inputs(models, log) -> None:
    """In the first layer, query, key and value see the normalized embeddings, which numpy knows."""
    path = models()
    entries = collected(path, log, chunks=2)
    embeddings = next(
        t.data for t in gguf.GGUFReader(path).tensors if t.name == "token_embd.weight"
    )
    weights = Weights(path, LoadConfig(gpu_layers=0), log)
    tokens = np.concatenate(split_chunks(Vocabulary(weights.vocabulary_handle), TEXT, CHUNK, 2))
    weights.close()
    inputs = embeddings[tokens].astype(np.float64)
    inputs /= np.sqrt((inputs**2).mean(axis=1, keepdims=True) + 1e-5)
    expected = (inputs**2).sum(axis=0)
    for name in ("attn_q", "attn_k", "attn_v"):
        sums = entries[f"blk.0.{name}.weight"].sums[0]
        assert np.allclose(sums, expected, rtol=1e-4)


def test_experts_are_counted_one_by_one(models, log) -> None:
    entries = collected(models(TinyModel(experts=4)), log)
    entry = entries["blk.0.ffn_up_exps.weight"]
    assert entry.sums.shape == (4, 64) and entry.counts.shape == (4,)
    assert entry.counts.sum() == 2 * 2 * CHUNK  # each token goes to two
    down = entries["blk.0.ffn_down_exps.weight"]
    assert down.sums.shape == (4, 128) and down.counts.tolist() == entry.counts.tolist()
    seen = entry.counts > 0
    assert (entry.sums[seen].sum(axis=1) > 0).all() and not entry.sums[~seen].any()
    assert "blk.0.ffn_gate_inp.weight" in entries


def test_weights_that_are_no_numbers_are_told_by_tensor(models, log) -> None:
    with pytest.raises(EvaluationFailed, match=r"impossible values in blk\.0\."):
        collected(models(nan=True), log)


def test_another_layout_of_tensors_is_refused(log, monkeypatch) -> None:
    monkeypatch.setattr(importance, "_OBJECT_SIZE", 40)
    with pytest.raises(EngineFault, match="cannot compute an importance matrix"):
        ImportanceCollector(CancelFlag())


@pytest.mark.parametrize(
    ("name", "plain"),
    [(b"blk.0.x", b"blk.0.x"), (b"CUDA0#blk.0.x#0", b"blk.0.x"), (b"CPU#blk.0.x", b"blk.0.x")],
)
def test_what_a_backend_adds_to_a_name_is_dropped(name: bytes, plain: bytes) -> None:
    assert importance._plain_name(name) == plain


def test_rows_are_added_in_their_order() -> None:
    """In single precision another order gives other sums."""
    rows = np.random.default_rng(1).standard_normal((300, 64)).astype(np.float32) * 1e3
    expected = np.ones(64, np.float32)
    for row in rows:
        expected += row * row
    sums = np.ones(64, np.float32)
    importance._accumulate(sums, rows)
    assert np.array_equal(sums, expected)
    importance._accumulate(sums, rows[:0])
    assert np.array_equal(sums, expected)
