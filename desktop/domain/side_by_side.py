"""One question answered by several models beside each other, and where their answers part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from desktop.domain.answer import Answer
from desktop.domain.model import LoadConfig, ModelInfo
from desktop.domain.next_token import AnswerToken
from desktop.domain.sampling import SamplerSettings

FEWEST, MOST = 2, 4  # columns
_REPLACEMENT = "\ufffd"
_SEARCHED = 32  # characters that may stand between two tokens, where some were hidden


class Stage(StrEnum):
    """How far a column is."""

    WAITING = "waiting"
    LOADING = "loading"
    ANSWERING = "answering"
    DONE = "done"
    STOPPED = "stopped"  # by the person; what was written stays
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Question:
    """What every column is asked, in the same way.

    Attributes:
        sampler: with a seed.
        config: how the models are loaded; its context is that of all columns.
        thinking: whether models that can do so think before they answer.
    """

    prompt: str
    sampler: SamplerSettings
    system_prompt: str = ""
    config: LoadConfig = field(default_factory=LoadConfig)
    thinking: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """How the columns are answered.

    Attributes:
        at_once: all at the same time, as memory allows it; else one after the other.
        config: that of the question with context and threads filled in.
    """

    at_once: bool
    config: LoadConfig


@dataclass(frozen=True, slots=True)
class Parting:
    """Where an answer parts from that of the reference, and what either model thought of it.

    Attributes:
        index: of the first token that differs, from 0.
        own, other: the token of this column and of the reference; None where the answer ends.
        own_here, other_here: what this column's model gave them before any sampler; None when it
            is not known.
        own_there, other_there: what the reference's model gave them.
    """

    index: int
    own: AnswerToken | None
    other: AnswerToken | None
    own_here: float | None = None
    other_here: float | None = None
    own_there: float | None = None
    other_there: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One model and its answer.

    Attributes:
        info: what the file is, once it is known.
        text, reasoning: what was answered, also where it was stopped.
        answer: the facts of an answer that is whole.
        tokens: of the answer, where they are known; spans: where each stands in `shown`.
        reference: whether the other columns are compared with this one.
        parting: where it parts from the reference; None of the reference, of an answer that does
            not part, and where that cannot be told.
        same: whether it is the answer of the reference, token by token.
        problem, advice: why there is no answer, or why it is not compared.
    """

    path: Path
    stage: Stage = Stage.WAITING
    info: ModelInfo | None = None
    text: str = ""
    reasoning: str = ""
    answer: Answer | None = None
    tokens: tuple[AnswerToken, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    reference: bool = False
    parting: Parting | None = None
    same: bool = False
    problem: str = ""
    advice: str = ""

    @property
    def thoughts(self) -> str:
        """The reasoning, set off from what follows."""
        return f"{self.reasoning}\n\n" if self.reasoning and self.text else self.reasoning

    @property
    def shown(self) -> str:
        """The whole text as a person sees it: first the reasoning."""
        return self.thoughts + self.text

    @property
    def over(self) -> bool:
        """Whether no more of the answer comes."""
        return self.stage in (Stage.DONE, Stage.STOPPED, Stage.FAILED)


def first_difference(one: Sequence[AnswerToken], other: Sequence[AnswerToken]) -> int | None:
    """The index of the first token that differs, or that only one of them has; None when they are
    the same."""
    for index, (first, second) in enumerate(zip(one, other, strict=False)):
        if first.id != second.id:
            return index
    return None if len(one) == len(other) else min(len(one), len(other))


def same_vocabulary(
    one: ModelInfo, other: ModelInfo, tokens: Sequence[AnswerToken], others: Sequence[AnswerToken]
) -> bool:
    """Whether ids of tokens mean the same to two models, as far as their headers and what they
    wrote tell."""
    if (one.tokenizer, one.vocabulary_size) != (other.tokenizer, other.vocabulary_size):
        return False
    texts = {token.id: token.text for token in tokens}
    return all(texts.get(token.id, token.text) == token.text for token in others)


def token_spans(tokens: Sequence[AnswerToken], text: str) -> tuple[tuple[int, int], ...]:
    """Where each token stands in `text`: first character, and the one after the last.

    Tokens of which nothing is shown, such as those around reasoning, get an empty place. A
    character that several tokens make up together belongs to each of them.
    """
    spans: list[tuple[int, int]] = []
    parts: list[int] = []  # tokens that are parts of characters, up to where nobody knows yet
    place = 0
    for number, token in enumerate(tokens):
        if _REPLACEMENT in token.text:
            parts.append(number)
            spans.append((place, place))
            continue
        start = _found(token.text, text, place, searching=bool(parts))
        if start is None:
            spans.append((place, place))
            continue
        for part in parts:
            spans[part] = (spans[part][0], start)
        parts.clear()
        place = min(start + len(token.text), len(text))
        if not text.startswith(token.text, start):
            place = start + len(token.text.strip())
        spans.append((start, place))
    for part in parts:
        spans[part] = (spans[part][0], len(text))
    return tuple(spans)


def _found(piece: str, text: str, place: int, *, searching: bool) -> int | None:
    """Where a token's text stands from `place` on, or None where it is not shown.

    Args:
        searching: whether characters of unknown length stand before it.
    """
    if searching:
        found = text.find(piece, place + 1, place + 1 + _SEARCHED + len(piece)) if piece else -1
        return found if found >= 0 else None
    if piece and text.startswith(piece, place):
        return place
    bare = piece.strip()  # white space at the edges of an answer is not shown
    while place < len(text) and text[place].isspace():
        place += 1
    return place if bare and text.startswith(bare, place) else None
