"""Models, repositories and downloads as a person may have them, for tests of the Models page."""

from __future__ import annotations

import time
from pathlib import Path

from desktop.domain.download import Download, DownloadRequest, DownloadState
from desktop.domain.hub import (
    Fit,
    Gate,
    Recommendation,
    RemoteFile,
    RemoteModel,
    Repository,
    RepositoryKind,
    RepositorySummary,
)
from desktop.domain.library import LibraryEntry, ModelSource
from desktop.domain.model import ModelInfo, TensorInfo

GB = 1_000_000_000
GIB = 1 << 30
NOON = time.mktime((2026, 6, 1, 12, 0, 0, 0, 0, -1))


def info(path: Path, name: str, level: str, weights: int, bits: float, **more: object) -> ModelInfo:
    values: dict[str, object] = {
        "architecture": "qwen3", "context_length": 32768, "embedding_length": 2560,
        "block_count": 36, "head_count": 32, "head_count_kv": 8, "vocabulary_size": 151936,
        "tokenizer": "gpt2", "license": "apache-2.0", "description": "",
        "chat_template": "{{ messages }}",
    } | more  # fmt: skip
    size = round(weights * bits / 8)
    return ModelInfo(
        path=path, file_size=size, name=name, level=level, parameters=weights,
        bits_per_weight=bits, **values,
    )  # type: ignore[arg-type]  # fmt: skip


def entry(
    name: str,
    level: str,
    weights: int,
    bits: float,
    source: ModelSource = ModelSource.QUERN,
    used: float = 0.0,
    **more: object,
) -> LibraryEntry:
    path = Path(f"/models/{name}-{level}.gguf")
    known = info(path, name, level, weights, bits, **more)
    return LibraryEntry(f"{name} {level}", path, source, known.file_size, False, used, (), known)


def library() -> list[LibraryEntry]:
    gone = Path("/media/stick/mistral-7b-instruct-v0.3.Q5_K_M.gguf")
    bad = Path("/home/ada/Downloads/broken.gguf")
    return [
        entry("Quern Starter", "F16", 31_000_000, 16.0, ModelSource.STARTER, NOON - 2 * 86400,
              context_length=2048, license="MIT", architecture="llama"),
        entry("Qwen3-4B-Instruct", "Q4_K_M", 4_022_468_096, 4.97, used=NOON),
        entry("Qwen3-8B", "Q5_K_M", 8_190_735_360, 5.69, ModelSource.LM_STUDIO, NOON - 86400),
        entry("gemma-3-12b-it", "Q4_0", 11_765_788_416, 4.6, ModelSource.OLLAMA, NOON - 9 * 86400,
              license="gemma", context_length=131072, architecture="gemma3"),
        entry("Llama-3.2-1B-Instruct-with-a-name-that-somebody-made-much-too-long", "Q8_0",
              1_235_814_432, 8.5, ModelSource.HUGGING_FACE, license="llama3.2",
              context_length=131072, architecture="llama"),
        entry("phi-2", "Q4_K_M", 2_779_683_840, 5.1, ModelSource.FOLDER, chat_template=None,
              context_length=2048, license="mit", architecture="phi2"),
        entry("日本語モデル 🦙 7B", "IQ4_XS", 7_000_000_000, 4.3, ModelSource.FILE, license=""),
        LibraryEntry("mistral-7b-instruct-v0.3 Q5_K_M", gone, ModelSource.FILE, 0, True),
        LibraryEntry("broken", bad, ModelSource.FILE, 12_000_000, problem=(
            "“broken.gguf” ends in the middle of its header: it was not copied in full.")),
    ]  # fmt: skip


