"""`quern compare`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from desktop.core import comparison_speed
from desktop.domain.paths import Home
from desktop.engine import client
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.database import Database
from desktop.storage.runs import StoredRuns
from tests.helpers.fake_evaluator import COMMAND


@pytest.fixture
def text(tmp_path: Path) -> str:
    path = tmp_path / "text.txt"
    path.write_text("word " * 12, encoding="utf-8")
    return str(path)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Makes models of the scripted engine."""
    monkeypatch.setattr(client, "default_worker_command", lambda: COMMAND)
    monkeypatch.setattr(comparison_speed, "_QUICK_ROUNDS", 1)

    def model(name: str) -> str:
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(b"model")
        return str(path)

    return model


def test_levels_are_made_measured_and_one_is_recommended(quern, model, text: str) -> None:
    words = ("compare", model("m"), "--levels", "Q8_0, q4_k_m", "--text", text)
    done = quern(*words, "--budget", "quick", "--leave-free", "0", "--json")
    values = json.loads(done.out)
    assert done.status == 0
    assert [level["level"] for level in values["levels"]] == ["Q8_0", "Q4_K_M"]
    assert values["base"]["level"] == "F16"
    assert values["recommended"] in ("Q8_0", "Q4_K_M")
    assert values["reason"]
    promised = {"bytes", "bits_per_weight", "ppl", "kld_mean", "kld_error", "same_top"}
    assert promised | {"tokens_per_second", "peak_rss_bytes"} <= values["levels"][0].keys()


def test_the_table_ends_with_what_to_use_and_why(quern, model, text: str) -> None:
    existing = model("m-Q8_0")
    done = quern("compare", model("m"), "--with", existing, "--text", text, "--chunks", "4")
    lines = done.out.splitlines()
    assert lines[0].startswith("level")
    assert [line.split()[0] for line in lines[1:4]] == ["F16", "Q8_0", "F16"]
    assert lines[-1].startswith("Use Q8_0: it keeps 87.5 ± 0.0 %")


def test_a_row_that_failed_says_why(quern, model, text: str) -> None:
    words = ("--with", model("m-Q8_0"), "--with", model("m-crash-Q2_K"))
    out = quern("compare", model("m"), *words, "--text", text, "--chunks", "4").out
    assert "Q2_K: llama.cpp stopped itself" in out


def test_a_base_that_could_not_be_measured_is_a_failure(quern, model, text: str) -> None:
    words = ("--with", model("m-Q8_0"), "--text", text, "--chunks", "4")
    done = quern("compare", model("m-untimed"), *words)
    assert done.status == 1
    assert done.out.startswith("level")
    assert done.err == "quern: It does not fit. Try another.\n"


def test_levels_that_all_failed_are_a_failure(quern, model, text: str) -> None:
    words = ("--with", model("m-crash-Q2_K"), "--text", text, "--chunks", "4", "--json")
    done = quern("compare", model("m"), *words)
    assert done.status == 1
    assert json.loads(done.out)["levels"][0]["problem"]
    assert done.err.startswith("quern: llama.cpp stopped itself")


def test_a_report_with_no_place_is_refused_before_anything_is_measured(
    quern, model, text: str
) -> None:
    done = quern("compare", model("m"), "--with", model("m-Q8_0"), "--report", text)
    assert (done.status, done.out) == (1, "")
    assert "cannot be made" in done.err


def test_wishes_move_the_recommendation(quern, model, text: str) -> None:
    words = ("compare", model("m"), "--with", model("m-Q8_0"), "--text", text, "--chunks", "4")
    out = quern(*words, "--slowest", "1000").out
    assert "None of these levels suits this machine." in out
    assert "writes 16 tokens a second, and at least 1,000 are asked for" in out


def test_levels_are_made_of_a_base_that_is_quantized_itself_too(
    quern, model, text: str, home: Path
) -> None:
    quern("compare", model("m-Q8_0"), "--levels", "Q4_K_M", "--text", text, "--chunks", "4")
    with closing(Database(Home(home).database)) as database:
        (comparison,) = StoredComparisons(database).list()
    assert comparison.request.options.allow_requantize


