from __future__ import annotations

import pytest

from desktop.core.bench import measure_speed
from desktop.domain.errors import ModelFileInvalid
from desktop.engine.protocol import LoadProgress, MeasureProgress


@pytest.fixture
def engine(make_engine):
    engine = make_engine()
    engine.start()
    return engine


def test_each_thread_count_is_measured(engine, tmp_path):
    events = []
    model, speeds = measure_speed(engine, tmp_path / "tiny.gguf", (1, 2), on_event=events.append)
    assert [speed.threads for speed in speeds] == [1, 2]
    assert model.config.threads == 2
    assert {type(event) for event in events} == {LoadProgress, MeasureProgress}


@pytest.mark.parametrize(("prompt_tokens", "context"), [(225, 256), (226, 512), (481, 512)])
def test_the_context_is_the_smallest_that_holds_it(engine, tmp_path, prompt_tokens, context):
    """Beside prompt and answer it holds the token that begins a text."""
    model, _ = measure_speed(engine, tmp_path / "tiny.gguf", prompt_tokens=prompt_tokens, tokens=30)
    assert model.config.context == context


def test_without_a_count_the_model_runs_as_it_would(engine, tmp_path):
    model, (speed,) = measure_speed(engine, tmp_path / "tiny.gguf")
    assert speed.threads == model.config.threads


def test_a_model_that_does_not_load_is_an_error(engine, tmp_path):
    with pytest.raises(ModelFileInvalid):
        measure_speed(engine, tmp_path / "bad.gguf")
