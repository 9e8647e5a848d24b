from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop.controllers.quantization import QuantizationController
from desktop.core.checkpoints import CheckpointFolder
from desktop.core.job_control import JobControl, JobResult, Report
from desktop.core.jobs import Jobs
from desktop.core.quantization import QuantizationPlan
from desktop.domain.errors import InvalidInput, ModelFileInvalid, QuernError
from desktop.domain.job import Job, JobProgress, JobState, QuantizationRequest
from desktop.domain.model import ModelInfo
from desktop.domain.quantization import LevelEstimate, QuantizeOptions
from desktop.storage.jobs import StoredJobs
from tests.helpers.tiny_checkpoints import write_safetensors

ESTIMATE = LevelEstimate("Q8_0", 10, 8.5)


class Quantizing:
    """Answers questions at once, and works until it is told how to end."""

    def __init__(self) -> None:
        self.problem: QuernError | None = None
        self.first_made = False
        self.began = threading.Event()
        self.end = threading.Event()

    def estimates(self, source: Path, options: QuantizeOptions) -> tuple[LevelEstimate, ...]:
        if self.problem is not None:
            raise self.problem
        return (ESTIMATE,)

    def plan(self, request: QuantizationRequest) -> QuantizationPlan:
        if self.problem is not None:
            raise self.problem
        return QuantizationPlan((), 99)

    def run(self, request: QuantizationRequest, control: JobControl, report: Report) -> JobResult:
        report(JobProgress(0.5, "half way"))
        self.began.set()
        with control.stopping(self.end.set):
            self.end.wait(20)
        control.check()
        path = request.destination("Q8_0")
        if self.first_made:
            path.write_bytes(b"x" * 7)
            report(JobProgress(0.5, "", (path,)))
        if self.problem is not None:
            raise self.problem
        path.write_bytes(b"x" * 7)
        return JobResult((path,))


@pytest.fixture
def quantizing() -> Quantizing:
    return Quantizing()


@pytest.fixture
def make(database, inspector, tasks, quantizing) -> Iterator[Callable[[], QuantizationController]]:
    made: list[QuantizationController] = []

    def one() -> QuantizationController:
        controller = QuantizationController(
            lambda on_change: Jobs(
                StoredJobs(database), {QuantizationRequest: quantizing.run}, on_change
            ),
            quantizing,
            inspector,
            lambda: 4_200,
            tasks,
        )
        made.append(controller)
        return controller

    yield one
    for controller in made:
        controller.close()


@pytest.fixture
def controller(make) -> QuantizationController:
    made = make()
    made.open()
    return made


@pytest.fixture
def request_(tmp_path) -> QuantizationRequest:
    return QuantizationRequest(tmp_path / "a-F16.gguf", tmp_path, "a", ("Q8_0",))


