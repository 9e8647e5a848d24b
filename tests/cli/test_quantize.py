from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.cli.quantize import override
from desktop.domain.paths import starter_model_path
from desktop.domain.quantization import TensorOverride
from desktop.domain.quantization_levels import LEVELS
from tests.helpers.tiny_models import TinyModel

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.gguf"
    path.touch()
    return str(path)


def test_a_file_is_made(quern, model, tmp_path: Path) -> None:
    outcome = quern("quantize", model, str(tmp_path / "new.gguf"), "q4_k_m")
    assert outcome.status == 0
    assert outcome.out == f"{tmp_path / 'new.gguf'}: Q4_K_M, 4 B\n"
    assert (tmp_path / "new.gguf").read_bytes() == b"made"


def test_json_is_one_object(quern, model, tmp_path: Path) -> None:
    out = str(tmp_path / "new.gguf")
    values = json.loads(quern("quantize", "--json", model, out, "--threads", "2", "Q8_0").out)
    assert values == {"path": out, "level": "Q8_0", "bytes": 4, "seconds": 0.5}


def test_a_dry_run_shows_every_level_with_remarks(quern, model) -> None:
    lines = quern("quantize", model, "--dry-run").out.splitlines()
    assert len(lines) == len(LEVELS) + 1
    by_level = {line.split()[0]: line for line in lines}
    assert "Does not suit 1 tensor: Q5_0 instead." in by_level["Q4_0"]
    assert "Q4_K_M is smaller and more exact." in by_level["Q4_1"]
    assert "Needs an importance matrix." in by_level["IQ2_XS"]


def test_a_dry_run_as_json_has_the_five_fields(quern, model) -> None:
    values = json.loads(quern("quantize", model, "--dry-run", "--json").out)
    assert [entry["level"] for entry in values] == [level.name for level in LEVELS]
    assert list(values[0]) == [
        "level", "bytes", "bits_per_weight", "fallback_tensors", "needs_imatrix",
    ]  # fmt: skip
    (entry,) = (entry for entry in values if entry["level"] == "Q4_0")
    assert entry["fallback_tensors"] == [{"name": "blk.0.ffn_down.weight", "type": "Q5_0"}]


@pytest.mark.parametrize("words", [("Q4_0",), ("ignored.gguf", "Q4_0")])
def test_a_dry_run_of_one_level(quern, model, words) -> None:
    values = json.loads(quern("quantize", model, *words, "--dry-run", "--json").out)
    assert [entry["level"] for entry in values] == ["Q4_0"]


@pytest.mark.parametrize("words", [(), ("new.gguf",)])
def test_what_is_missing_is_wrong_usage(quern, model, words) -> None:
    outcome = quern("quantize", model, *words)
    assert outcome.status == 2 and "LEVEL" in outcome.err


@pytest.mark.parametrize("word", ["ffn_down", "=Q8_0", "ffn_down="])
def test_an_override_without_both_halves_is_wrong_usage(quern, model, word) -> None:
    outcome = quern("quantize", model, "new.gguf", "Q4_0", "--tensor", word)
    assert outcome.status == 2 and "PATTERN=TYPE" in outcome.err


def test_an_override_may_have_an_equals_sign_in_its_pattern() -> None:
    assert override("a=b=Q8_0") == TensorOverride("a=b", "Q8_0")


def test_what_cannot_be_is_one_sentence(quern, model, tmp_path: Path) -> None:
    outcome = quern("quantize", model, str(tmp_path / "new.gguf"), "Q9")
    assert outcome.status == 1 and outcome.err.startswith("quern: “Q9” is no quantization level.")
    bad = tmp_path / "bad.gguf"
    bad.touch()
    outcome = quern("quantize", str(bad), str(tmp_path / "new.gguf"), "Q4_0")
    assert outcome.status == 1 and outcome.err.startswith("quern: The file is damaged.")
    assert outcome.out == ""


@pytest.mark.engine
def test_the_starter_model_for_real(quern, tmp_path: Path) -> None:
    starter, out = str(starter_model_path()), tmp_path / "new.gguf"
    (told,) = json.loads(quern("quantize", starter, "--dry-run", "Q4_K_M", "--json").out)
    made = json.loads(quern("quantize", starter, str(out), "Q4_K_M", "--json").out)
    assert made["bytes"] == told["bytes"] == out.stat().st_size
    again = quern("quantize", str(out), str(tmp_path / "b.gguf"), "Q2_K")
    assert again.status == 1 and "quantized already (Q4_K_M)" in again.err
    assert quern("quantize", starter, starter, "Q4_0").status == 1


@pytest.mark.engine
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for one process there")
def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    slow = TinyModel(width=1024, heads=16, heads_kv=16, feed_forward=4096, weight_type="F16")
    source = slow.write(tmp_path / "slow.gguf")
    folder = tmp_path / "out"
    folder.mkdir()
    words = ["quantize", str(source), str(folder / "new.gguf"), "IQ3_S", "--home", str(tmp_path)]
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop", *words],
        cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        # What started the tests may have SIGINT ignored, which is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    while not os.listdir(folder):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert os.listdir(folder) == []
