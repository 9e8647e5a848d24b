"""Ask the GGUF the held-out questions through llama.cpp and compare its answers, greedily.

Also checks that llama.cpp and the Hugging Face tokenizer cut the held-out text the same way, and
measures the perplexity of that text, and how well long conversations hold up to the full context.
Needs llama-cpp-python, not torch.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import defaultdict
from pathlib import Path

import numpy as np
from llama_cpp import Llama
from tokenizers import Tokenizer

from starter_model import corpus
from starter_model.export_huggingface import export
from starter_model.settings import (
    END,
    GGUF,
    HELD_OUT_QUESTIONS,
    HELD_OUT_TEXT,
    SEED,
    SIZE,
    START,
)

CHUNK = 512
LONG_CONVERSATIONS = 12


def load(path: Path, threads: int) -> Llama:
    """The model with its full context and all logits."""
    return Llama(
        str(path),
        n_ctx=SIZE.context,
        n_threads=threads,
        n_threads_batch=threads,
        logits_all=True,
        verbose=False,
    )


def reply(model: Llama, messages: list[dict[str, str]]) -> str:
    """The greedy answer, through the chat template in the file."""
    answer = model.create_chat_completion(messages, temperature=0.0, max_tokens=256)
    return answer["choices"][0]["message"]["content"]


def accuracy(model: Llama, show: int) -> dict[str, tuple[int, int]]:
    """(right, asked) by category; prints the first `show` wrong answers."""
    result: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in HELD_OUT_QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said = reply(model, row["messages"])
        right = said == row["expected"]
        result[row["category"]][0] += right
        result[row["category"]][1] += 1
        if not right and show > 0:
            show -= 1
            print(
                f"[{row['category']}] {row['messages'][-1]['content']!r}\n"
                f"  expected {row['expected']!r}\n  said     {said!r}"
            )
    return {category: (right, asked) for category, (right, asked) in sorted(result.items())}


def perplexity(model: Llama, tokens: list[int]) -> float:
    """exp of the mean negative log-likelihood of the second half of each chunk of 512 tokens."""
    losses = []
    for start in range(0, len(tokens) - CHUNK + 1, CHUNK):
        chunk = tokens[start : start + CHUNK]
        model.reset()
        model.eval(chunk)
        logits = model.scores[CHUNK // 2 - 1 : CHUNK - 1].astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        losses.append(-logits[np.arange(CHUNK // 2), chunk[CHUNK // 2 :]])
    return float(np.exp(np.mean(losses)))


def by_position(model: Llama) -> dict[int, tuple[int, int]]:
    """(right, asked) by the chunk of the context in which an answer begins.

    One conversation fills the whole context. An answer counts as right if every token of it is
    the most likely one, which is when greedy decoding would have written it.
    """
    rng = random.Random(f"{SEED}-long")
    result: dict[int, list[int]] = defaultdict(lambda: [0, 0])

    def encoded(text: str) -> list[int]:
        return model.tokenize(text.encode(), add_bos=False, special=True)

    for _ in range(LONG_CONVERSATIONS):
        tokens: list[int] = []
        answers: list[tuple[int, int]] = []
        while len(tokens) < SIZE.context:
            drawn = corpus.scene(rng, held_out=False)
            if drawn.system is not None or drawn.opener or not drawn.graded:
                continue
            for question, answer in drawn.turns:
                tokens += encoded(f"{START}user\n{question}{END}\n{START}assistant\n")
                begin = len(tokens)
                tokens += encoded(f"{answer}{END}")
                answers.append((begin, len(tokens)))
                tokens += encoded("\n")
        model.reset()
        model.eval(tokens[: SIZE.context])
        guesses = model.scores[: SIZE.context].argmax(axis=1)
        for begin, end in answers:
            if end <= SIZE.context:
                right = np.array_equal(guesses[begin - 1 : end - 1], tokens[begin:end])
                result[begin // CHUNK][0] += right
                result[begin // CHUNK][1] += 1
    return {chunk: (right, asked) for chunk, (right, asked) in sorted(result.items())}


def check_tokenizers(model: Llama, path: Path, text: str) -> list[int]:
    """Token ids of the text, the same from llama.cpp and from the rebuilt tokenizer.json."""
    with tempfile.TemporaryDirectory() as folder:
        export(path, Path(folder))
        theirs = Tokenizer.from_file(str(Path(folder) / "tokenizer.json")).encode(text).ids
    ours = model.tokenize(text.encode(), add_bos=False, special=True)
    if ours != theirs:
        raise RuntimeError("llama.cpp and tokenizer.json disagree")
    return ours


def main() -> None:
    """Print the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gguf", type=Path, default=GGUF)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--show", type=int, default=20, help="wrong answers to print")
    options = parser.parse_args()
    model = load(options.gguf, options.threads)
    tokens = check_tokenizers(model, options.gguf, HELD_OUT_TEXT.read_text(encoding="utf-8"))
    print(f"{len(tokens)} tokens, {len(tokens) // CHUNK} chunks: tokenizers agree")
    print(f"perplexity {perplexity(model, tokens):.4f}")
    for chunk, (right, asked) in by_position(model).items():
        first, last = chunk * CHUNK, (chunk + 1) * CHUNK
        print(f"answers at tokens {first} to {last}: {100 * right / asked:.1f} % of {asked}")
    scores = accuracy(model, options.show)
    for category, (right, asked) in scores.items():
        print(f"{category:<20} {right:>4} / {asked:<4} {100 * right / asked:5.1f} %")
    right, asked = (sum(column) for column in zip(*scores.values(), strict=True))
    print(f"{'all':<20} {right:>4} / {asked:<4} {100 * right / asked:5.1f} %")


if __name__ == "__main__":
    main()
