"""Importing and exporting task sets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.task_files import (
    check_task,
    read_task_set,
    to_csv,
    to_jsonl,
    write_task_set,
)
from desktop.domain.errors import EnvironmentFault, InvalidInput
from desktop.domain.matching import Expectation, MatchRule
from desktop.domain.task_set import Task, TaskSet


def read(tmp_path: Path, text: str | bytes, name: str = "mine.jsonl") -> TaskSet:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_task_set(path)


def refusal(tmp_path: Path, text: str | bytes, name: str = "mine.jsonl") -> str:
    with pytest.raises(InvalidInput) as refused:
        read(tmp_path, text, name)
    return str(refused.value)


def test_jsonl_with_the_names_of_other_programs(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '{"question": "A?", "answer": "b", "category": "x"}\n\n'
        '{"Input": "C?", "target": "D.", "match": "Exact"}\n'
        '{"prompt": "1+1", "expected": 2}\n'
        '{"prompt": "sum up", "reference": "r", "metric": "rouge-l", "threshold": "0.3"}\n',
    )
    assert found == TaskSet(
        "mine",
        (
            Task("A?", Expectation("b", MatchRule.CONTAINS)),
            Task("C?", Expectation("D.", MatchRule.EXACT)),
            Task("1+1", Expectation("2", MatchRule.NUMBER)),
            Task("sum up", Expectation("r", MatchRule.ROUGE, 0.3)),
        ),
    )


def test_chat_messages_stand_for_a_prompt(tmp_path: Path) -> None:
    row = (
        '{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}],'
        ' "ideal": "A"}'
    )
    found = read(tmp_path, row)
    assert (found.system_prompt, found.tasks[0].prompt) == ("S", "Q")
    alone = read(tmp_path, '{"messages": [{"role": "user", "content": "Q"}], "ideal": "A"}')
    assert (alone.system_prompt, alone.tasks[0].prompt) == ("", "Q")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_quotes_and_line_breaks(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ("Prompt", " Expected", "Rule "),
        ('"Two\nlines, and ""quotes"""', '"b;c,d\te"', ""),
        ("2", "2", "number"),
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    found = read(tmp_path, text, "mine.CSV")
    assert found.tasks == (
        Task('Two\nlines, and "quotes"', Expectation("b;c,d\te")),
        Task("2", Expectation("2", MatchRule.NUMBER)),
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, "prompt,expected\nWörter,größer\n".encode(encoding), "a.csv")
    assert found.tasks[0] == Task("Wörter", Expectation("größer"))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "a.jsonl",
            '{"prompt": "a", "expected": "b"}\n{"prompt": "c"}\n',
            "line 2: It has no “exp",
        ),
        ("a.jsonl", '{"prompt": "a"\n', "line 1: This is no JSON"),
        ("a.jsonl", "[1]\n", "line 1: This is no JSON object"),
        ("a.jsonl", "[" * 100_000, "line 1: This is no JSON"),
        ("a.jsonl", '{"prompt": "a", "expected": ["b", "c"]}', "line 1: Its “expected” is no text"),
        ("a.jsonl", '{"prompt": "a", "expected": true}', "line 1: Its “expected” is no text"),
        ("a.jsonl", '{"prompt": "a", "expected": "x", "rule": "maybe"}', "no rule “maybe”"),
        ("a.jsonl", '{"prompt": "a", "expected": "(", "rule": "regex"}', "line 1: The pattern"),
        ("a.jsonl", '{"prompt": "a", "expected": "x", "threshold": 2}', "between 0 and 1"),
        ("a.jsonl", '{"prompt": "a", "expected": "x", "threshold": []}', "between 0 and 1"),
        ("a.jsonl", '{"prompt": " ", "expected": "x"}', "line 1: The prompt is empty"),
        ("a.jsonl", '{"messages": [{"role": "assistant", "content": "x"}]}', "one message"),
        ("a.jsonl", '{"messages": 5, "expected": "x"}', "messages cannot be read"),
        ("a.jsonl", '{"messages": [], "expected": "x"}', "one message"),
        ("a.jsonl", "", "has no questions"),
        ("a.csv", "prompt,expected\n", "has no questions"),
        ("a.csv", "", "has no questions"),
        ("a.csv", "prompt,rule\na,b\n", "line 1: no column is called “expected”"),
        ("a.csv", 'prompt,expected\n"a\nb",c\nd,e,f\n', "line 4: It has 3 cells"),
        ("a.csv", 'prompt,expected\na,b\n"c,d\n', "line 3: This is no CSV"),
        ("a.csv", "prompt,expected\na\n", "line 2: It has no “expected”"),
    ],
)
def test_a_malformed_row_names_line_and_reason(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    told = refusal(tmp_path, text, name)
    assert says in told and "“a." in told


def test_several_malformed_rows_are_counted(tmp_path: Path) -> None:
    assert "2 more lines have problems" in refusal(tmp_path, "x\ny\nz\n")


def test_system_prompts_must_agree(tmp_path: Path) -> None:
    rows = '{"prompt":"a","expected":"b","system":"s"}\n{"prompt":"a","expected":"b"}\n'
    assert "line 2: its system prompt differs" in refusal(tmp_path, rows)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    assert "UTF-8" in refusal(tmp_path, b"\xff\xfe\xfa")
    assert "UTF-8" in refusal(tmp_path, "prompt,expected\nä,ö".encode("latin-1"), "a.csv")
    assert "not a text file" in refusal(tmp_path, "a\0b")
    with pytest.raises(EnvironmentFault):
        read_task_set(tmp_path / "missing.jsonl")
    with pytest.raises(EnvironmentFault):
        read_task_set(tmp_path)


def test_a_file_without_end_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("desktop.core.task_files.MOST_BYTES", 10)
    assert "larger" in refusal(tmp_path, "x" * 11)
    monkeypatch.undo()
    monkeypatch.setattr("desktop.core.task_files.MOST_TASKS", 1)
    assert "more than 1" in refusal(tmp_path, '{"prompt":"a","expected":"b"}\n' * 2)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")).filter(
    str.strip
)
TASKS = st.lists(
    st.builds(
        Task,
        TEXTS,
        st.builds(
            Expectation,
            TEXTS,
            st.sampled_from([MatchRule.EXACT, MatchRule.CONTAINS]),
        )
        | st.builds(
            Expectation,
            TEXTS,
            st.sampled_from([MatchRule.BLEU, MatchRule.ROUGE]),
            st.floats(0, 1),
        ),
    ),
    min_size=1,
    max_size=4,
)


