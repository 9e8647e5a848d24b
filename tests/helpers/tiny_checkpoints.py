"""Writes tiny Hugging Face checkpoints of every family, the same bytes each time and everywhere.

Weights come from a hash of the tensor's name, the byte-pair tokenizer and the SentencePiece model
are spelled out here, so that neither torch nor a trainer is needed. `make_golden.py` gives the same
folders to llama.cpp's converter.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

RULE_LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
RULE_QWEN_2 = RULE_LLAMA_3.replace("{1,3}", "")
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"
WORDS = ("the", "and", "hello", "world", "is", "a", "in", "of", "cat", "sat", "on")
WIDTH, LAYERS, HEADS, KEY_HEADS, WIDE = 64, 2, 4, 2, 96

Tensors = dict[str, tuple[int, ...]]


@dataclass
class TinyCheckpoint:
    """What a checkpoint folder is to hold.

    Attributes:
        config: config.json.
        tensors: shapes by name.
        dtype: what they are stored as: F32, F16 or BF16.
        files: further files, texts or objects by name.
        shards: how many safetensors files.
        scale: of the weights; norms are around one.
    """

    config: dict[str, Any]
    tensors: Tensors
    dtype: str
    files: dict[str, Any] = field(default_factory=dict)
    shards: int = 1
    scale: float = 0.25

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        files = {"config.json": self.config, **self.files}
        for name, content in files.items():
            if isinstance(content, bytes):
                (folder / name).write_bytes(content)
            elif isinstance(content, str):
                (folder / name).write_text(content, encoding="utf-8", newline="\n")
            else:
                text = json.dumps(content, ensure_ascii=False, indent=1)
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
        names = sorted(self.tensors)
        if self.shards == 1:
            self._write_tensors(folder / "model.safetensors", names)
            return folder
        index = {}
        for number in range(self.shards):
            file = f"model-{number + 1:05}-of-{self.shards:05}.safetensors"
            part = names[number :: self.shards]
            self._write_tensors(folder / file, part)
            index |= dict.fromkeys(part, file)
        (folder / "model.safetensors.index.json").write_text(
            json.dumps({"metadata": {"total_size": 0}, "weight_map": index})
        )
        return folder

    def _write_tensors(self, path: Path, names: list[str]) -> None:
        write_safetensors(
            path, {name: (self.dtype, weights(name, self.tensors[name], self)) for name in names}
        )


def weights(name: str, shape: tuple[int, ...], checkpoint: TinyCheckpoint) -> np.ndarray:
    """Values that look random, stored as the checkpoint's type; BF16 as its bits."""
    count = int(np.prod(shape))
    data = hashlib.shake_256(name.encode()).digest(2 * count)
    values = np.frombuffer(data, "<i2").astype(np.float32) / np.float32(2**15)
    values = (values * np.float32(checkpoint.scale)).reshape(shape)
    if "norm" in name or ".ln_" in name or "ln_f" in name:
        values = values + np.float32(0 if "gemma" in checkpoint.config["model_type"] else 1)
    if checkpoint.dtype == "BF16":
        return (values.astype("<f4").view("<u4") >> 16).astype("<u2")
    return values.astype({"F16": "<f2", "F32": "<f4"}[checkpoint.dtype])


def write_safetensors(path: Path, tensors: Mapping[str, tuple[str, np.ndarray]]) -> None:
    """Tensors as (type, values) by name; BF16 as its bits."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, (dtype, values) in tensors.items():
        header[name] = {
            "dtype": dtype,
            "shape": list(values.shape),
            "data_offsets": [offset, offset + values.nbytes],
        }
        offset += values.nbytes
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, values in tensors.values():
            file.write(np.ascontiguousarray(values).tobytes())


# Tokenizers


def byte_letters() -> list[str]:
    """The letters byte-level tokenizers write the 256 bytes with."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spare = iter(range(256, 512))
    return [chr(byte if byte in printable else next(spare)) for byte in range(256)]


