"""One Quern per home folder: a second one hands its arguments to the first and leaves."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

from desktop.domain.errors import StorageFault

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

TIMEOUT_MS = 1000
LISTENS_AFTER_MS = 5000  # the first one may still be starting
RETRY_MS = 50
MAX_MESSAGE = 1 << 20


class SingleInstance(QObject):
    """Claiming is quick; the part that needs Qt's network module waits until `listen`.

    Attributes:
        lock_file: says which process of which computer it is. One that a computer of another name
            left behind, or this one before it was renamed, cannot be told from a living one's.

    Signals:
    arguments_received(list[str]): another Quern was started with these files; come to the front.
    """

    arguments_received = Signal(object)

    def __init__(self, home: Path) -> None:
        super().__init__()
        self._home = home
        self.lock_file = home / "quern.lock"
        self._lock = QLockFile(str(self.lock_file))
        self._lock.setStaleLockTime(0)  # only the death of its owner frees the lock
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """Become the one instance; False when another one runs.

        Raises: StorageFault when nothing can be written into the home folder.
        """
        if not self._lock.tryLock(0):
            if self._lock.error() is QLockFile.LockError.LockFailedError:
                return False
            raise StorageFault(
                f"Quern cannot write to {self._home}.",
                "Give yourself the right to, or start it with --home and another folder.",
            )
        return True

    def listen(self) -> None:
        """Be there for those who come later. Only for the one instance."""
        from PySide6.QtNetwork import QLocalServer

        name = socket_name(self._home)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # left behind by a crash
            self._server.listen(name)

    def forward(self, arguments: Sequence[str], patience_ms: int = LISTENS_AFTER_MS) -> bool:
        """Hand the arguments to the instance that runs; False when it does not answer."""
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        name = socket_name(self._home)
        give_up = time.monotonic() + patience_ms / 1000
        socket.connectToServer(name)
        while not socket.waitForConnected(TIMEOUT_MS):
            if time.monotonic() >= give_up:
                return False
            time.sleep(RETRY_MS / 1000)
            socket.abort()
            socket.connectToServer(name)
        socket.write(json.dumps(list(arguments)).encode() + b"\n")
        done = socket.waitForBytesWritten(TIMEOUT_MS)
        socket.disconnectFromServer()
        return done

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _accept(self) -> None:
        assert self._server is not None
        socket = self._server.nextPendingConnection()
        if socket is None:
            return
        socket.setReadBufferSize(MAX_MESSAGE)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(socket.deleteLater)

    def _read(self) -> None:
        from PySide6.QtNetwork import QLocalSocket

        socket = self.sender()
        if not isinstance(socket, QLocalSocket) or not socket.canReadLine():
            return
        try:
            arguments = json.loads(bytes(socket.readLine().data()))
        except ValueError:
            return
        if isinstance(arguments, list) and all(isinstance(item, str) for item in arguments):
            self.arguments_received.emit(arguments)


def socket_name(home: Path) -> str:
    """A name, not a path, identifies the socket: paths can exceed a socket's 108 bytes."""
    import hashlib

    digest = hashlib.sha256(str(home.resolve()).encode("utf-8", "surrogatepass")).hexdigest()
    return f"quern-{digest[:20]}"
