"""What is asked of llama.cpp's libraries beside the bindings of llama_cpp."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.domain.errors import ModelLoadFailed
from desktop.domain.model import LoadConfig
from desktop.engine.model import Context, Weights, resolve
from desktop.engine.native import (
    KEPT_LOG_LINES,
    LOG_CONTINUE,
    LOG_DEBUG,
    LOG_ERROR,
    MAX_REASON,
    CancelFlag,
    LlamaLog,
    devices,
    function,
)

pytestmark = pytest.mark.engine

Models = Callable[..., Path]
CONFIG = resolve(LoadConfig(context=256, threads=1), 256)


def test_what_llama_cpp_logs_is_collected(log: LlamaLog, models: Models) -> None:
    weights = Weights(models(), CONFIG, log)
    with log.collect() as lines:
        context = Context(weights, CONFIG, log)
        assert "n_ctx" in context.log
        assert "n_ctx" in "".join(lines)
    context.close()
    weights.close()


def test_the_reason_of_a_failure_is_llama_cpps_first_error(
    log: LlamaLog, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "none.gguf"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(ModelLoadFailed, match="cannot load this model: ") as caught:
        Weights(path, CONFIG, log)
    reason = log.reason()
    assert reason in caught.value.message
    assert "magic" in reason and "\n" not in reason and not reason.startswith("gguf_")
    assert "magic" in capfd.readouterr().err  # for the log file of the parent


@pytest.fixture
def receive(log: LlamaLog) -> Callable[[int, str], None]:
    """Says something as llama.cpp would."""
    callback = log._callback
    return lambda level, text: callback(level, text.encode(), None)


def test_a_framed_reason_is_found_in_its_frame(
    log: LlamaLog, receive: Callable[[int, str], None]
) -> None:
    with log.collect():
        receive(LOG_ERROR, "\n\n=======\n")
        receive(LOG_ERROR, "no weights for x\n")
        receive(LOG_ERROR, "=======\n")
        assert log.reason() == "no weights for x"


def test_a_listener_hears_what_is_logged_meanwhile(
    log: LlamaLog, receive: Callable[[int, str], None]
) -> None:
    heard: list[str] = []
    receive(2, "before\n")
    with log.heard_by(heard.append):
        receive(2, "[1/2] ")
        receive(LOG_DEBUG, "debug\n")
        receive(LOG_CONTINUE, "more of it\n")
        receive(2, "done\n")
    receive(2, "after\n")
    assert heard == ["[1/2] ", "done\n"]


def test_a_reason_is_short_whatever_is_logged(
    log: LlamaLog, receive: Callable[[int, str], None]
) -> None:
    with log.collect() as lines:
        assert log.reason() == "it does not say why"
        receive(LOG_DEBUG, "debug\n")
        receive(LOG_CONTINUE, "more of it\n")
        receive(LOG_ERROR, "load_it: the ")
        receive(LOG_CONTINUE, "reason. \n")
        receive(LOG_ERROR, "caller: failed\n")
        assert list(lines) == ["load_it: the ", "reason. \n", "caller: failed\n"]
        assert log.reason() == "the reason"
    with log.collect() as lines:
        for number in range(KEPT_LOG_LINES + 5):
            receive(2, f"{number}\n")
        receive(LOG_ERROR, "x" * 5000)
        assert len(lines) == KEPT_LOG_LINES
        assert log.reason() == "x" * MAX_REASON


def test_the_cancel_flag_is_what_c_reads() -> None:
    flag = CancelFlag()
    for set_, value in ((flag.clear, 0), (flag.set, 1), (flag.set, 1), (flag.clear, 0)):
        set_()
        assert flag.is_set() is bool(value)
        # llama.cpp takes the callback's result for a bool: the lowest byte counts.
        assert flag.callback(flag.data) is bool(value)


def test_a_raised_flag_stops_an_evaluation(log: LlamaLog, models: Models) -> None:
    flag = CancelFlag()
    weights = Weights(models(), CONFIG, log)
    context = Context(weights, CONFIG, log, flag)
    flag.set()
    assert context.evaluate([1, 2, 3]) == 2
    flag.clear()
    assert context.evaluate([1, 2, 3]) == 0
    context.close()
    weights.close()


def test_devices_are_listed_with_their_memory(log: LlamaLog) -> None:
    found = devices()
    assert len({device.name for device in found}) == len(found)
    (cpu,) = (device for device in found if device.kind == "cpu")
    assert cpu.description and 0 < cpu.memory_free <= cpu.memory_total


def test_the_functions_of_gguf_read_a_file(log: LlamaLog, models: Models) -> None:
    class Options(ctypes.Structure):
        _fields_ = (("no_alloc", ctypes.c_bool), ("ctx", ctypes.c_void_p))

    handle = ctypes.c_void_p
    read = function("gguf_init_from_file", handle, ctypes.c_char_p, Options)
    file = read(str(models()).encode(), Options(no_alloc=True, ctx=None))
    assert file
    find = function("gguf_find_key", ctypes.c_int64, handle, ctypes.c_char_p)
    text = function("gguf_get_val_str", ctypes.c_char_p, handle, ctypes.c_int64)
    assert text(file, find(file, b"general.architecture")) == b"llama"
    assert find(file, b"no.such.key") == -1
    function("gguf_free", None, handle)(file)


def test_a_function_that_does_not_exist_is_an_error() -> None:
    with pytest.raises((AttributeError, OSError)):
        function("ggml_no_such_function", None)
