"""Searching a library of 10,000 prompts: CPU times of the fastest of seven runs."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from desktop.core.prompt_library import PromptLibrary
from desktop.domain.paths import resource_path
from desktop.domain.prompt import Example, PromptContent, PromptDraft, PromptField, PromptQuery
from desktop.storage.database import Database
from desktop.storage.prompts import StoredPrompts
from tests.benchmarks.bench_storage import Words, fastest, milliseconds_since

PROMPTS = 10_000


def run() -> list[tuple[str, float, float, bool]]:
    """Rows of name, milliseconds of CPU time, bound, whether it holds."""
    words = Words()
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(Path(folder) / "quern.db")) as database,
    ):
        database.open()
        library = PromptLibrary(StoredPrompts(database), resource_path("prompts"))
        with library.together():
            for number in range(PROMPTS):
                library.add(draft(words, number))
        rows = list(measure(library, words))
    return [(name, value, bound, value <= bound) for name, value, bound in rows]


def measure(library: PromptLibrary, words: Words) -> Iterator[tuple[str, float, float]]:
    """Rows of name, milliseconds, bound."""
    commonest = words.vocabulary[0]
    queries = {
        "no words": PromptQuery(),
        "one letter": PromptQuery("a"),
        "the commonest word": PromptQuery(commonest),
        "three common words": PromptQuery(" ".join(words.vocabulary[:3])),
        "a rare word": PromptQuery(words.vocabulary[-1]),
        "unspaced script": PromptQuery("机器"),
        "a common word and a tag": PromptQuery(commonest, tag="all"),
        "a folder": PromptQuery(folder="Folder 3"),
    }
    for name, query in queries.items():
        yield f"search {PROMPTS:,} prompts: {name}", fastest(lambda q=query: library.list(q)), 30.0
    yield "list the tags", fastest(library.tags), 50.0
    started = time.process_time()
    library.update_builtin()
    yield "add our own prompts on the first start", milliseconds_since(started), 500.0
    yield "look for changes of our own prompts", fastest(library.update_builtin), 50.0


def draft(words: Words, number: int) -> PromptDraft:
    """About 1,000 characters, as prompts of people are."""
    return PromptDraft(
        title=words.text(4),
        content=PromptContent(
            text=words.text(120) + " {input}" + (" 我喜欢机器学习" if number % 10 == 0 else ""),
            system_prompt=words.text(20),
            fields=(PromptField("input"),),
            examples=(Example(words.text(20), words.text(10)),),
        ),
        folder=f"Folder {number % 20}",
        tags=("all", words.vocabulary[number % 50]),
        why=words.text(15),
    )