@pytest.fixture
def checkpoint(tmp_path) -> Path:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    config = {"architectures": ["LlamaForCausalLM"], "torch_dtype": "float16"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text("{}")
    write_safetensors(folder / "model.safetensors", {"t": ("F16", np.zeros(3, np.float16))})
    return folder


def first(controller: QuantizationController, signal: str, start: Callable[[], None], qtbot) -> Job:
    with qtbot.waitSignal(getattr(controller, signal)) as told:
        start()
    return told.args[0]


# --- before ---------------------------------------------------------------------------------


def test_a_file_is_looked_at_and_then_the_memory(controller, starter, qtbot) -> None:
    known: list[tuple[Path, object]] = []
    controller.source_known.connect(lambda *told: known.append(told))
    with qtbot.waitSignal(controller.memory_known) as memory:
        controller.look_at(starter)
    assert known[0][0] == starter
    assert isinstance(known[0][1], ModelInfo)
    assert memory.args[0] == starter
    assert memory.args[1] > 0


def test_a_folder_is_looked_at_as_a_checkpoint(controller, checkpoint, qtbot) -> None:
    with qtbot.waitSignal(controller.source_known) as told:
        controller.look_at(checkpoint)
    size = (checkpoint / "model.safetensors").stat().st_size
    assert told.args == [
        checkpoint,
        CheckpointFolder(checkpoint, "checkpoint", "LlamaForCausalLM", "f16", size),
    ]


@pytest.mark.parametrize("name", ["bad.gguf", "."])
def test_what_cannot_be_used_is_refused(controller, tmp_path, qtbot, name) -> None:
    with qtbot.waitSignal(controller.source_refused) as told:
        controller.look_at(tmp_path / name)
    assert told.args[0] == tmp_path / name
    assert isinstance(told.args[1], ModelFileInvalid | InvalidInput)


def test_a_dry_run_is_answered_with_its_question(controller, starter, qtbot) -> None:
    options = QuantizeOptions(keep_output=True)
    with qtbot.waitSignal(controller.sizes_known) as told:
        controller.dry_run(starter, options)
    assert told.args == [starter, options, (ESTIMATE,)]


def test_the_words_of_a_person_are_counted(controller, qtbot) -> None:
    with qtbot.waitSignal(controller.words_known) as told:
        controller.count_words()
    assert told.args == [4_200]


def test_a_plan_is_answered_with_its_question(controller, request_, qtbot) -> None:
    with qtbot.waitSignal(controller.planned) as told:
        controller.plan(request_)
    assert told.args == [request_, QuantizationPlan((), 99)]


def test_the_space_for_files_is_told(controller, tmp_path, qtbot) -> None:
    with qtbot.waitSignal(controller.space_known) as known:
        controller.ask_space(tmp_path / "not there yet")
    folder, free = known.args
    assert folder == tmp_path / "not there yet" and free > 0


def test_why_there_is_no_answer_is_told(controller, quantizing, request_, starter, qtbot) -> None:
    quantizing.problem = InvalidInput("No.")
    with qtbot.waitSignal(controller.dry_run_failed) as told:
        controller.dry_run(starter, QuantizeOptions())
    assert told.args == [starter, QuantizeOptions(), quantizing.problem]
    with qtbot.waitSignal(controller.plan_failed) as told:
        controller.plan(request_)
    assert told.args == [request_, quantizing.problem]


# --- jobs -----------------------------------------------------------------------------------


def test_a_job_is_listed_followed_and_finished(controller, quantizing, request_, qtbot) -> None:
    listed: list[list[Job]] = []
    changed: list[Job] = []
    controller.listed.connect(listed.append)
    controller.changed.connect(changed.append)
    controller.start(request_)
    assert [job.state for job in listed[0]] == [JobState.WAITING]
    assert controller.busy
    qtbot.waitUntil(lambda: any(job.progress.fraction == 0.5 for job in changed))
    finished: list[Job] = []
    controller.finished.connect(finished.append)
    with qtbot.waitSignal(controller.results_known) as sizes:
        quantizing.end.set()
    assert [job.state for job in finished] == [JobState.DONE]
    assert sizes.args == [{request_.destination("Q8_0"): 7}]
    assert not controller.busy
    assert len(listed) == 1


def test_the_newest_job_comes_first(controller, quantizing, request_, qtbot) -> None:
    quantizing.end.set()
    for _ in range(2):
        first(controller, "finished", lambda: controller.start(request_), qtbot)
    listed = first(controller, "listed", controller.refresh, qtbot)
    assert [job.id for job in listed] == sorted((job.id for job in listed), reverse=True)
    assert len(listed) == 2


def test_cancelling_ends_a_job_that_can_be_started_again(
    controller, quantizing, request_, qtbot
) -> None:
    controller.start(request_)
    number = controller._jobs.list()[0].id
    qtbot.waitUntil(quantizing.began.is_set)
    job = first(controller, "finished", lambda: controller.cancel(number), qtbot)
    assert job.state is JobState.CANCELLED
    quantizing.end.set()
    again = first(controller, "finished", lambda: controller.again(number), qtbot)
    assert (again.id, again.state) == (number, JobState.DONE)


def test_a_job_is_paused_and_goes_on(controller, quantizing, request_, qtbot) -> None:
    controller.start(request_)
    number = controller._jobs.list()[0].id
    assert quantizing.began.wait(20)
    changed: list[Job] = []
    controller.changed.connect(changed.append)
    controller.pause(number)
    assert changed[-1].paused
    qtbot.wait(50)  # what the jobs' thread told before it was paused comes only now
    assert changed[-1].paused
    assert controller.busy  # so that closing asks
    changed.clear()
    controller.resume(number)
    assert not changed[-1].paused
    quantizing.end.set()
    qtbot.waitUntil(lambda: not controller.busy)
    assert changed[-1].state is JobState.DONE


def test_a_failed_job_says_why(controller, quantizing, request_, qtbot) -> None:
    quantizing.problem = InvalidInput("It broke.", "Mend it.")
    quantizing.end.set()
    job = first(controller, "finished", lambda: controller.start(request_), qtbot)
    assert (job.state, job.problem, job.advice) == (JobState.FAILED, "It broke.", "Mend it.")


def test_a_file_made_before_a_failure_is_looked_at(controller, quantizing, request_, qtbot) -> None:
    quantizing.first_made, quantizing.problem = True, InvalidInput("It broke.", "Mend it.")
    quantizing.end.set()
    sizes = first(controller, "results_known", lambda: controller.start(request_), qtbot)
    assert sizes == {request_.destination("Q8_0"): 7}


def test_forgetting_takes_a_job_off_the_list_and_leaves_its_file(
    controller, quantizing, request_, qtbot
) -> None:
    quantizing.end.set()
    job = first(controller, "finished", lambda: controller.start(request_), qtbot)
    assert first(controller, "listed", lambda: controller.forget(job.id), qtbot) == []
    assert job.results[0].exists()


def test_what_has_not_ended_cannot_be_forgotten(controller, quantizing, request_, qtbot) -> None:
    controller.start(request_)
    with qtbot.waitSignal(controller.failed) as told:
        controller.forget(controller._jobs.list()[0].id)
    assert isinstance(told.args[0], InvalidInput)
    quantizing.end.set()
    qtbot.waitUntil(lambda: not controller.busy)


def test_results_that_are_gone_have_no_size(controller, quantizing, request_, qtbot) -> None:
    quantizing.end.set()
    with qtbot.waitSignal(controller.results_known):
        controller.start(request_)
    request_.destination("Q8_0").unlink()
    assert first(controller, "results_known", controller.refresh, qtbot) == {
        request_.destination("Q8_0"): 0
    }


def test_what_ran_when_quern_ended_is_listed_the_next_time(
    make, controller, quantizing, request_, qtbot
) -> None:
    controller.start(request_)
    qtbot.waitUntil(quantizing.began.is_set)
    controller.close()
    next_time = make()
    listed = first(next_time, "listed", next_time.open, qtbot)
    assert [job.state for job in listed] == [JobState.INTERRUPTED]
    quantizing.end.set()
    job = first(next_time, "finished", lambda: next_time.again(listed[0].id), qtbot)
    assert job.state is JobState.DONE
