from __future__ import annotations

import io
import json
import sys

import pytest


@pytest.fixture(autouse=True)
def ours(tmp_path, monkeypatch):
    """Two prompts that come with Quern."""
    folder = tmp_path / "ours"
    folder.mkdir()
    prompts = [
        {"key": "grind", "title": "Grind", "tags": ["mill"], "content": {"text": "Grind {grain}."}},
        {"key": "sieve", "title": "Sieve", "content": {"text": "Sieve the flour."}},
    ]
    (folder / "mill.json").write_text(json.dumps({"set": "Mill", "prompts": prompts}))
    monkeypatch.setattr("desktop.services.resource_path", lambda _name: folder)


@pytest.fixture
def keys(quern):
    def keys(*words: str) -> list[str]:
        return [
            facts["key"] for facts in json.loads(quern("prompts", "list", *words, "--json").out)
        ]

    return keys


def test_ours_are_there_from_the_start(quern):
    outcome = quern("prompts", "list")
    assert outcome.status == 0
    assert [line.split() for line in outcome.out.splitlines()] == [
        ["KEY", "TITLE", "FOLDER", "TAGS", "VERSION"],
        ["grind", "Grind", "Mill", "mill", "1"],
        ["sieve", "Sieve", "Mill", "1"],
    ]


def test_prompts_are_found(keys):
    assert keys() == ["grind", "sieve"]
    assert keys("flour") == ["sieve"]
    assert keys("--tag", "mill") == ["grind"]
    assert keys("--folder", "Mill") == ["grind", "sieve"]
    assert keys("--folder", "Bakery") == []
    assert keys("--hidden") == ["grind", "sieve"]


def test_a_prompt_is_shown_as_it_would_be_exported(quern):
    outcome = quern("prompts", "show", "GRIND")
    assert outcome.out == (
        "---\nkey: grind\ntitle: Grind\ntags:\n- mill\nfolder: Mill\n---\n\nGrind {grain}.\n"
    )
    facts = json.loads(quern("prompts", "show", "grind", "--json").out)
    assert facts["content"] == {"text": "Grind {grain}."}
    assert (facts["builtin"], facts["changed"], facts["version"]) == (True, False, 1)


def test_older_versions_are_shown(quern, tmp_path):
    (tmp_path / "a.md").write_text("---\nkey: grind\ntitle: Grind\n---\n\nNewer.\n")
    quern("prompts", "import", str(tmp_path / "a.md"), "--conflicts", "theirs")
    assert quern("prompts", "show", "grind").out.endswith("\nNewer.\n")
    assert quern("prompts", "show", "grind", "--version", "1").out.endswith("Grind {grain}.\n")
    refused = quern("prompts", "show", "grind", "--version", "7")
    assert (refused.status, refused.out) == (1, "")
    assert "“Grind” has no version 7. Its newest one is 2." in refused.err


def test_a_title_with_a_text_is_added(quern):
    added = quern(
        "prompts", "add", "Bake bread", "--text", "Bake {what}.", "--system", "You bake.",
        "--folder", "Bakery", "--tag", "oven", "--tag", "daily", "--why", "For breakfast.",
    )  # fmt: skip
    assert added.out == "Added “Bake bread”. Its key is bake-bread.\n"
    facts = json.loads(quern("prompts", "show", "bake-bread", "--json").out)
    assert facts["content"] == {"text": "Bake {what}.", "system_prompt": "You bake."}
    assert (facts["folder"], facts["tags"]) == ("Bakery", ["oven", "daily"])
    assert facts["why"] == "For breakfast."


def test_a_file_is_added_under_its_name(quern, tmp_path):
    path = tmp_path / "Knead.txt"
    path.write_text("Knead {dough}.")
    assert json.loads(quern("prompts", "add", str(path), "--json").out)["title"] == "Knead"
    added = quern("prompts", "add", str(path), "--title", "Another")
    assert added.out == "Added “Another”. Its key is another.\n"
    assert "given twice" in quern("prompts", "add", str(path), "--text", "x").err


def test_what_is_piped_in_is_the_text(quern, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("Piped {in}."))
    quern("prompts", "add", "Pipe")
    assert quern("prompts", "show", "pipe").out.endswith("\nPiped {in}.\n")


