"""What loading a model takes, known before its weights are read.

llama.cpp itself is asked: a model loaded without allocating anything, and a context made of it, log
the exact sizes of the KV cache and of the compute buffers. The weights stand in the file's header.
"""

from __future__ import annotations

import re
from dataclasses import replace

import psutil

from desktop.domain.errors import ModelTooBig
from desktop.domain.model import CONTEXT_STEP, LoadConfig, MemoryEstimate, ModelInfo
from desktop.engine.graphics import allowed_devices
from desktop.engine.model import Context, Weights
from desktop.engine.native import LlamaLog
from desktop.engine.token_record import record_bytes

MIB = 1 << 20

# Measured: what a token of the vocabulary takes in llama.cpp's tokenizer and in ours, and what
# libraries, graphs and allocators take whatever the model.
VOCABULARY_BYTES = 600
FIXED_OVERHEAD = 24 * MIB

_KV_SIZE = re.compile(r"^llama_(?:kv_cache|memory)\w*: size =\s*([\d.]+) MiB", re.MULTILINE)
_COMPUTE_SIZE = re.compile(r"compute buffer size =\s*([\d.]+) MiB")
_FLASH_ATTENTION = re.compile(r"flash_attn\s+= enabled|Flash Attention enabled")
_OUTPUT_SIZE = re.compile(r"output buffer size =\s*([\d.]+) MiB")


class MemoryEstimator:
    """Estimates, quick when asked again about the same file: its vocabulary is kept loaded.

    Args:
        answers: whether the model is to answer, so that a TokenRecord will be kept.
    """

    def __init__(self, log: LlamaLog, *, answers: bool = False) -> None:
        self._log = log
        self._answers = answers
        self._weights: Weights | None = None
        self._key: tuple[str, int, int, int] | None = None
        self._known: dict[LoadConfig, tuple[int, int]] = {}

    def estimate(self, info: ModelInfo, config: LoadConfig) -> MemoryEstimate:
        """Bytes that loading takes. `config` must be resolved. Raises: ModelLoadFailed."""
        kv_cache, compute = self._simulate(info, config)
        record = record_bytes(info.vocabulary_size) if self._answers else 0
        return MemoryEstimate(
            weights=sum(tensor.size for tensor in info.tensors),
            kv_cache=kv_cache,
            compute=compute,
            overhead=FIXED_OVERHEAD + VOCABULARY_BYTES * info.vocabulary_size + record,
            context=config.context,
            available=available_memory(config),
        )

    def repacks(self, info: ModelInfo, config: LoadConfig) -> bool:
        """Whether llama.cpp will copy the weights into a layout of its own."""
        return self._simulated(info, config).repacked

    def close(self) -> None:
        """Free what is kept for the next estimate."""
        if self._weights is not None:
            self._weights.close()
            self._weights = None
        self._key = None
        self._known.clear()

    def _simulate(self, info: ModelInfo, config: LoadConfig) -> tuple[int, int]:
        """Bytes of KV cache and of compute buffers."""
        weights = self._simulated(info, config)
        relevant = replace(config, threads=1)
        if relevant not in self._known:
            context = Context(weights, relevant, self._log)
            context.close()
            compute = _sum(_COMPUTE_SIZE, context.log) + _sum(_OUTPUT_SIZE, context.log)
            flash_attention = bool(_FLASH_ATTENTION.search(context.log))
            work = _work_buffer(info, relevant, flash_attention=flash_attention)
            self._known[relevant] = (_sum(_KV_SIZE, context.log), compute + work)
        return self._known[relevant]

    def _simulated(self, info: ModelInfo, config: LoadConfig) -> Weights:
        status = info.path.stat()
        key = (str(info.path), status.st_size, status.st_mtime_ns, config.gpu_layers)
        if self._weights is None or key != self._key:
            self.close()
            self._weights = Weights(info.path, config, self._log, simulate=True)
            self._key = key
        return self._weights


def available_memory(config: LoadConfig) -> int:
    """Bytes free for a model: main memory, and that of graphics cards when they may be used."""
    available = int(psutil.virtual_memory().available)
    if config.gpu_layers:
        cards = [device for device in allowed_devices() if device.kind == "gpu"]
        available += sum(device.memory_free for device in cards)
    return available


def check_fits(
    estimator: MemoryEstimator, info: ModelInfo, config: LoadConfig, estimate: MemoryEstimate
) -> None:
    """Raises: ModelTooBig, with the numbers and the largest context that would fit."""
    if estimate.fits:
        return
    fitting = _largest_fitting_context(estimator, info, config)
    advice = (
        f"A context of {fitting:,} tokens would fit."
        if fitting
        else "Close other programs, or choose a smaller model or a lower quantization level."
    )
    raise ModelTooBig(
        f"With a context of {config.context:,} tokens this model takes "
        f"{_gigabytes(estimate.total)}, but only {_gigabytes(estimate.available)} are free.",
        advice,
    )


def _largest_fitting_context(
    estimator: MemoryEstimator, info: ModelInfo, config: LoadConfig
) -> int:
    """In tokens, a multiple of CONTEXT_STEP; 0 when none fits."""
    low, high = 0, config.context // CONTEXT_STEP
    while high - low > 1:
        middle = (low + high) // 2
        attempt = replace(config, context=middle * CONTEXT_STEP)
        if estimator.estimate(info, attempt).fits:
            low = middle
        else:
            high = middle
    return low * CONTEXT_STEP


def _work_buffer(info: ModelInfo, config: LoadConfig, *, flash_attention: bool) -> int:
    """Bytes in which the CPU converts the wider operand of a product to the type of the other; the
    one size llama.cpp does not log. Without flash attention that operand is the attention itself.
    """
    widest = max((tensor.shape[0] for tensor in info.tensors if len(tensor.shape) > 1), default=0)
    if not flash_attention:
        widest = max(widest, info.head_count * config.context)
    return widest * config.batch * 2  # f16


def _sum(pattern: re.Pattern[str], text: str) -> int:
    return int(sum(float(size) for size in pattern.findall(text)) * MIB)


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
