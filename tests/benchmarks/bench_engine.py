"""The engine child against llama.cpp's bare decode loop, in one run: `python -m` this module.

Ratios are taken from runs that take turns, so that a busy machine slows both sides alike.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import llama_cpp.llama_cpp as llama

from desktop.domain.conversation import Role
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.protocol import (
    ChatTurn,
    Event,
    Generate,
    Generated,
    Load,
    Loaded,
    TextChunk,
)
from tests.helpers.tiny_models import TinyModel

# About 5 ms a token or more on one core of a laptop.
LARGE = TinyModel(
    width=768, layers=12, heads=12, heads_kv=12, feed_forward=2048, vocabulary=32000,
    weight_type="Q8_0", end_bias=-100.0,
)  # fmt: skip
MEDIUM = TinyModel(
    width=512, layers=8, heads=8, heads_kv=4, feed_forward=1536, vocabulary=8000, context=8192,
    weight_type="F16", end_bias=-100.0,
)  # fmt: skip
SMALL = TinyModel(layers=1, heads_kv=1, context=16384, end_bias=-100.0)

ROUNDS = 12
TOKENS = 64
CONVERSATION_TOKENS = 4000


class Row(NamedTuple):
    """One measured value; `bound` is what it must not exceed or fall below, as text."""

    name: str
    value: float
    bound: str
    ok: bool


def run() -> list[Row]:
    """All rows of the engine."""
    if hasattr(os, "setsid"):
        # The engine child has a session of its own, and Linux shares a busy processor by session.
        with contextlib.suppress(PermissionError):
            os.setsid()
    with tempfile.TemporaryDirectory() as folder:
        return [
            *decode_speed(LARGE.write(Path(folder) / "large.gguf")),
            *flatness(SMALL.write(Path(folder) / "small.gguf")),
            *follow_up(MEDIUM.write(Path(folder) / "medium.gguf")),
        ]


def decode_speed(path: Path) -> list[Row]:
    """Tokens per second through child and pipe, streamed, as a share of the bare loop's."""
    settings = SamplerSettings(seed=1, max_tokens=TOKENS)
    theirs: list[float] = []
    ours: list[float] = []
    python: list[float] = []
    with bare_loop(path, context=1024) as bare, _engine(path, context=1024) as engine:
        for _ in range(ROUNDS + 1):
            theirs.append(bare.tokens_per_second(TOKENS))
            reply, first, last = _generate(engine, [_user("Hello there")], settings)
            ours.append((reply.completion_tokens - 1) / (last - first))
            python.append(reply.python_us_per_token)
    share = _undisturbed(ours) / _undisturbed(theirs)
    milliseconds = 1000 / _undisturbed(ours)
    per_token = median(python)
    return [
        Row("decode through the child / bare loop", share, ">= 0.97", share >= 0.97),
        Row("  at ms per token", milliseconds, ">= 5", milliseconds >= 5),
        Row("Python's share, us per token", per_token, "<= 30", per_token <= 30),
    ]


