from __future__ import annotations

import json

import pytest

from desktop.domain import paths


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "Tiny Llama.gguf"
    path.touch()
    return path


def test_the_starter_is_always_listed(quern):
    outcome = quern("models")
    assert outcome.status == 0
    heading, starter = outcome.out.splitlines()
    assert heading.split() == ["NAME", "WEIGHTS", "LEVEL", "SIZE", "FILE"]
    assert starter.startswith("starter ")
    assert starter.endswith(str(paths.starter_model_path()))


def test_a_model_is_added_listed_used_by_name_and_removed(quern, model):
    assert quern("models", "add", str(model)).out == "Added “Tiny Llama”.\n"
    _, entry = json.loads(quern("models", "--json").out)
    assert (entry["name"], entry["path"], entry["source"]) == ("Tiny Llama", str(model), "file")
    answer = json.loads(quern("chat", "tiny llama", "-p", "say hi", "--json").out)
    assert answer["model"] == str(model)
    assert "where it was" in quern("models", "remove", "Tiny Llama").out
    assert model.exists()
    assert len(json.loads(quern("models", "--json").out)) == 1


def test_json_after_the_action_counts(quern, model):
    assert json.loads(quern("models", "add", str(model), "--json").out)["name"] == "Tiny Llama"
    assert json.loads(quern("models", "--json", "remove", "Tiny Llama").out) == {
        "removed": "Tiny Llama"
    }


def test_a_missing_file_is_shown_as_missing(quern, model):
    quern("models", "add", str(model))
    model.unlink()
    assert "(the file is missing)" in quern("models").out


@pytest.mark.engine
def test_a_model_that_ends_early_is_added_but_not_without_a_word(quern, tmp_path):
    path = tmp_path / "half.gguf"
    path.write_bytes(paths.starter_model_path().read_bytes()[:3_000_000])
    added = quern("models", "add", str(path))
    assert (added.status, added.out) == (0, "Added “half”.\n")
    assert "cannot be used. The file ends early: 3,000,000 of" in added.err
    assert "(The file ends early" in quern("models").out


def test_what_cannot_be_done_is_said(quern, tmp_path):
    bad = tmp_path / "bad.gguf"
    bad.touch()
    assert quern("models", "add", str(bad)).err.startswith("quern: The file is not a GGUF model.")
    assert quern("models", "add", str(tmp_path / "none.gguf")).status == 1
    assert "no model called “nobody”" in quern("models", "remove", "nobody").err
    assert quern("models", "remove", "starter").status == 1
