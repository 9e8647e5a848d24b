from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop.core.calibration import Calibration, candidate_threads
from desktop.domain.errors import EngineDied, ModelFileInvalid


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


def test_speeds_come_in_the_order_asked_and_the_child_is_gone(make_engine) -> None:
    speeds = Calibration(make_engine).run(Path("/m.gguf"), (1, 2), lambda done, total: None)
    assert [speed.threads for speed in speeds] == [1, 2]


def test_a_model_that_cannot_be_loaded_is_a_sentence(make_engine) -> None:
    with pytest.raises(ModelFileInvalid):
        Calibration(make_engine).run(Path("/bad.gguf"), (1,), lambda done, total: None)


def test_cancelling_ends_it(make_engine) -> None:
    calibration = Calibration(make_engine)
    threading.Timer(0.3, calibration.cancel).start()
    with pytest.raises(EngineDied, match="stopped"):
        calibration.run(Path("/slow" * 30 + ".gguf"), (1,), lambda done, total: None)
    assert calibration.cancelled
