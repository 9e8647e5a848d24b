"""Tiny Llama models with random weights, sound and hostile, written in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import gguf
import numpy as np

CHATML = (
    "{%- for message in messages -%}"
    "{{ '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}"
)
CONTROL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
LONG_TOKEN = "abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopqrstuvwxyz-0123456789"


@dataclass(frozen=True)
class TinyModel:
    """What to write. The defaults give a sound model of about 100 KB that says gibberish.

    `words` are ordinary tokens beside the 256 bytes; they are reached only by generation, for
    there are no merges. `metadata` overrides or (with None) removes what is written. With a
    `window` of tokens, most layers look back no further than that (as Cohere's second models).
    """

    width: int = 64
    layers: int = 2
    heads: int = 4
    heads_kv: int = 2
    feed_forward: int = 128
    experts: int = 0  # more than 0: a mixture of that many experts, two of them used
    context: int = 4096
    window: int = 0
    template: str | None = CHATML
    words: tuple[str, ...] = (LONG_TOKEN, " the", " a", " und", "ing")
    control: tuple[str, ...] = CONTROL_TOKENS
    user_defined: tuple[str, ...] = ()
    vocabulary: int = 0  # at least this many tokens, filled with made-up words
    weight_type: str = "F32"
    seed: int = 0
    scale: float = 0.3
    end_bias: float = 0.0  # of the tokens that end an answer: -100 never, 100 at once
    nan: bool = False
    metadata: tuple[tuple[str, Any], ...] = ()

    def write(self, path: Path) -> Path:
        """Write the model and return `path`."""
        _write(self, path)
        return path

    def but(self, **changes: Any) -> TinyModel:
        return replace(self, **changes)


@cache
def _byte_characters() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes, in byte order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    characters, extra = {}, 0
    for byte in range(256):
        if byte in printable:
            characters[byte] = chr(byte)
        else:
            characters[byte] = chr(256 + extra)
            extra += 1
    return [characters[byte] for byte in range(256)]


def _encoded(text: str) -> str:
    table = _byte_characters()
    return "".join(table[byte] for byte in text.encode())


def _write(model: TinyModel, path: Path) -> None:
    normal, control, user = (
        gguf.TokenType.NORMAL,
        gguf.TokenType.CONTROL,
        gguf.TokenType.USER_DEFINED,
    )
    words = [*_byte_characters(), *map(_encoded, model.words)]
    missing = model.vocabulary - len(words) - len(model.control) - len(model.user_defined)
    words += [_encoded(f" w{n}") for n in range(max(missing, 0))]
    tokens = [*words, *model.user_defined, *model.control]
    types = (
        [normal] * len(words) + [user] * len(model.user_defined) + [control] * len(model.control)
    )
    family = "cohere2" if model.window else "llama"
    writer = gguf.GGUFWriter(path, family)
    scalars = {
        "general.name": "Tiny",
        "general.file_type": int(gguf.LlamaFileType.ALL_F32),
        f"{family}.context_length": model.context,
        f"{family}.embedding_length": model.width,
        f"{family}.block_count": model.layers,
        f"{family}.feed_forward_length": model.feed_forward,
        f"{family}.attention.head_count": model.heads,
        f"{family}.attention.head_count_kv": model.heads_kv,
        f"{family}.attention.layer_norm_rms_epsilon": 1e-5,
        f"{family}.rope.dimension_count": model.width // model.heads,
        f"{family}.vocab_size": len(tokens),
        "cohere2.attention.sliding_window": model.window or None,
        "cohere2.attention.layer_norm_epsilon": 1e-5 if model.window else None,
        "cohere2.logit_scale": 1.0 if model.window else None,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.bos_token_id": len(words) + len(model.user_defined),
        "tokenizer.ggml.eos_token_id": len(tokens) - 1,
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.chat_template": model.template,
        "llama.expert_count": model.experts or None,
        "llama.expert_used_count": 2 if model.experts else None,
        **dict(model.metadata),
    }
    for key, value in scalars.items():
        if value is None:
            continue
        if isinstance(value, bool):
            writer.add_bool(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        elif isinstance(value, float):
            writer.add_float32(key, value)
        else:
            writer.add_string(key, value)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(["\u0120 t"])  # llama.cpp wants at least one
    _add_weights(model, writer, len(tokens))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_weights(model: TinyModel, writer: gguf.GGUFWriter, vocabulary: int) -> None:
    random = np.random.default_rng(model.seed)
    kind = gguf.GGMLQuantizationType[model.weight_type]

    def add(name: str, *shape: int) -> np.ndarray:
        values = random.standard_normal(shape, dtype=np.float32) * (model.scale / shape[-1] ** 0.5)
        if name == "output.weight":
            values *= 8  # clear preferences, so that rounding does not decide
            values[:, 0] = 0
            values[[-len(model.control), -1], 0] = model.end_bias
        if name == "token_embd.weight":
            values[:, 0] = model.scale  # a constant, through which `end_bias` works
        if model.nan:
            values[:] = np.nan
        data = values if kind == gguf.GGMLQuantizationType.F32 else gguf.quantize(values, kind)
        writer.add_tensor(name, data, raw_dtype=kind)
        return values

    def norm(name: str) -> None:
        writer.add_tensor(name, np.ones(model.width, dtype=np.float32))

    key_width = model.width // model.heads * model.heads_kv
    add("token_embd.weight", vocabulary, model.width)
    norm("output_norm.weight")
    if not model.window:
        add("output.weight", vocabulary, model.width)
    for layer in range(model.layers):
        block = f"blk.{layer}"
        norm(f"{block}.attn_norm.weight")
        if not model.window:
            norm(f"{block}.ffn_norm.weight")
        add(f"{block}.attn_q.weight", model.width, model.width)
        add(f"{block}.attn_k.weight", key_width, model.width)
        add(f"{block}.attn_v.weight", key_width, model.width)
        add(f"{block}.attn_output.weight", model.width, model.width)
        if model.experts:
            add(f"{block}.ffn_gate_inp.weight", model.experts, model.width)
        suffix, each = ("_exps.weight", (model.experts,)) if model.experts else (".weight", ())
        add(f"{block}.ffn_gate{suffix}", *each, model.feed_forward, model.width)
        add(f"{block}.ffn_up{suffix}", *each, model.feed_forward, model.width)
        add(f"{block}.ffn_down{suffix}", *each, model.width, model.feed_forward)
