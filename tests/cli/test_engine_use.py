from __future__ import annotations

import os
import signal

import psutil
import pytest

from desktop.cli.engine_use import (
    Interruptible,
    load_model,
    running_engine,
    show_fraction,
)
from desktop.core.settings import SettingsStore
from desktop.domain.conversation import Role, StopReason
from desktop.domain.errors import ModelFileInvalid
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home
from desktop.domain.sampling import SamplerSettings
from desktop.engine.child import EXCLUDED_DEVICES
from desktop.engine.protocol import (
    ChatTurn,
    Generate,
    Generated,
    Hello,
    HelloReply,
    LoadProgress,
    MeasureProgress,
    PromptProgress,
    TextChunk,
)


def ask(text: str):
    return lambda number: Generate(
        id=number, messages=(ChatTurn(Role.USER, text),), sampler=SamplerSettings()
    )


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_the_engine_ends_with_the_command(home):
    with running_engine(Home(home)) as engine:
        process_id = engine.process_id
        assert process_id is not None
    assert engine.process_id is None
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


@pytest.mark.parametrize("excluded", ["", "Vulkan0,CUDA1"])
def test_engines_leave_out_the_devices_the_settings_say(home, excluded):
    settings = SettingsStore(Home(home).settings)
    settings.update(excluded_devices=excluded)
    with running_engine(Home(home)) as engine:
        engine.call(lambda number: Hello(id=number), HelloReply)
        assert psutil.Process(engine.process_id).environ()[EXCLUDED_DEVICES] == excluded


def test_loading_gives_the_model_or_raises(engine, tmp_path):
    assert load_model(engine, tmp_path / "good.gguf", LoadConfig()).info.name == "good"
    with pytest.raises(ModelFileInvalid):
        load_model(engine, tmp_path / "bad.gguf", LoadConfig())


def test_events_come_in_order_and_end_with_the_reply(engine):
    events = list(Interruptible(engine, ask("say one two")))
    kinds = [PromptProgress, TextChunk, TextChunk, Generated]
    assert [type(event) for event in events] == kinds


def test_the_first_ctrl_c_cancels_and_the_reply_still_comes(engine):
    events = Interruptible(engine, ask("slow 3000"))
    seen = []
    for event in events:
        if isinstance(event, TextChunk) and not events.interrupted:
            interrupt()
        seen.append(event)
    assert events.interrupted
    assert seen[-1].stop_reason is StopReason.CANCELLED


def test_the_second_ctrl_c_leaves_and_the_handler_is_put_back(engine):
    before = signal.getsignal(signal.SIGINT)
    events = Interruptible(engine, ask("deaf"))
    with pytest.raises(KeyboardInterrupt):
        for event in events:
            if isinstance(event, TextChunk):
                interrupt()
                interrupt()
    assert signal.getsignal(signal.SIGINT) == before
    engine.kill("The test is over.")


def test_progress_events_are_drawn_as_fractions():
    drawn = []

    class Recorder:
        def update(self, done: float, total: float) -> None:
            drawn.append((done, total))

    handle = show_fraction(Recorder())
    handle(LoadProgress(id=1, fraction=0.5))
    handle(MeasureProgress(id=1, done=2, total=8))
    assert drawn == [(0.5, 1.0), (2, 8)]
