"""The list of thousands of models on a second start, and the header of a large vocabulary."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desktop.core.model_library import ModelLibrary
from desktop.domain.model import ModelInfo
from desktop.domain.paths import Home, OtherPrograms
from desktop.storage.database import Database
from desktop.storage.model_facts import ModelFacts
from desktop.storage.models import KnownModels
from tests.helpers.tiny_models import TinyModel

MODELS = 2_000
VOCABULARY = 128_256
ROUNDS = 7
TEMPLATE = "{% for message in messages %}{{ message.content }}{% endfor %}\n" * 40


def run() -> list[tuple[str, float, float, bool]]:
    """Rows of name, milliseconds, bound, whether it holds."""
    with tempfile.TemporaryDirectory() as folder:
        listing = measure_listing(Path(folder))
        header = measure_header(Path(folder))
    rows = [
        (f"list {MODELS:,} models on a second start", listing, 100.0),
        (f"read the header of a vocabulary of {VOCABULARY:,}", header, 30.0),
    ]
    return [(name, value, bound, value <= bound) for name, value, bound in rows]


def measure_listing(root: Path) -> float:
    """Milliseconds to the complete list, with every header known from the first start."""
    others = OtherPrograms(
        hugging_face=(root / "hub",),
        lm_studio=(root / "lm",),
        gpt4all=(root / "gpt4all",),
        ollama=(root / "ollama",),
    )
    make_models(root)

    def library(database: Database, inspect: Callable[[Path], ModelInfo]) -> ModelLibrary:
        return ModelLibrary(
            KnownModels(database),
            ModelFacts(database),
            Home(root / "home"),
            others,
            root / "starter.gguf",
            inspect,
        )

    with closing(Database(root / "quern.db")) as database:
        database.open()
        library(database, info_of).list()

    def second_start() -> None:
        with closing(Database(root / "quern.db")) as database:
            database.open()
            started = time.perf_counter()
            (entries,) = library(database, read_again).listings()
            times.append(milliseconds_since(started))
        assert len(entries) == MODELS + 1
        assert all(entry.info for entry in entries[1:])

    times: list[float] = []
    for _ in range(ROUNDS):
        second_start()
    return min(times)


def make_models(root: Path) -> None:
    """Half of them in Quern's own folder, the others spread over what other programs keep."""
    for number in range(MODELS):
        digest = f"{number:064x}"
        author, name = f"author-{number % 97}", f"model-{number}-7b-instruct-q4_k_m"
        match number % 8:
            case 0 | 1 | 2 | 3:
                write(root / "home" / "models" / author / f"{name}.gguf", name)
            case 4 | 5:
                repository = root / "hub" / f"models--{author}--{name}"
                write(repository / "blobs" / digest, name)
                snapshot = repository / "snapshots" / f"{number:040x}"
                snapshot.mkdir(parents=True)
                os.symlink(f"../../blobs/{digest}", snapshot / f"{name}.gguf")
            case 6:
                write(root / "lm" / "models" / author / name / f"{name}.gguf", name)
            case _:
                write(root / "ollama" / "blobs" / f"sha256-{digest}", name)
                layer = {
                    "mediaType": "application/vnd.ollama.image.model",
                    "digest": f"sha256:{digest}",
                }
                place = root / "ollama" / "manifests" / "registry.ollama.ai" / "library"
                write(place / name / "7b", json.dumps({"layers": [layer]}))


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def info_of(path: Path) -> ModelInfo:
    return ModelInfo(
        path=path, file_size=4_000_000_000, architecture="llama", name=f"{path.stem} Instruct",
        level="Q4_K_M", parameters=7_000_000_000, bits_per_weight=4.85, context_length=32_768,
        embedding_length=4096, block_count=32, head_count=32, head_count_kv=8,
        vocabulary_size=32_000, tokenizer="gpt2", license="apache-2.0",
        description="What a description says in a sentence or two. " * 3,
        chat_template=TEMPLATE, metadata={f"key.{n}": "value" * 20 for n in range(40)},
    )  # fmt: skip


def read_again(path: Path) -> ModelInfo:
    raise AssertionError(f"{path} was read again")


def measure_header(root: Path) -> float:
    """Milliseconds the engine takes for it, in its own process."""
    from desktop.engine.backends import load_backends
    from desktop.engine.gguf_header import read_header
    from desktop.engine.native import LlamaLog

    path = TinyModel(vocabulary=VOCABULARY).write(root / "large.gguf")
    log = LlamaLog()
    load_backends(log)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        assert read_header(path, log).vocabulary_size == VOCABULARY
        times.append(milliseconds_since(started))
    return min(times)


def milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
