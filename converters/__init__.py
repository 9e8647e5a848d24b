"""Converts checkpoints to GGUF files; runs without the application.

Every function reports through `progress`, asks `cancelled` at least once for every 32 MiB it
writes, and either leaves the whole file or nothing. They raise ConversionError (converters.errors)
with a sentence naming the file and the tensor, or Cancelled.

Nothing heavy is imported before a conversion starts: other processes ask `converters.registry`
which checkpoints can be converted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from converters.job import Converted, Progress


def convert(
    source: Path,
    destination: Path,
    outtype: str,
    *,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    """Convert a Hugging Face checkpoint folder to one GGUF file.

    Args:
        outtype: what weights are stored as: "f32", "f16", "bf16" or "q8_0".
    """
    from converters.model import convert_model

    return convert_model(source, destination, outtype, progress, cancelled)


def lora(
    adapter: Path,
    base: Path,
    destination: Path,
    *,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    """Convert a PEFT LoRA adapter folder to a GGUF adapter of F32 tensors.

    Args:
        base: the folder, or the config.json, of the model the adapter was trained for.
    """
    from converters.adapter import convert_adapter

    return convert_adapter(adapter, base, destination, progress, cancelled)


def split(
    source: Path,
    prefix: Path,
    max_size: int,
    *,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    """Split a GGUF file into PREFIX-00001-of-0000N.gguf and so on, as llama.cpp loads them.

    Args:
        max_size: bytes of tensors in a part; a bigger tensor gets a part of its own.
    """
    from converters.shards import split_file

    return split_file(source, prefix, max_size, progress, cancelled)


def merge(
    first_part: Path,
    destination: Path,
    *,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Converted:
    """Put the parts of a split GGUF file together again."""
    from converters.shards import merge_parts

    return merge_parts(first_part, destination, progress, cancelled)
