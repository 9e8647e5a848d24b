"""A model and its context as llama.cpp holds them, freed in the right order."""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as llama
import psutil

from desktop.domain.errors import Cancelled, InvalidInput, ModelLoadFailed
from desktop.domain.load_limits import MAX_CONTEXT, MAX_THREADS
from desktop.domain.model import CONTEXT_STEP, DEFAULT_CONTEXT, LoadConfig
from desktop.engine import graphics
from desktop.engine.native import CancelFlag, LlamaLog

MAX_BATCH = 4096

# What llama_decode answers.
DECODED, NO_SLOT, ABORTED = 0, 1, 2

_CACHE_TYPES = {"f16": 1, "q8_0": 8, "q4_0": 2}
_MODEL_BUFFER = re.compile(r"(\S+) model buffer size")
_REPACKING = ("CPU_", "AMX")  # names of ggml's extra buffer types
_FLASH_ATTENTION = {
    "auto": llama.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": llama.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": llama.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}


def physical_cores() -> int:
    """Physical cores, at least 1."""
    return psutil.cpu_count(logical=False) or os.cpu_count() or 1


def resolve(config: LoadConfig, trained_context: int) -> LoadConfig:
    """`config` with what is left open filled in.

    The context is rounded up to a multiple of CONTEXT_STEP: llama.cpp would do so itself. One core
    is left to the interface; with every core busy llama.cpp's threads wait for each other.

    Raises: InvalidInput.
    """
    context = config.context or min(DEFAULT_CONTEXT, trained_context or DEFAULT_CONTEXT)
    threads = config.threads or max(1, physical_cores() - 1)
    if not 1 <= context <= MAX_CONTEXT:
        raise InvalidInput(f"The context is {context} tokens, but can be 1 to {MAX_CONTEXT}.")
    if not 1 <= threads <= MAX_THREADS:
        raise InvalidInput(f"The number of threads is {threads}, but can be 1 to {MAX_THREADS}.")
    if not 1 <= config.batch <= MAX_BATCH:
        raise InvalidInput(f"The batch is {config.batch} tokens, but can be 1 to {MAX_BATCH}.")
    if not {config.cache_type_k, config.cache_type_v} <= _CACHE_TYPES.keys():
        raise InvalidInput(f"The KV cache type must be one of {', '.join(_CACHE_TYPES)}.")
    if config.flash_attention not in _FLASH_ATTENTION:
        raise InvalidInput("Flash attention must be auto, on or off.")
    if config.cache_type_v != "f16" and config.flash_attention == "off":
        raise InvalidInput(
            f"A {config.cache_type_v} value cache works with flash attention only.",
            "Turn flash attention on, or keep the value cache at f16.",
        )
    padded = -(-context // CONTEXT_STEP) * CONTEXT_STEP
    return replace(config, context=padded, threads=threads)


class Weights:
    """A `llama_model`.

    Attributes:
        repacked: llama.cpp keeps (some of) the weights in a layout made for this processor. It
            then copies them, and a mapped file would stay in memory beside the copy.
    """

    def __init__(
        self,
        path: Path,
        config: LoadConfig,
        log: LlamaLog,
        *,
        simulate: bool = False,
        mapped: bool = True,
        on_progress: Callable[[float], None] | None = None,
        flag: CancelFlag | None = None,
    ) -> None:
        """With `simulate` nothing but the header and the vocabulary is read; with `mapped` the
        weights stay in the file, of which the system keeps in memory what is used.

        Raises: ModelLoadFailed, Cancelled when `flag` was raised.
        """

        def progress(fraction: float, _user_data: Any) -> bool:
            if on_progress is not None:
                on_progress(fraction)
            return flag is None or not flag.is_set()

        callback = llama.llama_progress_callback(progress)
        params = llama.llama_model_default_params()
        params.n_gpu_layers = config.gpu_layers
        allowed = graphics.handles(graphics.allowed_devices())
        params.devices = ctypes.cast(allowed, ctypes.c_void_p)
        params.progress_callback = callback
        params.no_alloc = simulate
        if simulate or not mapped:  # only without mapping does it simulate
            params.load_mode = llama.LLAMA_LOAD_MODE_NONE
        with log.collect() as lines:
            handle = llama.llama_model_load_from_file(os.fsencode(path), params)
            if not handle:
                if flag is not None and flag.is_set():
                    raise Cancelled("Loading was cancelled.")
                raise ModelLoadFailed(
                    f"llama.cpp cannot load this model: {log.reason()}.",
                    "The file may be damaged or of a kind this version does not know.",
                )
            buffers = set(_MODEL_BUFFER.findall("".join(lines)))
        self.handle: int = handle
        self.repacked = any(name.startswith(_REPACKING) for name in buffers - {"CPU_Mapped"})

    @property
    def vocabulary_handle(self) -> int:
        return int(llama.llama_model_get_vocab(self.handle))

    def close(self) -> None:
        if self.handle:
            llama.llama_model_free(self.handle)
            self.handle = 0


class Context:
    """A `llama_context` with one sequence: the KV cache and what evaluates into it.

    Close it before its weights.

    Attributes:
        size: tokens it holds.
        batch: tokens evaluated in one call, at most.
        threads: as configured.
        log: what llama.cpp said while it was set up.
    """

    def __init__(
        self, weights: Weights, config: LoadConfig, log: LlamaLog, flag: CancelFlag | None = None
    ) -> None:
        """`config` must be resolved. Raises: ModelLoadFailed."""
        params = llama.llama_context_default_params()
        params.n_ctx = config.context
        params.n_batch = params.n_ubatch = min(config.batch, config.context)
        params.n_outputs_max = 1  # only the last token's logits are ever read
        params.n_threads = params.n_threads_batch = config.threads
        params.flash_attn_type = _FLASH_ATTENTION[config.flash_attention]
        params.type_k = _CACHE_TYPES[config.cache_type_k]
        params.type_v = _CACHE_TYPES[config.cache_type_v]
        params.swa_full = False
        if flag is not None:
            params.abort_callback = flag.callback
            params.abort_callback_data = flag.data
        with log.collect() as lines:
            handle = llama.llama_init_from_model(weights.handle, params)
            if not handle:
                raise ModelLoadFailed(
                    f"llama.cpp cannot set up a context: {log.reason()}.",
                    "Try a smaller context, or the KV cache type f16.",
                )
            self.log = "".join(lines)
        self.handle: int = handle
        self.size = int(llama.llama_n_ctx(handle))
        self.batch = int(params.n_batch)
        self.threads = config.threads
        self._memory = llama.llama_get_memory(handle)
        self._window = int(llama.llama_model_n_swa(weights.handle))
        # Moving quantized keys crashes llama.cpp when heads are 32 wide, not at multiples of 64.
        # Phi-3 has 96. Without attention there are no heads.
        heads = max(llama.llama_model_n_head(weights.handle), 1)
        head = llama.llama_model_n_embd(weights.handle) // heads
        self._moves = config.cache_type_k == "f16" or head % 64 == 0
        self._flag = flag  # llama.cpp holds its address

    @property
    def can_shift(self) -> bool:
        """Whether old tokens can be dropped in place."""
        return (
            self._moves and bool(self._memory) and bool(llama.llama_memory_can_shift(self._memory))
        )

    def evaluate(self, tokens: Sequence[int]) -> int:
        """Evaluate up to `batch` tokens after those already there.

        Returns DECODED, NO_SLOT, ABORTED or a negative number for a failure.
        """
        array = (llama.llama_token * len(tokens))(*tokens)
        return int(llama.llama_decode(self.handle, llama.llama_batch_get_one(array, len(tokens))))

    def truncate(self, length: int) -> bool:
        """Keep the first `length` tokens only. False when this model's memory cannot: it is then
        empty."""
        if length == 0:
            self.clear()
            return True
        if self._window and not self._window_holds(length):
            self.clear()
            return False
        if llama.llama_memory_seq_rm(self._memory, 0, length, -1):
            return True
        self.clear()
        return False

    def _window_holds(self, length: int) -> bool:
        """Whether a sliding window still has all the tokens that token `length` looks at."""
        oldest = llama.llama_memory_seq_pos_min(self._memory, 0)
        return bool(oldest <= max(0, length - self._window))

    def drop(self, start: int, end: int, used: int) -> None:
        """Take tokens start..end out and move those up to `used` down. Needs `can_shift`."""
        llama.llama_memory_seq_rm(self._memory, 0, start, end)
        llama.llama_memory_seq_add(self._memory, 0, end, used, start - end)

    def clear(self) -> None:
        if self._memory:
            llama.llama_memory_clear(self._memory, False)

    def copy(self, other: Context) -> bool:
        """Hold what `other`, a context of the same model, holds. False when that cannot be: this
        one is then empty."""
        self.clear()
        size = int(llama.llama_state_seq_get_size(other.handle, 0))
        state = (ctypes.c_uint8 * size)()
        llama.llama_state_seq_get_data(other.handle, state, size, 0)
        if llama.llama_state_seq_set_data(self.handle, state, size, 0) == size:
            return True
        self.clear()
        return False

    def set_threads(self, threads: int) -> None:
        llama.llama_set_n_threads(self.handle, threads, threads)

    def close(self) -> None:
        if self.handle:
            llama.llama_free(self.handle)
            self.handle = 0


def token_array() -> tuple[Any, Any]:
    """A one-token array and the batch that evaluates it, for reuse without allocation."""
    array = (llama.llama_token * 1)()
    return array, llama.llama_batch_get_one(array, 1)
