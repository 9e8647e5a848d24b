"""`quern imatrix`: find out which weights of a model matter most on a text."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from desktop.cli.options import add_threads, model_path, positive
from desktop.cli.output import print_json
from desktop.domain.amounts import how_many
from desktop.domain.paths import Home
from desktop.domain.quantization import ImatrixRequest

DEFAULT_CHUNK = 512


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="a GGUF file, best not quantized, or a name of `quern models`",
    )
    parser.add_argument(
        "out", metavar="OUT", help="the file to make, for example model.imatrix.gguf"
    )
    parser.add_argument(
        "--text",
        action="append",
        default=[],
        metavar="FILE",
        help="text in UTF-8; may be repeated (default: the text Quern ships with)",
    )
    parser.add_argument(
        "--conversations",
        action="store_true",
        help="read your conversations with Quern, the newest first; they are copied nowhere",
    )
    parser.add_argument(
        "--chunks", type=positive, metavar="N", help="chunks to read (default: all there are)"
    )
    parser.add_argument(
        "--ctx",
        type=positive,
        default=DEFAULT_CHUNK,
        metavar="N",
        help=f"tokens of a chunk, a multiple of 256 (default {DEFAULT_CHUNK})",
    )
    add_threads(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace, home: Home) -> int:
    """Compute. Returns the exit status. Raises: QuernError."""
    from desktop.cli.job_use import bar, importance_matrices, named_file
    from desktop.cli.main import DONE
    from desktop.cli.progress import Progress
    from desktop.core.importance_matrix import notes_on
    from desktop.core.job_control import JobControl

    matrices = importance_matrices(home)
    words = _own_words(home) if options.conversations else ""
    texts = [Path(word).absolute() for word in options.text]
    request = ImatrixRequest(
        model=model_path(options.model, home),
        destination=named_file(options.out),
        texts=tuple(texts) if words else matrices.texts(texts),
        chunks=options.chunks or 0,
        context=options.ctx,
        threads=options.threads or 0,
    )
    with Progress("Computing the importance matrix") as progress:
        result = matrices.compute(request, JobControl(), bar(progress), words=words)
    for note in notes_on(result):
        print(f"Note: {note}", file=sys.stderr)
    if options.json:
        print_json(
            {
                "path": request.destination,
                "entries": result.entries,
                "chunks": result.chunks,
                "ppl": result.perplexity,
                "ppl_error": result.perplexity_error,
            }
        )
    else:
        print(
            f"{request.destination}: {how_many(result.entries, 'tensor')}, "
            f"{how_many(result.chunks, 'chunk')}, perplexity "
            f"{result.perplexity:.4f} ± {result.perplexity_error:.4f}"
        )
    return DONE


def _own_words(home: Home) -> str:
    """Raises: InvalidInput when there are too few, StorageFault."""
    from desktop.cli.home_use import opened_services

    with opened_services(home) as services:
        return services.words.text()
