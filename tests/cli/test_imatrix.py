from __future__ import annotations

import json
from pathlib import Path

import gguf
import pytest

from desktop.domain.paths import starter_model_path


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.gguf"
    path.touch()
    return str(path)


def test_a_matrix_is_made(quern, model, tmp_path: Path) -> None:
    outcome = quern("imatrix", model, str(tmp_path / "m.gguf"))
    assert outcome.status == 0
    assert outcome.out == (
        f"{tmp_path / 'm.gguf'}: 14 tensors, 4 chunks, perplexity 8.0000 ± 0.2500\n"
    )


def test_json_is_one_object(quern, model, tmp_path: Path) -> None:
    out = str(tmp_path / "m.gguf")
    values = json.loads(quern("imatrix", model, out, "--json", "--chunks", "3").out)
    assert values == {"path": out, "entries": 14, "chunks": 4, "ppl": 8.0, "ppl_error": 0.25}


def test_experts_nobody_asked_are_a_note(quern, tmp_path: Path) -> None:
    model = tmp_path / "experts.gguf"
    model.touch()
    outcome = quern("imatrix", str(model), str(tmp_path / "m.gguf"))
    assert outcome.status == 0 and outcome.err.startswith("Note: In 1 tensor the")


def test_too_few_conversations_are_refused(quern, model, tmp_path: Path) -> None:
    outcome = quern("imatrix", model, str(tmp_path / "m.gguf"), "--conversations")
    assert outcome.status == 1 and "have 0 words, but a matrix takes 3,000" in outcome.err


@pytest.mark.parametrize("option", ["--chunks", "--ctx", "--threads"])
def test_counts_must_be_whole_and_positive(quern, model, option) -> None:
    outcome = quern("imatrix", model, "m.gguf", option, "0")
    assert outcome.status == 2 and "whole number above 0" in outcome.err


@pytest.mark.engine
def test_the_text_quern_ships_with_for_real(quern, tmp_path: Path) -> None:
    out = tmp_path / "m.gguf"
    words = ("imatrix", str(starter_model_path()), str(out), "--chunks", "2", "--json")
    values = json.loads(quern(*words).out)
    assert values["chunks"] == 2 and values["ppl"] > 1
    reader = gguf.GGUFReader(out)
    assert reader.fields["imatrix.datasets"].contents() == ["calibration.txt"]
    assert len(reader.tensors) == 2 * values["entries"]


@pytest.mark.engine
def test_a_text_of_ones_own(quern, tmp_path: Path) -> None:
    text = tmp_path / "own.txt"
    text.write_text("Some words about nothing in particular. " * 200)
    words = ("imatrix", str(starter_model_path()), str(tmp_path / "m.gguf"), "--ctx", "256")
    assert quern(*words, "--text", str(text), "--chunks", "2").status == 0
    text.write_text("short")
    outcome = quern(*words, "--text", str(text))
    assert outcome.status == 1 and "too short" in outcome.err