def _undisturbed(speeds: list[float]) -> float:
    """The median of the faster half: what else the machine does only ever slows a run down."""
    return median(sorted(speeds)[len(speeds) // 2 :])


def flatness(path: Path) -> list[Row]:
    """Python's share of the tokens behind the 8,000th against those around the 100th."""
    with _engine(path, context=16384) as engine:

        def share(tokens: int) -> float:
            settings = SamplerSettings(seed=1, max_tokens=tokens)
            reply, _, _ = _generate(engine, [_user("Hello")], settings)
            return reply.python_us_per_token * tokens

        def between(start: int, end: int) -> float:
            return median((share(end) - share(start)) / (end - start) for _ in range(3))

        early, late = between(100, 1100), between(7500, 8500)
    growth = late - early
    return [
        Row("Python's share at token 8,000, us", late, "<= 30", late <= 30),
        Row("  more than at token 100, us", growth, "<= 5", growth <= 5),
    ]


def follow_up(path: Path) -> list[Row]:
    """Time to the first token of a follow-up against evaluating its new tokens alone."""
    settings = SamplerSettings(temperature=0.0, max_tokens=16)
    question, answer = "question " * 20, "answer " * 28
    conversation = []
    for number in range(CONVERSATION_TOKENS // 400):
        conversation += [
            _user(f"{number} {question}"),
            ChatTurn(role=Role.ASSISTANT, content=f"{number} {answer}"),
        ]
    ours: list[float] = []
    alone: list[float] = []
    with bare_loop(path, context=8192) as bare, _engine(path, context=8192) as engine:
        messages = [*conversation, _user("Go on.")]
        first = _generate(engine, messages, settings, collect=(text := []))[0]
        messages.append(ChatTurn(role=Role.ASSISTANT, content="".join(text)))
        bare.read(first.context_used)
        for number in range(ROUNDS + 1):
            begun = perf_counter()
            reply, arrived, _ = _generate(engine, [*messages, _user(f"Then? {number}")], settings)
            assert reply.cached_tokens == first.context_used, reply
            ours.append(arrived - begun)
            alone.append(bare.seconds_to_read(reply.prompt_tokens - reply.cached_tokens))
    ratio = median(a / b for a, b in list(zip(ours, alone, strict=True))[1:])
    used = float(first.context_used)
    return [
        Row("follow-up: first token / new tokens alone", ratio, "<= 1.2", ratio <= 1.2),
        Row("  in a conversation of tokens", used, ">= 4000", used >= CONVERSATION_TOKENS),
        Row("  first token after ms", median(ours[1:]) * 1000, "", True),
    ]


# --- our side ---------------------------------------------------------------------------------


@contextlib.contextmanager
def _engine(path: Path, context: int) -> Iterator[Engine]:
    engine = Engine()
    engine.start()
    config = LoadConfig(context=context, threads=1)
    engine.call(lambda number: Load(id=number, path=path, config=config), Loaded)
    try:
        yield engine
    finally:
        engine.close()


def _generate(
    engine: Engine,
    messages: list[ChatTurn],
    settings: SamplerSettings,
    collect: list[str] | None = None,
) -> tuple[Generated, float, float]:
    """The reply, and when its first text and its end arrived here."""
    first = 0.0

    def on_event(event: Event) -> None:
        nonlocal first
        if isinstance(event, TextChunk):
            first = first or perf_counter()
            if collect is not None:
                collect.append(event.text)

    reply = engine.call(
        lambda number: Generate(id=number, messages=tuple(messages), sampler=settings),
        Generated,
        on_event,
    )
    return reply, first, perf_counter()


def _user(text: str) -> ChatTurn:
    return ChatTurn(role=Role.USER, content=text)


# --- llama.cpp's side -------------------------------------------------------------------------


class _BareLoop:
    """The loop that llama.cpp's own tools run: sample, decode; no text, no events."""

    def __init__(self, path: Path, context: int) -> None:
        params = llama.llama_model_default_params()
        self._model = llama.llama_model_load_from_file(str(path).encode(), params)
        self.vocabulary = llama.llama_model_get_vocab(self._model)
        params = llama.llama_context_default_params()
        params.n_ctx, params.n_batch, params.n_ubatch = context, 512, 512
        params.n_outputs_max = 1
        params.n_threads = params.n_threads_batch = 1
        self.context = llama.llama_init_from_model(self._model, params)
        self._memory = llama.llama_get_memory(self.context)
        self._used = 0

    def close(self) -> None:
        llama.llama_free(self.context)
        llama.llama_model_free(self._model)

    def read(self, count: int) -> None:
        """Evaluate `count` tokens."""
        for start in range(0, count, 512):
            size = min(512, count - start)
            tokens = (llama.llama_token * size)(*(65 + i % 26 for i in range(size)))
            assert llama.llama_decode(self.context, llama.llama_batch_get_one(tokens, size)) == 0
        self._used += count

    def seconds_to_read(self, count: int) -> float:
        """Evaluate `count` tokens more, choose one, and take all of it back."""
        chain = self._chain()
        begun = perf_counter()
        self.read(count)
        llama.llama_sampler_sample(chain, self.context, -1)
        seconds = perf_counter() - begun
        llama.llama_sampler_free(chain)
        self._used -= count
        llama.llama_memory_seq_rm(self._memory, 0, self._used, -1)
        return seconds

    def tokens_per_second(self, count: int, keep: Callable[[int], None] | None = None) -> float:
        """Of generating `count` tokens with the default chain after a short prompt. `keep` is
        called with each token chosen."""
        llama.llama_memory_clear(self._memory, False)
        self._used = 0
        self.read(32)
        chain = self._chain()
        one = (llama.llama_token * 1)()
        batch = llama.llama_batch_get_one(one, 1)
        sample, decode = llama.llama_sampler_sample, llama.llama_decode
        one[0] = sample(chain, self.context, -1)
        begun = perf_counter()
        for _ in range(count - 1):
            decode(self.context, batch)
            one[0] = sample(chain, self.context, -1)
            if keep is not None:
                keep(one[0])
        seconds = perf_counter() - begun
        llama.llama_sampler_free(chain)
        return (count - 1) / seconds

    def _chain(self) -> Any:
        settings = SamplerSettings()
        chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        for sampler in (
            llama.llama_sampler_init_top_k(settings.top_k),
            llama.llama_sampler_init_top_p(settings.top_p, 1),
            llama.llama_sampler_init_min_p(settings.min_p, 1),
            llama.llama_sampler_init_temp(settings.temperature),
            llama.llama_sampler_init_dist(1),
        ):
            llama.llama_sampler_chain_add(chain, sampler)
        return chain


@contextlib.contextmanager
def bare_loop(path: Path, context: int) -> Iterator[_BareLoop]:
    @llama.llama_log_callback
    def silence(_level: int, _text: bytes, _data: ctypes.c_void_p) -> None:
        pass

    llama.llama_log_set(silence, None)
    llama.llama_backend_init()
    bare = _BareLoop(path, context)
    try:
        yield bare
    finally:
        bare.close()


def main() -> int:
    """Print every row; 1 when one misses its bound."""
    rows = run()
    for row in rows:
        print(f"{'ok  ' if row.ok else 'MISS'} {row.name:45} {row.value:10.3f}  {row.bound}")
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
