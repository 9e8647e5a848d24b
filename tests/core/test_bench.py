from __future__ import annotations

import pytest

from desktop.core.bench import measure_speed
from desktop.domain.errors import ModelFileInvalid
from desktop.engine.protocol import LoadProgress


@pytest.fixture
def engine(make_engine):
    engine = make_engine()
    engine.start()
    return engine


def test_each_thread_count_is_measured_in_a_context_that_holds_it(engine, tmp_path):
    events = []
    model, speeds = measure_speed(
        engine, tmp_path / "tiny.gguf", (1, 2), prompt_tokens=300, tokens=30,
        on_event=events.append,
    )  # fmt: skip
    assert [speed.threads for speed in speeds] == [1, 2]
    assert model.config.context == 512
    assert {type(event) for event in events} == {LoadProgress}


def test_without_a_count_the_model_runs_as_it_would(engine, tmp_path):
    model, (speed,) = measure_speed(engine, tmp_path / "tiny.gguf")
    assert speed.threads == model.config.threads


def test_a_model_that_does_not_load_is_an_error(engine, tmp_path):
    with pytest.raises(ModelFileInvalid):
        measure_speed(engine, tmp_path / "bad.gguf")
