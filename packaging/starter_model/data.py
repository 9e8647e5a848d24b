"""Token windows for training and the fixed held-out questions."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
from tokenizers import Tokenizer

from starter_model import corpus
from starter_model.settings import END, END_OF_TEXT, SEED, START, TOKENIZER

PLAIN_SHARE = 0.10
LATE_FROM = 1400  # step from which the later shares of corpus.SHARES hold
QUESTIONS = 800


@cache
def tokenizer() -> Tokenizer:
    """The trained tokenizer."""
    return Tokenizer.from_file(str(TOKENIZER))


def encode(text: str) -> list[int]:
    """Token ids, control tokens in the text included."""
    return tokenizer().encode(text, add_special_tokens=False).ids


def render(messages: list[dict[str, str]], generate: bool = False) -> str:
    """What the chat template makes of the messages."""
    text = "".join(f"{START}{m['role']}\n{m['content']}{END}\n" for m in messages)
    return f"{text}{START}assistant\n" if generate else text


def _document(rng: random.Random, longest: int, late: bool) -> tuple[list[int], list[bool]]:
    """Ids of one text and which of them to learn: answers only, or all of a plain text."""
    end_of_text = encode(END_OF_TEXT)
    if rng.random() < PLAIN_SHARE:
        ids = encode(corpus.plain_text(rng)) + end_of_text
        return ids, [True] * len(ids)
    ids, learn = [], []
    for message in corpus.conversation(rng, longest=longest, late=late).messages():
        head = encode(f"{START}{message['role']}\n")
        body = encode(f"{message['content']}{END}")
        tail = encode("\n")
        ids += head + body + tail
        learn += [False] * len(head) + [message["role"] == "assistant"] * len(body)
        learn += [False] * len(tail)
    return ids + end_of_text, [*learn, False]


def batch(step: int, windows: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids and learning mask of one step, both (windows, length + 1).

    A batch depends on the seed and its step alone, so a resumed training sees the same data.
    Every window starts with a whole conversation; what does not fit at its end is cut off.
    """
    rng = random.Random(f"{SEED}-{step}")
    ids = np.empty((windows, length + 1), dtype=np.int64)
    learn = np.empty((windows, length + 1), dtype=bool)
    for row in range(windows):
        row_ids: list[int] = []
        row_learn: list[bool] = []
        while len(row_ids) <= length:
            more_ids, more_learn = _document(rng, length // 40, step >= LATE_FROM)
            row_ids += more_ids
            row_learn += more_learn
        ids[row] = row_ids[: length + 1]
        learn[row] = row_learn[: length + 1]
    return ids, learn


def held_out_questions() -> list[dict[str, object]]:
    """The question set: `messages` up to the last question, `expected` answer, `category`."""
    rng = random.Random(f"{SEED}-questions")
    rows: dict[str, dict[str, object]] = {}
    while len(rows) < QUESTIONS:
        drawn = corpus.conversation(rng, held_out=True, longest=6)
        messages = drawn.messages()
        prompt = render(messages[:-1], generate=True)
        if drawn.graded and len(encode(prompt)) < 300:
            rows[prompt] = {
                "category": drawn.category,
                "messages": messages[:-1],
                "expected": messages[-1]["content"],
            }
    return list(rows.values())
