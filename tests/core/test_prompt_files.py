from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.core import prompt_files
from desktop.core.prompt_draft import draft_of
from desktop.core.prompt_files import (
    FoundProblem,
    PromptFormat,
    export,
    file_names,
    read_files,
)
from desktop.domain.errors import InvalidInput, StorageFault
from desktop.domain.prompt import Example, Prompt, PromptContent

PROMPT = Prompt(
    1,
    "weigh",
    "Weigh: how?",
    PromptContent("Weigh {grain}.", system_prompt="a\nb", examples=(Example("q", "a"),)),
    folder="Mill",
    tags=("a",),
)
PROMPTS = [
    PROMPT,
    replace(PROMPT, id=2, key="b", title="weigh how"),
    replace(PROMPT, key="c", title="…"),
]


def reasons(path: Path) -> list[tuple[int, str]]:
    read = read_files([path])
    assert read.found == ()
    return [(problem.line, problem.reason) for problem in read.problems]


# --- export ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PromptFormat)
@pytest.mark.parametrize("existing", [True, False])
def test_a_folder_gets_a_file_each_and_keeps_everything(tmp_path, kind, existing):
    folder = tmp_path / "out"
    if existing:
        folder.mkdir()
    written = export(PROMPTS, folder, kind)
    assert sorted(folder.iterdir()) == sorted(written)
    assert len(written) == 3
    read = read_files([folder])
    assert read.problems == ()
    assert {found.draft for found in read.found} == set(map(draft_of, PROMPTS))


def test_json_holds_all_prompts_in_one_file(tmp_path):
    path = tmp_path / "deep" / "all.json"
    assert export(PROMPTS, path, PromptFormat.JSON) == [path]
    read = read_files([path])
    assert [found.draft for found in read.found] == list(map(draft_of, PROMPTS))
    assert {found.path for found in read.found} == {path}


def test_a_markdown_file_holds_one_prompt(tmp_path):
    path = tmp_path / "one.md"
    export([PROMPT], path, PromptFormat.MARKDOWN)
    assert read_files([path]).found[0].draft == draft_of(PROMPT)
    for prompts in ([], PROMPTS):
        with pytest.raises(InvalidInput, match="holds one prompt"):
            export(prompts, path, PromptFormat.MARKDOWN)


def test_a_folder_whose_name_has_a_dot_is_one(tmp_path):
    folder = tmp_path / "v1.0"
    folder.mkdir()
    assert len(export(PROMPTS, folder, PromptFormat.MARKDOWN)) == 3


def test_where_nothing_can_be_written_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageFault):
        export(PROMPTS, tmp_path / "file" / "all.json", PromptFormat.JSON)


def test_names_differ_also_where_case_does_not_count():
    titles = ["Weigh", "weigh?", "WEIGH 2", "é", "e\u0301", "", "CON"]
    names = file_names(titles, PromptFormat.MARKDOWN)
    assert names[:4] == ["Weigh.md", "weigh 2.md", "WEIGH 2 2.md", "é.md"]
    assert names[4] == "e\u0301 2.md"
    assert names[5:] == ["Prompt.md", "Prompt CON.md"]


# --- reading ---------------------------------------------------------------------------------


def test_folders_are_read_with_what_is_below_them(tmp_path):
    export([PROMPT], tmp_path / "b" / "c" / "one.md", PromptFormat.MARKDOWN)
    export([PROMPT], tmp_path / "a.JSON", PromptFormat.JSON)
    (tmp_path / "table.csv").write_text("act,prompt\nA,a\n")
    (tmp_path / "notes.txt").write_text("not read")
    (tmp_path / ".hidden.md").write_text("not read")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("not read")
    read = read_files([tmp_path])
    assert [found.path.name for found in read.found] == ["a.JSON", "table.csv", "one.md"]
    assert read.problems == ()


def test_byte_order_marks_and_newlines_of_windows(tmp_path):
    path = tmp_path / "Weigh it.md"
    path.write_bytes(b"\xef\xbb\xbf---\r\nwhy: w\r\n---\r\n\r\nOne\r\nTwo\r\n")
    (found,) = read_files([path]).found
    assert (found.draft.title, found.draft.content.text) == ("Weigh it", "One\nTwo")


def test_each_problem_has_its_file_and_line(tmp_path):
    good, bad = tmp_path / "good.json", tmp_path / "bad.md"
    export([PROMPT], good, PromptFormat.JSON)
    bad.write_text("---\ntitle: [\n---\n")
    read = read_files([bad, good])
    assert len(read.found) == 1
    (problem,) = read.problems
    assert problem.sentence().startswith("“bad.md”, line 3: The front matter is not valid YAML (")
    assert FoundProblem(good, 0, "Why.").sentence() == "“good.json”: Why."


def test_hostile_files_are_problems_and_nothing_else(tmp_path):
    def written(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    assert reasons(written("a.json", b"[" * 200_000)) == [(0, "The JSON is nested too deeply.")]
    assert reasons(written("b.json", b'{"prompts": [NaN]}')) == [
        (0, "NaN is not a number that can be used here.")
    ]
    assert reasons(written("c.md", b"---\n\n---\nab\ncd\xff\n")) == [
        (5, "It is not text in UTF-8.")
    ]
    assert reasons(written("d.csv", "act,prompt\n".encode("utf-16"))) == [
        (1, "It is not text in UTF-8.")
    ]
    assert reasons(written("e.csv", b"\x00\x01\x02"))[0][0] == 0
    assert reasons(written("f.md", b"---\na: &a x\nb: *a\n---\nx"))[0][0] == 3
    assert reasons(written("g.exe", b"MZ")) == [
        (0, "Prompts are read from .json, .md and .csv files.")
    ]
    assert reasons(tmp_path / "none.json") == [
        (0, "It cannot be read (No such file or directory).")
    ]
    assert "cannot be read" in reasons(tmp_path / "a\0.json")[0][1]
    (tmp_path / "empty").mkdir()
    assert reasons(tmp_path / "empty") == [(0, "It holds no .json, .md or .csv file.")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_does_not_keep_us_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    assert reasons(tmp_path / "pipe.json") == [(0, "It is no ordinary file.")]
    assert reasons(tmp_path) == [(0, "It is no ordinary file.")]


def test_links_in_a_circle_end(tmp_path):
    export([PROMPT], tmp_path / "one.md", PromptFormat.MARKDOWN)
    try:
        (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
        (tmp_path / "itself.md").symlink_to(tmp_path / "itself.md")
    except OSError:
        pytest.skip("the system allows no links")
    read = read_files([tmp_path])
    assert len(read.found) == 1
    assert [problem.path.name for problem in read.problems] == ["itself.md"]


def test_files_and_folders_are_not_endless(tmp_path, monkeypatch):
    monkeypatch.setattr(prompt_files, "MAX_FILE", 2**20)
    monkeypatch.setattr(prompt_files, "MAX_FILES", 1)
    (tmp_path / "big.json").write_bytes(b" " * (2**20 + 1))
    assert reasons(tmp_path / "big.json") == [(0, "It is larger than 1 MB.")]
    (tmp_path / "small.json").touch()
    assert reasons(tmp_path) == [(0, "It holds more than 1 files.")]
