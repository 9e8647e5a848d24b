"""The start of the window: arguments, one instance per home, and the first picture on the screen.

The frame of the window is painted first and the rest is imported and built right after, because
imports are most of the time a start takes. Collecting garbage would add a tenth to it, and there is
none yet, so that begins when the window is complete.
"""

# ruff: noqa: E402 - what follows shall not load OpenSSL
from __future__ import annotations

import argparse
import gc
import sys
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.modules["_hashlib"] = None  # type: ignore[assignment]  # OpenSSL: see domain/digests.py
try:
    import hmac  # noqa: F401 - and hashlib, which others import later
finally:
    del sys.modules["_hashlib"]

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop import __version__
from desktop.controllers.single_instance import SingleInstance
from desktop.domain.errors import StorageFault
from desktop.domain.paths import Home
from desktop.ui.application import Application

if TYPE_CHECKING:
    from concurrent.futures import Future

    from desktop.controllers.end_signals import EndSignals
    from desktop.storage.database import Database, OpenReport

DONE, FAILED = 0, 1
LATEST_MS = 1000  # a window that starts minimised is never painted; go on all the same


def main(words: Sequence[str] | None = None) -> int:
    """Run the window. Returns the exit status."""
    gc.disable()
    options = _parse(sys.argv[1:] if words is None else words)
    home = Home(Path(options.home).expanduser().absolute()) if options.home else Home.default()
    files = [Path(name).absolute() for name in options.files]
    _set_identity()
    qt = Application(sys.argv[:1])
    try:
        home.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _refuse(f"Quern cannot write to {home.root}: {error.strerror}.")
    instance = SingleInstance(home.root)
    try:
        alone = instance.claim()
    except StorageFault as fault:
        return _refuse(str(fault))
    if not alone:
        if instance.forward([str(file) for file in files]):
            return DONE
        return _refuse(
            "Quern is running already, but does not answer. End it and try again; if it does not "
            f"run any more, on this computer or another, remove {instance.lock_file}."
        )

    from desktop.core.settings import SettingsStore
    from desktop.ui.icons import Icons
    from desktop.ui.theme import Theme
    from desktop.ui.window_frame import WindowFrame, session_of

    settings = SettingsStore(home.settings)
    theme = Theme(qt)
    theme.apply(settings.current.theme, settings.current.text_scale)
    icons = Icons()
    qt.setWindowIcon(icons.application_icon())
    frame = WindowFrame(theme, icons)
    frame.show(session_of(home))
    closers: list[Callable[[], None]] = []

    def open_database() -> None:
        from desktop.controllers.end_signals import EndSignals
        from desktop.controllers.opening import Opening
        from desktop.storage.database import Database

        ends = EndSignals(qt)
        ends.asked.connect(frame.main.close)
        closers.append(ends.close)
        database = Database(home.database)
        opening = Opening(database, qt)
        opening.delayed.connect(frame.tell_delay)
        opening.done.connect(partial(complete, database, ends))
        closers.append(opening.close)
        opening.begin()
        import desktop.app  # noqa: F401 - meanwhile

    def complete(database: Database, ends: EndSignals, outcome: Future[OpenReport]) -> None:
        from desktop.app import App
        from desktop.controllers.garbage_collector import GarbageCollector

        if frame.main.isHidden():
            return  # it was closed meanwhile, and Qt is about to end
        try:
            app = App(home, settings, theme, icons, database, outcome.result())
        except Exception as error:  # noqa: BLE001 - a window that does nothing would be left
            frame.main.close()
            qt.exit(_refuse(str(error) if isinstance(error, StorageFault) else _bug(home, error)))
            return
        frame.end_delay()
        closers.append(app.close)
        ends.asked.disconnect(frame.main.close)
        ends.asked.connect(app.end)
        app.watch_for_bugs()
        instance.arguments_received.connect(app.open_files)
        instance.listen()
        app.open_window(files, frame)
        qt.hand_files_to(app.open_files)
        # What is there now stays: without it in the way, collecting garbage while a long
        # conversation is opened takes a quarter less time.
        gc.collect()
        gc.freeze()
        GarbageCollector(qt)

    _after_first_paint(frame.main, open_database)
    try:
        return qt.exec()
    finally:
        for close in reversed(closers):
            close()
        instance.close()


class _FirstPaint(QObject):
    """Calls `then` once, after `window` was painted for the first time."""

    def __init__(self, window: QObject, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._then: Callable[[], None] | None = then
        window.installEventFilter(self)
        QTimer.singleShot(LATEST_MS, self, self._go_on)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._go_on)
        return False

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()


def _after_first_paint(window: QObject, then: Callable[[], None]) -> None:
    _FirstPaint(window, then)


def _parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="quern")
    parser.add_argument("--home", metavar="DIR")
    parser.add_argument("files", nargs="*", metavar="FILE.gguf")
    return parser.parse_args(words)


def _set_identity() -> None:
    QApplication.setApplicationName("Quern")
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName("org.quern.Quern")
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID("org.quern.Quern")


def _bug(home: Home, bug: Exception) -> str:
    """Keep a crash report of a bug that ends the start; returns what to say of it."""
    from desktop.core.logs import Logs, system_report

    details = f"{system_report({})}\n\n{''.join(traceback.format_exception(bug))}"
    path = Logs(home).write_crash(details)
    which = f", with the file {path}" if path else ""
    return f"Quern cannot start because of an error in it. Please report it{which}."


def _refuse(sentence: str) -> int:
    print(f"quern: {sentence}", file=sys.stderr)  # noqa: T201 - there may be no window
    QMessageBox.critical(None, "Quern", sentence)
    return FAILED
