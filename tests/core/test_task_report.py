"""A run as JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core.task_report import report_of, save_task_report, to_csv, to_markdown, values_of
from desktop.domain.errors import StorageFault
from desktop.domain.job import JobState
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.needle import NeedleRequest
from desktop.domain.task_run import AskedModel, TaskAnswer, TaskRequest, TaskRun
from desktop.domain.task_set import Task, TaskSet

PATHS = (Path("/m/a.gguf"), Path("/m/b.gguf"))
TASKS = (
    Task("Which | letter?", Expectation("x")),
    Task("Sum\nup", Expectation("a b c", MatchRule.BLEU, 0.25)),
)
BASE = AskedModel(
    *(0, "F16", PATHS[0], 10),
    answers={0: TaskAnswer(0, "x", True, 1.0), 1: TaskAnswer(1, "a b", True, 0.5)},
)
LEVEL = AskedModel(
    *(1, "Q4_0", PATHS[1], 5),
    answers={
        0: TaskAnswer(0, "y | z", cut=True, tokens_per_second=12.0),
        1: TaskAnswer(1, "", problem="It failed."),
    },
)
RUN = TaskRun(
    *(1, TaskRequest(TaskSet("Mine", TASKS, "Be brief."), PATHS), JobState.DONE, (BASE, LEVEL)),
    facts={"Quern": "1.0"},
)
NEEDLE = replace(
    RUN,
    request=NeedleRequest(PATHS[:1], (512, 256), depths=2, repeats=1),
    models=(
        AskedModel(
            *(0, "F16", PATHS[0]),
            answers={
                0: TaskAnswer(0, "1", True, 1.0),
                1: TaskAnswer(1, "0"),
                2: TaskAnswer(2, problem="Too long."),
            },
        ),
    ),
)


def test_values_hold_everything_under_fixed_names() -> None:
    values = json.loads(json.dumps(values_of(RUN)))
    base, level = values["models"]
    assert (base["right"], base["answered"], base["accuracy"], base["bleu"]) == (2, 2, 1.0, 0.5)
    assert (level["lost"], level["won"], level["p_value"]) == ([1], [], 1.0)
    assert (level["unjudged"], level["cut"], level["accuracy"]) == (1, 1, 0.0)
    assert values["answers"][2]["answer"] == "y | z" and values["answers"][2]["task"] == 1
    assert values["facts"] == {"Quern": "1.0"} and values["system_prompt"] == "Be brief."


def test_csv_has_a_line_for_each_answer() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(RUN))))
    assert [(row["level"], row["task"], row["passed"]) for row in rows] == [
        *(("F16", "1", "True"), ("F16", "2", "True")),
        *(("Q4_0", "1", "False"), ("Q4_0", "2", "")),
    ]
    assert rows[3]["problem"] == "It failed." and rows[1]["threshold"] == "0.25"
    assert [row["score"] for row in rows] == ["1.0", "0.5", "0.0", ""]


def test_csv_of_nothing_has_a_heading() -> None:
    assert to_csv(replace(RUN, models=())) == "level,task\n"


def test_markdown_shows_what_flipped_in_whole_rows() -> None:
    text = to_markdown(RUN)
    assert "| F16 | 2 of 2 | 100.0 % | 34.2 to 100.0 % | 0.500" in text
    assert "| lost | Which \\| letter? | x | x | y \\| z |" in text
    assert "- Quern: 1.0" in text


def test_markdown_of_a_model_that_could_not_be_asked_says_why() -> None:
    dead = AskedModel(1, "Q4_0", PATHS[1], 5, problem="It died.")
    assert "| Q4_0 | It died. |  |  |" in to_markdown(replace(RUN, models=(BASE, dead)))


def test_needles_are_a_grid() -> None:
    values = values_of(NEEDLE)
    assert values["models"][0]["grid"] == [[1.0, None], [0.0, None]]
    assert (values["lengths"], values["depths"]) == ([256, 512], [0.0, 1.0])
    assert "answers" not in values
    text = to_markdown(NEEDLE)
    assert (
        "| Depth | 256 tokens | 512 tokens |\n|---|---|---|\n" in text
        and "| 0 % | 100 % |  |" in text
    )
    assert "length,depth,repeat" in to_csv(NEEDLE).splitlines()[0]


def test_notes_say_what_is_missing() -> None:
    broken = replace(LEVEL, problem="It died.", advice="Try again.")
    report = report_of(replace(RUN, models=(BASE, broken)))
    assert [score.model for score in report.scores] == [BASE, broken]
    assert report.notes == (
        "Q4_0: It died. Try again.",
        "Q4_0: 1 not judged. It failed.",
        "Q4_0: 1 of 1 answers cut after 256 tokens.",
    )


def test_what_is_so_of_several_levels_is_said_once() -> None:
    problem = "A text of 512 tokens is too long."
    skipped = {0: BASE.answers[0], 1: TaskAnswer(1, problem=problem)}
    models = tuple(replace(one, answers=skipped) for one in (BASE, LEVEL))
    assert report_of(replace(RUN, models=models)).notes == (
        f"Each of F16, Q4_0: 1 not judged. {problem}",
    )


def test_the_name_says_which_kind(tmp_path: Path) -> None:
    for name, begin in (("a.JSON", "{"), ("a.csv", "level,"), ("a.md", "# Mine")):
        assert save_task_report(RUN, tmp_path / name) == tmp_path / name
        assert (tmp_path / name).read_text().startswith(begin)
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFault):
        save_task_report(RUN, tmp_path / "file" / "a.md")