def byte_pairs(words: tuple[str, ...] = WORDS) -> tuple[list[str], list[tuple[str, str]]]:
    """Tokens and merges that read these words as one token each."""
    tokens, merges = byte_letters(), []
    for word in (*words, *(f"Ġ{word}" for word in words)):
        left = word[0]
        for letter in word[1:]:
            if left + letter not in tokens:
                tokens.append(left + letter)
                merges.append((left, letter))
            left += letter
    return tokens, merges


def added(
    index: int, text: str, *, special: bool = True, normalized: bool = False
) -> dict[str, Any]:
    return {
        "id": index,
        "content": text,
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": normalized,
        "special": special,
    }


BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}


def byte_pair_files(
    special: list[str],
    *,
    rule: str | None,
    tokenizer_class: str = "PreTrainedTokenizerFast",
    begin: str | None = None,
    own: tuple[str, ...] = (),
    settings: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """tokenizer.json and tokenizer_config.json of a byte-level tokenizer.

    Args:
        special: control tokens; the first begins a text, the second ends it.
        rule: how text is cut into words; None for GPT-2's.
        begin: a token that stands before every text.
        own: tokens added without being special.
    """
    tokens, merges = byte_pairs()
    entries = [added(len(tokens) + number, text) for number, text in enumerate(special)]
    entries += [
        added(len(tokens) + len(special) + number, text, special=False, normalized=bool(number))
        for number, text in enumerate(own)
    ]
    split = {"type": "Split", "pattern": {"Regex": rule}, "behavior": "Isolated", "invert": False}
    level = {**BYTE_LEVEL, "use_regex": rule is None}
    processor: dict[str, Any] | None = None
    if begin:
        number = len(tokens) + special.index(begin)
        processor = {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": begin, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
            ],
            "pair": [
                {"SpecialToken": {"id": begin, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": begin, "type_id": 1}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {begin: {"id": begin, "ids": [number], "tokens": [begin]}},
        }
    elif rule is None:
        processor = {**BYTE_LEVEL, "use_regex": True}
    return {
        "tokenizer.json": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": entries,
            "normalizer": None,
            "pre_tokenizer": level
            if rule is None
            else {"type": "Sequence", "pretokenizers": [split, level]},
            "post_processor": processor,
            "decoder": {**BYTE_LEVEL, "use_regex": True},
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": None,
                "end_of_word_suffix": None,
                "fuse_unk": False,
                "byte_fallback": False,
                "ignore_merges": rule == RULE_LLAMA_3,
                "vocab": {token: number for number, token in enumerate(tokens)},
                "merges": [list(pair) for pair in merges],
            },
        },
        "tokenizer_config.json": {
            "tokenizer_class": tokenizer_class,
            "bos_token": special[0],
            "eos_token": special[min(1, len(special) - 1)],
            "clean_up_tokenization_spaces": False,
            "added_tokens_decoder": {
                str(entry["id"]): {k: v for k, v in entry.items() if k != "id"} for entry in entries
            },
            **(settings or {}),
        },
    }


def pieces(special: tuple[str, ...] = ("<unk>", "<s>", "</s>")) -> list[tuple[str, float, int]]:
    """Text, score and type of the pieces of a SentencePiece model that reads the words."""
    unknown, *control = special
    found = [(unknown, 0.0, 2), *((text, 0.0, 3) for text in control)]
    found += [(f"<0x{byte:02X}>", 0.0, 6) for byte in range(256)]
    letters = ["▁", *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,:!?'"]
    texts = dict.fromkeys(letters)
    for word in WORDS:
        for text in (word, f"▁{word}"):
            texts |= dict.fromkeys(text[:end] for end in range(2, len(text) + 1))
    found += [(text, -float(number), 1) for number, text in enumerate(texts)]
    found.append(("▁▁", -1000.0, 4))
    found.append(("unused", 0.0, 5))
    return found


def sentencepiece_model(found: list[tuple[str, float, int]]) -> bytes:
    """A SentencePiece model as the protocol buffer its library reads."""

    def varint(value: int) -> bytes:
        data = bytearray()
        while value > 0x7F:
            data.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes([*data, value])

    def message(number: int, data: bytes) -> bytes:
        return varint(number << 3 | 2) + varint(len(data)) + data

    def integer(number: int, value: int) -> bytes:
        return varint(number << 3) + varint(value)

    model = b""
    for text, score, kind in found:
        piece = message(1, text.encode()) + b"\x15" + struct.pack("<f", score)
        # The type of ordinary pieces is the default, which writers leave out.
        model += message(1, piece + (integer(3, kind) if kind != 1 else b""))
    trainer = integer(3, 2) + integer(4, len(found)) + integer(35, 1)  # byte pairs, size, fallback
    normalizer = message(1, b"identity") + integer(3, 1) + integer(4, 0) + integer(5, 1)
    return model + message(2, trainer) + message(3, normalizer)


def sentencepiece_files(
    special: tuple[str, ...] = ("<unk>", "<s>", "</s>"), **settings: Any
) -> dict[str, Any]:
    found = pieces(special)
    return {
        "tokenizer.model": sentencepiece_model(found),
        "tokenizer_config.json": {
            "tokenizer_class": "LlamaTokenizer",
            "unk_token": special[0],
            "bos_token": special[1],
            "eos_token": special[2],
            "added_tokens_decoder": {
                str(number): {k: v for k, v in added(number, text).items() if k != "id"}
                for number, text in enumerate(special)
            },
            **settings,
        },
    }


# Families


def attention(layer: int, width: int, head: int, *, bias: bool = False) -> Tensors:
    name = f"model.layers.{layer}.self_attn"
    tensors = {
        f"{name}.q_proj.weight": (HEADS * head, width),
        f"{name}.k_proj.weight": (KEY_HEADS * head, width),
        f"{name}.v_proj.weight": (KEY_HEADS * head, width),
        f"{name}.o_proj.weight": (width, HEADS * head),
    }
    if bias:
        tensors |= {
            f"{name}.{part}_proj.bias": tensors[f"{name}.{part}_proj.weight"][:1]
            for part in ("q", "k", "v")
        }
    return tensors


def transformer(
    vocabulary: int,
    *,
    head: int = 16,
    wide: int = WIDE,
    bias: bool = False,
    tied: bool = False,
    norms: tuple[str, ...] = ("input_layernorm", "post_attention_layernorm"),
    head_norms: bool = False,
) -> Tensors:
    tensors: Tensors = {
        "model.embed_tokens.weight": (vocabulary, WIDTH),
        "model.norm.weight": (WIDTH,),
    }
    if not tied:
        tensors["lm_head.weight"] = (vocabulary, WIDTH)
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        tensors |= {f"{name}.{norm}.weight": (WIDTH,) for norm in norms}
        tensors |= attention(layer, WIDTH, head, bias=bias)
        tensors |= {
            f"{name}.mlp.gate_proj.weight": (wide, WIDTH),
            f"{name}.mlp.up_proj.weight": (wide, WIDTH),
            f"{name}.mlp.down_proj.weight": (WIDTH, wide),
        }
        if head_norms:
            tensors |= {f"{name}.self_attn.{part}_norm.weight": (head,) for part in "qk"}
    return tensors


def config(architecture: str, kind: str, vocabulary: int, **values: Any) -> dict[str, Any]:
    return {
        "architectures": [architecture],
        "model_type": kind,
        "hidden_size": WIDTH,
        "intermediate_size": WIDE,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KEY_HEADS,
        "max_position_embeddings": 512,
        "rms_norm_eps": 1e-5,
        "vocab_size": vocabulary,
        **values,
    }


def llama() -> TinyCheckpoint:
    size = len(pieces())
    card = "---\nlicense: apache-2.0\nlanguage:\n- en\ntags:\n- tiny\nbase_model: quern/Grain-1B\n---\n"
    return TinyCheckpoint(
        config(
            "LlamaForCausalLM", "llama", size, rope_theta=10000.0, bos_token_id=1, eos_token_id=2
        ),
        transformer(size),
        "BF16",
        {
            **sentencepiece_files(add_bos_token=True, add_eos_token=False, chat_template=TEMPLATE),
            "generation_config.json": {"temperature": 0.6, "top_p": 0.9, "repetition_penalty": 1.1},
            "README.md": f"{card}# Tiny\n",
        },
        shards=2,
    )


def llama3() -> TinyCheckpoint:
    special = ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"]
    files = byte_pair_files(
        special,
        rule=RULE_LLAMA_3,
        begin=special[0],
        settings={"chat_template": [{"name": "default", "template": TEMPLATE}]},
    )
    size = len(byte_pairs()[0]) + 8
    scaling = {
        "rope_type": "llama3",
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 64,
    }
    return TinyCheckpoint(
        config(
            "LlamaForCausalLM",
            "llama",
            size,
            rope_theta=500000.0,
            rope_scaling=scaling,
            tie_word_embeddings=True,
            eos_token_id=[1, 2],
        ),
        transformer(size, tied=True),
        "F16",
        files,
    )


def llama_json() -> TinyCheckpoint:
    """A Llama whose SentencePiece vocabulary is only there as tokenizer.json."""
    found = pieces()[:-2]
    merges = [[text[:-1], text[-1]] for text, _, kind in found if kind == 1 and len(text) > 1]
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [added(number, text) for number, (text, *_) in enumerate(found[:3])]
        + [added(len(found), "<|user|>", special=False)],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Prepend", "prepend": "▁"},
                {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
            ],
        },
        "pre_tokenizer": None,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
            ],
            "pair": [
                {"SpecialToken": {"id": "<s>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "<s>", "type_id": 1}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}},
        },
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
            ],
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": "<unk>",
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": True,
            "byte_fallback": True,
            "ignore_merges": False,
            "vocab": {text: number for number, (text, *_) in enumerate(found)},
            "merges": merges,
        },
    }
    size = len(found) + 1
    settings = sentencepiece_files()["tokenizer_config.json"]
    return TinyCheckpoint(
        config("LlamaForCausalLM", "llama", size, head_dim=32, attention_bias=False),
        transformer(size, head=32),
        "F32",
        {
            "tokenizer.json": tokenizer,
            "tokenizer_config.json": {**settings, "tokenizer_class": "PreTrainedTokenizerFast"},
        },
    )


