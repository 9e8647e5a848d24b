from __future__ import annotations

import csv

import pytest

from desktop.core import prompt_csv
from desktop.core.prompt_csv import from_csv
from desktop.core.prompt_json import FileProblem
from desktop.domain.errors import InvalidInput
from desktop.domain.prompt import PromptContent, PromptDraft


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_row_is_a_prompt(delimiter):
    table = (
        'for_devs,"Act", PROMPT ,type\n'
        'TRUE,Miller,"Grind ""{grain}"",\nthen sieve.",TEXT\n'
        "\n"
        "FALSE,Baker,Knead.,TEXT\n"
    )
    read = from_csv(table.replace(",", delimiter) if delimiter != "," else table)
    assert read.problems == ()
    assert read.drafts == (
        PromptDraft("Miller", PromptContent(f'Grind "{{grain}}"{delimiter}\nthen sieve.')),
        PromptDraft("Baker", PromptContent("Knead.")),
    )


def test_a_wrong_row_costs_itself_only():
    read = from_csv("act,prompt\nA,a\nonly one\n ,x\nB,\nC,c\n")
    assert [draft.title for draft in read.drafts] == ["A", "C"]
    assert read.problems == (
        FileProblem(3, "The row has too few columns."),
        FileProblem(4, "The prompt has no title."),
        FileProblem(5, "The prompt is empty."),
    )


def test_a_table_that_breaks_off_keeps_what_came_before():
    read = from_csv('act,prompt\nA,a\nB,"no end\n')
    assert [draft.title for draft in read.drafts] == ["A"]
    (problem,) = read.problems
    assert problem.line == 3
    assert "cannot be read on" in problem.reason


def test_a_cell_longer_than_the_reader_allows_is_a_problem():
    read = from_csv(f"act,prompt\nA,{'x' * (csv.field_size_limit() + 1)}\n")
    assert read.drafts == ()
    assert "field larger than field limit" in read.problems[0].reason


@pytest.mark.parametrize("text", ["", "\n", "act\nA\n", "title,text\nA,a\n", '"act\n', "\x00"])
def test_another_table_is_refused(text):
    with pytest.raises(InvalidInput, match="must name the columns"):
        from_csv(text)


def test_a_table_is_not_endless(monkeypatch):
    monkeypatch.setattr(prompt_csv, "MAX_PROMPTS", 2)
    assert len(from_csv("act,prompt\n" + "A,a\n" * 2 + "\n").drafts) == 2
    with pytest.raises(InvalidInput, match="more than 2"):
        from_csv("act,prompt\n" + "A,a\n" * 3)
