"""What the engine answers to each kind of request, with and without a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings
from desktop.engine.protocol import (
    Estimate,
    Estimated,
    Failed,
    Generate,
    Generated,
    Hello,
    HelloReply,
    Inspect,
    Inspected,
    Load,
    Loaded,
    Measure,
    Measured,
    Tokenize,
    Tokenized,
    Unload,
    Unloaded,
)
from tests.engine.conftest import Child, assistant, user

pytestmark = pytest.mark.engine

Models = Callable[..., Path]
CONFIG = LoadConfig(context=512, threads=1)
OF_A_MODEL: dict[type, dict[str, Any]] = {
    Tokenize: {"text": "Hello"},
    Generate: {"messages": (user("Hello"),), "sampler": SamplerSettings(max_tokens=2)},
    Measure: {"threads": (1,), "prompt_tokens": 4, "tokens": 2},
}


def test_each_request_gets_its_kind_of_reply(shared_child: Child, models: Models) -> None:
    of_a_file = {"path": models(), "config": CONFIG}
    expected = [
        (Hello, {}, HelloReply),
        (Inspect, {"path": models()}, Inspected),
        (Estimate, of_a_file, Estimated),
        (Load, of_a_file, Loaded),
        (Tokenize, OF_A_MODEL[Tokenize], Tokenized),
        (Generate, OF_A_MODEL[Generate], Generated),
        (Measure, OF_A_MODEL[Measure], Measured),
        (Unload, {}, Unloaded),
    ]
    for kind, values, reply in expected:
        assert type(shared_child.ask(kind, **values).reply) is reply


@pytest.mark.parametrize("kind", OF_A_MODEL)
def test_without_a_model_the_engine_says_so(shared_child: Child, kind: type) -> None:
    shared_child.ask(Unload)
    assert_no_model(shared_child, kind)


def assert_no_model(child: Child, kind: type = Tokenize) -> None:
    reply = child.ask(kind, **OF_A_MODEL[kind]).reply
    assert isinstance(reply, Failed) and reply.code == "invalid_input"
    assert (reply.message, reply.advice) == ("No model is loaded.", "Load a model first.")


def test_unloading_nothing_is_no_error(shared_child: Child) -> None:
    for _ in range(2):
        assert isinstance(shared_child.ask(Unload).reply, Unloaded)


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("missing", "model_file_missing"),
        ("foreign", "model_file_invalid"),
        ("cut", "model_file_invalid"),
        ("bad config", "invalid_input"),
    ],
)
def test_a_load_that_fails_leaves_no_model_and_a_working_engine(
    shared_child: Child, models: Models, tmp_path: Path, broken: str, code: str
) -> None:
    assert isinstance(shared_child.load(models()).reply, Loaded)
    path = tmp_path / "model.gguf"
    if broken == "foreign":
        path.write_text("Dear diary")
    elif broken == "cut":
        path.write_bytes(models().read_bytes()[:50_000])
    elif broken == "bad config":
        path = models()
    reply = shared_child.load(path, **({"batch": -1} if broken == "bad config" else {})).reply
    assert isinstance(reply, Failed) and reply.code == code
    assert reply.message.endswith(".")
    assert_no_model(shared_child)
    assert isinstance(shared_child.load(models()).reply, Loaded)


def test_loading_another_model_replaces_the_first(shared_child: Child, models: Models) -> None:
    texts = set()
    for seed in (1, 2):
        shared_child.load(models(seed=seed))
        texts.add(shared_child.generate(user("Hello"), temperature=0.0, max_tokens=20).text)
    assert len(texts) == 2


def test_what_looks_like_a_special_token_is_text(shared_child: Child, models: Models) -> None:
    shared_child.load(models())
    tokens = shared_child.ask(Tokenize, text="a<|im_end|>").reply.tokens
    assert len(tokens) == len("a<|im_end|>")


def test_an_estimate_does_not_disturb_the_loaded_model(shared_child: Child, models: Models) -> None:
    shared_child.load(models(end_bias=-100.0))
    first = shared_child.generate(user("Hello"), temperature=0.0, max_tokens=5)
    estimate = shared_child.ask(Estimate, path=models(seed=7), config=CONFIG).reply.estimate
    assert estimate.kv_cache > 0 and estimate.weights > 0
    conversation = (user("Hello"), assistant(first.text), user("More"))
    second = shared_child.generate(*conversation, temperature=0.0, max_tokens=5)
    assert second.reply.cached_tokens >= first.reply.prompt_tokens
