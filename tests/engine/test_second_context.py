"""A second context beside the first, in this very process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop.domain.errors import Cancelled, ContextTooSmall
from desktop.domain.model import LoadConfig
from desktop.engine.chat_model import ChatModel
from desktop.engine.context_window import ContextWindow
from desktop.engine.model import Context, Weights, resolve
from desktop.engine.native import CancelFlag, LlamaLog
from desktop.engine.prompt_cache import PromptCache
from desktop.engine.sampling import last_logits
from desktop.engine.second_context import SecondContext
from desktop.engine.token_record import TokenRecord
from desktop.engine.tokens import Vocabulary

PROMPT = list(b"Hello there, hello there, hello")


@pytest.fixture
def flag() -> CancelFlag:
    return CancelFlag()


@pytest.fixture
def made() -> list[Context]:
    """Every second context."""
    return []


@pytest.fixture
def model(models: Callable[..., Path], log: LlamaLog, flag: CancelFlag) -> Iterator[ChatModel]:
    config = resolve(LoadConfig(context=512, threads=1, batch=8), 512)
    weights = Weights(models(), config, log)
    context = Context(weights, config, log, flag)
    vocabulary = Vocabulary(weights.vocabulary_handle)
    template: Any = None  # nothing is rendered here
    yield ChatModel(
        context, vocabulary, template, PromptCache(vocabulary), ContextWindow(512), TokenRecord(1)
    )
    context.close()
    weights.close()


@pytest.fixture
def second(
    model: ChatModel, models: Callable[..., Path], log: LlamaLog, flag: CancelFlag,
    made: list[Context],
) -> Iterator[SecondContext]:  # fmt: skip
    config = resolve(LoadConfig(context=512, threads=1, batch=8), 512)
    weights = Weights(models(), config, log)

    def make(size: int) -> Context:
        made.append(
            Context(weights, resolve(LoadConfig(context=size, threads=1, batch=8), 512), log, flag)
        )
        return made[-1]

    looking = SecondContext(model, make, flag)
    yield looking
    looking.close()
    weights.close()


def read(model: ChatModel, tokens: list[int]) -> np.ndarray[Any, Any]:
    """Evaluate into the model's own context, as answering does."""
    for start in range(0, len(tokens), 8):
        model.context.evaluate(tokens[start : start + 8])
        model.cache.extend(tokens[start : start + 8])
    return np.array(last_logits(model.context.handle, model.vocabulary.size))


def test_it_says_what_the_first_context_would_say(model: ChatModel, second: SecondContext) -> None:
    assert np.allclose(second.logits(PROMPT), read(model, PROMPT), atol=1e-4)


def test_it_takes_over_what_is_known_and_leaves_it_as_it_is(
    model: ChatModel, second: SecondContext, made: list[Context]
) -> None:
    read(model, PROMPT)
    before = list(model.cache.tokens)
    calls = []
    second.logits(PROMPT[:20])
    (context,) = made
    evaluate = context.evaluate
    context.evaluate = lambda tokens: calls.append(len(tokens)) or evaluate(tokens)  # type: ignore
    second.logits([*PROMPT[:19], 65])
    assert calls == [1]  # only the last token is another
    assert model.cache.tokens == before
    # The first context goes on as if nobody had looked.
    model.context.evaluate([66])
    expected = np.array(last_logits(model.context.handle, model.vocabulary.size))
    assert np.allclose(second.logits([*PROMPT, 66]), expected, atol=1e-4)


def test_it_is_no_larger_than_needed_and_grows(
    second: SecondContext, made: list[Context], model: ChatModel
) -> None:
    second.logits(PROMPT)
    assert made[-1].size < model.context.size
    second.logits(PROMPT * 12)
    assert made[-1].size >= len(PROMPT * 12) and len(made) == 2
    second.close()
    second.logits(PROMPT)
    assert len(made) == 3


def test_more_than_the_first_context_holds_is_refused(second: SecondContext) -> None:
    with pytest.raises(ContextTooSmall):
        second.logits([65] * 513)


def test_what_was_cancelled_can_be_asked_again(
    model: ChatModel, second: SecondContext, flag: CancelFlag
) -> None:
    flag.set()
    with pytest.raises(Cancelled):
        second.logits(PROMPT)
    flag.clear()
    assert np.allclose(second.logits(PROMPT), read(model, PROMPT), atol=1e-4)
