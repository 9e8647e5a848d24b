from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from desktop.controllers.single_instance import SingleInstance, socket_name


@pytest.fixture
def first(tmp_path: Path, qtbot):
    instance = SingleInstance(tmp_path)
    yield instance
    instance.close()


def test_the_second_hands_over_and_leaves(first, tmp_path, qtbot) -> None:
    assert first.claim()
    first.listen()
    second = SingleInstance(tmp_path)
    assert not second.claim()
    with qtbot.waitSignal(first.arguments_received) as received:
        assert second.forward(["/models/a b.gguf", "/модели/ü.gguf"])
    assert received.args == [["/models/a b.gguf", "/модели/ü.gguf"]]


def test_the_second_waits_for_one_that_is_still_starting(first, tmp_path, qtbot) -> None:
    assert first.claim()
    second = SingleInstance(tmp_path)
    forwarded: list[bool] = []
    waiting = threading.Thread(target=lambda: forwarded.append(second.forward(["x"])))
    waiting.start()
    assert waiting.is_alive()  # nobody listens yet, and it has not given up
    with qtbot.waitSignal(first.arguments_received) as received:
        first.listen()
    waiting.join()
    assert forwarded == [True]
    assert received.args == [["x"]]


def test_homes_do_not_know_each_other(first, tmp_path, qtbot) -> None:
    assert first.claim()
    elsewhere = tmp_path / ("a long name " * 15)
    elsewhere.mkdir()
    other = SingleInstance(elsewhere)
    assert other.claim()
    other.listen()
    assert other._server is not None
    assert other._server.isListening()
    other.close()


def test_a_killed_instance_leaves_no_lock(tmp_path, qtbot) -> None:
    script = f"""
import os
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.controllers.single_instance import SingleInstance
app = QCoreApplication([])
instance = SingleInstance(Path({str(tmp_path)!r}))
assert instance.claim()
instance.listen()
os.kill(os.getpid(), 9)
"""
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script], cwd=root, check=False, timeout=60)
    successor = SingleInstance(tmp_path)
    assert successor.claim()
    successor.listen()
    caller = SingleInstance(tmp_path)
    with qtbot.waitSignal(successor.arguments_received):
        assert caller.forward([])
    successor.close()


def test_nobody_answers(first, tmp_path, qtbot) -> None:
    assert not first.forward(["x"], patience_ms=0)


def test_rubbish_on_the_socket_is_ignored(first, tmp_path, qtbot) -> None:
    from PySide6.QtNetwork import QLocalSocket

    assert first.claim()
    first.listen()
    received = []
    first.arguments_received.connect(received.append)
    for rubbish in (b"\xff\xfe\n", b'{"a": 1}\n', b"[1, 2]\n"):
        socket = QLocalSocket()
        socket.connectToServer(socket_name(tmp_path))
        assert socket.waitForConnected(1000)
        socket.write(rubbish)
        socket.waitForBytesWritten(1000)
        qtbot.wait(50)
        socket.disconnectFromServer()
    assert received == []
