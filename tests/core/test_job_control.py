"""One job in a child of its own."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from desktop.core.job_control import JobControl, JobRunner, Steps
from desktop.domain.errors import Cancelled, EngineDied, EngineFault, ModelFileInvalid
from desktop.domain.job import JobProgress
from desktop.domain.quantization import QuantizeRequest, part_path
from desktop.engine.client import Engine
from desktop.engine.engine_state import EngineState
from desktop.engine.job_messages import Quantize, Quantized, QuantizeProgress
from tests.helpers.fake_worker import COMMAND


@pytest.fixture
def runner(make_engine) -> JobRunner:
    return JobRunner(make_engine)


def run(runner: JobRunner, destination: Path, source: str, control=None, on_event=None):
    request = QuantizeRequest(Path(source), destination, "Q4_0")
    return runner.run(
        lambda number: Quantize(id=number, request=request),
        Quantized,
        control or JobControl(),
        on_event,
        writes=destination,
    )


def test_the_reply_comes_back_and_the_child_leaves(make_engine, tmp_path: Path) -> None:
    engines: list[Engine] = []

    def make() -> Engine:
        engines.append(make_engine())
        return engines[-1]

    events: list = []
    reply = run(JobRunner(make), tmp_path / "new.gguf", "model.gguf", on_event=events.append)
    assert reply == Quantized(id=reply.id, size=4, seconds=0.5)
    assert events and all(isinstance(event, QuantizeProgress) for event in events)
    assert [engine.state for engine in engines] == [EngineState.CLOSED]
    assert engines[0].process_id is None


def test_another_thread_can_cancel(runner: JobRunner, tmp_path: Path) -> None:
    control, met = JobControl(), threading.Event()
    canceller = threading.Thread(target=lambda: (met.wait(30), control.cancel()))
    canceller.start()
    with pytest.raises(Cancelled):
        run(runner, tmp_path / "new.gguf", "slow.gguf", control, lambda _: met.set())
    canceller.join(timeout=30)
    assert control.cancelled and os.listdir(tmp_path) == []


def test_what_was_cancelled_before_never_starts(runner: JobRunner, tmp_path: Path) -> None:
    control = JobControl()
    control.cancel()
    with pytest.raises(Cancelled):
        run(runner, tmp_path / "new.gguf", "model.gguf", control)
    assert os.listdir(tmp_path) == []


def test_what_is_paused_starts_no_child_before_it_is_resumed(make_engine, tmp_path: Path) -> None:
    control, engines = JobControl(), []

    def make() -> Engine:
        engines.append(make_engine())
        return engines[-1]

    control.pause()
    running = threading.Thread(
        target=run, args=(JobRunner(make), tmp_path / "new.gguf", "model.gguf", control)
    )
    running.start()
    running.join(timeout=0.1)
    assert running.is_alive() and not engines
    control.resume()
    running.join(timeout=30)
    assert len(engines) == 1 and os.listdir(tmp_path) == ["new.gguf"]


def test_what_is_paused_can_be_cancelled(runner: JobRunner, tmp_path: Path) -> None:
    control = JobControl()
    control.pause()
    canceller = threading.Timer(0.05, control.cancel)
    canceller.start()
    with pytest.raises(Cancelled):
        run(runner, tmp_path / "new.gguf", "model.gguf", control)
    canceller.join(timeout=30)


def test_pausing_reaches_the_child_that_works(tmp_path: Path) -> None:
    control, said = JobControl(), []

    class Noting(Engine):
        def pause(self, request_id: int) -> None:
            said.append(("pause", request_id))

        def resume(self, request_id: int) -> None:
            said.append(("resume", request_id))
            self.cancel(request_id)

    def on_event(event: QuantizeProgress) -> None:
        if not said:
            control.pause()
            control.resume()

    with pytest.raises(Cancelled):
        run(JobRunner(lambda: Noting(COMMAND)), tmp_path / "n", "slow.gguf", control, on_event)
    assert [what for what, _ in said] == ["pause", "resume"]
    assert said[0][1] == said[1][1] > 0
    control.pause()
    assert len(said) == 2  # nothing works any more


def test_what_begins_while_it_is_paused_is_told_so() -> None:
    control, said = JobControl(), []
    control.pause()
    with control.stopping(lambda: None, lambda: said.append("pause")):
        assert said == ["pause"]
    control.resume()
    with control.stopping(lambda: None, lambda: said.append("pause")):
        assert said == ["pause"]


def test_a_failure_is_raised(runner: JobRunner, tmp_path: Path) -> None:
    with pytest.raises(ModelFileInvalid, match="damaged"):
        run(runner, tmp_path / "new.gguf", "bad.gguf")


def test_what_a_child_that_died_left_is_removed(runner: JobRunner, tmp_path: Path) -> None:
    with pytest.raises(EngineDied, match="memory ran out") as caught:
        run(runner, tmp_path / "new.gguf", "kill.gguf")
    assert "Nothing half-written was kept" in caught.value.advice
    assert os.listdir(tmp_path) == []
    assert not part_path(tmp_path / "new.gguf").exists()


def test_a_child_that_dies_while_it_is_cancelled_was_cancelled(make_engine, tmp_path: Path) -> None:
    control = JobControl()
    engines: list[Engine] = []

    def make() -> Engine:
        engines.append(make_engine())
        return engines[-1]

    def kill(_event) -> None:
        control._cancelled = True
        engines[0].kill("It did not react.")

    with pytest.raises(Cancelled):
        run(JobRunner(make), tmp_path / "new.gguf", "slow.gguf", control, kill)


def test_a_child_that_cannot_be_started_is_a_sentence(tmp_path: Path) -> None:
    runner = JobRunner(lambda: Engine(("/nowhere/quern-worker",)))
    with pytest.raises(EngineFault, match="could not be started"):
        run(runner, tmp_path / "new.gguf", "model.gguf")


def test_steps_add_up_to_the_whole() -> None:
    told: list[JobProgress] = []
    steps = Steps(told.append, 4.0)
    for weight in (3.0, 1.0):
        report = steps.report(weight)
        for fraction in (0.0, 0.5, 1.0):
            report(JobProgress(fraction, "x", memory=7))
    assert [progress.fraction for progress in told] == [0, 0.375, 0.75, 0.75, 0.875, 1.0]
    assert all(progress.memory == 7 for progress in told)
