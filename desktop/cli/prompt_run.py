"""`quern prompts run`: fill in a prompt, ask a model, print its answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.cli.options import add_threads, load_config, model_path, positive
from desktop.cli.output import print_json, printable
from desktop.cli.progress import Progress
from desktop.core.text_files import read_text
from desktop.domain.amounts import how_many
from desktop.domain.errors import InvalidInput, StorageFault
from desktop.domain.paths import Home
from desktop.domain.prompt import FieldKind, Prompt
from desktop.domain.prompt_template import fields_of, fill

if TYPE_CHECKING:
    from desktop.core.prompt_library import PromptLibrary
    from desktop.domain.answer import Answer

MAX_FILE = 16 * 2**20  # bytes; more than any model here has context for


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", metavar="NAME", help="the prompt's key or title")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="the value of a placeholder (of one for a file: its path); may be repeated",
    )
    parser.add_argument(
        "--model",
        metavar="MODEL",
        help="a GGUF file, or a name of `quern models`; without it the starter model",
    )
    parser.add_argument("--ctx", type=positive, metavar="N", help="context in tokens")
    add_threads(parser)


def run(library: PromptLibrary, options: argparse.Namespace, home: Home) -> None:
    """Ask and print the answer as it comes. Raises: QuernError."""
    from desktop.cli.engine_use import engine_maker
    from desktop.core.answering import AnsweringModels
    from desktop.core.job_control import JobControl
    from desktop.core.prompt_asking import LONGEST_ANSWER, turns_of
    from desktop.domain.sampling import SamplerSettings

    prompt = library.called(options.name)
    values = values_of(prompt, options.set)
    try:
        filled = fill(prompt.content, values, prompt.version_id)
    except InvalidInput as error:
        names = ", ".join(known.name for known in fields_of(prompt.content)) or "none"
        advice = f"Its placeholders are filled in by --set FIELD=VALUE: {names}."
        raise InvalidInput(error.message, advice) from error
    if not filled.text.strip():
        raise InvalidInput(f"“{prompt.title}” asks nothing: it is a system prompt only.")
    sampler = filled.sampler or SamplerSettings()
    if not sampler.max_tokens:
        sampler = replace(sampler, max_tokens=LONGEST_ANSWER)
    path = model_path(options.model, home)
    control = JobControl()
    config = load_config(options, home)
    with (
        Progress("Loading") as progress,
        AnsweringModels(engine_maker(home)).opened(
            path, config, control, lambda fraction: progress.update(fraction, 1.0)
        ) as model,
    ):
        progress.clear()
        show = None if options.json else _write
        answer = model.answer(turns_of(filled), sampler, control, on_text=show)
    if options.json:
        print_json(_facts(prompt, answer, path) | {"values": filled.values})
    else:
        print()
        print(
            f"({how_many(answer.completion_tokens, 'token')}, "
            f"{answer.tokens_per_second:.0f} tokens/s, seed {answer.seed})",
            file=sys.stderr,
        )
    with suppress(StorageFault):  # a full disk; the answer is there
        library.used(prompt.id)


def values_of(prompt: Prompt, given: Sequence[str]) -> dict[str, str]:
    """The values of placeholders; of one for a file what the file says.

    Raises: InvalidInput for what is not FIELD=VALUE, and files that cannot be read.
    """
    kinds = {known.name: known.kind for known in fields_of(prompt.content)}
    values: dict[str, str] = {}
    for word in given:
        name, equals, value = word.partition("=")
        if not equals:
            raise InvalidInput(f"“{word}” is not FIELD=VALUE.", "Write --set FIELD=VALUE.")
        if kinds.get(name) is FieldKind.FILE:
            path = Path(value).expanduser()
            value = read_text(path, MAX_FILE)
            note = f"Note: “{name}” is {path.absolute()}, {len(value):,} characters."
            print(printable(note), file=sys.stderr)
        values[name] = value
    return values


def _write(text: str, reasoning: bool) -> None:
    """An answer as it comes; a pipe gets it as the model wrote it."""
    if not reasoning:
        sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
        sys.stdout.flush()


def _facts(prompt: Prompt, answer: Answer, path: Path) -> dict[str, object]:
    return {
        "prompt": prompt.key,
        "version": prompt.version,
        "model": path,
        "text": answer.text,
        "reasoning": answer.reasoning,
        "stop_reason": answer.stop_reason,
        "seed": answer.seed,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "seconds": answer.seconds,
    }
