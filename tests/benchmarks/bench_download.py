"""Fetching a model from loopback, against `curl` into a file with `sha256sum` beside it.

Run it with `python -m tests.benchmarks download`.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop.domain.hub import RemoteFile
from desktop.hub.connection import HubConnection
from desktop.hub.download import Fetch
from desktop.hub.partial_file import PartialFile

SIZE = 512 * 2**20  # bytes
ROUNDS = 3
AT_LEAST = 0.8  # of the faster one of the two ways with curl


def run() -> list[tuple[str, float, str, bool]]:
    """Rows of name, value, bound, whether it holds."""
    # Beside the checkout, because /tmp may be memory.
    build = Path(__file__).resolve().parents[2] / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build) as name:
        folder = Path(name)
        model = folder / "original.gguf"
        file = make_model(model)
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            process = multiprocessing.get_context("fork").Process(
                target=serve, args=(server, model), daemon=True
            )
            process.start()
            try:
                return measure(folder, file, f"http://127.0.0.1:{port}")
            finally:
                process.kill()
                process.join()


def measure(folder: Path, file: RemoteFile, endpoint: str) -> list[tuple[str, float, str, bool]]:
    url = f"{endpoint}/{file.path}"
    copy = folder / "copy"
    ways: dict[str, Callable[[], object]] = {
        "Quern": lambda: fetch(file, folder / file.path, HubConnection(endpoint)),
        "curl, then sha256sum": lambda: shell(
            f"curl -sS -o {copy} {url} && sha256sum {copy}", file
        ),
        "curl | tee | sha256sum": lambda: shell(f"curl -sS {url} | tee {copy} | sha256sum", file),
    }
    if not (shutil.which("curl") and shutil.which("sha256sum")):
        ways = {"Quern": ways["Quern"]}
    seconds = dict.fromkeys(ways, float("inf"))
    busy = float("inf")
    for _ in range(ROUNDS):  # in turns, so that a busy moment hits them alike
        for name, way in ways.items():
            started, busy_before = time.perf_counter(), time.process_time()
            way()
            seconds[name] = min(seconds[name], time.perf_counter() - started)
            if name == "Quern":
                busy = min(busy, time.process_time() - busy_before)
    rows = [(f"MB a second: {name}", SIZE / 1e6 / value, "told only", True)
            for name, value in seconds.items()]  # fmt: skip
    rows.append(("processor seconds a GB: Quern", busy / SIZE * 1e9, "told only", True))
    if len(ways) > 1:
        ratio = min(value for name, value in seconds.items() if name != "Quern") / seconds["Quern"]
        rows.append(("as fast as curl and sha256sum", ratio, f"≥ {AT_LEAST}", ratio >= AT_LEAST))
    return rows


def fetch(file: RemoteFile, place: Path, connection: HubConnection) -> None:
    place.unlink(missing_ok=True)
    part = PartialFile(file, place)
    part.acquire()
    with closing(part):
        part.take_up(lambda: False)
        Fetch("a/m", "main", file, lambda: False).run(connection, part, lambda: None)
        part.finish()


def shell(command: str, file: RemoteFile) -> None:
    done = subprocess.run(command, shell=True, check=True, capture_output=True, text=True)
    assert done.stdout.startswith(file.sha256)


def make_model(path: Path) -> RemoteFile:
    digest = hashlib.sha256()
    with path.open("wb") as stream:
        for _ in range(SIZE // 2**20):
            piece = os.urandom(2**20)
            digest.update(piece)
            stream.write(piece)
    return RemoteFile("model.gguf", SIZE, sha256=digest.hexdigest())


def serve(server: socket.socket, path: Path) -> None:
    """Answer everything with the file, at next to no cost."""
    while True:
        client, _ = server.accept()
        with client, path.open("rb") as stream:
            while not client.recv(65536).endswith(b"\r\n\r\n"):
                pass
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % SIZE)
            client.sendfile(stream)


if __name__ == "__main__":
    for name, value, bound, ok in run():
        print(f"{'ok  ' if ok else 'SLOW'} {name}: {value:.3g} ({bound})")
