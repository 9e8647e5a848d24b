"""`quern tasks`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def questions(tmp_path: Path) -> str:
    path = tmp_path / "mine.jsonl"
    rows = [
        {"prompt": "say x", "expected": "x"},
        {"prompt": "say y", "expected": "x"},
        {"prompt": "say " + "long " * 30, "expected": "long"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(path)


@pytest.fixture
def model(tmp_path: Path):
    def model(name: str) -> str:
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(b"model")
        return str(path)

    return model


def test_every_level_answers_every_question(quern, model, questions: str) -> None:
    done = quern("tasks", questions, model("a"), model("b"), "--json")
    values = json.loads(done.out)
    assert done.status == 0 and values["name"] == "mine"
    assert [(one["right"], one["answered"]) for one in values["models"]] == [(2, 3)] * 2
    assert values["models"][1]["lost"] == values["models"][1]["won"] == []
    assert len(values["answers"]) == 6


def test_the_table_names_levels_and_what_failed(quern, model, questions: str) -> None:
    done = quern("tasks", questions, model("a"), model("bad"), "--limit", "2")
    lines = done.out.splitlines()
    assert lines[0].split() == ["level", "right", "%", "95", "%", "lost", "won", "p", "tokens/s"]
    assert lines[1].startswith("F16") and "1 of 2" in lines[1] and "50.0" in lines[1]
    assert any(line.startswith("Note: bad: The file is not a GGUF model.") for line in lines)


def test_questions_that_flipped_are_named(quern, model, questions: str, monkeypatch) -> None:
    from desktop.core import task_runs

    real, asked = task_runs.judge, []

    def judge(answer, expectation):
        asked.append(answer)
        return real(answer if len(asked) != 6 else "none", expectation)

    monkeypatch.setattr(task_runs, "judge", judge)
    out = quern("tasks", questions, model("a"), model("b")).out
    assert "F16 (b) lost question 3: say long long" in out and out.rstrip().endswith("…")


def test_a_set_of_ours_by_name(quern, model) -> None:
    done = quern("tasks", "arithmetic", model("a"), "--limit", "3", "--json")
    assert json.loads(done.out)["questions"] == 3


def test_a_report_is_written(quern, model, questions: str, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    quern("tasks", questions, model("a"), "--report", str(report))
    assert report.read_text(encoding="utf-8").startswith("# mine")


def test_what_is_no_set_is_refused(quern, model, tmp_path: Path) -> None:
    unknown = quern("tasks", "nothing", model("a"))
    assert unknown.status == 1 and "no task set called “nothing”" in unknown.err
    missing = quern("tasks", str(tmp_path / "no.csv"), model("a"))
    assert missing.status == 1 and "“no.csv” cannot be read" in missing.err
    (tmp_path / "bad.csv").write_text("prompt,expected\n,x\n")
    bad = quern("tasks", str(tmp_path / "bad.csv"), model("a"))
    assert bad.status == 1 and "line 2: The prompt is empty" in bad.err


@pytest.mark.engine
def test_the_starter_model_answers_its_questions(quern) -> None:
    from desktop.domain.paths import starter_model_path

    words = ("tasks", "starter", str(starter_model_path()), "--limit", "25", "--json")
    first, second = (json.loads(quern(*words).out) for _ in "ab")
    (model,) = first["models"]
    assert model["level"] == "F16" and model["right"] >= 23 and model["tokens_per_second"] > 0
    said = [[row["answer"] for row in one["answers"]] for one in (first, second)]
    assert said[0] == said[1]


def test_a_report_does_not_replace_the_questions(quern, model, questions: str) -> None:
    before = Path(questions).read_bytes()
    done = quern("tasks", questions, model("a"), "--report", questions)
    assert done.status == 1 and done.out == "" and Path(questions).read_bytes() == before
