"""Byte-level BPE tokenizer with Qwen2's pre-tokenizer, trained on the generated text.

The pre-tokenizer is the one that llama.cpp calls "qwen2", so that the tokenizer in the GGUF and
the Hugging Face `tokenizer.json` cut every text the same way. It splits numbers into single
digits, which is what makes arithmetic learnable at this size.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from starter_model import corpus
from starter_model.settings import QWEN2_PATTERN, SEED, SIZE, SPECIAL_TOKENS, TOKENIZER

SAMPLES = 30_000


def _texts() -> Iterator[str]:
    rng = random.Random(SEED)
    for _ in range(SAMPLES):
        yield corpus.plain_text(rng)


def train() -> Tokenizer:
    """Train the tokenizer; the control tokens get the first ids."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SIZE.vocab,
        special_tokens=[AddedToken(text, special=True) for text in SPECIAL_TOKENS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(), trainer)
    if tokenizer.get_vocab_size() != SIZE.vocab:
        raise RuntimeError(f"only {tokenizer.get_vocab_size()} tokens were found")
    return tokenizer


def main() -> None:
    """Write `tokenizer.json` into the build folder."""
    TOKENIZER.parent.mkdir(parents=True, exist_ok=True)
    train().save(str(TOKENIZER))


if __name__ == "__main__":
    main()
