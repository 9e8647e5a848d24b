"""Needle in a haystack: hiding a fact in a text of so many tokens, and asking for it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from pathlib import Path
from random import Random

from desktop.core.answering import AnsweringModel
from desktop.core.job_control import JobControl
from desktop.core.model_inspector import ModelInspector
from desktop.core.task_questions import Plan, Question
from desktop.domain.conversation import Role
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.model import CONTEXT_STEP, LoadConfig
from desktop.domain.needle import Cell, NeedleRequest
from desktop.domain.paths import resource_path
from desktop.engine.protocol import ChatTurn, Tokenize, Tokenized

MAX_TOKENS = 48
RESERVE = 256  # tokens beside the text: chat template, question and answer

_TEXTS = ("evaluation.txt", "calibration.txt")
_PLACES = (
    *("boathouse", "greenhouse", "bakery", "observatory", "wine cellar", "chapel", "workshop"),
    *("print shop", "stable", "post office", "theatre", "water tower"),
)
_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+|\n+")


class NeedleQuestions:
    """The cells of a request, longer texts later."""

    max_tokens = MAX_TOKENS

    def __init__(self, request: NeedleRequest, inspector: ModelInspector) -> None:
        self._request = request
        self._inspector = inspector
        self._hay: dict[tuple[Path, int, int], str] = {}

    def plan(self, path: Path) -> Plan:
        """Leave out what the model was not trained for, and what memory does not hold."""
        trained = self._inspector.inspect(path).context_length
        reasons: dict[int, str] = {}
        longest = 0
        for length in sorted(set(self._request.lengths)):
            reason = self._reason(path, length, trained)
            if reason:
                reasons[length] = reason
            else:
                longest = length
        skipped = {
            task: reasons[cell.length]
            for task, cell in enumerate(self._request.cells)
            if cell.length in reasons
        }
        return Plan(self._config(longest), skipped)

    def question(self, model: AnsweringModel, task: int, control: JobControl) -> Question:
        cell = self._request.cells[task]
        place = _PLACES[cell.repeat % len(_PLACES)]
        code = str(Random(f"{cell}").randrange(10_000, 100_000))
        fact = f"The access code of the {place} is {code}."
        text = hidden(fact, self._haystack(model, cell, fact, control), cell.depth)
        prompt = (
            f"Read this text.\n\n{text}\n\nWhat is the access code of the {place}, according to "
            "the text? Answer with the code only."
        )
        return Question((ChatTurn(Role.USER, prompt),), Expectation(code, MatchRule.CONTAINS))

    def _config(self, length: int) -> LoadConfig:
        context = -(-(length + RESERVE) // CONTEXT_STEP) * CONTEXT_STEP
        return LoadConfig(context=context, threads=self._request.threads)

    def _reason(self, path: Path, length: int, trained: int) -> str:
        """Why a length cannot be tried, or ""."""
        if trained and length + RESERVE > trained:
            return (
                f"The model was trained for {trained:,} tokens; a text of {length:,} and its "
                f"question take {length + RESERVE:,}."
            )
        estimate = self._inspector.estimate(path, self._config(length))
        if not estimate.fits:
            return (
                f"A text of {length:,} tokens would take {estimate.total / 1e9:.1f} GB of memory; "
                f"{estimate.available / 1e9:.1f} GB are free."
            )
        return ""

    def _haystack(self, model: AnsweringModel, cell: Cell, fact: str, control: JobControl) -> str:
        """The longest text of whole words that has, with the fact, as many tokens as the cell says.

        Another code in the fact may take another token or two."""
        key = (model.loaded.info.path, cell.length, cell.repeat)
        if key not in self._hay:

            def count(text: str) -> int:
                return len(
                    model.call(
                        lambda number: Tokenize(id=number, text=text), Tokenized, control
                    ).tokens
                )

            room = cell.length - count(f" {fact}")
            words = _words(cell.repeat, cell.length)
            # A search by halves over the number of words that fit.
            fitting = bisect_right(
                range(1, len(words) + 1), room, key=lambda end: count("".join(words[:end]))
            )
            self._hay[key] = "".join(words[:fitting]).rstrip()
        return self._hay[key]


def hidden(fact: str, text: str, depth: float) -> str:
    """`text` with the fact between two sentences, as near to `depth` (0 to 1) as there is a
    place."""
    ends = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    place = min(ends, key=lambda end: abs(end - depth * len(text)))
    before, after = text[:place].rstrip(), text[place:]
    return f"{before}{' ' if before else ''}{fact}{' ' if after else ''}{after}"


def _words(turn: int, length: int) -> list[str]:
    """Words with the space before them, as many as `length` tokens could hold. Each turn begins
    elsewhere in the texts Quern ships with; a text longer than they are repeats them."""
    paragraphs = _paragraphs()
    begin = turn * 17 % len(paragraphs)
    turned = paragraphs[begin:] + paragraphs[:begin]
    words = re.findall(r"\s*\S+", "\n\n".join(turned))
    return (words * (length // len(words) + 1))[:length]


@cache
def _paragraphs() -> list[str]:
    texts = [resource_path("texts", name).read_text(encoding="utf-8") for name in _TEXTS]
    return [part for text in texts for part in text.split("\n\n") if part.strip()]
