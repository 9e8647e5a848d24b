"""Cases as JSON files, and what is said of wrong ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.core.prompt_case_files import MAX_FILE, read_cases, save_cases
from desktop.domain.errors import EnvironmentFault, InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.prompt_case import PromptCase

CASES = (
    PromptCase("one", {"x": "ü\n{y}"}, Expectation("3", MatchRule.NUMBER)),
    PromptCase("two", {}, Expectation("a b", MatchRule.ROUGE, 0.75)),
    PromptCase("look", {"x": ""}),
)


def write(path: Path, *cases: object, **more: object) -> Path:
    path.write_text(json.dumps({"cases": list(cases)} | more), encoding="utf-8")
    return path


def test_cases_come_back_as_they_were(tmp_path: Path) -> None:
    assert read_cases(save_cases(CASES, tmp_path / "cases.json")) == CASES


def test_a_name_is_enough(tmp_path: Path) -> None:
    path = write(
        tmp_path / "c.json",
        {"name": " a ", "new": 1},
        {"name": "b", "expected": "x"},
        {"name": "c", "expected": "y", "rule": "bleu", "threshold": 1},
    )
    assert read_cases(path) == (
        PromptCase("a", {}),
        PromptCase("b", {}, Expectation("x")),
        PromptCase("c", {}, Expectation("y", MatchRule.BLEU, 1.0)),
    )


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (3, "cases[2] must be an object"),
        ({}, "cases[2].name must be a text"),
        ({"name": " "}, "cases[2].name is empty"),
        ({"name": "a", "values": {"x": 3}}, "cases[2].values.x has a value of the wrong kind"),
        ({"name": "a", "expected": "x", "rule": "magic"}, "cases[2].rule must be one of"),
        ({"name": "a", "expected": "("} | {"rule": "regex"}, "cases[2].expected: The pattern"),
        ({"name": "a", "expected": "x", "threshold": "much"}, "cases[2].threshold"),
        ({"name": "a", "expected": "x", "rule": "bleu", "threshold": 7}, "threshold is between"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_taken(tmp_path: Path, case, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_cases(write(tmp_path / "c.json", {"name": "good"}, case))
    assert said in str(caught.value) and "“c.json”" in str(caught.value)


def test_files_that_are_something_else(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="newer version"):
        read_cases(write(tmp_path / "new.json", version=2))
    with pytest.raises(InvalidInput, match="holds no cases"):
        read_cases(write(tmp_path / "other.json", format="quern-prompts"))
    (tmp_path / "broken.json").write_text('{\n"cases": [,', encoding="utf-8")
    with pytest.raises(InvalidInput, match="Line 2"):
        read_cases(tmp_path / "broken.json")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidInput, match="UTF-8"):
        read_cases(tmp_path / "bytes.json")
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        read_cases(tmp_path / "nowhere.json")
    with (tmp_path / "big.json").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(InvalidInput, match="larger than 16 MB"):
        read_cases(tmp_path / "big.json")
