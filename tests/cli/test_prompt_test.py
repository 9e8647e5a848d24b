"""`quern prompts test`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.domain.matching import Expectation
from desktop.domain.paths import Home
from desktop.domain.prompt import PromptContent, PromptDraft
from desktop.domain.prompt_case import PromptCase
from desktop.storage.database import Database
from desktop.storage.prompt_runs import StoredPromptRuns
from desktop.storage.prompts import StoredPrompts


@pytest.fixture
def prompt(home: Path) -> None:
    """Three versions and two cases; the newest one breaks what the one before could do."""
    database = Database(Home(home).database)
    database.open()
    prompts, runs = StoredPrompts(database), StoredPromptRuns(database)
    made = prompts.add(PromptDraft("Colour", PromptContent("say nothing"), key="colour"))
    prompts.save(made.id, PromptContent("say {word}"), "")
    prompts.save(made.id, PromptContent("say not"), "")
    for word in ("red", "blue"):
        runs.save_case(made.id, PromptCase(word, {"word": word}, Expectation(word)))
    database.close()


def model(tmp_path: Path, name: str) -> str:
    path = tmp_path / f"{name}.gguf"
    path.touch()
    return str(path)


def test_the_two_newest_versions_are_held_against_each_other(quern, prompt) -> None:
    outcome = quern("prompts", "test", "colour")
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[1].split()[:4] == ["red", "2", "quern-starter-f16", "pass"]
    assert lines[3].split()[:4] == ["red", "3", "quern-starter-f16", "FAIL"]
    assert lines[-1] == "Version 3 passes 0 of 2; version 2 passed 2: none mended, 2 broken."


def test_cases_may_come_from_a_file(quern, prompt, tmp_path) -> None:
    path = tmp_path / "cases.json"
    path.write_text('{"cases": [{"name": "n", "values": {"word": "x"}, "expected": "x"}]}')
    outcome = quern("prompts", "test", "colour", "--versions", "2", "--cases", str(path))
    assert outcome.out.splitlines()[-1] == "Version 2 passes 1 of 1."


def test_json_is_one_object(quern, prompt, tmp_path) -> None:
    words = ("--versions", "2", "--models", model(tmp_path, "a"), model(tmp_path, "bad"), "--json")
    values = json.loads(quern("prompts", "test", "Colour", *words).out)
    assert [row["passed"] for row in values["results"]] == [True, True, None, None]
    assert values["problems"] == {"bad.gguf": "The file is damaged. Try another."}
    assert values["summary"] == "Version 2 passes 2 of 2. 2 are not judged."


def test_a_model_that_cannot_be_used_is_named(quern, prompt, tmp_path) -> None:
    outcome = quern("prompts", "test", "colour", "--models", model(tmp_path, "bad"))
    assert outcome.out.splitlines()[-1] == "Note: bad.gguf: The file is damaged. Try another."


def test_several_answers_vote_and_a_report_is_written(quern, prompt, tmp_path) -> None:
    path = tmp_path / "report.csv"
    words = ("--samples", "3", "--versions", "1", "2", "--report", str(path))
    outcome = quern("prompts", "test", "colour", *words)
    assert "3 of 3" in outcome.out
    assert path.read_text(encoding="utf-8").startswith("case,version,model")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("colour", "--versions", "9"), "“Colour” has no version 9."),
        (("writing-summary",), "“Summarise” has no cases."),
        (("nobody",), "There is no prompt called “nobody”."),
        (("colour", "--samples", "99"), "1 to 40 times"),
    ],
)
def test_what_cannot_be_tried_is_said(quern, prompt, words, sentence) -> None:
    outcome = quern("prompts", "test", *words)
    assert (outcome.status, outcome.out) == (1, "")
    assert sentence in outcome.err
