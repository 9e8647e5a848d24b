"""What `python -m desktop` decides before it imports anything heavy."""

from __future__ import annotations

import sys
import types

import pytest

from desktop import __main__ as program
from desktop.cli import display
from desktop.cli import main as command_line


@pytest.fixture
def calls(monkeypatch):
    """Stands in for the window, the engine child and the command line."""
    calls = []

    def stand_in(name):
        def main(*arguments):
            calls.append((name, *arguments))
            return 0

        return main

    for name in ("desktop.gui", "desktop.engine.worker"):
        module = types.ModuleType(name)
        module.main = stand_in(name)
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(command_line, "main", stand_in("command line"))
    return calls


@pytest.mark.parametrize("words", [[], ["model.gguf"], ["--home", "there", "model.gguf"]])
def test_with_a_display_it_is_the_window(calls, monkeypatch, words):
    monkeypatch.setattr(display, "has_display", lambda: True)
    assert program.main(words) == 0
    assert calls == [("desktop.gui", words)]


def test_without_one_it_says_so_and_chats(calls, monkeypatch, capsys):
    monkeypatch.setattr(display, "has_display", lambda: False)
    assert program.main(["--home", "there", "model.gguf"]) == 0
    assert calls == [("command line", ["chat", "--home", "there", "model.gguf"])]
    assert capsys.readouterr().err == (
        "There is no display here, so Quern chats in the terminal.\n"
    )


def test_an_engine_child_is_nothing_else(calls):
    assert program.main(["--engine-worker"]) == 0
    assert calls == [("desktop.engine.worker",)]


def test_commands_need_no_display(calls, monkeypatch):
    monkeypatch.setattr(display, "has_display", lambda: pytest.fail("it was asked"))
    program.main(["bench", "--json"])
    assert calls == [("command line", ["bench", "--json"])]


def test_the_self_test_is_no_command(calls, monkeypatch):
    module = types.ModuleType("desktop.cli.selftest")
    module.main = lambda words: calls.append(("self-test", words)) or 0
    monkeypatch.setitem(sys.modules, "desktop.cli.selftest", module)
    assert program.main(["--selftest", "--json"]) == 0
    assert calls == [("self-test", ["--json"])]


@pytest.mark.parametrize("words", [["models"], ["--engine-worker"]])
def test_ctrl_c_while_it_is_still_importing_shows_no_traceback(monkeypatch, capsys, words):
    def interrupted(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "is_for_command_line", interrupted)
    monkeypatch.setattr(program.importlib, "import_module", interrupted)
    assert program.main(words) == 130
    assert capsys.readouterr() == ("", "")
