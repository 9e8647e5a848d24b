"""One run of one model, timed in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.engine.evaluation_messages import MeasureSpeed, SpeedMeasured
from desktop.engine.protocol import Failed
from tests.engine.conftest import Child

pytestmark = pytest.mark.engine


def test_a_model_is_timed_and_its_memory_told(
    shared_child: Child, models: Callable[..., Path]
) -> None:
    answer = shared_child.ask(MeasureSpeed, model=models(), threads=1, prompt_tokens=64, tokens=8)
    assert isinstance(answer.reply, SpeedMeasured)
    assert answer.reply.threads == 1
    assert answer.reply.prompt_seconds > 0 < answer.reply.seconds
    assert answer.reply.peak_memory > 10_000_000


def test_nothing_to_measure_is_refused(shared_child: Child, models: Callable[..., Path]) -> None:
    answer = shared_child.ask(MeasureSpeed, model=models(), threads=1, prompt_tokens=0, tokens=8)
    assert isinstance(answer.reply, Failed)