def mistral() -> TinyCheckpoint:
    size = len(pieces())
    return TinyCheckpoint(
        config(
            "MistralForCausalLM",
            "mistral",
            size,
            head_dim=32,
            intermediate_size=80,
            sliding_window=128,
            rope_theta=1000000.0,
        ),
        transformer(size, head=32, wide=80),
        "BF16",
        sentencepiece_files(add_prefix_space=False),
    )


def qwen2() -> TinyCheckpoint:
    special = ["<|endoftext|>", "<|im_end|>", "<|im_start|>"]
    size = len(byte_pairs()[0]) + 10
    files = byte_pair_files(
        special,
        rule=RULE_QWEN_2,
        tokenizer_class="Qwen2Tokenizer",
        own=("<tool_call>", "▁own"),
        settings={"chat_template": TEMPLATE, "pad_token": "<|endoftext|>", "bos_token": None},
    )
    return TinyCheckpoint(
        config("Qwen2ForCausalLM", "qwen2", size, tie_word_embeddings=True, bos_token_id=2),
        transformer(size, bias=True, tied=True),
        "BF16",
        files,
    )


def qwen3() -> TinyCheckpoint:
    special = ["<|endoftext|>", "<|im_end|>"]
    size = len(byte_pairs()[0]) + 2
    files = byte_pair_files(special, rule=RULE_QWEN_2, tokenizer_class="Qwen2Tokenizer")
    files["chat_template.jinja"] = TEMPLATE
    return TinyCheckpoint(
        config(
            "Qwen3ForCausalLM",
            "qwen3",
            size,
            head_dim=32,
            rope_theta=1000000,
            rope_scaling={
                "rope_type": "yarn",
                "factor": 4.0,
                "original_max_position_embeddings": 128,
                "beta_fast": 32.0,
                "beta_slow": 1.0,
            },
        ),
        transformer(size, head=32, head_norms=True),
        "F16",
        files,
    )


