"""Sizes, names and seeds of the starter model in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "starter_model"
RESOURCES = ROOT / "resources" / "starter"
TOKENIZER = BUILD / "tokenizer.json"
CHECKPOINT = BUILD / "checkpoint.pt"
GGUF = RESOURCES / "quern-starter-f16.gguf"
HELD_OUT_TEXT = RESOURCES / "held_out.txt"
HELD_OUT_QUESTIONS = RESOURCES / "held_out_questions.jsonl"

SEED = 20261121

END_OF_TEXT, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
SPECIAL_TOKENS = (END_OF_TEXT, START, END)

# Qwen2's pre-tokenizer: words with the sign before them, single digits, runs of signs, blanks.
QWEN2_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' -}}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}"
)


@dataclass(frozen=True)
class ModelSize:
    """A Llama with every row length divisible by 256, so that k-quants apply to all matrices."""

    vocab: int = 2048
    width: int = 256
    layers: int = 5
    heads: int = 4
    feed_forward: int = 768
    context: int = 2048
    rope_base: float = 10000.0
    norm_epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        """Components of one attention head."""
        return self.width // self.heads


SIZE = ModelSize()
