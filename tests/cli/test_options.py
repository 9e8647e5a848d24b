from __future__ import annotations

import argparse
import json

import pytest

from desktop.cli import options
from desktop.cli.options import (
    add_load_options,
    add_model,
    check_report,
    load_config,
    model_path,
)
from desktop.domain.errors import InvalidInput, ModelFileMissing
from desktop.domain.model import LoadConfig
from desktop.domain.paths import Home, starter_model_path


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_model(parser)
    add_load_options(parser)
    return parser.parse_args(words)


def test_models_are_loaded_as_set_in_the_window_unless_told_otherwise(home):
    assert load_config(parse(), Home(home / "new")) == LoadConfig()
    home.mkdir()
    Home(home).settings.write_text(json.dumps({"threads": 3, "context": 1024, "gpu_layers": 0}))
    assert load_config(parse(), Home(home)) == LoadConfig(threads=3, context=1024, gpu_layers=0)
    config = load_config(parse("--threads", "5", "--ctx", "512"), Home(home))
    assert config == LoadConfig(threads=5, context=512, gpu_layers=0)


def test_damaged_settings_are_told_about(home, capsys):
    home.mkdir()
    Home(home).settings.write_text("{")
    assert load_config(parse(), Home(home)) == LoadConfig()
    assert capsys.readouterr().err.startswith("Note: The settings file was damaged")


def test_a_file_or_the_starter_needs_no_home(home, tmp_path):
    model = tmp_path / "tiny.GGUF"
    model.touch()
    assert model_path(None, Home(home)) == starter_model_path()
    assert model_path(str(model), Home(home)) == model
    assert not home.exists()


def test_names_are_looked_up_in_the_library(home):
    (home / "models").mkdir(parents=True)
    model = home / "models" / "Own Model.gguf"
    model.touch()
    assert model_path("own model", Home(home)) == model
    with pytest.raises(InvalidInput, match="no model called “stranger”"):
        model_path("stranger", Home(home))
    with pytest.raises(ModelFileMissing):
        model_path("stranger.gguf", Home(home))


def test_a_missing_starter_is_said(home, tmp_path, monkeypatch):
    monkeypatch.setattr(options, "starter_model_path", lambda: tmp_path / "gone.gguf")
    with pytest.raises(ModelFileMissing, match=r"gone\.gguf"):
        model_path(None, Home(home))


def test_a_report_replaces_nothing_that_is_read(tmp_path):
    check_report(None, (".md",))
    check_report(str(tmp_path / "new.MD"), (".json", ".md"), "arithmetic", None)
    with pytest.raises(InvalidInput, match="would replace “set"):
        check_report(str(tmp_path / "a" / ".." / "set.csv"), (".csv",), str(tmp_path / "set.csv"))
    with pytest.raises(InvalidInput, match="does not say what kind") as refused:
        check_report("model.gguf", (".json", ".md"))
    assert refused.value.advice == "Name a file that ends in .json, .md."


def test_the_folder_of_a_report_must_be_there(tmp_path):
    with pytest.raises(InvalidInput, match=r"slip is not there\."):
        check_report(str(tmp_path / "slip" / "report.md"), (".md",))
