"""`quern chat`: one question and its answer, or a conversation in the terminal."""

from __future__ import annotations

import argparse
import sys

from desktop.cli.options import add_load_options, add_model, load_config, model_path
from desktop.cli.sampler_options import add_sampler_options, chosen_settings
from desktop.domain.conversation import Role
from desktop.domain.errors import InvalidInput
from desktop.domain.model import LoadedModel
from desktop.domain.paths import Home

_EPILOG = """Without --prompt it talks in the terminal, or answers what is piped into it.
In a pipe only the answer is printed; --json has its reasoning and figures too."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.epilog = _EPILOG
    add_model(parser)
    parser.add_argument("-p", "--prompt", metavar="TEXT", help="ask this, print the answer, leave")
    parser.add_argument("--system", metavar="TEXT", default="", help="the system prompt")
    parser.add_argument(
        "--think",
        action=argparse.BooleanOptionalAction,
        help="let a model that can reason first do so, or not",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_load_options(parser)
    add_sampler_options(parser)


def run(options: argparse.Namespace, home: Home) -> int:
    """Chat. Returns the exit status. Raises: QuernError."""
    from desktop.cli.answer_view import AnswerView, answer
    from desktop.cli.engine_use import load_model, running_engine
    from desktop.cli.main import DONE, INTERRUPTED
    from desktop.cli.output import print_json
    from desktop.core.turns import system_turns
    from desktop.engine.protocol import ChatTurn, Generate

    settings = chosen_settings(options, home)
    path = model_path(options.model, home)
    talk = options.prompt is None and sys.stdin.isatty() and not options.json
    question = "" if talk else _question(options.prompt)
    with running_engine(home) as engine:
        config = load_config(options, home)
        model = load_model(engine, path, config, allow_overcommit=options.overcommit)
        switches = template_arguments(options.think, model)
        if talk:
            from desktop.cli.terminal_chat import TerminalChat

            def restart() -> None:
                engine.close()
                engine.start()
                load_model(engine, path, config, allow_overcommit=options.overcommit)

            return TerminalChat(engine, restart, model, settings, options.system, switches).run()
        view = AnswerView(sys.stdout, sys.stderr)
        result = answer(
            engine,
            lambda number: Generate(
                id=number,
                messages=(*system_turns(options.system), ChatTurn(Role.USER, question)),
                sampler=settings,
                template_arguments=switches,
            ),
            (lambda _event: None) if options.json else view.show,
        )
    facts = result.facts
    if options.json:
        print_json(
            {
                "text": result.text,
                "reasoning": result.reasoning,
                "stop_reason": facts.stop_reason,
                "seed": facts.seed,
                "prompt_tokens": facts.prompt_tokens,
                "cached_tokens": facts.cached_tokens,
                "completion_tokens": facts.completion_tokens,
                "ttft_ms": facts.ttft_ms,
                "tokens_per_second": facts.tokens_per_second,
                "model": model.info.path,
                "dropped_messages": facts.dropped_messages,
                "shifted_tokens": facts.shifted_tokens,
            }
        )
    else:
        print(f"({result.summary()})", file=sys.stderr)
    return INTERRUPTED if result.interrupted else DONE


def _question(prompt: str | None) -> str:
    if prompt is None:
        if sys.stdin.isatty():
            raise InvalidInput("There is nothing to ask.", "Give a question with --prompt.")
        prompt = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    if not prompt.strip():
        raise InvalidInput(
            "There is nothing to ask: the question is empty.",
            "Give one with --prompt, or pipe it in.",
        )
    return prompt


def template_arguments(think: bool | None, model: LoadedModel) -> dict[str, bool]:
    """The template's switches. That a model has none is said, never silently ignored."""
    if think is None:
        return {}
    if "enable_thinking" not in model.template_arguments:
        option = "--think" if think else "--no-think"
        print(
            f"Note: {option} has no effect: this model's chat template has no such switch.",
            file=sys.stderr,
        )
        return {}
    return {"enable_thinking": think}
