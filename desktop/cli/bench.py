"""`quern bench`: how fast a model reads a prompt and writes an answer here."""

from __future__ import annotations

import argparse

from desktop.cli.options import add_model, add_threads, model_path, positive
from desktop.cli.output import print_json
from desktop.domain.amounts import how_many
from desktop.domain.paths import Home


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_model(parser)
    parser.add_argument(
        "--prompt-tokens",
        type=positive,
        default=256,
        metavar="N",
        help="length of the prompt read (default 256)",
    )
    parser.add_argument(
        "--tokens",
        type=positive,
        default=64,
        metavar="N",
        help="tokens written after it (default 64)",
    )
    add_threads(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace, home: Home) -> int:
    """Measure. Returns the exit status. Raises: QuernError."""
    from desktop.cli.engine_use import running_engine, show_fraction
    from desktop.cli.main import DONE
    from desktop.cli.progress import Progress
    from desktop.core.bench import measure_speed

    path = model_path(options.model, home)
    with running_engine(home) as engine, Progress("Measuring") as progress:
        model, (speed,) = measure_speed(
            engine,
            path,
            (options.threads,) if options.threads else (),
            prompt_tokens=options.prompt_tokens,
            tokens=options.tokens,
            on_event=show_fraction(progress),
        )
    if options.json:
        print_json(
            {
                "model": model.info.path,
                "threads": speed.threads,
                "prompt_tokens_per_second": speed.prompt_tokens_per_second,
                "tokens_per_second": speed.tokens_per_second,
            }
        )
    else:
        print(f"{model.info.name} ({model.info.level}), {how_many(speed.threads, 'thread')}")
        print(f"  reads   {speed.prompt_tokens_per_second:,.0f} tokens/s")
        print(f"  writes  {speed.tokens_per_second:,.1f} tokens/s")
    return DONE
