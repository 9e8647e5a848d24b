from __future__ import annotations

from pathlib import Path

import pytest

from desktop.core.calibration import Calibration, candidate_threads
from desktop.domain.errors import EngineDied, ModelFileInvalid
from desktop.engine.client import Engine
from desktop.engine.engine_state import EngineState


@pytest.mark.parametrize(
    ("cores", "expected"),
    [
        (1, (1,)),
        (2, (1, 2)),
        (4, (1, 2, 3, 4)),
        (8, (1, 2, 4, 6, 7, 8)),
        (6, (1, 2, 3, 4, 5, 6)),
        (64, (1, 2, 4, 32, 62, 63, 64)),
    ],
)
def test_few_enough_counts_that_always_end_with_all_cores(cores, expected) -> None:
    assert candidate_threads(cores) == expected


@pytest.fixture
def engines() -> list[Engine]:
    return []


@pytest.fixture
def calibration(make_engine, engines: list[Engine]) -> Calibration:
    def make() -> Engine:
        engines.append(make_engine())
        return engines[-1]

    return Calibration(make)


def test_speeds_come_in_the_order_asked_and_the_child_is_gone(calibration, engines) -> None:
    told: list[tuple[int, int]] = []
    speeds = calibration.run(Path("/m.gguf"), (1, 2), lambda *progress: told.append(progress))
    assert [speed.threads for speed in speeds] == [1, 2]
    assert told == [(1, 2), (2, 2)]
    assert [engine.state for engine in engines] == [EngineState.CLOSED]


def test_a_model_that_cannot_be_loaded_is_a_sentence(calibration, engines) -> None:
    with pytest.raises(ModelFileInvalid):
        calibration.run(Path("/bad.gguf"), (1,), lambda done, total: None)
    assert [engine.state for engine in engines] == [EngineState.CLOSED]


def test_cancelling_ends_it(make_engine) -> None:
    def on_state(state: EngineState) -> None:
        if state is EngineState.LOADING:
            calibration.cancel()

    calibration = Calibration(lambda: make_engine(on_state))
    with pytest.raises(EngineDied, match="stopped"):
        calibration.run(Path("/slow.gguf"), (1,), lambda done, total: None)
    assert calibration.cancelled


def test_cancelling_what_does_not_run_is_nothing(calibration) -> None:
    calibration.cancel()
    assert not calibration.cancelled
    assert calibration.run(Path("/m.gguf"), (1,), lambda done, total: None)
    assert not calibration.cancelled
