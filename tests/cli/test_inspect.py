from __future__ import annotations

import json

import pytest

from desktop.domain.paths import starter_model_path
from tests.helpers.fake_worker import model_info


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "tiny.gguf"
    path.touch()
    return path


def test_the_facts_of_a_file_and_what_it_needs(quern, model):
    outcome = quern("inspect", str(model))
    assert outcome.status == 0
    text = " ".join(outcome.out.split())
    # A long path may be broken anywhere.
    assert text.replace(" ", "").startswith(f"tiny file {model}, 1 kB".replace(" ", ""))
    assert "llama, 6 blocks of width 256, 4 attention heads (4 for keys and values)" in text
    assert "weights 5 million, F16, 16.00 bits per weight" in text
    assert "chat template none of its own" in text
    assert "needs 1 GB of memory with a context of 2,048 tokens" in text
    assert "2 GB are free: it fits" in text


def test_json_has_everything(quern, model):
    values = json.loads(quern("inspect", str(model), "--ctx", "4096", "--json").out)
    assert values["architecture"] == model_info(model).architecture
    assert values["tensors"] == []
    assert values["tensor_types"] == {}
    assert values["memory"]["context"] == 4096
    assert values["memory"]["fits"] is True
    assert values["memory"]["total"] == 10**9 + 4096 * 1000 + 2 * 10**6


@pytest.mark.engine
def test_the_real_engine_tells_tensor_types_and_template(quern):
    starter = str(starter_model_path())
    values = json.loads(quern("inspect", starter, "--json").out)
    assert sum(entry["count"] for entry in values["tensor_types"].values()) == len(
        values["tensors"]
    )
    assert sum(tensor["size"] for tensor in values["tensors"]) < values["file_size"]
    assert "{%" in quern("inspect", starter, "--template").out


def test_a_file_that_is_no_model_is_a_sentence(quern, tmp_path):
    bad = tmp_path / "bad.gguf"
    bad.write_text("hello")
    outcome = quern("inspect", str(bad), "--json")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == "quern: The file is not a GGUF model. Try another.\n"
