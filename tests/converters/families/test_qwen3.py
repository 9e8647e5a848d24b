from __future__ import annotations

import pytest

from converters.errors import ConversionError
from tests.converters.conftest import convert, converted
from tests.helpers.tiny_checkpoints import CHECKPOINTS


def test_heads_have_norms_and_a_width_of_their_own(write):
    found = converted(write("tiny-qwen3"))
    assert found.tensors["blk.1.attn_k_norm.weight"].shape == (32,)
    assert found.values["qwen3.attention.key_length"] == 32
    assert "blk.0.attn_q.bias" not in found.tensors


def test_a_reranker_is_refused(tmp_path):
    source = CHECKPOINTS["tiny-qwen3"]().write(tmp_path / "Qwen3-Reranker-0.6B")
    with pytest.raises(ConversionError, match="ranks documents"):
        convert(source)