@given(TASKS, TEXTS | st.just(""))
def test_what_is_written_is_read_again(tmp_path_factory, tasks: list[Task], system: str) -> None:
    folder = tmp_path_factory.mktemp("sets")
    wanted = TaskSet("mine", tuple(tasks), system)
    for name, text in (("mine.jsonl", to_jsonl(wanted)), ("mine.csv", to_csv(wanted))):
        assert read(folder, text, name) == wanted


def test_the_name_says_how_to_write(tmp_path: Path) -> None:
    wanted = TaskSet("a", (Task("p", Expectation("x")),))
    for name in ("a.jsonl", "a.csv"):
        write_task_set(wanted, tmp_path / name)
        assert read_task_set(tmp_path / name) == wanted
    assert (tmp_path / "a.csv").read_text().startswith("prompt,expected,rule\n")


def test_a_task_is_checked() -> None:
    check_task(Task("p", Expectation("x")))
    with pytest.raises(InvalidInput, match="empty"):
        check_task(Task("\n", Expectation("x")))
    with pytest.raises(InvalidInput, match="expected"):
        check_task(Task("p", Expectation("")))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "set.jsonl")
    with pytest.raises(EnvironmentFault, match="no ordinary file"):
        read_task_set(tmp_path / "set.jsonl")
