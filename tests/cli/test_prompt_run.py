from __future__ import annotations

import json

import pytest

from desktop.cli.prompt_run import values_of
from desktop.domain.errors import DiskFull
from desktop.domain.paths import starter_model_path
from desktop.domain.prompt import FieldKind, Prompt, PromptContent, PromptField

PROMPT = Prompt(
    1,
    "k",
    "T",
    PromptContent("{doc} {name} {c}", fields=(PromptField("doc", FieldKind.FILE),)),
)


@pytest.fixture
def prompt(quern, tmp_path):
    """Adds a prompt with settings, examples and a field for a file."""
    path = tmp_path / "prompt.json"
    content = {
        "text": "say {what} {doc}",
        "system_prompt": "Be {how}.",
        "fields": [{"name": "how", "default": "kind"}, {"name": "doc", "kind": "file"}],
        "examples": [{"user": "say one", "assistant": "one"}],
        "sampler": {"seed": 9},
    }
    values = {"prompts": [{"key": "mine", "title": "My prompt", "content": content}]}
    path.write_text(json.dumps(values))
    assert quern("prompts", "import", str(path)).status == 0


def test_the_answer_is_printed_and_what_was_read_is_said(quern, prompt, tmp_path):
    (tmp_path / "doc.txt").write_text("grain")
    asked = quern(
        "prompts", "run", "my PROMPT", "--set", "what=a=b", "--set", f"doc={tmp_path / 'doc.txt'}"
    )
    assert asked.status == 0
    assert asked.out == "a=b grain \n"
    note, figures = asked.err.splitlines()
    assert note == f"Note: “doc” is {tmp_path / 'doc.txt'}, 5 characters."
    assert figures == "(3 tokens, 10 tokens/s, seed 9)"


def test_json_is_one_object(quern, prompt, tmp_path):
    (tmp_path / "doc.txt").write_text("grain")
    model = tmp_path / "tiny.gguf"
    model.touch()
    words = ("--set", "what=x", "--set", f"doc={tmp_path / 'doc.txt'}", "--model", str(model))
    facts = json.loads(quern("prompts", "run", "mine", *words, "--json").out)
    assert facts["prompt"] == "mine"
    assert facts["text"] == "x grain "
    assert facts["values"] == {"what": "x", "doc": "grain", "how": "kind"}
    assert (facts["version"], facts["seed"], facts["model"]) == (1, 9, str(model))


def test_without_a_model_the_starter_answers(quern):
    quern("prompts", "add", "Hello", "--text", "say hello")
    assert json.loads(quern("prompts", "run", "hello", "--json").out)["model"] == str(
        starter_model_path()
    )


def test_a_prompt_that_was_used_comes_first(quern):
    quern("prompts", "add", "Zebra", "--text", "say hello")
    quern("prompts", "run", "zebra")
    assert json.loads(quern("prompts", "list", "--json").out)[0]["key"] == "zebra"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            (),
            "“what” and “doc” are missing. Its placeholders are filled in by --set FIELD=VALUE: ",
        ),
        (("--set", "what"), "“what” is not FIELD=VALUE."),
        (("--set", "smell=1"), "“smell” is no placeholder"),
        (("--set", "doc=none.txt"), "“none.txt” cannot be read"),
        (("--ctx", "512", "--threads", "1"), "missing"),
    ],
)
def test_what_cannot_be_filled_in_is_said(quern, prompt, words, sentence):
    outcome = quern("prompts", "run", "mine", *words)
    assert (outcome.status, outcome.out) == (1, "")
    assert sentence in outcome.err


def test_a_system_prompt_alone_asks_nothing(quern, tmp_path):
    (tmp_path / "s.md").write_text("---\nsystem_prompt: Be kind.\n---\n")
    quern("prompts", "import", str(tmp_path / "s.md"))
    assert "“s” asks nothing" in quern("prompts", "run", "s").err


def test_values_are_data(tmp_path):
    path = tmp_path / "doc.txt"
    path.write_bytes("\ufeff{name}".encode())
    assert values_of(PROMPT, [f"doc={path}", "name={c}", "c="]) == {
        "doc": "{name}", "name": "{c}", "c": "",
    }  # fmt: skip


def test_an_answer_is_there_though_its_use_cannot_be_noted(quern, monkeypatch, tmp_path):
    def full(*_):
        raise DiskFull("The disk is full.", "Free some space.")

    quern("prompts", "add", "Mine", "--text", "say x")
    monkeypatch.setattr("desktop.core.prompt_library.PromptLibrary.used", full)
    model = tmp_path / "tiny.gguf"
    model.touch()
    asked = quern("prompts", "run", "mine", "--model", str(model), "--json")
    assert asked.status == 0 and json.loads(asked.out)["text"] == "x "
