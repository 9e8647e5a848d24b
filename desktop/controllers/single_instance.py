"""One Quern per home folder: a second one hands its arguments to the first and leaves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from desktop.domain.errors import StorageFault

TIMEOUT_MS = 1000
MAX_MESSAGE = 1 << 20


class SingleInstance(QObject):
    """Signals:
    arguments_received(list[str]): another Quern was started with these files; come to the front.
    """

    arguments_received = Signal(object)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # The name, not the path, identifies the socket: paths can exceed a socket's 108 bytes.
        digest = hashlib.sha256(str(home.resolve()).encode("utf-8", "surrogatepass")).hexdigest()
        self._home = home
        self._name = f"quern-{digest[:20]}"
        self._lock = QLockFile(str(home / "quern.lock"))
        self._lock.setStaleLockTime(0)  # only the death of its owner frees the lock
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)

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
        if not self._server.listen(self._name):
            QLocalServer.removeServer(self._name)  # left behind by a crash
            self._server.listen(self._name)
        return True

    def forward(self, arguments: Sequence[str]) -> bool:
        """Hand the arguments to the instance that runs; False when it does not answer."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(TIMEOUT_MS):
            return False
        socket.write(json.dumps(list(arguments)).encode() + b"\n")
        done = socket.waitForBytesWritten(TIMEOUT_MS)
        socket.disconnectFromServer()
        return done

    def close(self) -> None:
        self._server.close()
        self._lock.unlock()

    def _accept(self) -> None:
        socket = self._server.nextPendingConnection()
        if socket is None:
            return
        socket.setReadBufferSize(MAX_MESSAGE)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(socket.deleteLater)

    def _read(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket) or not socket.canReadLine():
            return
        try:
            arguments = json.loads(bytes(socket.readLine().data()))
        except ValueError:
            return
        if isinstance(arguments, list) and all(isinstance(item, str) for item in arguments):
            self.arguments_received.emit(arguments)
