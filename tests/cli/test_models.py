from __future__ import annotations

import json
import os
from pathlib import Path

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
    assert heading.split() == [
        "NAME", "WEIGHTS", "LEVEL", "BITS", "SIZE", "CONTEXT", "SOURCE", "FILE",
    ]  # fmt: skip
    facts, path = starter.split("starter  ", 2)[1:]
    assert starter.startswith("starter  ")
    assert facts.split()[2:4] == ["F16", "16.00"]
    assert facts.split()[-1] == "2,048"
    assert path == str(paths.starter_model_path())


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
    (entry,) = json.loads(quern("models", "add", str(model), "--json").out)
    assert entry["name"] == "Tiny Llama"
    assert json.loads(quern("models", "--json", "remove", "Tiny Llama").out) == {
        "removed": "Tiny Llama"
    }


def test_a_missing_file_is_shown_as_missing(quern, model):
    quern("models", "add", str(model))
    model.unlink()
    assert "(the file is missing)" in quern("models").out


def test_several_are_added_at_once_and_the_parts_of_one_as_one(quern, model, tmp_path):
    parts = [tmp_path / f"Big-0000{number}-of-00002.gguf" for number in (1, 2)]
    for part in parts:
        part.touch()
    outcome = quern("models", "add", *map(str, (model, *parts)))
    assert (outcome.status, outcome.out) == (0, "Added “Tiny Llama”.\nAdded “Big”.\n")
    entries = json.loads(quern("models", "add", *map(str, (model, *parts)), "--json").out)
    assert [entry["name"] for entry in entries] == ["Tiny Llama", "Big"]


def test_one_that_cannot_be_added_does_not_keep_the_others_from_it(quern, model, tmp_path):
    bad = tmp_path / "bad.gguf"
    bad.touch()
    outcome = quern("models", "add", str(bad), str(model))
    assert (outcome.status, outcome.out) == (1, "Added “Tiny Llama”.\n")
    assert f"{bad}: The file is not a GGUF model." in outcome.err
    assert "Traceback" not in outcome.err


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
    refused = quern("models", "add", str(bad))
    assert refused.err.startswith(f"quern: {bad}: The file is not a GGUF model.")
    assert quern("models", "add", str(tmp_path / "none.gguf")).status == 1
    assert "no model called “nobody”" in quern("models", "remove", "nobody").err
    assert quern("models", "remove", "starter").status == 1
    assert "No file is named" in quern("models", "add", "").err
    os.mkfifo(tmp_path / "pipe.gguf")
    assert "no file with content" in quern("models", "add", str(tmp_path / "pipe.gguf")).err


def test_a_name_cannot_command_the_terminal(quern, tmp_path, model):
    path = tmp_path / "red\x1b[31m.gguf"
    path.write_bytes(model.read_bytes())
    for words in (("add", str(path)), ("verify", str(path)), (), ("remove", "none\x1b[31m")):
        outcome = quern("models", *words)
        assert "\x1b" not in outcome.out + outcome.err
        assert "�[31m" in outcome.out + outcome.err


def test_what_other_programs_keep_is_listed_and_can_be_taken_off(quern):
    blob = Path(os.environ["OLLAMA_MODELS"]) / "blobs" / f"sha256-{'a' * 64}"
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{'a' * 64}"}
    place = blob.parents[1] / "manifests" / "registry.ollama.ai" / "library" / "llama3.2" / "3b"
    for folder in (blob.parent, place.parent):
        folder.mkdir(parents=True)
    blob.write_bytes(b"GGUF")
    place.write_text(json.dumps({"layers": [layer]}))
    row = quern("models").out.splitlines()[2]
    assert row.startswith("llama3.2:3b ")
    assert row.endswith(f"  Ollama   {blob}")
    assert quern("models", "remove", "llama3.2:3b").status == 0
    assert len(quern("models").out.splitlines()) == 2
    assert blob.exists()


def test_a_folder_is_added_and_removed(quern, tmp_path):
    grain = tmp_path / "grain"
    grain.mkdir()
    (grain / "oats.gguf").write_bytes(b"GGUF")
    assert quern("models", "add", str(grain)).out == f"Models in {grain} are listed from now on.\n"
    assert json.loads(quern("models", "add", str(grain), "--json").out) == [{"added": str(grain)}]
    assert json.loads(quern("models", "--json").out)[1]["source"] == "folder"
    assert "not listed any more" in quern("models", "remove", str(grain)).out
    assert len(json.loads(quern("models", "--json").out)) == 1


def test_a_folder_that_cannot_be_read_is_told(quern, home, monkeypatch):
    closed = home / "models" / "closed"
    closed.mkdir(parents=True)
    scandir = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert quern("models").err == f"Note: the folder {closed} could not be looked through.\n"


def test_verify_says_whether_a_model_is_what_it_was(quern, model):
    model.write_bytes(b"GGUF" * 100)
    times = model.stat()
    quern("models", "add", str(model))
    first = quern("models", "verify", "Tiny Llama")
    assert first.status == 0
    assert first.out.splitlines()[0].endswith(f"  {model}")
    assert "nothing to compare it with" in first.out
    assert (
        "Sound: this is what was measured here before." in quern("models", "verify", str(model)).out
    )
    model.write_bytes(b"?GUF" * 100)
    os.utime(model, ns=(times.st_atime_ns, times.st_mtime_ns))
    damaged = quern("models", "verify", "tiny llama")
    assert damaged.status == 1
    assert "Damaged: “Tiny Llama.gguf” is not what was measured here before." in damaged.out
    found = json.loads(quern("models", "verify", "tiny llama", "--json").out)
    assert (found["outcome"], found["damaged"]) == ("differs", [str(model)])
