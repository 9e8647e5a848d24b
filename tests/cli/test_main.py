from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli import chat
from desktop.cli import main as command_line
from desktop.domain.errors import DiskFull

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], False),
        (["model.gguf"], False),
        (["--home", "chat"], False),
        (["--home", "somewhere", "MODEL.GGUF"], False),
        (["--help"], True),
        (["model.gguf", "--version"], True),
        (["chat"], True),
        (["--home", "somewhere", "chat"], True),
        (["--home=somewhere", "bench"], True),
        (["chta"], True),
    ],
)
def test_files_open_the_window_and_commands_do_not(words, expected):
    assert command_line.is_for_command_line(words) is expected


def test_a_file_called_like_a_command_does_not_hide_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("chat").touch()
    Path("notes").touch()
    assert command_line.is_for_command_line(["chat"])
    assert not command_line.is_for_command_line(["notes"])


def test_home_may_stand_before_or_after_the_command(tmp_path, capsys):
    before, after = tmp_path / "a", tmp_path / "b"
    assert command_line.main(["--home", str(before), "models"]) == 0
    assert command_line.main(["models", "--home", str(after)]) == 0
    assert (before / "quern.db").exists()
    assert (after / "quern.db").exists()


def test_wrong_usage_is_status_2_and_says_what_is_right(quern):
    outcome = quern("chta")
    assert outcome.status == 2
    assert ", ".join(f"'{name}'" for name in command_line.COMMANDS) in outcome.err
    assert quern("inspect").status == 2
    assert quern("chat", "--top-k", "many").status == 2


def test_help_lists_every_command_and_every_command_helps(capsys):
    assert command_line.main(["--help"]) == 0
    text = capsys.readouterr().out
    for name, summary in command_line.COMMANDS.items():
        assert re.search(rf"^ +{name} +{summary}$", text, re.MULTILINE)
        assert command_line.main([name, "--help"]) == 0
        assert "--home DIR" in capsys.readouterr().out


def test_an_error_is_one_sentence_with_its_advice(quern, monkeypatch):
    def fail(*_):
        raise DiskFull("The disk is full.", "Free some space.")

    monkeypatch.setattr(chat, "run", fail)
    outcome = quern("chat")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == "quern: The disk is full. Free some space.\n"


def test_ctrl_c_is_status_130(quern, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(chat, "run", interrupt)
    outcome = quern("chat")
    assert (outcome.status, outcome.err) == (130, "")


def test_a_bug_is_kept_in_the_logs_and_shows_no_traceback(quern, home, monkeypatch):
    def slip(*_):
        raise RuntimeError("our mistake")

    monkeypatch.setattr(chat, "run", slip)
    outcome = quern("chat")
    (report,) = (home / "logs").iterdir()
    assert outcome.status == 1
    assert outcome.err == f"quern: This is a bug in Quern. What happened is in {report}.\n"
    assert "RuntimeError: our mistake" in report.read_text()


def test_a_bug_is_told_where_nothing_can_be_written(quern, home, monkeypatch):
    def slip(*_):
        raise RuntimeError("our mistake")

    home.write_text("a file, not a folder")
    monkeypatch.setattr(chat, "run", slip)
    outcome = quern("chat")
    assert outcome.status == 1
    assert "RuntimeError: our mistake" in outcome.err


def run_quern(*words: str, **options) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "desktop", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, **options)


def test_a_closed_pipe_ends_it_quietly(tmp_path):
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "desktop", "models", "--json", "--home", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, stdout=write_end, stderr=subprocess.PIPE, timeout=120)
    os.close(write_end)
    assert (done.returncode, done.stderr) == (0, b"")


def run_in_shell(redirection: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    script = f'exec "$0" -m desktop "$@" {redirection}'
    command = ["/bin/sh", "-c", script, sys.executable, *words]
    return subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=120
    )


needs_dev_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


@needs_dev_full
@pytest.mark.parametrize("words", [["models"], ["models", "--json"]])
def test_a_full_disk_is_said_and_is_no_bug(words, tmp_path):
    done = run_in_shell(">/dev/full", *words, "--home", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == b"quern: The output could not be written: the disk is full.\n"
    assert not (tmp_path / "logs").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_from_the_start_do_no_harm(closed, tmp_path):
    # The engine child's pipes must not be taken for the streams that are missing.
    words = ("chat", "--prompt", "Hi", "--max-tokens", "2", "--home", str(tmp_path))
    done = run_in_shell(closed, *words)
    assert done.returncode == 0
    assert b"bug" not in done.stderr
    assert bool(done.stdout) is (">&-" not in closed.split())
    assert not (tmp_path / "logs").exists()


def test_a_closed_stdin_holds_no_question(tmp_path):
    done = run_in_shell("<&-", "chat", "--home", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith(b"quern: There is nothing to ask")


def test_text_the_terminal_cannot_show_does_not_end_it(tmp_path):
    missing = "modèle-日本.gguf"
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run_quern("inspect", missing, "--home", str(tmp_path), env=ascii_only)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stderr.startswith(b"quern: ")


def test_help_appears_at_once():
    best = min(timed("--help") for _ in range(3))
    bare = min(timed_python() for _ in range(3))
    assert best - bare < 0.3  # about 0.05 s on an idle machine


def timed(*words: str) -> float:
    started = processor_seconds_of_children()
    assert run_quern(*words).returncode == 0
    return processor_seconds_of_children() - started


def timed_python() -> float:
    started = processor_seconds_of_children()
    subprocess.run([sys.executable, "-c", ""], check=True, timeout=60)
    return processor_seconds_of_children() - started


def processor_seconds_of_children() -> float:
    """Of those that have ended; 0 on Windows, which does not keep count."""
    times = os.times()
    return times.children_user + times.children_system


def test_a_name_longer_than_those_of_files_is_said_and_is_no_bug(quern):
    name = "x" * 5000
    assert command_line.is_for_command_line([name])
    for words in (("models", "add", name), ("chat", name), ("compare", name)):
        outcome = quern(*words)
        assert outcome.status == 1 and outcome.out == ""
        assert outcome.err == "quern: A name is too long for a file. Give a shorter one.\n"
