"""A context and what is known of it stay in step; llama.cpp's part is played by a list."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain.errors import EvaluationFailed
from desktop.engine.chat_model import Aborted, ChatModel, evaluation_failed
from desktop.engine.model import ABORTED, DECODED, NO_SLOT
from desktop.engine.native import CancelFlag
from desktop.engine.prompt_cache import PromptCache

TOKENS = list(range(10))


class ListContext:
    """Holds tokens as llama.cpp would, and answers with the `results` a test wants."""

    batch = 4

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.results: list[int] = []
        self.can_shift = True
        self.can_truncate = True

    def evaluate(self, tokens: list[int]) -> int:
        self.tokens += tokens  # also when it fails in the midst of them
        return self.results.pop(0) if self.results else DECODED

    def truncate(self, length: int) -> bool:
        if not self.can_truncate and length < len(self.tokens):
            self.clear()
            return False
        del self.tokens[length:]
        return True

    def drop(self, start: int, end: int, used: int) -> None:
        assert used == len(self.tokens)
        del self.tokens[start:end]

    def clear(self) -> None:
        self.tokens.clear()


@pytest.fixture
def flag() -> CancelFlag:
    return CancelFlag()


@pytest.fixture
def model(flag: CancelFlag) -> ChatModel:
    nothing: Any = None  # neither rendered nor tokenized here
    context: Any = ListContext()
    made = ChatModel(context, nothing, nothing, PromptCache(nothing), nothing, nothing)
    for at in range(0, len(TOKENS), context.batch):
        made.evaluate(TOKENS[at : at + context.batch], flag)
    return made


def held(model: ChatModel) -> list[int]:
    assert model.context.tokens == model.cache.tokens
    return model.cache.tokens


def test_what_is_evaluated_is_known(model: ChatModel) -> None:
    assert held(model) == TOKENS
    assert model.cache.starts == [0, 4, 8]


def test_the_common_beginning_stays_from_where_an_evaluation_began(model: ChatModel) -> None:
    assert model.reuse([*TOKENS[:6], 99]) == 4
    assert held(model) == TOKENS[:4]


def test_a_context_that_cannot_be_cut_begins_anew(model: ChatModel) -> None:
    model.context.can_truncate = False
    assert model.reuse([*TOKENS[:6], 99]) == 0
    assert held(model) == []


@pytest.mark.parametrize(
    ("result", "error"),
    [(ABORTED, Aborted), (NO_SLOT, EvaluationFailed), (-3, EvaluationFailed)],
)
def test_an_evaluation_that_did_not_finish_leaves_nothing(model, flag, result, error) -> None:
    model.context.results = [result]
    with pytest.raises(error):
        model.evaluate([10, 11], flag)
    assert held(model) == TOKENS


def test_one_in_a_context_that_cannot_be_cut_leaves_it_empty(model, flag) -> None:
    model.context.can_truncate = False
    model.context.results = [ABORTED]
    with pytest.raises(Aborted):
        model.evaluate([10, 11], flag)
    assert held(model) == []


def test_nothing_is_evaluated_once_it_is_cancelled(model: ChatModel, flag: CancelFlag) -> None:
    flag.set()
    with pytest.raises(Aborted):
        model.evaluate([10], flag)
    assert held(model) == TOKENS


@pytest.mark.parametrize("can_shift", [True, False])
def test_old_tokens_go_and_the_others_stay(model, flag, can_shift) -> None:
    model.context.can_shift = can_shift
    model.let_go(2, 5, flag)
    assert held(model) == [0, 1, 5, 6, 7, 8, 9]
    if can_shift:
        assert model.cache.reusable([0, 1, 5, 6, 7, 8, 9, 10]) == 0  # what is left saw others
    else:
        assert model.cache.starts == [0, 4]


def test_a_context_without_room_is_told_from_other_failures() -> None:
    assert "larger context" in evaluation_failed(NO_SLOT).advice
    assert "code -3" in evaluation_failed(-3).message
