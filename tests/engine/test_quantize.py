"""Files made through llama.cpp: as planned, as llama.cpp alone makes them, or not at all."""

from __future__ import annotations

import ctypes
import os
import threading
from pathlib import Path

import gguf
import numpy as np
import pytest

from desktop.domain import errors
from desktop.domain.model import TensorInfo
from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import (
    ImatrixRequest,
    QuantizeOptions,
    QuantizeRequest,
    TensorOverride,
)
from desktop.domain.quantization_levels import LEVELS
from desktop.engine import quantize as module
from desktop.engine.gate import Gate
from desktop.engine.imatrix import compute_imatrix
from desktop.engine.imatrix_file import Entry, ImportanceMatrix, write_imatrix
from desktop.engine.job_messages import ComputeImatrix, Quantize, Quantized, QuantizeProgress
from desktop.engine.native import CancelFlag
from desktop.engine.quantize import quantize
from desktop.engine.quantize_plan import Plan, Planner, TensorPlan
from tests.helpers.tiny_models import TinyModel

pytestmark = pytest.mark.engine

WIDE = TinyModel(width=256, feed_forward=256, layers=1, weight_type="F16")
ODD = TinyModel(width=72, feed_forward=96, weight_type="F16")
EXPERTS = WIDE.but(experts=4)


def made(
    source: Path, destination: Path, level: str, log, *, keep: bool = False, **options
) -> tuple[Quantized, list]:
    events: list = []
    request = QuantizeRequest(source, destination, level, QuantizeOptions(**options))
    message = Quantize(id=3, request=request, keep=keep)
    return quantize(message, events.append, log, Gate(), set()), events


@pytest.fixture
def matrix(tmp_path: Path, log):
    """Computes the importance matrix of a model, from chunks that say nothing in particular."""

    def compute(model: Path) -> Path:
        text, path = tmp_path / "text.txt", tmp_path / "imatrix.gguf"
        text.write_text("Nothing in particular is said here, twice. " * 40)
        request = ImatrixRequest(model, path, (text,), context=256, threads=1)
        compute_imatrix(
            ComputeImatrix(id=1, request=request), lambda _: None, log, CancelFlag(), Gate(), set()
        )
        return path

    return compute


@pytest.mark.parametrize("model", [WIDE, ODD, EXPERTS], ids=["wide", "odd", "experts"])
def test_every_level_has_the_size_that_was_foretold(models, log, tmp_path, matrix, model) -> None:
    source, destination = models(model), tmp_path / "new.gguf"
    planner = Planner(source, QuantizeOptions(), log)
    importance = matrix(source)
    # The tables for IQ1 take llama.cpp ten seconds, so it has a test of its own, with one model.
    for level in (level for level in LEVELS if not level.name.startswith("IQ1")):
        plan = planner.plan(level.name)
        options = {}
        if plan.needs_imatrix:
            options["imatrix"] = importance
            plan = Planner(source, QuantizeOptions(**options), log).plan(level.name)
        reply, _ = made(source, destination, level.name, log, **options)
        assert reply.size == destination.stat().st_size == plan.size, level.name
    assert sorted(os.listdir(tmp_path)) == ["imatrix.gguf", "new.gguf", "text.txt"]


def test_the_smallest_levels_are_made_with_a_matrix_only(models, log, tmp_path, matrix) -> None:
    source, destination = models(WIDE), tmp_path / "new.gguf"
    importance = matrix(source)
    for level in ("IQ1_S", "IQ1_M"):
        assert Planner(source, QuantizeOptions(), log).plan(level).needs_imatrix
        refused(errors.InvalidInput, "needs an importance matrix", source, tmp_path, level, log)
        plan = Planner(source, QuantizeOptions(imatrix=importance), log).plan(level)
        reply, _ = made(source, destination, level, log, imatrix=importance)
        assert reply.size == destination.stat().st_size == plan.size
        types = {tensor.tensor_type.name for tensor in gguf.GGUFReader(destination).tensors}
        assert level in types
        destination.unlink()


