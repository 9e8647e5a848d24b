"""Jobs in a real child: done, cancelled, and ended by force."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.quantization import (
    ConversionRequest,
    ImatrixRequest,
    QuantizeOptions,
    QuantizeRequest,
    part_path,
)
from desktop.domain.quantization_levels import LEVELS
from desktop.engine.job_messages import (
    ComputeImatrix,
    Convert,
    Converted,
    ConvertProgress,
    DryRun,
    DryRunDone,
    ImatrixComputed,
    ImatrixProgress,
    Quantize,
    Quantized,
    QuantizeProgress,
)
from desktop.engine.protocol import Failed, Hello
from tests.engine.conftest import Child
from tests.helpers.tiny_checkpoints import CHECKPOINTS, write_checkpoint
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine

# Some seconds of work at IQ3_S: long enough to be met in the middle of it.
SLOW = TinyModel(width=1024, heads=16, heads_kv=16, feed_forward=4096, layers=2, weight_type="F16")
NAMES = tuple(level.name for level in LEVELS)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text("Some words about nothing in particular. " * 2000)
    return path


def next_of(child: Child, kind: type):
    while not isinstance(event := child.next_event(), kind):
        assert event is not None
    return event


def test_a_dry_run_names_every_level(shared_child: Child, models) -> None:
    answer = shared_child.ask(DryRun, source=models(), levels=NAMES, options=QuantizeOptions())
    assert isinstance(answer.reply, DryRunDone) and len(answer.events) == 1
    assert tuple(estimate.level for estimate in answer.reply.estimates) == NAMES


def test_jobs_follow_each_other_in_one_child(shared_child: Child, models, tmp_path, text) -> None:
    matrix, destination = tmp_path / "m.gguf", tmp_path / "new.gguf"
    request = ImatrixRequest(models(), matrix, (text,), chunks=2, context=256)
    reply = shared_child.ask(ComputeImatrix, request=request).reply
    assert isinstance(reply, ImatrixComputed) and matrix.exists()
    options = QuantizeOptions(imatrix=matrix)
    quantize = QuantizeRequest(models(), destination, "Q4_0", options)
    reply = shared_child.ask(Quantize, request=quantize).reply
    assert isinstance(reply, Quantized) and reply.size == destination.stat().st_size


def test_what_is_wrong_with_a_model_is_a_failure_and_costs_no_child(
    shared_child: Child, tmp_path: Path
) -> None:
    path = tmp_path / "none.gguf"
    path.write_bytes(b"nothing of the kind")
    request = QuantizeRequest(path, tmp_path / "new.gguf", "Q4_0")
    reply = shared_child.ask(Quantize, request=request).reply
    assert isinstance(reply, Failed) and reply.code == "model_file_invalid"
    assert shared_child.ask(Hello).reply.engine
    assert os.listdir(tmp_path) == ["none.gguf"]


def test_cancelling_quantization_ends_the_child_and_leaves_nothing(
    start_child: Callable[[], Child], models, tmp_path: Path
) -> None:
    child = start_child()
    request = QuantizeRequest(models(SLOW), tmp_path / "new.gguf", "IQ3_S")
    number = child.send(Quantize, request=request)
    next_of(child, QuantizeProgress)
    assert part_path(request.destination).exists()
    child.cancel(number)
    reply = next_of(child, Failed)
    assert (reply.id, reply.code) == (number, "cancelled")
    assert child.next_event() is None  # exactly one terminal event, and the end
    assert child.process.wait(timeout=30) == 0
    assert os.listdir(tmp_path) == []


def test_a_child_whose_parent_is_gone_leaves_nothing(
    start_child: Callable[[], Child], models, tmp_path: Path
) -> None:
    child = start_child()
    child.send(Quantize, request=QuantizeRequest(models(SLOW), tmp_path / "new.gguf", "IQ3_S"))
    next_of(child, QuantizeProgress)
    assert child.process.stdin
    child.process.stdin.close()
    assert child.process.wait(timeout=30) == 0
    assert os.listdir(tmp_path) == []


def test_cancelling_a_matrix_ends_within_a_chunk(
    shared_child: Child, models, tmp_path: Path, text: Path
) -> None:
    model = models(SLOW)  # a chunk of 4,096 tokens takes it seconds
    request = ImatrixRequest(model, tmp_path / "m.gguf", (text,), context=4096, threads=1)
    number = shared_child.send(ComputeImatrix, request=request)
    next_of(shared_child, ImatrixProgress)
    time.sleep(0.2)  # into the chunk
    shared_child.cancel(number)
    reply = shared_child.finish(number).reply
    assert isinstance(reply, Failed) and reply.code == "cancelled"
    assert shared_child.ask(Hello).reply.engine
    assert os.listdir(tmp_path) == ["text.txt"]


def test_a_job_that_waits_can_be_cancelled(shared_child: Child, models, tmp_path, text) -> None:
    request = ImatrixRequest(models(SLOW), tmp_path / "m.gguf", (text,), context=4096, threads=1)
    running = shared_child.send(ComputeImatrix, request=request)
    waiting = shared_child.send(
        Quantize, request=QuantizeRequest(models(), tmp_path / "new.gguf", "Q4_0")
    )
    shared_child.cancel(waiting)
    shared_child.cancel(running)
    ended = {}
    while len(ended) < 2:
        event = next_of(shared_child, Failed)
        ended[event.id] = event.code
    assert ended == {running: "cancelled", waiting: "cancelled"}
    assert os.listdir(tmp_path) == ["text.txt"]


def sleeps(child: Child) -> bool:
    """Whether no thread of the child works, or waits for a processor on a busy machine."""
    threads = Path(f"/proc/{child.process.pid}/task").glob("*/stat")
    return all(path.read_text().rpartition(")")[2].split()[0] == "S" for path in threads)


def until_it_rests(child: Child) -> list:
    """Wait until the child does nothing any more; the events that came until then."""
    quiet, before = 0, -1.0
    while quiet < 5:
        time.sleep(0.1)
        now = child.processor_seconds()
        quiet = quiet + 1 if now == before and sleeps(child) else 0
        before = now
    return child.waiting_events()


def tensor_numbers(events: list) -> set[int]:
    assert all(isinstance(event, QuantizeProgress) for event in events)
    return {event.number for event in events}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux")
def test_a_paused_quantization_rests_between_two_tensors_and_goes_on(
    start_child: Callable[[], Child], models, tmp_path: Path
) -> None:
    child = start_child()
    request = QuantizeRequest(models(SLOW), tmp_path / "new.gguf", "IQ3_S")
    number = child.send(Quantize, request=request)
    first = next_of(child, QuantizeProgress)
    child.pause(number)
    at = max(tensor_numbers([first, *until_it_rests(child)]))
    assert at < first.count
    assert part_path(request.destination).exists()
    before = child.processor_seconds()
    time.sleep(0.5)
    assert child.waiting_events() == []
    assert child.processor_seconds() - before < 0.1
    child.resume(number)
    answer = child.finish(number)
    assert isinstance(answer.reply, Quantized)
    assert max(tensor_numbers(answer.of(QuantizeProgress))) == first.count
    assert os.listdir(tmp_path) == ["new.gguf"]


def test_what_waits_begins_paused(shared_child: Child, models, tmp_path: Path, text: Path) -> None:
    model = models()
    shared_child.send(DryRun, source=model, levels=NAMES, options=QuantizeOptions())
    request = QuantizeRequest(model, tmp_path / "new.gguf", "Q4_0")
    number = shared_child.send(Quantize, request=request)
    shared_child.pause(number)
    assert next_of(shared_child, QuantizeProgress).number == 1
    shared_child.resume(number)
    assert isinstance(shared_child.finish(number).reply, Quantized)
    request = ImatrixRequest(model, tmp_path / "m.gguf", (text,), chunks=2, context=256)
    shared_child.send(DryRun, source=model, levels=NAMES, options=QuantizeOptions())
    number = shared_child.send(ComputeImatrix, request=request)
    shared_child.pause(number)
    assert next_of(shared_child, ImatrixProgress).done == 0
    shared_child.resume(number)
    assert isinstance(shared_child.finish(number).reply, ImatrixComputed)


@pytest.mark.parametrize("end", ["cancel", "gone"])
def test_a_paused_quantization_ends_at_once_and_leaves_nothing(
    start_child: Callable[[], Child], models, tmp_path: Path, end: str
) -> None:
    child = start_child()
    request = QuantizeRequest(models(), tmp_path / "new.gguf", "Q4_0")
    child.send(DryRun, source=models(), levels=NAMES, options=QuantizeOptions())
    number = child.send(Quantize, request=request)
    child.pause(number)
    assert next_of(child, QuantizeProgress).number == 1
    assert part_path(request.destination).exists()
    if end == "cancel":
        child.cancel(number)
        assert next_of(child, Failed).code == "cancelled"
    else:
        assert child.process.stdin
        child.process.stdin.close()
    assert child.process.wait(timeout=30) == 0
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("kind", ["matrix", "conversion"])
def test_other_jobs_that_are_paused_can_be_cancelled(
    shared_child: Child, models, tmp_path: Path, text: Path, kind: str
) -> None:
    shared_child.send(DryRun, source=models(), levels=NAMES, options=QuantizeOptions())
    number = begin(shared_child, kind, models(), tmp_path, text)
    shared_child.pause(number)
    next_of(shared_child, ImatrixProgress if kind == "matrix" else ConvertProgress)
    shared_child.cancel(number)
    assert next_of(shared_child, Failed).code == "cancelled"
    assert list(tmp_path.glob("new*")) == []
    assert shared_child.ask(Hello).reply.engine


@pytest.mark.parametrize("kind", ["matrix", "conversion"])
def test_other_jobs_that_are_paused_end_with_their_parent(
    start_child: Callable[[], Child], models, tmp_path: Path, text: Path, kind: str
) -> None:
    child = start_child()
    child.send(DryRun, source=models(), levels=NAMES, options=QuantizeOptions())
    child.pause(begin(child, kind, models(), tmp_path, text))
    next_of(child, ImatrixProgress if kind == "matrix" else ConvertProgress)
    assert child.process.stdin
    child.process.stdin.close()
    assert child.process.wait(timeout=30) == 0
    assert list(tmp_path.glob("new*")) == []


def begin(child: Child, kind: str, model: Path, folder: Path, text: Path) -> int:
    """Ask for new.gguf; returns the number of the request."""
    destination = folder / "new.gguf"
    if kind == "matrix":
        request = ImatrixRequest(model, destination, (text,), context=256, threads=1)
        return child.send(ComputeImatrix, request=request)
    checkpoint = write_checkpoint(next(iter(CHECKPOINTS)), folder)
    return child.send(Convert, request=ConversionRequest(checkpoint, destination, "f32"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_killed_in_the_middle_it_leaves_a_part_that_is_no_model(
    start_child: Callable[[], Child], models, tmp_path: Path
) -> None:
    child = start_child()
    request = QuantizeRequest(models(SLOW), tmp_path / "new.gguf", "IQ3_S")
    child.send(Quantize, request=request)
    next_of(child, QuantizeProgress)
    os.kill(child.process.pid, signal.SIGKILL)
    assert child.process.wait(timeout=30) == -signal.SIGKILL
    part = part_path(request.destination)
    assert os.listdir(tmp_path) == [part.name]  # whoever started the child removes it
    assert not part.read_bytes().startswith(b"GGUF")


def test_a_folder_that_is_no_checkpoint_is_a_sentence(shared_child: Child, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    request = ConversionRequest(tmp_path / "folder", tmp_path / "new.gguf")
    reply = shared_child.ask(Convert, request=request).reply
    assert isinstance(reply, Failed) and reply.code == "conversion_failed"
    assert reply.message and not (tmp_path / "new.gguf").exists()


def test_a_checkpoint_becomes_a_model(shared_child: Child, tmp_path: Path) -> None:
    folder = write_checkpoint(next(iter(CHECKPOINTS)), tmp_path)
    destination = tmp_path / "new.gguf"
    answer = shared_child.ask(Convert, request=ConversionRequest(folder, destination, "f32"))
    assert isinstance(answer.reply, Converted)
    assert answer.reply.size == destination.stat().st_size
    last = answer.of(ConvertProgress)[-1]
    assert 0 < last.done <= last.total and last.tensor and last.memory > 10_000_000
    reply = shared_child.ask(
        DryRun, source=destination, levels=("Q8_0",), options=QuantizeOptions()
    ).reply
    assert isinstance(reply, DryRunDone)