def test_nobody_is_waited_for(quern, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    outcome = quern("prompts", "add", "Nothing")
    assert outcome.status == 1
    assert "The prompt has no text." in outcome.err


@pytest.mark.parametrize("name", ["all.json", "folder"])
def test_what_is_exported_is_recognised_again(quern, tmp_path, name):
    written = quern("prompts", "export", str(tmp_path / name))
    assert written.status == 0
    assert written.out.startswith("Wrote ")
    again = quern("prompts", "import", str(tmp_path / name))
    assert again.out == "Added 0, changed 0, kept 0; 2 were there already.\n"


def test_the_format_follows_from_the_name_or_the_option(quern, tmp_path):
    quern("prompts", "export", str(tmp_path / "one.md"), "grind")
    assert (tmp_path / "one.md").read_text().startswith("---\nkey: grind\n")
    words = ("prompts", "export", str(tmp_path / "all"), "--format", "markdown", "--json")
    assert json.loads(quern(*words).out) == {
        "files": [str(tmp_path / "all" / "Grind.md"), str(tmp_path / "all" / "Sieve.md")]
    }
    assert "2 files in" in quern("prompts", "export", str(tmp_path / "more")).out
    assert "holds one prompt" in quern("prompts", "export", str(tmp_path / "all.md")).err


@pytest.fixture
def theirs(tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_text("act,prompt\nGrind,Theirs.\nNew,New.\n")
    return str(path)


def test_conflicts_must_be_decided(quern, keys, theirs):
    outcome = quern("prompts", "import", theirs)
    assert (outcome.status, outcome.out) == (1, "")
    assert "other prompts called “Grind”" in outcome.err
    assert keys() == ["grind", "sieve"]


@pytest.mark.parametrize(
    ("choice", "text", "there"),
    [
        ("mine", "Grind {grain}.", ["grind", "new", "sieve"]),
        ("theirs", "Theirs.", ["grind", "new", "sieve"]),
        ("both", "Grind {grain}.", ["grind", "grind-2", "new", "sieve"]),
    ],
)
def test_conflicts_are_decided_once(quern, keys, theirs, choice, text, there):
    assert quern("prompts", "import", theirs, "--conflicts", choice).status == 0
    assert keys() == there
    assert json.loads(quern("prompts", "show", "grind", "--json").out)["content"]["text"] == text


def test_what_cannot_be_read_is_named_and_left_out_only_when_told_to(quern, keys, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("act,prompt\nGood,x\nBad\n")
    refused = quern("prompts", "import", str(path))
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.splitlines() == [
        "Note: “bad.csv”, line 3: The row has too few columns.",
        "quern: Nothing was imported. Mend what is wrong, or give --skip-bad.",
    ]
    assert keys() == ["grind", "sieve"]
    facts = json.loads(quern("prompts", "import", str(path), "--skip-bad", "--json").out)
    assert facts == {
        "added": 1, "changed": 0, "kept": 0, "duplicates": 0,
        "problems": [{"path": str(path), "line": 3, "reason": "The row has too few columns."}],
    }  # fmt: skip


def test_many_conflicts_are_not_all_listed(quern, tmp_path):
    for number in range(5):
        quern("prompts", "add", f"P{number}", "--text", "mine")
    (tmp_path / "a.csv").write_text(
        "act,prompt\n" + "".join(f"P{n},theirs {n}\n" for n in range(5))
    )
    outcome = quern("prompts", "import", str(tmp_path / "a.csv"))
    assert "called “P0”, “P1”, “P2” and 2 more." in outcome.err


def test_a_prompt_cannot_command_the_terminal(quern):
    quern("prompts", "add", "Red\x1b[31m", "--text", "\x1b[31m", "--folder", "\x07")
    assert "\x1b" not in quern("prompts", "list").out + quern("prompts", "show", "red-31m").out


def test_what_is_not_there_is_said(quern):
    assert "no prompt called “nobody”" in quern("prompts", "show", "nobody").err
    assert quern("prompts", "export", "x.json", "nobody").status == 1
    assert quern("prompts", "add", " ", "--text", "x").status == 1
    assert quern("prompts").status == 2


def test_a_title_may_be_longer_than_names_of_files(quern):
    assert quern("prompts", "add", "石" * 200, "--text", "Words.").status == 0
    refused = quern("prompts", "add", "x" * 5000, "--text", "Words.")
    assert refused.status == 1 and "more than 200 characters" in refused.err


def test_what_is_piped_in_without_an_end_is_refused(quern, monkeypatch):
    class Endless(io.StringIO):
        def read(self, size=-1):
            assert 0 < size < 10_000_000
            return "x" * size

    monkeypatch.setattr(sys, "stdin", Endless())
    assert "more than 1,000,000 characters" in quern("prompts", "add", "Long").err


def test_where_to_export_must_be_said(quern, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert "not said where to" in quern("prompts", "export", "").err
    assert "not written to .csv files" in quern("prompts", "export", "mine.csv").err
    assert not any(here.iterdir())
    assert quern("prompts", "export", "mine.csv", "--format", "json").status == 0


@pytest.mark.parametrize("name", ["mine.json", "mine"])
def test_only_the_folder_that_is_named_is_made(quern, tmp_path, name):
    refused = quern("prompts", "export", str(tmp_path / "slip" / name))
    assert (refused.status, refused.out) == (1, "")
    assert f"The folder {tmp_path / 'slip'} is not there." in refused.err
    assert not (tmp_path / "slip").exists()