def test_the_bytes_are_those_of_llama_cpp_alone(log, tmp_path: Path) -> None:
    import llama_cpp.llama_cpp as llama

    source, alone = starter_model_path(), tmp_path / "alone.gguf"
    for level in ("Q2_K", "Q4_K_M", "Q8_0"):
        params = llama.llama_model_quantize_default_params()
        params.ftype = next(known.file_type for known in LEVELS if known.name == level)
        params.nthread = 1
        paths = (os.fsencode(source), os.fsencode(alone))
        assert llama.llama_model_quantize(*paths, ctypes.byref(params)) == 0
        made(source, tmp_path / "ours.gguf", level, log, threads=2)
        assert (tmp_path / "ours.gguf").read_bytes() == alone.read_bytes()


def test_a_matrix_leaves_its_traces(models, log, tmp_path: Path, matrix) -> None:
    source, destination = models(WIDE), tmp_path / "new.gguf"
    made(source, destination, "IQ2_XS", log, imatrix=matrix(source))
    fields = gguf.GGUFReader(destination).fields
    assert fields["quantize.imatrix.file"].contents() == "imatrix.gguf"
    assert fields["quantize.imatrix.dataset"].contents() == "text.txt"
    assert fields["general.file_type"].contents() == 20


def test_overrides_and_the_kept_output_reach_the_file(models, log, tmp_path: Path) -> None:
    destination = tmp_path / "new.gguf"
    override = TensorOverride(r"ffn_(up|gate)", "q5_k")
    made(models(WIDE), destination, "Q4_0", log, overrides=(override,), keep_output=True)
    types = {t.name: t.tensor_type.name for t in gguf.GGUFReader(destination).tensors}
    assert types["output.weight"] == "Q8_0"
    assert types["blk.0.ffn_up.weight"] == types["blk.0.ffn_gate.weight"] == "Q5_K"
    assert types["blk.0.ffn_down.weight"] == "Q4_0"


def test_every_tensor_is_told_with_its_types(models, log, tmp_path: Path) -> None:
    source = models(WIDE)
    _, events = made(source, tmp_path / "new.gguf", "Q4_0", log)
    assert all(isinstance(event, QuantizeProgress) and event.id == 3 for event in events)
    tensors = {event.tensor: event for event in events}
    assert tensors.keys() == {tensor.name for tensor in gguf.GGUFReader(source).tensors}
    down = tensors["blk.0.ffn_down.weight"]
    assert (down.old_type, down.new_type) == ("F16", "Q4_0")
    done = [event.done for event in events]
    assert done == sorted(done) and 0 < done[-1] <= events[-1].total
    assert all(event.memory > 10_000_000 for event in events)
    assert [event.number for event in events] == sorted(event.number for event in events)


