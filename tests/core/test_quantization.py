from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.core import result_folder
from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobControl, JobRunner
from desktop.core.quantization import Quantization, base_name
from desktop.domain.errors import Cancelled, DiskFull, EngineDied, InvalidInput
from desktop.domain.job import JobProgress, QuantizationRequest
from desktop.domain.quantization import QuantizeOptions, QuantizeRequest
from desktop.domain.quantization_levels import LEVELS


@pytest.fixture
def quantization(make_engine, tmp_path: Path) -> Quantization:
    runner = JobRunner(make_engine)
    text = tmp_path / "calibration.txt"
    text.write_text("Some words.")
    return Quantization(runner, ImportanceMatrices(runner, tmp_path / "imatrices", text))


@pytest.fixture
def request_for(tmp_path: Path):
    def make(*levels: str, source: str = "model.gguf", **values) -> QuantizationRequest:
        path = tmp_path / source
        path.touch()
        return QuantizationRequest(path, tmp_path / "models" / "model", "Model", levels, **values)

    return make


def nothing(_progress: JobProgress) -> None:
    pass


def test_all_levels_are_estimated_unless_some_are_named(quantization: Quantization) -> None:
    source = Path("model.gguf")
    every = quantization.estimates(source)
    assert [estimate.level for estimate in every] == [level.name for level in LEVELS]
    some = quantization.estimates(source, levels=["q4_k", "Q8_0"])
    assert [estimate.level for estimate in some] == ["Q4_K_M", "Q8_0"]


def test_a_plan_says_what_it_would_write_and_replace(quantization, request_for) -> None:
    request = request_for("Q4_K_M", "Q8_0")
    request.folder.mkdir(parents=True)
    request.destination("Q8_0").touch()
    plan = quantization.plan(request)
    assert [(f.level, f.path.name, f.bytes, f.exists) for f in plan.files] == [
        ("Q4_K_M", "Model-Q4_K_M.gguf", 1000, False),
        ("Q8_0", "Model-Q8_0.gguf", 2000, True),
    ]
    assert plan.bytes == 3000 and plan.fits


def test_several_levels_are_made_in_one_go(quantization, request_for) -> None:
    told: list[JobProgress] = []
    request = request_for("Q8_0", "q4_k_m", "Q8_0")
    result = quantization.run(request, JobControl(), told.append)
    names = ["Model-Q8_0.gguf", "Model-Q4_K_M.gguf"]
    assert [path.name for path in result.paths] == names
    assert sorted(os.listdir(request.folder)) == sorted(names)
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert told[-2].step == "Q4_K_M: tensor 4 of 4, blk.4, F16 to Q4_K"
    assert told[-1].results == result.paths


def test_with_calibration_the_matrix_comes_first_and_is_kept(
    quantization, request_for, tmp_path: Path
) -> None:
    told: list[JobProgress] = []
    request = request_for("Q4_K_M", calibrate=True)
    quantization.run(request, JobControl(), told.append)
    assert told[0].step.startswith("Importance matrix")
    assert len(os.listdir(tmp_path / "imatrices")) == 1
    told.clear()
    quantization.run(request, JobControl(), told.append)
    assert not any(progress.step.startswith("Importance") for progress in told)


def test_a_matrix_that_is_given_needs_no_calibration(quantization, request_for, tmp_path) -> None:
    options = QuantizeOptions(imatrix=tmp_path / "own.gguf")
    request = request_for("Q4_K_M", calibrate=True, options=options)
    quantization.run(request, JobControl(), nothing)
    assert not (tmp_path / "imatrices").exists()


def test_no_level_is_refused(quantization, request_for) -> None:
    with pytest.raises(InvalidInput, match="no level"):
        quantization.run(request_for(), JobControl(), nothing)


def test_a_disk_too_small_for_all_of_them_is_told_before(
    quantization, request_for, monkeypatch
) -> None:
    monkeypatch.setattr(result_folder.shutil, "disk_usage", lambda _: SimpleNamespace(free=2500))
    request = request_for("Q4_K_M", "Q8_0")
    with pytest.raises(DiskFull, match=r"0\.0 MB"):
        quantization.run(request, JobControl(), nothing)
    assert os.listdir(request.folder) == []


def test_what_is_done_stays_when_a_later_level_is_cancelled(quantization, request_for) -> None:
    control = JobControl()
    told: list[JobProgress] = []

    def cancel_at_the_second(progress: JobProgress) -> None:
        told.append(progress)
        if progress.step.startswith("Q8_0"):
            control.cancel()

    request = request_for("Q4_K_M", "Q8_0", "Q6_K")
    with pytest.raises(Cancelled):
        quantization.run(request, control, cancel_at_the_second)
    there = os.listdir(request.folder)
    assert "Model-Q4_K_M.gguf" in there and "Model-Q6_K.gguf" not in there
    assert request.destination("Q4_K_M") in told[-1].results


def test_the_next_try_makes_only_what_is_not_there(quantization, request_for) -> None:
    request = request_for("Q4_K_M", "Q8_0", "Q6_K")
    first, second, third = (request.destination(level) for level in request.levels)
    request.folder.mkdir(parents=True)
    first.write_bytes(b"kept")
    third.write_bytes(b"of somebody else")
    result = quantization.run(request, JobControl((first, second)), nothing)
    assert result.paths == (first, second, third)
    assert first.read_bytes() == b"kept"
    assert second.read_bytes() == third.read_bytes() == b"made"
    assert result.notes == ("Kept, because it was made before: Q4_K_M.",)


def test_what_is_kept_takes_no_more_room(quantization, request_for, monkeypatch) -> None:
    request = request_for("Q4_K_M", "Q8_0")
    request.folder.mkdir(parents=True)
    made = request.destination("Q4_K_M")
    made.write_bytes(b"kept")
    monkeypatch.setattr(result_folder.shutil, "disk_usage", lambda _: SimpleNamespace(free=2500))
    assert quantization.run(request, JobControl((made,)), nothing).notes
    made.unlink()
    with pytest.raises(DiskFull):
        quantization.run(request, JobControl((made,)), nothing)


def test_a_child_that_dies_leaves_nothing(quantization, tmp_path: Path) -> None:
    request = QuantizeRequest(Path("kill.gguf"), tmp_path / "new.gguf", "Q4_0")
    with pytest.raises(EngineDied):
        quantization.quantize(request, JobControl(), nothing)
    assert not list(tmp_path.glob("new*"))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Llama-3.1-8B-F16.gguf", "Llama-3.1-8B"),
        ("model.bf16.gguf", "model"),
        ("Big-Q8_0-00001-of-00003.gguf", "Big"),
        ("quern-starter-f16.gguf", "quern-starter"),
        ("Plain.gguf", "Plain"),
        ("F16.gguf", "F16"),
        ("a" * 240 + "-F16.gguf", "a" * 200),
    ],
)
def test_names_begin_with_the_models_own(file: str, name: str) -> None:
    assert base_name(Path(file)) == name
