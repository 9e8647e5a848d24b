"""`quern download` as its own process, ended in the middle."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.fake_hub import FakeHub, FakeRepository

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
CONTENT = hashlib.shake_256(b"a model").digest(24_000_003)
STALL_AT = 17_000_001
MEGABYTE = 1_000_000


@pytest.fixture
def hub():
    with FakeHub(FakeRepository("a/m", {"m-Q8_0.gguf": CONTENT})) as hub:
        yield hub


@pytest.fixture
def place(tmp_path) -> Path:
    return tmp_path / "home" / "models" / "a" / "m" / "m-Q8_0.gguf"


@pytest.fixture
def download(hub, tmp_path):
    """Starts the command."""
    started: list[subprocess.Popen[str]] = []

    def download() -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                (sys.executable, "-m", "desktop", "--home", str(tmp_path / "home"),
                 "download", "a/m", "Q8_0", "--endpoint", hub.endpoint),
                cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        return started[-1]

    yield download
    for process in started:
        process.kill()
        process.communicate()


def wait_for_bytes(part: Path, count: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not part.exists() or part.stat().st_size < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "nothing arrived"
        time.sleep(0.01)


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_one_that_was_killed_goes_on_where_it_was(download, hub, place, blow) -> None:
    part = place.with_name(place.name + ".part")
    hub.misbehave("m-Q8_0.gguf", stall_at=STALL_AT)
    killed = download()
    # Everything the hub sent has arrived by then, or the rest is what may be lost.
    wait_for_bytes(part, STALL_AT - MEGABYTE, killed)
    os.kill(killed.pid, blow)
    _, err = killed.communicate(timeout=30)
    assert killed.returncode == (-signal.SIGKILL if blow is signal.SIGKILL else 130)
    assert ("the same command goes on with it" in err) == (blow is signal.SIGINT)
    assert not place.exists()

    hub.behave()
    again = download()
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0, err
    assert out == f"{place}\n"
    assert hashlib.sha256(place.read_bytes()).digest() == hashlib.sha256(CONTENT).digest()
    assert hub.sent["m-Q8_0.gguf"] <= len(CONTENT) + MEGABYTE
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_two_at_once_fetch_it_once(download, hub, place) -> None:
    hub.misbehave("m-Q8_0.gguf", stall_at=STALL_AT, times=1)
    first = download()
    wait_for_bytes(place.with_name(place.name + ".part"), STALL_AT - MEGABYTE, first)
    second = download()
    line = second.stderr.readline()
    assert line.startswith("“m-Q8_0.gguf” is being downloaded by another Quern. Quern tries again")
    hub.release()
    for process in (first, second):
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, f"{place}\n"), err
    assert place.read_bytes() == CONTENT
    assert hub.sent["m-Q8_0.gguf"] <= len(CONTENT) + MEGABYTE
