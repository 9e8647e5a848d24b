"""`quern perplexity`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.domain.paths import resource_path, starter_model_path
from desktop.engine import client
from tests.helpers.fake_evaluator import COMMAND
from tests.helpers.tiny_models import TinyModel


@pytest.fixture
def text(tmp_path: Path) -> str:
    path = tmp_path / "text.txt"
    path.write_text("word " * 12, encoding="utf-8")
    return str(path)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes models of the scripted engine."""
    monkeypatch.setattr(client, "default_worker_command", lambda: COMMAND)

    def model(name: str) -> str:
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(b"model")
        return str(path)

    return model


def test_json_has_the_promised_fields(quern, model, text: str) -> None:
    done = quern("perplexity", model("m"), "--text", text, "--chunks", "5", "--json")
    values = json.loads(done.out)
    assert done.status == 0
    assert {"ppl", "ppl_error", "chunks", "scored_tokens"} <= values.keys()
    assert values["chunks"] == 5


def test_with_a_base_the_divergence_is_told(quern, model, text: str) -> None:
    words = ("perplexity", model("m-Q8_0"), "--base", model("m"), "--text", text)
    values = json.loads(quern(*words, "--json").out)
    promised = {"kld_mean", "kld_error", "kld_median", "kld_p99", "same_top"}
    assert promised <= values.keys()
    assert values["chunks"] == 12
    out = quern(*words).out
    assert "KL divergence  0.00" in out
    assert "87.50 ± 0.00 % of first choices" in out


def test_what_is_no_number_is_said(quern, model, text: str) -> None:
    out = quern("perplexity", model("nan"), "--text", text).out
    assert "the model computed what is no number" in out
    assert "nan" in out


def test_a_base_that_does_not_match_is_a_sentence(quern, model, text: str) -> None:
    done = quern("perplexity", model("big-Q8_0"), "--base", model("m"), "--text", text)
    assert done.status == 1
    assert done.err == "quern: It is too big. Try less.\n"


def test_a_text_that_is_not_there_is_a_sentence(quern, model, tmp_path: Path) -> None:
    done = quern("perplexity", model("m"), "--text", str(tmp_path / "gone.txt"))
    assert done.status == 1
    assert "“gone.txt” cannot be read" in done.err


@pytest.mark.engine
def test_the_real_engine_measures_the_starter_model(quern) -> None:
    text = str(resource_path("starter", "held_out.txt"))
    starter = str(starter_model_path())
    done = quern("perplexity", starter, "--text", text, "--chunks", "2", "--json")
    assert json.loads(done.out)["ppl"] == pytest.approx(2.5522, rel=1e-4)


@pytest.mark.engine
def test_the_real_engine_refuses_another_vocabulary(quern, tmp_path: Path) -> None:
    one = TinyModel().write(tmp_path / "one.gguf")
    other = TinyModel(vocabulary=400).write(tmp_path / "other.gguf")
    done = quern("perplexity", str(other), "--base", str(one), "--chunks", "2", "--ctx", "256")
    assert done.status == 1
    assert "“other.gguf” has another vocabulary than “one.gguf”" in done.err
