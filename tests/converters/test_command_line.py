from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import converters
from converters.command_line import main
from converters.errors import Cancelled
from converters.job import Converted, Progress
from tests.helpers.tiny_adapters import write_adapter

ROOT = Path(__file__).resolve().parents[2]


def test_a_checkpoint_is_converted(write, tmp_path, capsys):
    output = tmp_path / "a.gguf"
    assert main([str(write("tiny-qwen2")), str(output), "--outtype", "q8_0"]) == 0
    shown = capsys.readouterr()
    assert shown.out == f"{output}\n"
    assert shown.err == "The tokenizer is a new one; its rule for words is that of qwen2.\n"
    assert output.read_bytes()[:4] == b"GGUF"


def test_an_adapter_is_converted(write, tmp_path):
    adapter, output = write_adapter("tiny-qwen2", tmp_path), tmp_path / "a.gguf"
    assert main(["lora", str(adapter), str(write("tiny-qwen2")), str(output)]) == 0
    assert output.exists()


def test_a_file_is_split_and_merged(write, tmp_path, capsys):
    whole, back = tmp_path / "a.gguf", tmp_path / "b.gguf"
    main([str(write("tiny-gpt2")), str(whole)])
    capsys.readouterr()
    assert main(["split", str(whole), str(tmp_path / "part"), "--max-size", "100k"]) == 0
    parts = capsys.readouterr().out.split()
    assert len(parts) > 1
    assert main(["merge", parts[0], str(back)]) == 0
    assert back.read_bytes() == whole.read_bytes()


def test_what_fails_is_one_sentence_and_status_1(tmp_path, capsys):
    assert main([str(tmp_path), str(tmp_path / "a.gguf")]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"{tmp_path} has no config.json")
    assert shown.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["only one"],
        ["a", "b", "--outtype", "q4_k"],
        ["lora", "a", "b"],
        ["split", "a", "b"],
        ["split", "a", "b", "--max-size", "big"],
        ["split", "a", "b", "--max-size", "0"],
        ["split", "a", "b", "--max-size", "-1M"],
        ["merge", "a"],
    ],
)
def test_wrong_usage_is_status_2(words, capsys):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage: python -m converters SRC_DIR" in capsys.readouterr().err


@pytest.mark.parametrize("reason", [KeyboardInterrupt, Cancelled])
def test_an_interruption_is_status_130(reason, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise reason

    monkeypatch.setattr(converters, "convert", interrupted)
    assert main(["a", "b"]) == 130
    assert capsys.readouterr().err == "Interrupted; nothing was written.\n"


@pytest.mark.parametrize(
    ("text", "size"), [("5", 5), ("3k", 3000), ("500M", 500_000_000), ("2G", 2_000_000_000)]
)
def test_sizes_have_units(text, size, monkeypatch):
    asked = []

    def split(_source, _prefix, max_size, **_):
        asked.append(max_size)
        return Converted((Path("a"),), 0, 0)

    monkeypatch.setattr(converters, "split", split)
    main(["split", "a", "b", "--max-size", text])
    assert asked == [size]


def test_progress_is_a_line_on_a_terminal(monkeypatch, capsys):
    def convert(*_, progress, **__):
        for done in (0, 1, 50, 50, 100):
            progress(Progress(done, 100, f"blk.{done}"))
        return Converted((Path("a.gguf"),), 100, 1)

    monkeypatch.setattr(converters, "convert", convert)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["a", "b"]) == 0
    shown = capsys.readouterr().err
    assert shown.count("\r") == 5  # four percentages and the line cleared
    assert " 50 %  blk.50" in shown
    assert shown.endswith("\r\x1b[K")


def test_the_package_runs_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "converters", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "python -m converters merge FIRST_PART.gguf OUT.gguf" in done.stdout
    assert "GPT2LMHeadModel" in done.stdout


@pytest.mark.parametrize(
    ("words", "explained"),
    [
        ([], "a folder with config.json and safetensors files"),
        (["lora"], "a folder with adapter_config.json"),
        (["split"], "--max-size SIZE"),
        (["merge"], "the part that -00001-of- names"),
    ],
)
def test_each_command_explains_what_it_takes(words, explained, capsys):
    with pytest.raises(SystemExit) as left:
        main([*words, "--help"])
    assert left.value.code == 0
    assert explained in " ".join(capsys.readouterr().out.split())


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows ends programs without asking")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_nothing_is_left_when_the_program_is_asked_to_end(write, tmp_path, name):
    """The signal comes when half of the file is written."""
    output, number = tmp_path / "a.gguf", getattr(signal, name)
    program = (
        "import os, runpy, sys\n"
        "from converters import output\n"
        "class Output(output.Output):\n"
        "    def pad(self, alignment):\n"
        "        assert self.part.exists()\n"
        f"        os.kill(os.getpid(), {int(number)})\n"
        "output.Output = Output\n"
        "runpy.run_module('converters', run_name='__main__', alter_sys=True)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, str(write("tiny-llama")), str(output)], cwd=ROOT
    )
    assert ended.returncode == 128 + number
    assert list(tmp_path.glob("a.gguf*")) == []
