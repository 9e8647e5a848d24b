"""`quern needle`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"model")
    return str(path)


def test_a_grid_for_each_level(quern, model: str) -> None:
    words = ("needle", model, "--lengths", "200,4000", "--depths", "3", "--repeats", "1")
    done = quern(*words)
    lines = done.out.splitlines()
    assert done.status == 0
    assert lines[1].startswith("F16") and "3 of 3" in lines[1]
    assert any("trained for 2,048 tokens" in line for line in lines)
    grid = lines[lines.index("F16: found, by depth and length of the text in tokens") + 1 :]
    assert [line.split() for line in grid] == [
        ["depth", "200", "4,000"],
        *([depth, "%", "100", "%"] for depth in ("0", "50", "100")),
    ]
    values = json.loads(quern(*words, "--json").out)
    assert values["models"][0]["grid"] == [[1.0, None]] * 3


def test_where_nothing_could_be_judged_the_reason_is_the_end(quern, model: str) -> None:
    done = quern("needle", model, "--lengths", "4000", "--depths", "1", "--repeats", "1")
    assert done.status == 1 and "0 of 0" in done.out
    assert "quern: The model was trained for 2,048 tokens; a text of 4,000" in done.err


def test_what_cannot_be_asked_is_refused(quern, model: str) -> None:
    assert quern("needle", model, "--lengths", "many").status == 2
    short = quern("needle", model, "--lengths", "10")
    assert short.status == 1 and "at least 128 tokens" in short.err


@pytest.mark.engine
def test_the_starter_model_is_asked_as_far_as_it_reads(quern) -> None:
    from desktop.domain.paths import starter_model_path

    words = ("--lengths", "256,4096", "--depths", "2", "--repeats", "1", "--json")
    values = json.loads(quern("needle", str(starter_model_path()), *words).out)
    (model,) = values["models"]
    assert (model["answered"], model["unjudged"], model["problem"]) == (2, 2, "")