GEMMA = ("<unk>", "<bos>", "<eos>", "<pad>", "<unused0>", "<start_of_turn>")
GEMMA_NORMS = (
    "input_layernorm",
    "post_attention_layernorm",
    "pre_feedforward_layernorm",
    "post_feedforward_layernorm",
)


def gemma() -> TinyCheckpoint:
    size = len(pieces(GEMMA))
    return TinyCheckpoint(
        config("GemmaForCausalLM", "gemma", size, head_dim=32, hidden_act="gelu_pytorch_tanh"),
        transformer(size, head=32),
        "BF16",
        sentencepiece_files(GEMMA, chat_template=TEMPLATE, pad_token="<pad>"),
    )


def gemma2() -> TinyCheckpoint:
    size = len(pieces(GEMMA))
    return TinyCheckpoint(
        config("Gemma2ForCausalLM", "gemma2", size, head_dim=32, final_logit_softcapping=25.0),
        transformer(size, head=32, tied=True, norms=GEMMA_NORMS),
        "F16",
        sentencepiece_files(GEMMA),
    )


def gemma3() -> TinyCheckpoint:
    size = len(pieces(GEMMA))
    values = config(
        "Gemma3ForCausalLM", "gemma3_text", size, head_dim=32, sliding_window=64, rms_norm_eps=1e-6
    )
    return TinyCheckpoint(
        values,
        transformer(size, head=32, tied=True, norms=GEMMA_NORMS, head_norms=True),
        "BF16",
        sentencepiece_files(GEMMA, add_bos_token=True),
    )


