"""What the commands that measure models share: their text and its chunks."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.cli.options import positive
from desktop.domain.comparison import EvaluationText, TextKind
from desktop.domain.evaluation import CHUNK
from desktop.domain.paths import starter_model_path


def add_text(parser: argparse.ArgumentParser) -> None:
    """Add --text."""
    parser.add_argument(
        "--text",
        action="append",
        default=[],
        metavar="FILE",
        help="a text in UTF-8, or a folder of such; may be repeated (default: the text Quern ships "
        "with)",
    )


def add_context(parser: argparse.ArgumentParser) -> None:
    """Add --ctx."""
    parser.add_argument(
        "--ctx",
        type=positive,
        default=CHUNK,
        metavar="N",
        help=f"tokens of a chunk, a multiple of 256 (default {CHUNK})",
    )


def wanted_text(options: argparse.Namespace, base: Path) -> EvaluationText:
    """The text that is meant; the starter model, which knows little, has one of its own."""
    if options.text:
        return EvaluationText(TextKind.FILES, tuple(Path(word).absolute() for word in options.text))
    return EvaluationText(TextKind.STARTER if base == starter_model_path() else TextKind.OURS)
