"""How a Llama checkpoint and its GGUF name, order and arrange the same tensors.

Hugging Face rotates the two halves of a head against each other, llama.cpp rotates neighbouring
pairs; so the rows of the query and key matrices are permuted between the two. Needs only numpy.
"""

from __future__ import annotations

import numpy as np

_LAYER = {
    "input_layernorm": "attn_norm",
    "mlp.down_proj": "ffn_down",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.k_proj": "attn_k",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_proj": "attn_q",
    "self_attn.v_proj": "attn_v",
}


def names(layers: int) -> dict[str, str]:
    """Hugging Face tensor name -> GGUF tensor name, in the order of a converted file."""
    pairs = {"lm_head.weight": "output.weight", "model.embed_tokens.weight": "token_embd.weight"}
    for layer in range(layers):
        for theirs, ours in _LAYER.items():
            pairs[f"model.layers.{layer}.{theirs}.weight"] = f"blk.{layer}.{ours}.weight"
    pairs["model.norm.weight"] = "output_norm.weight"
    return dict(sorted(pairs.items()))


def is_rotated(name: str) -> bool:
    """Whether a tensor, by its Hugging Face name, is arranged differently in a GGUF."""
    return name.endswith(("q_proj.weight", "k_proj.weight"))


def paired(rows: np.ndarray, heads: int) -> np.ndarray:
    """(heads * head_width, width) from halves (Hugging Face) to neighbouring pairs (GGUF)."""
    return rows.reshape(heads, 2, -1, rows.shape[-1]).swapaxes(1, 2).reshape(rows.shape)


def halved(rows: np.ndarray, heads: int) -> np.ndarray:
    """The inverse of `paired`."""
    return rows.reshape(heads, -1, 2, rows.shape[-1]).swapaxes(1, 2).reshape(rows.shape)
