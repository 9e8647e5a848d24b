"""Which models of an evaluation are in memory together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.errors import ModelTooBig
from desktop.domain.evaluation import quality_of
from desktop.engine import memory, model, participants
from desktop.engine.evaluate import evaluate_models
from desktop.engine.evaluation_messages import ChunkScored, EvaluateModels, ModelFailed
from desktop.engine.native import CancelFlag
from desktop.engine.participants import LONGEST_BLOCK, Participants

pytestmark = pytest.mark.engine

Models = Callable[..., Path]
TEXT = "some words that are read " * 200


@pytest.fixture
def everyone(models: Models, log: Any):
    paths = [models(), models(weight_type="Q8_0")]
    with closing(Participants(paths, 256, 1, log, CancelFlag(), noise_floor=True)) as everyone:
        for index in range(3):
            everyone.measure(index)
        yield everyone


def only(monkeypatch: pytest.MonkeyPatch, available: int) -> None:
    """Let the machine have so many bytes free."""
    monkeypatch.setattr(participants, "available_memory", lambda config: available)
    monkeypatch.setattr(memory, "available_memory", lambda config: available)


def test_all_stay_open_where_they_fit(everyone: Participants) -> None:
    assert everyone.plan([0, 1, 2], 1000) == 1
    base = everyone.context(0)
    everyone.context(1)
    assert everyone.context(0) is base


def test_else_one_at_a_time_for_several_chunks(
    everyone: Participants, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, 40 << 20)  # each takes some 25 MB
    assert everyone.plan([0, 1, 2], 5 << 20) == 2
    base = everyone.context(0)
    everyone.context(1)
    assert everyone.context(0) is not base


def test_weights_are_in_memory_once_and_as_long_as_somebody_needs_them(
    everyone: Participants, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    there: list[str] = []

    class Weights(model.Weights):
        def __init__(self, path: Path, *args: Any, **options: Any) -> None:
            super().__init__(path, *args, **options)
            self.name = path.name
            loaded.append(self.name)
            there.append(self.name)

        def close(self) -> None:
            there.remove(self.name)
            super().close()

    monkeypatch.setattr(model, "Weights", Weights)
    base, level, again = everyone.names
    assert base == again != level
    only(monkeypatch, 40 << 20)
    everyone.plan([0, 1, 2], 5 << 20)
    for index, name in ((0, base), (2, base), (1, level), (2, base)):
        everyone.context(index)
        assert there == [name]
    assert loaded == [base, level, base]
    everyone.context(0)
    everyone.drop(2)
    assert there == [base]
    everyone.drop(0)
    assert there == []
    everyone.context(1)
    everyone.close()
    assert there == []


def test_only_the_first_needs_no_second_memory_for_its_weights(everyone: Participants) -> None:
    base, level, again = (one.needs for one in everyone._all)
    size = everyone._all[0].path.stat().st_size
    assert base - again > size / 2  # the file has a header, too
    assert level > again


def test_however_much_room_there_is_one_does_not_wait_for_ever(
    everyone: Participants, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, 40 << 20)
    assert everyone.plan([0, 1, 2], 1000) == LONGEST_BLOCK


def test_taking_turns_gives_the_same_numbers(
    models: Models, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = EvaluateModels(
        id=1, models=(models(), models(weight_type="Q8_0")), text=TEXT, context=256, threads=1
    )

    def scores() -> dict[tuple[int, int], Any]:
        events: list[Any] = []
        evaluate_models(message, events.append, log, CancelFlag())
        return {(e.model, e.chunk): e.scores for e in events if isinstance(e, ChunkScored)}

    together = scores()
    only(monkeypatch, 40 << 20)
    assert scores() == together
    assert quality_of([together[1, 0], together[1, 1]]).divergence


def test_one_that_does_not_fit_even_alone_is_refused(
    models: Models, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(monkeypatch, 1 << 20)
    with (
        closing(Participants([models()], 256, 1, log, CancelFlag(), noise_floor=False)) as everyone,
        pytest.raises(ModelTooBig),
    ):
        everyone.measure(0)


def test_a_level_that_does_not_fit_is_left_out(
    models: Models, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = models(width=512, feed_forward=4096, layers=2)
    only(monkeypatch, 40 << 20)
    message = EvaluateModels(id=1, models=(models(), large), text=TEXT, context=256, threads=1)
    events: list[Any] = []
    evaluate_models(message, events.append, log, CancelFlag())
    (failed,) = (e for e in events if isinstance(e, ModelFailed))
    assert failed.model == 1
    assert "are free" in failed.message
    assert {e.model for e in events if isinstance(e, ChunkScored)} == {0}
