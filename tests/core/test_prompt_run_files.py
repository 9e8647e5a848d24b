"""A run as CSV, Markdown and JSON values."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.prompt_run_files import csv_of, markdown_of, save_run_report, values_of
from desktop.core.prompt_run_report import PromptRunReport
from desktop.domain.prompt_run import Place, PromptResult, RunModel
from tests.helpers.prompt_runs import LOOK, MODEL, answer, run


def test_as_csv_a_line_for_each_cell() -> None:
    rows = list(
        csv.DictReader(io.StringIO(csv_of(PromptRunReport("Sum", run({1: [True, False, None]})))))
    )
    assert [row["passed"] for row in rows] == ["yes", "no", ""]
    assert rows[0] == {
        "case": "1", "version": "1", "model": MODEL.name, "expected": "1", "rule": "number",
        "passed": "yes", "score": "1.0", "votes": "1", "answers": "1", "answer": "it is 1",
        "prompt_tokens": "10", "completion_tokens": "4", "seconds": "0.25", "problem": "",
    }  # fmt: skip


def test_what_nothing_was_expected_of_has_no_score() -> None:
    seen = PromptResult(Place(101, 0, 0), 0, answer("hello"), None)
    looked = replace(run({1: []}, cases=(LOOK,)), results=(seen,))
    (row,) = values_of(PromptRunReport("Sum", looked))["results"]
    assert (row["answer"], row["expected"], row["score"]) == ("hello", None, None)


def test_as_markdown_the_table_what_changed_and_every_answer() -> None:
    whole = run({2: [True, False, False], 3: [False, True, True]})
    broken = RunModel(Path("/b.gguf"), "It died.", "Take another.")
    text = markdown_of(PromptRunReport("Sum", replace(whole, models=(*whole.models, broken))))
    assert "# Sum: test of 1970-01-01" in text
    assert (
        "| Case | Version 2, starter \\| small | Version 3, starter \\| small |\n|---|---|---|\n"
        in text
    )
    assert "| 2 | FAIL, 4 tokens, 0.2 s | pass, 4 tokens, 0.2 s |" in text
    assert "- b.gguf: It died. Take another." in text
    assert "- Broken from version 2 to 3: 1 (starter | small)" in text
    assert "### 1, version 2, starter | small\n\n> it is 1\n" in text
    assert "greedy" in text and text.endswith("\n")


@pytest.mark.parametrize(
    ("name", "begins"), [("a.csv", "case,"), ("A.CSV", "case,"), ("a.md", "# Sum")]
)
def test_the_name_says_how_it_is_written(tmp_path: Path, name: str, begins: str) -> None:
    path = save_run_report(PromptRunReport("Sum", run({1: [True, True, True]})), tmp_path / name)
    assert path.read_text(encoding="utf-8").startswith(begins)


def test_as_values_for_scripts() -> None:
    whole = run({2: [True, False, None], 3: [False, True, None]})
    broken = replace(whole, models=(RunModel(MODEL, "It died.", "Again."),))
    values = json.loads(json.dumps(values_of(PromptRunReport("Sum", broken))))
    assert values["summary"].startswith("Version 3 passes 1 of 2; version 2 passed 1")
    assert (values["compared_with"], values["samples"]) == (2, 1)
    assert values["mended"] == [{"case": "2", "model": MODEL.name}]
    assert values["broken"] == [{"case": "1", "model": MODEL.name}]
    assert values["problems"] == {MODEL.name: "It died. Again."}
    assert [row["passed"] for row in values["results"]] == [True, False, None, False, True, None]
    alone = values_of(PromptRunReport("Sum", run({1: [True, True, True]})))
    assert alone["compared_with"] is None and alone["broken"] == [] and alone["problems"] == {}
