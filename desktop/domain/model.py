"""A model file as its header describes it, how to load it, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_CONTEXT = 4096
AS_MANY_AS_FIT = -1  # layers on the graphics processors
CONTEXT_STEP = 256  # llama.cpp pads the context to a multiple of this; we ask for one


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor: `shape` innermost first as GGUF stores it, `size` in bytes."""

    name: str
    type: str
    shape: tuple[int, ...]
    size: int


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a GGUF header says.

    Attributes:
        path: the file (first shard of a split model).
        file_size: bytes on disk.
        architecture: `general.architecture`, e.g. "llama".
        name: `general.name`, or the file's stem.
        level: quantization level by name, e.g. "F16", "Q4_K_M".
        parameters: number of weights.
        bits_per_weight: tensor bytes * 8 / parameters.
        context_length: tokens the model was trained for (0 when the header does not say).
        chat_template: the default Jinja template, or None.
        tensors: every tensor, in file order.
        metadata: scalar metadata as text, long arrays left out.
        problems: sentences on what is odd with the file (truncated data, ...); empty when sound.
    """

    path: Path
    file_size: int
    architecture: str
    name: str
    level: str
    parameters: int
    bits_per_weight: float
    context_length: int
    embedding_length: int
    block_count: int
    head_count: int
    head_count_kv: int
    vocabulary_size: int
    tokenizer: str
    license: str
    description: str
    chat_template: str | None
    tensors: tuple[TensorInfo, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadConfig:
    """How to load a model.

    Attributes:
        context: tokens; 0 means min(DEFAULT_CONTEXT, what the model was trained for).
        threads: 0 means physical cores - 1, at least 1.
        gpu_layers: layers kept on graphics processors: AS_MANY_AS_FIT, or a number; 0 none.
        cache_type_k, cache_type_v: "f16", "q8_0" or "q4_0".
        flash_attention: "auto", "on" or "off".
        batch: tokens evaluated per call while reading a prompt.
    """

    context: int = 0
    threads: int = 0
    gpu_layers: int = AS_MANY_AS_FIT
    cache_type_k: str = "f16"
    cache_type_v: str = "f16"
    flash_attention: str = "auto"
    batch: int = 512


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes that loading takes, by what they are for. `available` is what the machine has free."""

    weights: int
    kv_cache: int
    compute: int
    overhead: int
    context: int
    available: int

    @property
    def total(self) -> int:
        return self.weights + self.kv_cache + self.compute + self.overhead

    @property
    def fits(self) -> bool:
        return self.total <= self.available

    @property
    def fitting_context(self) -> int:
        """The largest context that fits, 0 when none does. The KV cache grows with the context;
        the rest hardly does."""
        room = self.available - (self.total - self.kv_cache)
        if room <= 0 or not self.kv_cache:
            return 0
        tokens = min(room * self.context // self.kv_cache, self.context)
        return tokens // CONTEXT_STEP * CONTEXT_STEP


@dataclass(frozen=True, slots=True)
class Device:
    """A compute device as ggml names it. `kind` is "cpu", "gpu", "igpu" or "accel"; bytes."""

    name: str
    description: str
    kind: str
    memory_free: int
    memory_total: int

    @property
    def is_graphics(self) -> bool:
        """Whether layers of a model can be put there."""
        return self.kind in ("gpu", "igpu")


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model as it runs in an engine.

    Attributes:
        info: its header, without the tensor list.
        config: as it was really loaded (context and threads filled in).
        estimate: what it takes.
        template_arguments: names a template takes beside the usual, e.g. ("enable_thinking",).
    """

    info: ModelInfo
    config: LoadConfig
    estimate: MemoryEstimate
    template_arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadSpeed:
    """Speed at one thread count, tokens per second."""

    threads: int
    prompt_tokens_per_second: float
    tokens_per_second: float
