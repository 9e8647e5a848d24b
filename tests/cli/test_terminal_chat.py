from __future__ import annotations

from pathlib import Path

import pytest

from desktop.cli.engine_use import load_model
from desktop.cli.terminal_chat import TerminalChat
from desktop.core.conversation_json import from_json_text
from desktop.domain.conversation import Role
from desktop.domain.errors import ModelFileInvalid
from desktop.domain.model import LoadConfig
from desktop.domain.sampling import SamplerSettings


@pytest.fixture
def talk(engine, tmp_path, capsys):
    """Types lines (an exception is raised instead) and returns status, stdout and stderr."""

    def talk(*lines: str | type[BaseException]) -> tuple[int, str, str]:
        typed = iter(lines)

        def read(_prompt: str) -> str:
            line = next(typed, EOFError)
            if isinstance(line, str):
                return line
            raise line

        def load():
            return load_model(engine, tmp_path / "tiny.gguf", LoadConfig())

        def restart() -> None:
            engine.close()
            engine.start()
            load()

        chat = TerminalChat(engine, restart, load(), SamplerSettings(), "", {}, read=read)
        status = chat.run()
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return talk


def saved(path: Path) -> list[tuple[Role, str]]:
    _, messages = from_json_text(path.read_text())
    return [(message.role, message.text) for message in messages]


def test_it_answers_until_one_leaves(talk):
    status, out, err = talk("say Hello there", "", "/exit", "never read")
    assert status == 0
    assert "tiny (F16)" in out
    assert "Hello there" in out
    assert "never read" not in out
    assert err.count("tokens/s") == 1


def test_the_end_of_input_leaves_too(talk):
    assert talk()[0] == 0


def test_a_backslash_goes_on_in_the_next_line(talk):
    _, out, _ = talk("say first\\", "second")
    assert "first\nsecond" in out


def test_ctrl_c_at_the_prompt_leaves_only_the_second_time(talk):
    status, out, _ = talk(KeyboardInterrupt, "say still here", KeyboardInterrupt, "say me too")
    assert status == 0
    assert "still here" in out
    assert "me too" in out
    assert talk(KeyboardInterrupt, KeyboardInterrupt, "say no")[0] == 130


def test_the_conversation_is_kept_by_save_with_settings_and_facts(talk, tmp_path):
    path = tmp_path / "talk.json"
    _, out, _ = talk("say one", "/seed 77", "/system Be kind.", "say two", f"/save {path}")
    assert f"Saved to {path}" in out
    you, model = Role.USER, Role.ASSISTANT
    assert saved(path) == [
        (you, "say one"), (model, "one "), (you, "say two"), (model, "two "),
    ]  # fmt: skip
    conversation, messages = from_json_text(path.read_text())
    assert conversation.system_prompt == "Be kind."
    assert messages[-1].facts.seed == 77


def test_save_never_replaces_a_file_it_did_not_write(talk, tmp_path):
    mine, own = tmp_path / "mine.txt", tmp_path / "own.md"
    mine.write_text("precious")
    _, _, err = talk(
        "say one", f"/save {mine}", f"/save {own}", "say two", f"/save {own}",
        "/save", f"/save {tmp_path / 'x.doc'}",
    )  # fmt: skip
    assert mine.read_text() == "precious"
    assert "exists already" in err
    assert "two" in own.read_text()
    assert "/save FILE" in err
    assert ".json, .md or .txt" in err


def test_an_empty_conversation_is_not_saved(talk, tmp_path):
    _, _, err = talk(f"/save {tmp_path / 'none.json'}")
    assert "nothing to save" in err
    assert list(tmp_path.glob("none*")) == []


def test_retry_replaces_the_answer_and_new_starts_over(talk, tmp_path):
    path = tmp_path / "talk.json"
    talk("say one", "say two", "/retry", f"/save {path}")
    assert [text for _, text in saved(path)] == ["say one", "one ", "say two", "two "]
    path.unlink()
    _, _, err = talk("say one", "/new", "/retry", "say three", f"/save {path}")
    assert "no question to answer again" in err
    assert [text for _, text in saved(path)] == ["say three", "three "]


def test_a_failed_answer_leaves_the_conversation_as_it_was(talk, tmp_path):
    path = tmp_path / "talk.json"
    _, _, err = talk("say one", "fail", "/retry", f"/save {path}")
    assert err.count("The model failed.") == 2
    assert [text for _, text in saved(path)] == ["say one", "one "]


def test_a_dead_engine_is_brought_back_with_the_conversation(talk, tmp_path):
    path = tmp_path / "talk.json"
    status, out, err = talk("say one", "crash half", "say two", f"/save {path}")
    assert status == 0
    assert "half" in out
    assert "runs again" in err
    assert [text for _, text in saved(path)] == ["say one", "one ", "say two", "two "]


def test_settings_are_checked(talk):
    _, out, err = talk(
        "/temperature 99", "/temperature", "/seed x", "/seed", "/temperature 0", "/no"
    )
    assert "must lie between 0 and 5" in err
    assert "“” is not a number" in err
    assert "“x” is not a number" in err
    assert "A new seed for each answer." in out
    assert "Temperature 0." in out
    assert "no command /no" in err


def test_help_names_every_command(talk):
    _, out, _ = talk("/help")
    for name in ("/system", "/seed", "/temperature", "/retry", "/new", "/save", "/exit", "/help"):
        assert f"\n{name} " in out


def test_a_model_that_cannot_be_loaded_again_is_tried_anew_by_the_next_question(
    engine, tmp_path, capsys
):
    def load():
        return load_model(engine, tmp_path / "tiny.gguf", LoadConfig())

    hindrances = [ModelFileInvalid("The file is empty.", "Download it again.")] * 2

    def restart() -> None:
        if hindrances:
            raise hindrances.pop()
        engine.close()
        engine.start()
        load()

    lines = iter(["crash half", "/retry", "say back", "say still here", "/exit"])
    chat = TerminalChat(
        engine, restart, load(), SamplerSettings(), "", {}, read=lambda _prompt: next(lines)
    )
    assert chat.run() == 0
    captured = capsys.readouterr()
    assert captured.err.count("quern: The file is empty. Download it again.") == 2
    assert "back" in captured.out
    assert "still here" in captured.out