@pytest.mark.parametrize("option", ["--leave-free", "--slowest"])
@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e999", "much"])
def test_wishes_are_amounts(quern, option: str, value: str) -> None:
    done = quern("compare", "m.gguf", option, value)
    assert (done.status, done.out) == (2, "")
    assert f"argument {option}: invalid number of 0 or more value: '{value}'" in done.err


def test_a_report_is_written(quern, model, text: str, tmp_path: Path) -> None:
    words = ("compare", model("m"), "--with", model("m-Q8_0"), "--text", text, "--chunks", "4")
    folder = tmp_path / "report"
    quern(*words, "--report", str(folder))
    assert sorted(path.suffix for path in folder.iterdir()) == [".csv", ".json", ".md"]


def test_waiting_for_another_comparison_is_said(
    quern, model, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("compare", model("m"), "--with", model("m-Q8_0"), "--text", text, "--chunks", "4")
    turns = iter([False, False, True])
    monkeypatch.setattr(StoredRuns, "turn", lambda _: nullcontext(next(turns)))
    done = quern(*words)
    assert done.status == 0
    assert done.err == (
        "Note: Another comparison runs. This one waits until it is done, because they would slow"
        " each other down.\n"
    )


def test_levels_are_kept_where_that_was_asked(quern, model, text: str, tmp_path: Path) -> None:
    keep = tmp_path / "kept"
    words = ("compare", model("m"), "--levels", "Q8_0", "--text", text, "--chunks", "4")
    quern(*words, "--keep", str(keep))
    assert [path.name for path in keep.iterdir()] == ["m-Q8_0.gguf"]


def test_what_was_stopped_goes_on(quern, model, text: str) -> None:
    words = ("compare", model("m"), "--with", model("m-Q8_0"), "--text", text)
    Path(text).write_text("too short", encoding="utf-8")
    assert quern(*words).status == 1
    Path(text).write_text("word " * 12, encoding="utf-8")
    assert "goes on where it stopped" in quern(*words).err
    assert not quern(*words).err
    Path(text).write_text("too short", encoding="utf-8")
    quern(*words)
    Path(text).write_text("word " * 12, encoding="utf-8")
    assert not quern(*words, "--anew").err


def test_a_base_that_is_not_there_is_a_sentence(quern, model, text: str) -> None:
    done = quern("compare", "no-such-model", "--text", text)
    assert done.status == 1
    assert done.err.startswith("quern: ")
    assert "Traceback" not in done.err


def test_an_unknown_level_is_a_sentence(quern, model, text: str) -> None:
    done = quern("compare", model("m"), "--levels", "Q9_Z", "--text", text)
    assert done.status == 1
    assert "“Q9_Z” is no quantization level." in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_ctrl_c_keeps_what_was_measured(model, home: Path, text: str, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from desktop.engine import client\n"
        f"client.default_worker_command = lambda: {COMMAND!r}\n"
        "from desktop.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    folder = tmp_path / "report"
    words = ("compare", model("m"), "--with", model("m-slowly-Q8_0"), "--text", text)
    command = [sys.executable, "-c", program, *words, "--home", str(home)]
    running = subprocess.Popen(
        [*command, "--report", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[2],
    )
    try:
        deadline = time.monotonic() + 60
        while not _chunks(home) and time.monotonic() < deadline:
            assert running.poll() is None
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 130
    assert not err
    kept = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    assert kept["state"] == "interrupted"
    assert kept["base"]["chunks"] >= 1


def _chunks(home: Path) -> int:
    """How many chunks are in the database so far."""
    import sqlite3
    from contextlib import closing

    path = home / "quern.db"
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(path)) as database:
            (count,) = database.execute(
                "SELECT count(*) FROM compared_chunks WHERE position = 1"
            ).fetchone()
            return int(count)
    except sqlite3.OperationalError:  # not that far yet
        return 0
