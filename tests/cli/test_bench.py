from __future__ import annotations

import json

import pytest


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "tiny.gguf"
    path.touch()
    return path


def test_the_speeds_are_told(quern, model):
    outcome = quern("bench", str(model), "--threads", "2")
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "tiny (F16), 2 threads"
    assert [line.split()[0] for line in lines[1:]] == ["reads", "writes"]


def test_json_has_the_four_fields(quern, model):
    values = json.loads(quern("bench", str(model), "--json").out)
    assert list(values) == [
        "model", "threads", "prompt_tokens_per_second", "tokens_per_second",
    ]  # fmt: skip
    assert values["model"] == str(model)


@pytest.mark.parametrize("option", ["--threads", "--tokens", "--prompt-tokens"])
@pytest.mark.parametrize("value", ["0", "-3", "many", "1.5"])
def test_counts_must_be_whole_and_positive(quern, option, value):
    outcome = quern("bench", option, value)
    assert outcome.status == 2
    assert "whole number above 0" in outcome.err
