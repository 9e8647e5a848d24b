"""`quern inspect`: what a model file is and what it needs to run."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator
from pathlib import Path

from desktop.cli.output import print_json, printable, show_count, show_size
from desktop.domain.amounts import how_many
from desktop.domain.model import LoadConfig, MemoryEstimate, ModelInfo
from desktop.domain.paths import Home

_LABEL_WIDTH = 16


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    from desktop.cli.options import positive

    parser.add_argument("file", metavar="FILE", help="a GGUF file")
    parser.add_argument(
        "--ctx", type=positive, metavar="N", help="tell what it needs with a context of N tokens"
    )
    parser.add_argument("--template", action="store_true", help="print its chat template instead")
    parser.add_argument("--json", action="store_true", help="print one JSON object, every tensor")


def run(options: argparse.Namespace, home: Home) -> int:
    """Inspect. Returns the exit status. Raises: QuernError."""
    from desktop.cli.engine_use import engine_maker
    from desktop.cli.main import DONE
    from desktop.core.model_inspector import ModelInspector
    from desktop.domain.errors import QuernError

    inspector = ModelInspector(engine_maker(home))
    try:
        info = inspector.inspect(Path(options.file).absolute())
        estimate: MemoryEstimate | None = None
        problem = ""
        try:
            estimate = inspector.estimate(info.path, LoadConfig(context=options.ctx or 0))
        except QuernError as error:  # the header is worth showing all the same
            problem = str(error)
    finally:
        inspector.close()
    if options.json:
        print_json(_as_json(info, estimate, problem))
    elif options.template:
        print(printable(info.chat_template or ""))
    else:
        _print_facts(info, estimate, problem)
    return DONE


def _tensor_types(info: ModelInfo) -> dict[str, dict[str, int]]:
    """Number of tensors and bytes of each type."""
    types: dict[str, dict[str, int]] = {}
    for tensor in info.tensors:
        entry = types.setdefault(tensor.type, {"count": 0, "bytes": 0})
        entry["count"] += 1
        entry["bytes"] += tensor.size
    return types


def _as_json(info: ModelInfo, estimate: MemoryEstimate | None, problem: str) -> dict[str, object]:
    needs: dict[str, object] = {"problem": problem}
    if estimate is not None:
        needs = {
            "weights": estimate.weights,
            "kv_cache": estimate.kv_cache,
            "compute": estimate.compute,
            "overhead": estimate.overhead,
            "total": estimate.total,
            "available": estimate.available,
            "context": estimate.context,
            "fits": estimate.fits,
        }
    values = {name: getattr(info, name) for name in ModelInfo.__slots__}
    return {**values, "tensor_types": _tensor_types(info), "memory": needs}


def _print_facts(info: ModelInfo, estimate: MemoryEstimate | None, problem: str) -> None:
    print(printable(info.name))
    for label, text in _facts(info):
        _print_fact(label, text)
    if estimate is not None:
        verdict = "it fits" if estimate.fits else "it does not fit"
        _print_fact(
            "needs",
            f"{show_size(estimate.total)} of memory with a context of {estimate.context:,} tokens "
            f"(weights {show_size(estimate.weights)}, KV cache {show_size(estimate.kv_cache)}, "
            f"compute {show_size(estimate.compute)}, overhead {show_size(estimate.overhead)}); "
            f"{show_size(estimate.available)} are free: {verdict}",
        )
    else:
        _print_fact("needs", f"unknown: {problem}")
    for sentence in info.problems:
        _print_fact("problem", sentence)


def _facts(info: ModelInfo) -> Iterator[tuple[str, str]]:
    blocks = f"{how_many(info.block_count, 'block')} of width {info.embedding_length:,}"
    heads = how_many(info.head_count, "attention head")
    yield "file", f"{info.path}, {show_size(info.file_size)}"
    yield (
        "architecture",
        f"{info.architecture}, {blocks}, {heads} ({info.head_count_kv} for keys and values)",
    )
    yield (
        "weights",
        f"{show_count(info.parameters)}, {info.level}, {info.bits_per_weight:.2f} bits per weight",
    )
    yield (
        "tensors",
        ", ".join(
            f"{entry['count']} {name.upper()} ({show_size(entry['bytes'])})"
            for name, entry in _tensor_types(info).items()
        ),
    )
    context = f"{info.context_length:,} tokens" if info.context_length else "not stated"
    yield "trained context", context
    yield "vocabulary", f"{info.vocabulary_size:,} tokens ({info.tokenizer})"
    if info.chat_template is None:
        yield "chat template", "none of its own; Quern uses a common one (ChatML)"
    else:
        yield "chat template", "its own; --template prints it"
    yield "licence", info.license or "not stated"
    if info.description:
        yield "description", info.description


def _print_fact(label: str, text: str) -> None:
    lines = textwrap.wrap(printable(text), 96 - _LABEL_WIDTH, break_long_words=False) or [""]
    print(f"  {label:<{_LABEL_WIDTH}}{lines[0]}")
    for line in lines[1:]:
        print(" " * (_LABEL_WIDTH + 2) + line)
