"""The child process as a whole: cancelling, ending, bad requests."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.conversation import StopReason
from desktop.domain.model import LoadConfig
from desktop.domain.quantization import ConversionRequest
from desktop.domain.sampling import SamplerSettings
from desktop.engine.job_messages import Convert
from desktop.engine.protocol import (
    PROTOCOL_VERSION,
    Estimate,
    Failed,
    Generate,
    Generated,
    Hello,
    Inspect,
    Load,
    Loaded,
    LoadProgress,
    Measure,
    MeasureProgress,
    PromptProgress,
    Reply,
    TextChunk,
    Tokenize,
    Unload,
)
from tests.engine.conftest import Child, user
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine

Start = Callable[[], Child]
Models = Callable[..., Path]
SLOW = TinyModel(width=512, layers=4, feed_forward=2048, heads=8, heads_kv=8, end_bias=-100.0)


def test_hello_says_what_there_is(shared_child: Child) -> None:
    reply = shared_child.ask(Hello).reply
    assert reply.protocol == PROTOCOL_VERSION
    assert reply.engine and reply.build
    assert reply.physical_cores >= 1
    assert any(device.kind == "cpu" for device in reply.devices)


def test_loading_reports_progress_and_fills_in_the_config(
    shared_child: Child, models: Models
) -> None:
    answer = shared_child.ask(Load, path=models(), config=LoadConfig(context=300))
    assert answer.of(LoadProgress)[-1].fraction == 1.0
    model = answer.reply.model
    assert model.config.context == 512  # a multiple of 256
    assert model.config.threads >= 1
    assert model.info.tensors == ()


def test_unloading_frees_the_model(shared_child: Child, models: Models) -> None:
    shared_child.load(models())
    shared_child.ask(Unload)
    assert shared_child.ask(Tokenize, text="x").reply.code == "invalid_input"


def test_a_bug_or_nonsense_costs_one_request_only(shared_child: Child) -> None:
    shared_child.write(b"nonsense\n")
    shared_child.write(b'{"type": "Generate", "id": 900, "messages": 3, "sampler": {}}\n')
    event = shared_child.next_event()
    assert isinstance(event, Failed) and event.id == 900 and event.code == "bug"
    settings = SamplerSettings().to_json() | {"top_p": 7.0}
    line = {"type": "Generate", "id": 901, "messages": [], "sampler": settings}
    shared_child.write(json.dumps(line).encode() + b"\n")
    event = shared_child.next_event()
    assert isinstance(event, Failed) and event.code == "invalid_input"
    assert "Top-p" in event.message
    assert shared_child.ask(Hello).reply.protocol == PROTOCOL_VERSION


def test_a_file_the_system_refuses_is_a_sentence(shared_child: Child, tmp_path: Path) -> None:
    request = ConversionRequest(tmp_path, tmp_path / f"{'x' * 300}.gguf", "f16")
    reply = shared_child.ask(Convert, request=request).reply
    assert isinstance(reply, Failed) and reply.code == "environment_fault"
    assert reply.message.endswith("cannot be used: File name too long.")


def _wait_for(child: Child, kind: type) -> None:
    while not isinstance(child.next_event(), kind):
        pass


def test_cancelling_an_answer_ends_it_with_generated(shared_child: Child, models: Models) -> None:
    shared_child.load(models(SLOW))
    number = shared_child.send(
        Generate, messages=(user("Hello"),), sampler=SamplerSettings(max_tokens=100_000)
    )
    _wait_for(shared_child, TextChunk)
    before = shared_child.processor_seconds()
    shared_child.cancel(number)
    reply = shared_child.finish(number).reply
    assert isinstance(reply, Generated)
    assert reply.stop_reason is StopReason.CANCELLED
    assert shared_child.processor_seconds() - before < 1.0


def test_cancelling_inside_a_long_prompt_leaves_a_sound_context(
    shared_child: Child, models: Models
) -> None:
    # One batch of 4,000 tokens takes seconds; only the abort callback ends it sooner.
    shared_child.load(models(SLOW), context=4096, batch=4096)
    text = "words " * 600
    whole = shared_child.generate(user("Hello"), temperature=0.0, max_tokens=10)
    number = shared_child.send(
        Generate, messages=(user(text),), sampler=SamplerSettings(max_tokens=1)
    )
    _wait_for(shared_child, PromptProgress)
    time.sleep(0.1)
    before = shared_child.processor_seconds()
    shared_child.cancel(number)
    answer = shared_child.finish(number)
    assert shared_child.processor_seconds() - before < 1.0
    assert answer.reply.stop_reason is StopReason.CANCELLED
    assert answer.reply.completion_tokens == 0 and answer.reply.prompt_tokens > 3000
    again = shared_child.generate(user("Hello"), temperature=0.0, max_tokens=10)
    assert again.text == whole.text


def test_cancelling_before_the_prompt_is_read_ends_it_with_generated(
    shared_child: Child, models: Models
) -> None:
    # Splitting this text into tokens takes longer than the client waits before it kills.
    shared_child.load(models(SLOW), context=1 << 14)
    number = shared_child.send(
        Generate, messages=(user("<|im_end|>" * 800_000),), sampler=SamplerSettings(seed=6)
    )
    time.sleep(0.5)
    before = shared_child.processor_seconds()
    shared_child.cancel(number)
    reply = shared_child.finish(number).reply
    assert isinstance(reply, Generated) and reply.seed == 6
    assert reply.stop_reason is StopReason.CANCELLED
    assert shared_child.processor_seconds() - before < 2.0


def test_cancelling_other_requests_ends_them_with_failed(
    shared_child: Child, models: Models
) -> None:
    shared_child.load(models(SLOW))
    number = shared_child.send(Measure, threads=(1,), prompt_tokens=1000, tokens=1000)
    _wait_for(shared_child, MeasureProgress)
    shared_child.cancel(number)
    assert shared_child.finish(number).reply.code == "cancelled"
    assert shared_child.generate(user("Hello"), max_tokens=2).reply.completion_tokens == 2


def test_a_waiting_request_can_be_cancelled(shared_child: Child, models: Models) -> None:
    shared_child.load(models(SLOW))
    settings = SamplerSettings(max_tokens=100_000, seed=4)
    running = shared_child.send(Generate, messages=(user("Hello"),), sampler=settings)
    waiting = shared_child.send(Generate, messages=(user("Hello"),), sampler=settings)
    measuring = shared_child.send(Measure, threads=(1,))
    _wait_for(shared_child, TextChunk)
    shared_child.cancel(waiting)
    shared_child.cancel(measuring)
    ended: dict[int, Reply] = {}
    while len(ended) < 2:
        event = shared_child.next_event()
        if isinstance(event, Reply):
            ended[event.id] = event
    assert ended[waiting].stop_reason is StopReason.CANCELLED and ended[waiting].seed == 4
    assert ended[measuring].code == "cancelled"
    shared_child.cancel(running)
    shared_child.finish(running)


def test_every_request_ends_exactly_once_however_it_is_cancelled(
    shared_child: Child, models: Models
) -> None:
    chance = random.Random(1)
    shared_child.load(models(SLOW), context=512)
    config = LoadConfig(context=512, threads=1)
    kinds = [
        (Generate, {"messages": (user("Hello"),), "sampler": SamplerSettings(max_tokens=30)}),
        (Measure, {"threads": (1,), "prompt_tokens": 8, "tokens": 4}),
        (Load, {"path": models(SLOW), "config": config}),
        (Estimate, {"path": models(SLOW), "config": config}),
        (Inspect, {"path": models(SLOW)}),
        (Tokenize, {"text": "Hello"}),
        (Hello, {}),
    ]
    sent: list[int] = []
    for _ in range(120):
        kind, values = chance.choice(kinds)
        sent.append(shared_child.send(kind, **values))
        if chance.random() < 0.6:
            time.sleep(chance.random() * 0.01)
            shared_child.cancel(chance.choice(sent[-3:]))
    last = shared_child.send(Hello)
    ended: list[int] = []
    while last not in ended:
        event = shared_child.next_event()
        assert event is not None
        assert event.id not in ended, f"{event} after the end"
        if isinstance(event, Reply):
            ended.append(event.id)
            assert not isinstance(event, Failed) or event.code in ("cancelled", "invalid_input")
    assert sorted(ended) == [*sent, last]


@pytest.mark.parametrize("busy", [False, True])
def test_the_child_leaves_when_its_parent_is_gone(
    start_child: Start, models: Models, busy: bool
) -> None:
    child = start_child()
    child.load(models(SLOW))
    if busy:
        child.send(Generate, messages=(user("Hi"),), sampler=SamplerSettings(max_tokens=100_000))
        _wait_for(child, TextChunk)
    assert child.process.stdin
    child.process.stdin.close()
    assert child.process.wait(timeout=30) == 0


def test_two_children_hold_two_models(
    start_child: Start, shared_child: Child, models: Models
) -> None:
    other = start_child()
    assert isinstance(other.load(models(seed=1)).reply, Loaded)
    assert isinstance(shared_child.load(models(seed=2)).reply, Loaded)
    texts = {
        child.generate(user("Hello"), temperature=0.0, max_tokens=20).text
        for child in (other, shared_child)
    }
    assert len(texts) == 2