def test_progress_goes_on_within_a_tensor(tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(b"x" * 10)
    told = threading.Event()
    events: list = []

    def send(event) -> None:
        events.append(event)
        if event.done == 30:
            told.set()

    tensor = TensorPlan(TensorInfo("a", "F16", (8, 8), 128), "Q8_0", 68)
    with module._Follower(1, Plan({"a": tensor}, 100, (), False), part, send, Gate()) as follower:
        follower.hear("[   1/   1] a   - [ 8, 8, 1, 1], type =    f16, ")
        part.write_bytes(b"x" * 30)
        assert told.wait(10)
    assert events[0].done == 10 and events[0].total == 100


def test_while_the_gate_is_shut_nothing_is_told(tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(b"x")
    events: list = []
    gate = Gate()
    gate.shut()
    tensor = TensorPlan(TensorInfo("a", "F16", (8, 8), 128), "Q8_0", 68)
    line = "[   1/   1] a   - [ 8, 8, 1, 1], type =    f16, "
    plan = Plan({"a": tensor}, 100, (), False)
    with module._Follower(1, plan, part, events.append, gate) as follower:
        llama = threading.Thread(target=follower.hear, args=(line,))
        llama.start()
        llama.join(timeout=3 * module.PROGRESS_SECONDS)
        assert llama.is_alive() and len(events) == 1
        gate.open()
        llama.join(timeout=30)
        assert not llama.is_alive()


def test_a_folder_and_a_name_beyond_ascii(models, log, tmp_path: Path) -> None:
    folder = tmp_path / "Modèles 模型"
    folder.mkdir()
    before = Path.cwd()
    names = {"größer.gguf", "نموذج لغوي طويل الاسم جدا للتجربة والاختبار.gguf"}
    for name in names:
        made(models(WIDE), folder / name, "Q8_0", log)
    assert set(os.listdir(folder)) == names
    assert Path.cwd() == before


def test_a_split_model_becomes_one_file(models, log, tmp_path: Path) -> None:
    source = models(WIDE)
    for number, part in enumerate(split(source, tmp_path), 1):
        assert part.name == f"model-{number:05}-of-00002.gguf"
    made(source, tmp_path / "whole.gguf", "Q4_0", log)
    made(tmp_path / "model-00001-of-00002.gguf", tmp_path / "merged.gguf", "Q4_0", log)
    whole, merged = (gguf.GGUFReader(tmp_path / f"{n}.gguf") for n in ("whole", "merged"))
    assert {t.name: t.data.tobytes() for t in whole.tensors} == {
        t.name: t.data.tobytes() for t in merged.tensors
    }
    assert not any(key.startswith("split.") for key in merged.fields)


def split(source: Path, folder: Path) -> list[Path]:
    """The model in two parts, every other tensor in the second."""
    reader = gguf.GGUFReader(source)
    paths = [folder / f"model-{n:05}-of-00002.gguf" for n in (1, 2)]
    for number, path in enumerate(paths):
        writer = gguf.GGUFWriter(path, "llama")
        for key, field in reader.fields.items():
            if number == 0 and not key.startswith(("GGUF.", "general.architecture")):
                kind = field.types[0]
                writer.add_key_value(
                    key, field.contents(), kind, field.types[-1] if len(field.types) > 1 else None
                )
        writer.add_uint16("split.no", number)
        writer.add_uint16("split.count", 2)
        writer.add_int32("split.tensors.count", len(reader.tensors))
        for tensor in reader.tensors[number::2]:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    return paths


# --- what is there already --------------------------------------------------------------------


def test_a_file_that_is_just_what_would_be_made_is_kept(models, log, tmp_path: Path) -> None:
    source, destination = models(WIDE), tmp_path / "new.gguf"
    first, _ = made(source, destination, "Q4_0", log, keep=True)
    before = destination.stat()
    again, events = made(source, destination, "Q4_0", log, keep=True)
    assert not first.kept and again.kept and again.size == first.size and events == []
    assert destination.stat() == before
    asked, _ = made(source, destination, "Q4_0", log)
    assert not asked.kept and destination.stat().st_ino != before.st_ino


def test_a_file_of_another_level_is_not_kept(models, log, tmp_path: Path) -> None:
    source, destination = models(WIDE), tmp_path / "new.gguf"
    made(source, destination, "Q4_1", log)
    reply, _ = made(source, destination, "Q4_0", log, keep=True)
    assert not reply.kept and reply.size == destination.stat().st_size


@pytest.mark.parametrize("change", ["older than its source", "no model", "cut off"])
def test_a_file_that_cannot_be_what_is_wanted_is_not_kept(
    models, log, tmp_path: Path, change: str
) -> None:
    source, destination = models(WIDE), tmp_path / "new.gguf"
    made(source, destination, "Q4_0", log)
    right = destination.read_bytes()
    match change:
        case "older than its source":
            os.utime(destination, ns=(0, source.stat().st_mtime_ns - 1))
        case "no model":
            destination.write_bytes(b"x" * len(right))
        case "cut off":
            destination.write_bytes(right[:-1])
    reply, _ = made(source, destination, "Q4_0", log, keep=True)
    assert not reply.kept and destination.read_bytes() == right


# --- what is refused, and what is left then ---------------------------------------------------


def refused(error, sentence: str, source: Path, folder: Path, level: str, log, **options) -> None:
    before = sorted(os.listdir(folder))
    with pytest.raises(error, match=sentence):
        made(source, folder / "new.gguf", level, log, **options)
    assert sorted(os.listdir(folder)) == before


def test_a_level_that_needs_a_matrix_is_refused_without(models, log, tmp_path: Path) -> None:
    refused(
        errors.InvalidInput, "needs an importance matrix", models(WIDE), tmp_path, "IQ2_XS", log
    )


def test_quantizing_again_is_refused_unless_allowed(models, log, tmp_path: Path) -> None:
    source = models(WIDE.but(weight_type="Q8_0"))
    refused(errors.InvalidInput, "quantized already", source, tmp_path, "Q4_0", log)
    refused(errors.InvalidInput, "quantized already", source, tmp_path, "F16", log)
    reply, _ = made(source, tmp_path / "new.gguf", "Q4_0", log, allow_requantize=True)
    assert reply.size < source.stat().st_size


def test_an_exception_for_no_tensor_is_refused(models, log, tmp_path: Path) -> None:
    refused(
        errors.InvalidInput, "“fnn_down” is found in no tensor", models(WIDE), tmp_path, "Q4_0", log,
        overrides=(TensorOverride("ffn_down", "Q8_0"), TensorOverride("fnn_down", "Q8_0")),
    )  # fmt: skip


def test_the_source_survives_being_named_as_the_target(log, tmp_path: Path) -> None:
    source = WIDE.write(tmp_path / "model.gguf")
    before = source.read_bytes()
    (tmp_path / "new.gguf").symlink_to(source)
    refused(errors.InvalidInput, "read and replaced", source, tmp_path, "Q4_0", log)
    assert source.read_bytes() == before


def test_the_matrix_survives_being_named_as_the_target(models, log, tmp_path: Path, matrix) -> None:
    source = models(WIDE)
    importance = matrix(source).rename(tmp_path / "new.gguf")
    refused(
        errors.InvalidInput, "read and replaced", source, tmp_path, "Q4_0", log, imatrix=importance
    )


def test_a_matrix_that_lacks_a_tensor_is_a_sentence(models, log, tmp_path: Path) -> None:
    matrix = tmp_path / "m.gguf"
    entry = Entry(np.ones((1, 256), np.float32), np.ones(1, np.float32))
    write_imatrix(matrix, ImportanceMatrix({"blk.0.attn_q.weight": entry}, (), 1, 512))
    sentence = r"Missing importance matrix for tensor blk\.0\.attn_k"
    refused(
        errors.QuantizationFailed, sentence, models(WIDE), tmp_path, "IQ2_XS", log, imatrix=matrix
    )


def test_weights_that_are_no_numbers_are_a_sentence(models, log, tmp_path: Path) -> None:
    source = models(WIDE, nan=True)
    refused(errors.QuantizationFailed, "invalid data", source, tmp_path, "Q4_0", log)


def test_a_disk_too_small_is_refused_before(models, log, tmp_path: Path, monkeypatch) -> None:
    def full(*_):
        raise errors.DiskFull("too small")

    monkeypatch.setattr(module, "check_space", full)
    refused(errors.DiskFull, "too small", models(WIDE), tmp_path, "Q4_0", log)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_a_disk_that_fills_up_is_a_sentence(models, log, tmp_path: Path, monkeypatch) -> None:
    class Full:
        free = 0

    monkeypatch.setattr(module, "check_space", lambda *_: None)
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: Full)
    monkeypatch.setattr(module.os, "fsencode", full_device)
    refused(errors.DiskFull, "disk is full", models(WIDE), tmp_path, "Q4_0", log)


def full_device(path) -> bytes:
    """llama.cpp writes to a device without room instead of the part."""
    return b"/dev/full" if str(path).endswith(".part") else os.fspath(path).encode()


def test_something_else_than_planned_is_not_kept(models, log, tmp_path: Path, monkeypatch) -> None:
    run = module._run

    def run_and_spoil(source, part, *rest) -> str:
        reason = run(source, part, *rest)
        with part.open("ab") as file:
            file.write(b"\0")
        return reason

    monkeypatch.setattr(module, "_run", run_and_spoil)
    refused(errors.QuantizationFailed, "something else", models(WIDE), tmp_path, "Q4_0", log)


def test_too_little_memory_is_a_sentence(models, log, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "_run", lambda *_: "failed to quantize: std::bad_alloc")
    refused(errors.ModelTooBig, "memory", models(WIDE), tmp_path, "Q4_0", log)