def tensors() -> tuple[TensorInfo, ...]:
    made = [TensorInfo("token_embd.weight", "Q6_K", (2560, 151936), 319_065_600)]
    for layer in range(36):
        for part, kind, size in (
            ("attn_q", "Q4_K", 5_898_240), ("attn_k", "Q4_K", 1_474_560),
            ("attn_v", "Q6_K", 2_150_400), ("ffn_down", "Q6_K", 20_428_800),
            ("ffn_up", "Q4_K", 14_008_320), ("attn_norm", "F32", 10_240),
        ):  # fmt: skip
            name = f"blk.{layer}.{part}.weight"
            made.append(TensorInfo(name, kind, (2560, size // 2560), size))
    return tuple(made)


def recommendations() -> list[Recommendation]:
    return [
        Recommendation("Qwen3 1.7B", 4 * GIB, "Qwen/Qwen3-1.7B-GGUF", "Qwen3-1.7B-Q8_0.gguf",
                       1_834_426_016, "apache-2.0",
                       "Small and quick, for mail and notes on any laptop."),
        Recommendation("Qwen3 4B Instruct", 8 * GIB, "unsloth/Qwen3-4B-Instruct-2507-GGUF",
                       "Qwen3-4B-Instruct-2507-Q4_K_M.gguf", 2_497_281_120, "apache-2.0",
                       "The best balance for a laptop with 8 GB: writes, explains and codes well."),
        Recommendation("Gemma 3 12B", 16 * GIB, "ggml-org/gemma-3-12b-it-GGUF",
                       "gemma-3-12b-it-Q4_K_M.gguf", 7_300_574_880, "gemma",
                       "Strong in many languages, with good long answers."),
        Recommendation("Qwen3 30B A3B", 32 * GIB, "Qwen/Qwen3-30B-A3B-GGUF",
                       "Qwen3-30B-A3B-Q4_K_M.gguf", 18_556_686_912, "apache-2.0",
                       "Knows much and answers fast, because few of its weights work at a time."),
    ]  # fmt: skip


def summary(
    name: str = "bartowski/Qwen_Qwen3-4B-GGUF", likes: int = 78, **more: object
) -> RepositorySummary:
    values: dict[str, object] = {
        "kind": RepositoryKind.GGUF, "parameters": 4_022_468_096, "architecture": "qwen3",
        "license": "apache-2.0", "downloads": 128_412, "likes": likes,
        "updated_at": NOON - 3 * 86400,
    } | more  # fmt: skip
    return RepositorySummary(name, **values)  # type: ignore[arg-type]


def results() -> list[RepositorySummary]:
    return [
        summary("Qwen/Qwen3-4B-GGUF", 230, downloads=1_284_121),
        summary(),
        summary("google/gemma-3-4b-it-qat-q4_0-gguf", 512, gate=Gate.GATED, license="gemma",
                architecture="gemma3", parameters=3_880_263_168),
        summary("unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF-with-a-very-long-name-indeed", 941,
                parameters=30_532_122_624, architecture="qwen3moe"),
        summary("TinyLlama/TinyLlama-1.1B-Chat-v1.0", 1200, kind=RepositoryKind.CONVERTIBLE,
                parameters=1_100_048_384, architecture="llama"),
        summary("someone/model-of-unknown-things", 1, parameters=0, architecture="", license="",
                updated_at=0.0),
    ]  # fmt: skip


def remote(level: str, size: int, parts: int = 1) -> RemoteModel:
    name = f"Qwen_Qwen3-4B-{level}"
    files = tuple(
        RemoteFile(f"{name}-{n + 1:05}-of-{parts:05}.gguf", size // parts, f"{n:064x}")
        for n in range(parts)
    )
    return RemoteModel(name, level, files)


CARD = """\
# Qwen3-4B GGUF

<div align="center"><img src="https://example.org/logo.png"/></div>

Quantizations of [Qwen3-4B](https://example.org/Qwen/Qwen3-4B), made with llama.cpp.

| Level | Size | Use |
|---|---:|---|
| Q8_0 | 4.28 GB | Nearly as exact as the original |
| Q4_K_M | 2.50 GB | A good default |

## How to run it

```
quern chat Qwen_Qwen3-4B-Q4_K_M
```
"""


def repository(**more: object) -> Repository:
    values: dict[str, object] = {
        "summary": summary(), "revision": "a" * 40, "card": CARD,
        "models": (
            remote("Q2_K", 1_669_498_976), remote("Q4_K_M", 2_497_281_120),
            remote("Q6_K", 3_306_260_576), remote("Q8_0", 4_280_405_600),
            remote("BF16", 8_051_284_736, 2),
        ),
    } | more  # fmt: skip
    return Repository(**values)  # type: ignore[arg-type]


def fits(size: int, available: int = 6 * GB) -> tuple[Fit, ...]:
    return tuple(
        Fit(context, size + context * 144 * 1024 + 300_000_000, available)
        for context in (4096, 8192, 32768)
    )


def download(number: int, state: DownloadState, **more: object) -> Download:
    model = remote("Q4_K_M", 2_497_281_120)
    request = DownloadRequest(
        "bartowski/Qwen_Qwen3-4B-GGUF", "a" * 40, model.name, model.files, Path("/models")
    )
    return Download(number, request, state, **more)  # type: ignore[arg-type]


def downloads() -> list[Download]:
    state = DownloadState
    return [
        download(1, state.RUNNING, received=1_048_000_000, rate=23_400_000.0),
        download(2, state.QUEUED),
        download(3, state.WAITING, received=400_000_000, retry_in=16.0,
                 problem="The hub cannot be reached.", advice="It is tried again by itself."),
        download(4, state.PAUSED, received=1_900_000_000),
        download(5, state.VERIFYING, received=700_000_000),
        download(6, state.FAILED, received=10_000_000,
                 problem="The disk is full: 1.2 GB are missing in /models.",
                 advice="Free some space, then try again."),
        download(7, state.DONE, received=2_497_281_120, path=Path("/models/x.gguf")),
    ]  # fmt: skip
