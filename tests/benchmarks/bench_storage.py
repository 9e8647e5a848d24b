"""Storage at the size of years of use: prints a table of CPU times and whether they are within bounds.

Run it with `python -m tests.benchmarks.bench_storage` or by its path.
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop.domain.conversation import (
    AnswerFacts,
    Conversation,
    Message,
    MessageState,
    Role,
    StopReason,
)
from desktop.domain.sampling import SamplerSettings
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database

CONVERSATIONS = 5_000
MESSAGES_EACH = 20
LONG = 10_000
FACTS = AnswerFacts(
    model_name="Stone 7B Instruct",
    model_path="/home/somebody/models/stone-7b-instruct-q4_k_m.gguf",
    level="Q4_K_M",
    sampler=SamplerSettings(),
    seed=1234567890,
    stop_reason=StopReason.END_OF_TURN,
    prompt_tokens=1234,
    completion_tokens=321,
    ttft_ms=123.456,
    tokens_per_second=12.345,
    context=4096,
    context_used=1555,
)


def run() -> list[tuple[str, float, float, bool]]:
    """Rows of name, milliseconds of CPU time, bound, whether it holds."""
    words = Words()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "quern.db")
        with closing(database):
            database.open()
            store = Conversations(database)
            with database.writing():
                for _ in range(CONVERSATIONS):
                    add(store, words, MESSAGES_EACH)
                long = add(store, words, LONG)
            rows = list(measure(store, words, long))
        start = time.process_time()
        with closing(database):
            database.open()
            rows.append(("open the database", milliseconds_since(start), 50.0))
    return [(name, value, bound, value <= bound) for name, value, bound in rows]


def measure(
    store: Conversations, words: Words, long: Conversation
) -> Iterator[tuple[str, float, float]]:
    """Rows of name, milliseconds, bound."""
    queries = {
        "the commonest word": words.vocabulary[0],
        "one letter": "a",
        "three common words": " ".join(words.vocabulary[:3]),
        "a rare word": words.vocabulary[-1],
        "unspaced script": "机器",
    }
    for name, query in queries.items():
        yield f"search 100,000 messages: {name}", fastest(lambda q=query: store.search(q)), 50.0
    yield "path of 10,000 messages", fastest(lambda: store.path(long.id)), 100.0
    yield "branches of 10,000 messages", fastest(lambda: store.branches(long.id)), 50.0
    yield "list 5,000 conversations", fastest(store.list), 100.0
    answer = store.add_message(
        long.id,
        role=Role.ASSISTANT,
        text="",
        parent_id=long.head_id,
        state=MessageState.STREAMING,
    )
    text = {"text": words.text(20_000), "reasoning": ""}

    def flush() -> None:
        store.update_text(answer.id, **text, state=MessageState.STREAMING)

    def finish() -> None:
        store.finish(answer.id, **text, state=MessageState.DONE, facts=FACTS)

    yield "flush an answer of 130 KB", fastest(flush), 50.0
    yield "finish an answer of 130 KB", fastest(finish), 250.0


class Words:
    """Text whose words are as unevenly common as those of a language (Zipf)."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        letters = "abcdefghijklmnoprstuvw"
        self.vocabulary = [
            "".join(self._random.choices(letters, k=self._random.randint(3, 9)))
            for _ in range(30_000)
        ]
        self._weights = list(itertools.accumulate(1 / (n + 1) for n in range(30_000)))

    def text(self, count: int) -> str:
        return " ".join(self._random.choices(self.vocabulary, cum_weights=self._weights, k=count))


def add(store: Conversations, words: Words, count: int) -> Conversation:
    """A conversation of `count` messages, every second one with facts."""
    messages = [
        Message(
            id=n,
            conversation_id=0,
            parent_id=n - 1 if n else None,
            role=Role.ASSISTANT if n % 2 else Role.USER,
            text=words.text(50) + (" 我喜欢机器学习" if n % 10 == 0 else ""),
            created_at=float(n),
            facts=FACTS if n % 2 else None,
        )
        for n in range(count)
    ]
    empty = Conversation(0, words.text(4), 0.0, 0.0, head_id=count - 1)
    return store.add_tree(empty, messages)


def fastest(action: Callable[[], object]) -> float:
    """Milliseconds of CPU time the fastest of seven runs takes."""
    times = []
    for _ in range(7):
        start = time.process_time()
        action()
        times.append(milliseconds_since(start))
    return min(times)


def milliseconds_since(start: float) -> float:
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    for name, value, bound, ok in run():
        print(f"{'ok  ' if ok else 'SLOW'} {name}: {value:.1f} ms (at most {bound:g})")