def gemma3_images() -> TinyCheckpoint:
    """Gemma 3 with an image encoder, of which only the language model is converted."""
    size = len(pieces(GEMMA))
    text = config("", "gemma3_text", size, head_dim=32, sliding_window=64)
    del text["architectures"]
    text["rope_scaling"] = {"rope_type": "linear", "factor": 8.0}
    tensors = transformer(size, head=32, tied=True, norms=GEMMA_NORMS, head_norms=True)
    tensors = {f"language_model.{name}": shape for name, shape in tensors.items()}
    tensors["language_model.model.embed_tokens.weight"] = (size + 3, WIDTH)
    tensors["vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight"] = (8, 8)
    tensors["multi_modal_projector.mm_input_projection_weight"] = (8, 8)
    values = {
        "architectures": ["Gemma3ForConditionalGeneration"],
        "model_type": "gemma3",
        "text_config": text,
        "vision_config": {"hidden_size": 8, "model_type": "siglip_vision_model"},
        "eos_token_id": [2, 5],
    }
    return TinyCheckpoint(values, tensors, "BF16", sentencepiece_files(GEMMA))


def fused(tensors: Tensors, head: int) -> Tensors:
    """Phi-3's form: three matrices in one, two in another."""
    kept = {
        name: shape
        for name, shape in tensors.items()
        if not name.endswith(tuple(f"{part}_proj.weight" for part in ("q", "k", "v", "gate", "up")))
    }
    for layer in range(LAYERS):
        name = f"model.layers.{layer}"
        kept[f"{name}.self_attn.qkv_proj.weight"] = ((HEADS + 2 * KEY_HEADS) * head, WIDTH)
        kept[f"{name}.mlp.gate_up_proj.weight"] = (2 * WIDE, WIDTH)
    return kept


