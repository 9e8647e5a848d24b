"""Rebuild the Hugging Face form of the starter model from its GGUF, exactly and without torch.

The GGUF holds the very weights (F16), so the checkpoint folder need not be stored as well. It
serves as a small real model for conversion tests. Run as
`python packaging/starter_model/export_huggingface.py FOLDER [--gguf FILE]`.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from pathlib import Path
from typing import Any

import gguf
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from starter_model.layout import halved, is_rotated, names
from starter_model.settings import GGUF, QWEN2_PATTERN

BYTE_LEVEL = {"type": "ByteLevel", "trim_offsets": True}


class Source:
    """Values and tensors of the GGUF."""

    def __init__(self, path: Path) -> None:
        self._reader = gguf.GGUFReader(path)
        self._tensors = {tensor.name: tensor.data for tensor in self._reader.tensors}

    def value(self, key: str) -> Any:
        """A metadata value as plain Python."""
        field = self._reader.get_field(key)
        if field is None:
            raise KeyError(f"the file has no {key}")
        return field.contents()

    def tensor(self, name: str) -> np.ndarray:
        """A tensor with its rows first."""
        return self._tensors[name]


def config(source: Source) -> dict[str, Any]:
    """config.json."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": source.value("tokenizer.ggml.bos_token_id"),
        "eos_token_id": source.value("tokenizer.ggml.eos_token_id"),
        "head_dim": source.value("llama.attention.key_length"),
        "hidden_act": "silu",
        "hidden_size": source.value("llama.embedding_length"),
        "initializer_range": 0.02,
        "intermediate_size": source.value("llama.feed_forward_length"),
        "max_position_embeddings": source.value("llama.context_length"),
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": source.value("llama.attention.head_count"),
        "num_hidden_layers": source.value("llama.block_count"),
        "num_key_value_heads": source.value("llama.attention.head_count_kv"),
        "pad_token_id": source.value("tokenizer.ggml.padding_token_id"),
        "rms_norm_eps": _shortest(source.value("llama.attention.layer_norm_rms_epsilon")),
        "rope_scaling": None,
        "rope_theta": source.value("llama.rope.freq_base"),
        "tie_word_embeddings": False,
        "torch_dtype": "float16",
        "use_cache": True,
        "vocab_size": source.value("llama.vocab_size"),
    }


def _shortest(value: float) -> float:
    """1e-05 instead of 9.999999747378752e-06: the shortest decimal of the same F32."""
    return float(str(np.float32(value)))


def _special(source: Source) -> list[dict[str, Any]]:
    tokens = source.value("tokenizer.ggml.tokens")
    kinds = source.value("tokenizer.ggml.token_type")
    return [
        {
            "id": index,
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for index, (token, kind) in enumerate(zip(tokens, kinds, strict=True))
        if kind == gguf.TokenType.CONTROL
    ]


def tokenizer(source: Source) -> dict[str, Any]:
    """tokenizer.json: byte-level BPE behind Qwen2's pre-tokenizer."""
    split = {
        "type": "Split",
        "pattern": {"Regex": QWEN2_PATTERN},
        "behavior": "Isolated",
        "invert": False,
    }
    tokens = source.value("tokenizer.ggml.tokens")
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": _special(source),
        "normalizer": None,
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                split,
                {**BYTE_LEVEL, "add_prefix_space": False, "use_regex": False},
            ],
        },
        "post_processor": None,
        "decoder": {**BYTE_LEVEL, "add_prefix_space": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(tokens)},
            "merges": [merge.split(" ") for merge in source.value("tokenizer.ggml.merges")],
        },
    }


def tokenizer_config(source: Source) -> dict[str, Any]:
    """tokenizer_config.json, with the chat template."""
    tokens = source.value("tokenizer.ggml.tokens")
    special = {str(token.pop("id")): token for token in _special(source)}
    return {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": special,
        "bos_token": tokens[source.value("tokenizer.ggml.bos_token_id")],
        "chat_template": source.value("tokenizer.chat_template"),
        "clean_up_tokenization_spaces": False,
        "eos_token": tokens[source.value("tokenizer.ggml.eos_token_id")],
        "model_max_length": source.value("llama.context_length"),
        "pad_token": tokens[source.value("tokenizer.ggml.padding_token_id")],
        "tokenizer_class": "PreTrainedTokenizerFast",
    }


def generation_config(source: Source) -> dict[str, Any]:
    """generation_config.json."""
    return {
        "bos_token_id": source.value("tokenizer.ggml.bos_token_id"),
        "do_sample": False,
        "eos_token_id": source.value("tokenizer.ggml.eos_token_id"),
        "pad_token_id": source.value("tokenizer.ggml.padding_token_id"),
    }


def weights(source: Source) -> dict[str, np.ndarray]:
    """All tensors under their Hugging Face names, F16."""
    heads = source.value("llama.attention.head_count")
    tensors = {}
    for theirs, ours in names(source.value("llama.block_count")).items():
        values = source.tensor(ours).astype(np.float16)
        tensors[theirs] = halved(values, heads) if is_rotated(theirs) else values
    return tensors


def write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """The safetensors format: length of the header (u64), the header (JSON), the data."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, values in tensors.items():
        header[name] = {
            "dtype": "F16",
            "shape": list(values.shape),
            "data_offsets": [offset, offset + values.nbytes],
        }
        offset += values.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the data starts aligned to 8 bytes
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values).tobytes())


def export(gguf_file: Path, folder: Path) -> None:
    """Write the whole checkpoint folder."""
    source = Source(gguf_file)
    folder.mkdir(parents=True, exist_ok=True)
    documents = {
        "config.json": config(source),
        "generation_config.json": generation_config(source),
        "tokenizer.json": tokenizer(source),
        "tokenizer_config.json": tokenizer_config(source),
    }
    for name, content in documents.items():
        text = json.dumps(content, indent=2, ensure_ascii=False)
        (folder / name).write_text(f"{text}\n", encoding="utf-8")
    write_safetensors(folder / "model.safetensors", weights(source))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--gguf", type=Path, default=GGUF)
    options = parser.parse_args()
    export(options.gguf, options.folder)


if __name__ == "__main__":
    main()
