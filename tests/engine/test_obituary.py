from __future__ import annotations

import io
import signal

import pytest

from desktop.engine.obituary import KEPT_LINES, StderrTail, describe


def test_the_last_words_are_kept_whatever_bytes_they_are() -> None:
    said = b"".join(b"line %d\r\n" % number for number in range(500)) + b"\xff end"
    lines = StderrTail(io.BytesIO(said)).lines()
    assert len(lines) == KEPT_LINES and lines[-2:] == ("line 499", "\ufffd end")


@pytest.mark.parametrize(
    ("exit_code", "lines", "killed_for", "expected"),
    [
        (-signal.SIGKILL, (), "", "memory ran out"),
        (-signal.SIGBUS, (), "", "changed or cut short"),
        (-signal.SIGABRT, ("x.cpp:3: GGML_ASSERT(n > 0) failed",), "", "GGML_ASSERT(n > 0)"),
        (-signal.SIGSEGV, (), "", "SIGSEGV"),
        (3, (), "", "exit code 3"),
        (-250, (), "", "250"),
        (-signal.SIGKILL, (), "It did not react.", "It did not react."),
    ],
)
def test_each_death_has_a_sentence_and_advice(exit_code, lines, killed_for, expected) -> None:
    message, advice = describe(exit_code, lines, killed_for)
    assert expected in message
    assert advice.endswith(".")


@pytest.mark.parametrize(
    "folders", ["/tmp/pip-install-x/vendor/llama.cpp/src/", "D:\\a\\src\\", ""]
)
def test_a_failed_check_is_a_sentence_without_the_folders_of_who_compiled_it(folders) -> None:
    line = f"{folders}llama-vocab.cpp:12: GGML_ASSERT(a.size() == b) failed"
    message, _ = describe(-signal.SIGABRT, ("before", line, "after"))
    assert message.endswith("check: llama-vocab.cpp:12: GGML_ASSERT(a.size() == b) failed.")