def phi3() -> TinyCheckpoint:
    size = len(pieces()) + 6
    files = sentencepiece_files(chat_template=TEMPLATE)
    files["added_tokens.json"] = {"<|user|>": size - 5, "<|endoftext|>": size - 6}
    files["tokenizer_config.json"]["added_tokens_decoder"][str(size - 4)] = {
        k: v for k, v in added(0, "<|assistant|>", special=False).items() if k != "id"
    }
    files["tokenizer.json"] = {"added_tokens": [added(size - 3, "<|end|>")]}
    return TinyCheckpoint(
        config(
            "Phi3ForCausalLM",
            "phi3",
            size,
            max_position_embeddings=1024,
            original_max_position_embeddings=256,
            rope_scaling={
                "type": "longrope",
                "long_factor": [1.0 + 0.1 * number for number in range(8)],
                "short_factor": [1.0] * 8,
            },
            sliding_window=200,
            pad_token_id=0,
        ),
        fused(transformer(size), 16),
        "BF16",
        files,
    )


def phi4() -> TinyCheckpoint:
    special = ["<|endoftext|>", "<|im_end|>", "<|im_start|>"]
    size = len(byte_pairs()[0]) + 8
    return TinyCheckpoint(
        config(
            "Phi3ForCausalLM",
            "phi3",
            size,
            original_max_position_embeddings=512,
            rope_theta=250000,
            rope_scaling=None,
            partial_rotary_factor=0.75,
            sliding_window=None,
            pad_token_id=0,
        ),
        fused(transformer(size), 16),
        "F16",
        byte_pair_files(special, rule=RULE_LLAMA_3, tokenizer_class="GPT2Tokenizer"),
    )


def gpt2() -> TinyCheckpoint:
    size = len(byte_pairs()[0]) + 1
    tensors: Tensors = {"wte.weight": (size, WIDTH), "wpe.weight": (128, WIDTH)}

    def add(name: str, *shape: int) -> None:
        tensors[f"{name}.weight"] = shape
        tensors[f"{name}.bias"] = shape[-1:]

    add("ln_f", WIDTH)
    for layer in range(LAYERS):
        add(f"h.{layer}.ln_1", WIDTH)
        add(f"h.{layer}.ln_2", WIDTH)
        add(f"h.{layer}.attn.c_attn", WIDTH, 3 * WIDTH)
        add(f"h.{layer}.attn.c_proj", WIDTH, WIDTH)
        add(f"h.{layer}.mlp.c_fc", WIDTH, 4 * WIDTH)
        add(f"h.{layer}.mlp.c_proj", 4 * WIDTH, WIDTH)
    return TinyCheckpoint(
        {
            "architectures": ["GPT2LMHeadModel"],
            "model_type": "gpt2",
            "n_ctx": 128,
            "n_positions": 128,
            "n_embd": WIDTH,
            "n_layer": LAYERS,
            "n_head": HEADS,
            "layer_norm_epsilon": 1e-5,
            "vocab_size": size,
            "bos_token_id": size - 1,
            "eos_token_id": size - 1,
        },
        {f"transformer.{name}": shape for name, shape in tensors.items()},
        "F32",
        byte_pair_files(["<|endoftext|>"], rule=None, tokenizer_class="GPT2Tokenizer"),
    )


CHECKPOINTS: dict[str, Callable[[], TinyCheckpoint]] = {
    "tiny-llama": llama,
    "tiny-llama3": llama3,
    "tiny-llama-json": llama_json,
    "tiny-mistral": mistral,
    "tiny-qwen2": qwen2,
    "tiny-qwen3": qwen3,
    "tiny-gemma": gemma,
    "tiny-gemma2": gemma2,
    "tiny-gemma3": gemma3,
    "tiny-gemma3-images": gemma3_images,
    "tiny-phi3": phi3,
    "tiny-phi4": phi4,
    "tiny-gpt2": gpt2,
}


def write_checkpoint(name: str, parent: Path) -> Path:
    """Write one of the checkpoints into a folder of its name, which is part of its metadata."""
    return CHECKPOINTS[name]().write(parent / name)
