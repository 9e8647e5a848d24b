"""A conversation in the terminal. It lives in memory; `/save FILE` keeps it."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from desktop.cli.answer_view import AnswerView, answer
from desktop.cli.main import DONE, INTERRUPTED
from desktop.cli.output import printable
from desktop.cli.saving import conversation_of, save
from desktop.core.turns import facts_of, turns_of
from desktop.domain.conversation import Message, Role
from desktop.domain.errors import EngineDied, InvalidInput, QuernError
from desktop.domain.model import LoadedModel
from desktop.domain.sampling import SamplerSettings
from desktop.engine.client import Engine
from desktop.engine.protocol import Generate

Number = TypeVar("Number", int, float)

HELP = """/help              this list
/system TEXT       set the system prompt; without TEXT remove it
/seed N            use this seed; without N choose a new one for each answer
/temperature T     0 takes the likeliest words, higher is more varied
/retry             answer the last question again
/new               start over
/save FILE         write the conversation to a .json, .md or .txt file
/exit              leave (or Ctrl+D)
A line that ends with \\ goes on in the next. Ctrl+C stops an answer."""


class TerminalChat:
    """Reads lines from a person and answers them.

    Args:
        engine: with `model` loaded.
        restart: brings a dead engine back, with the model loaded.
        template_arguments: the chat template's switches, e.g. {"enable_thinking": False}.
        read: shows a prompt and reads a line; raises EOFError at the end of input.
    """

    def __init__(
        self,
        engine: Engine,
        restart: Callable[[], None],
        model: LoadedModel,
        settings: SamplerSettings,
        system: str,
        template_arguments: dict[str, bool],
        *,
        read: Callable[[str], str] = input,
    ) -> None:
        self._engine = engine
        self._restart = restart
        self._model = model
        self._settings = settings
        self._system = system
        self._template_arguments = template_arguments
        self._read = read
        self._messages: list[Message] = []  # questions and answers by turns
        self._last_question = ""
        self._model_lost = False  # the engine died and could not be brought back yet
        self._saved_to: set[Path] = set()
        self._commands: dict[str, Callable[[str], None]] = {
            "/help": self._help,
            "/system": self._set_system,
            "/seed": self._set_seed,
            "/temperature": self._set_temperature,
            "/retry": self._retry,
            "/new": self._start_over,
            "/save": self._save,
        }

    def run(self) -> int:
        """Talk until the person leaves. Returns the exit status."""
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  gives `input` editing, and a history in memory

        info, config = self._model.info, self._model.config
        print(f"{printable(info.name)} ({info.level}), a context of {config.context:,} tokens.")
        print("/help lists the commands, /exit leaves. Only /save FILE keeps the conversation.")
        interrupted_before = False
        while True:
            try:
                line = self._read_message()
                if line.strip() == "/exit":
                    return DONE
                self._handle(line)
                interrupted_before = False
            except EOFError:
                print()
                return DONE
            except KeyboardInterrupt:
                print()
                if interrupted_before:
                    return INTERRUPTED
                interrupted_before = True
                print("Ctrl+C once more leaves.")
            except QuernError as error:
                print(f"quern: {error}", file=sys.stderr)

    def _read_message(self) -> str:
        lines = [self._read("\n> ")]
        while lines[-1].endswith("\\"):
            lines[-1] = lines[-1][:-1]
            lines.append(self._read("  "))
        return "\n".join(lines)

    def _handle(self, line: str) -> None:
        if not line.strip():
            return
        if not line.startswith("/"):
            self._ask(self._messages, line)
            return
        name, _, argument = line.partition(" ")
        command = self._commands.get(name)
        if command is None:
            raise InvalidInput(f"There is no command {printable(name)}.", "/help lists them.")
        command(argument.strip())

    def _ask(self, before: list[Message], question: str) -> None:
        """Answer `question` after the messages `before`. What fails changes no messages."""
        self._last_question = question
        if self._model_lost:
            self._bring_back()
        asked = [*before, _message(len(before) + 1, Role.USER, question)]
        turns = turns_of(self._system, asked)
        view = AnswerView(sys.stdout, sys.stderr)
        try:
            result = answer(
                self._engine,
                lambda number: Generate(
                    id=number,
                    messages=turns,
                    sampler=self._settings,
                    template_arguments=self._template_arguments,
                ),
                view.show,
            )
        except EngineDied as death:
            print(f"quern: {death}", file=sys.stderr)
            self._model_lost = True
            self._bring_back()
            print("The engine runs again; /retry asks the same question.", file=sys.stderr)
            return
        print(f"({result.summary()})", file=sys.stderr)
        if result.text or result.reasoning:
            facts = facts_of(result.facts, self._model, self._settings, self._template_arguments)
            said = _message(len(asked) + 1, Role.ASSISTANT, result.text)
            self._messages = [*asked, said._replace(reasoning=result.reasoning, facts=facts)]

    def _bring_back(self) -> None:
        """Raises: QuernError when the model cannot be loaded now; the next question tries again."""
        self._restart()
        self._model_lost = False

    # --- commands ---------------------------------------------------------------------------

    def _help(self, _argument: str) -> None:
        print(HELP)

    def _set_system(self, text: str) -> None:
        self._system = text
        print("The next answer follows this system prompt." if text else "No system prompt.")

    def _set_seed(self, text: str) -> None:
        self._settings = replace(self._settings, seed=_number(int, text) if text else None)
        print(f"Seed {text}." if text else "A new seed for each answer.")

    def _set_temperature(self, text: str) -> None:
        self._settings = replace(self._settings, temperature=_number(float, text))
        print(f"Temperature {self._settings.temperature:g}.")

    def _retry(self, _argument: str) -> None:
        if not self._last_question:
            raise InvalidInput("There is no question to answer again.")
        answered = bool(self._messages) and self._messages[-2].text == self._last_question
        self._ask(self._messages[:-2] if answered else self._messages, self._last_question)

    def _start_over(self, _argument: str) -> None:
        self._messages = []
        self._last_question = ""
        print("A new conversation.")

    def _save(self, name: str) -> None:
        if not name:
            raise InvalidInput("Say where to: /save FILE.")
        if not self._messages:
            raise InvalidInput("There is nothing to save yet.")
        path = Path(name).expanduser().absolute()
        if path.exists() and path not in self._saved_to:
            raise InvalidInput(f"“{path.name}” exists already.", "Choose another name.")
        conversation = conversation_of(
            self._messages, self._system, self._settings, self._model, self._template_arguments
        )
        save(path, conversation, self._messages)
        self._saved_to.add(path)
        print(f"Saved to {path}.")


def _message(number: int, role: Role, text: str) -> Message:
    return Message(
        id=number,
        conversation_id=0,
        parent_id=number - 1 or None,
        role=role,
        text=text,
        created_at=time.time(),
    )


def _number(kind: Callable[[str], Number], text: str) -> Number:
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInput(f"“{printable(text)}” is not a number that fits here.") from error
