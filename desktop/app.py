"""The composition root of the window: builds every object once, passes it in, runs the loop."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import PySide6
from PySide6.QtCore import QObject, QSettings, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox

from desktop import __version__
from desktop.controllers.chat import ChatController
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.crash_guard import CrashGuard
from desktop.controllers.models import ModelController
from desktop.controllers.settings import SettingsController
from desktop.controllers.single_instance import SingleInstance
from desktop.controllers.tasks import Tasks
from desktop.core.answer_journal import AnswerJournal
from desktop.core.logs import Logs, system_report
from desktop.core.model_inspector import ModelInspector
from desktop.core.model_library import ModelLibrary
from desktop.core.settings import SettingsStore
from desktop.domain.errors import QuernError, StorageFault
from desktop.domain.paths import Home, starter_model_path
from desktop.engine.client import Engine
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.models import KnownModels
from desktop.storage.presets import SamplerPresets
from desktop.ui.commands import AppCommands, connect_commands
from desktop.ui.dialogs.crash import CrashDialog
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.window import Shared, Window

BIN_SECONDS = 30 * 24 * 3600.0  # how long deleted conversations are kept
DONE, FAILED = 0, 1


class App(QObject):
    """Everything the windows share, and the windows.

    Attributes:
        windows: those that are open, in the order they were opened.
        store: the conversations.

    Args:
        worker: the command of an engine child, or None for the usual one.

    Raises: StorageFault when the database cannot be used at all.
    """

    _save_fault = Signal(object)

    def __init__(
        self, qt: QApplication, home: Home, logs: Logs, worker: Sequence[str] | None = None
    ) -> None:
        super().__init__()
        self._qt = qt
        self._home = home
        self._logs = logs
        self._worker = worker
        self.windows: list[Window] = []
        self._facts = {"Qt": PySide6.__version__, "Platform": qt.platformName()}
        self._database = Database(home.database)
        report = self._database.open()
        settings = SettingsStore(home.settings)
        self._notices = [*settings.notices, *filter(None, [report.notice])]
        self.store = Conversations(self._database)
        self.store.interrupted()

        self._tasks = Tasks(self)
        self._save_fault.connect(self._show_save_fault)
        self._journal = AnswerJournal(self.store, self._save_fault.emit)
        self._inspector = ModelInspector(lambda: Engine(worker))
        self._known = KnownModels(self._database)
        self._library = ModelLibrary(
            self._known, home, starter_model_path(), self._inspector.inspect
        )
        theme = Theme(qt)
        theme.apply(settings.current.theme, settings.current.text_scale)
        self._shared = Shared(
            conversations=ConversationsController(self.store, self._tasks, self),
            settings=SettingsController(
                settings,
                SamplerPresets(self._database),
                self._inspector,
                lambda: Engine(worker),
                self._tasks,
                self,
            ),
            theme=theme,
            icons=Icons(),
            is_starter=lambda path: path == starter_model_path(),
        )
        self._shared.settings.changed.connect(lambda now: theme.apply(now.theme, now.text_scale))
        self._tasks.run(
            lambda: self.store.purge_deleted(BIN_SECONDS), lambda _count: None, self._tell
        )

    def open_window(
        self, files: Sequence[Path] = (), state: dict[str, object] | None = None
    ) -> Window:
        """Open a window with its own engine; `files` are shown in it."""
        models = ModelController(
            self._library,
            self._inspector,
            lambda on_state: Engine(self._worker, on_state=on_state),
            lambda: self._shared.settings.current.load_config(),  # noqa: PLW0108 - as it is then
            self._tasks,
        )
        chat = ChatController(
            self.store, models, self._journal, self._shared.settings.default_sampler
        )
        window = Window(self._shared, chat, models)
        window.settings_page.set_home(self._home.root)
        connect_commands(
            window,
            self._shared,
            AppCommands(
                new_window=self.open_window,
                quit=self.quit,
                open_logs=self._open_logs,
                open_home=lambda: _show_folder(self._home.root),
                system_report=lambda: system_report(self._facts),
            ),
        )
        window.main.about_to_close.connect(lambda: self._save_session(window))
        window.closed.connect(lambda: self._forget(window))
        self.windows.append(window)
        window.restore_state(state or {})
        window.show()
        for notice in self._notices:
            window.show_notice(notice)
        self._notices.clear()
        # The window is painted first; then the model is loaded.
        QTimer.singleShot(0, self, lambda: self._begin(window, files))
        return window

    def open_files(self, files: Sequence[str]) -> None:
        """Another Quern was started: come to the front and show what it was given."""
        window = self.windows[-1] if self.windows else self.open_window()
        window.bring_to_front()
        self._show_files(window, [Path(name) for name in files])

    def restore(self, files: Sequence[Path]) -> None:
        """Open the window as it was when Quern was closed."""
        saved = self._session()
        state = {name: saved.value(name) for name in saved.childKeys()}
        self._shared.conversations.refresh()
        self._shared.settings.list_presets()
        self.open_window(files, state)

    def quit(self) -> None:
        for window in list(self.windows):
            window.main.close()

    def close(self) -> None:
        """Save what is left to save and end every child. Nothing works afterwards."""
        for window in self.windows:
            window.models.close()
        self._inspector.close()
        self._tasks.close()
        if not self._journal.close():
            QMessageBox.warning(
                None,
                "Quern",
                self.tr("The last answer could not be saved because the disk refused it."),
            )
        self._database.close()

    def show_crash(self, details: str) -> None:
        """A bug came to light: say so, keep running if the person wants that."""
        parent = self.windows[-1].main if self.windows else None
        dialog = CrashDialog(details, self._shared.icons, parent)
        dialog.open_logs_requested.connect(self._open_logs)
        dialog.rejected.connect(self.quit)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # --- inside -----------------------------------------------------------------------------

    def _begin(self, window: Window, files: Sequence[Path]) -> None:
        self._shared.conversations.refresh()
        self._shared.settings.list_presets()
        window.models.refresh()
        wanted = self._shared.settings.current.default_model
        window.models.load(self._library.first_choice(wanted))
        self._show_files(window, files)

    def _show_files(self, window: Window, files: Sequence[Path]) -> None:
        for file in files:
            window.opening.open(file)

    def _forget(self, window: Window) -> None:
        self.windows.remove(window)
        window.deleteLater()

    def _session(self) -> QSettings:
        return QSettings(str(self._home.window_state), QSettings.Format.IniFormat)

    def _save_session(self, window: Window) -> None:
        session = self._session()
        for name, value in window.save_state().items():
            session.setValue(name, value)

    def _show_save_fault(self, fault: StorageFault | None) -> None:
        for window in self.windows:
            window.show_save_fault(fault)

    def _tell(self, error: QuernError) -> None:
        for window in self.windows:
            window.show_problem(error)

    def _open_logs(self) -> None:
        _show_folder(self._logs.folder)


def main(words: Sequence[str] | None = None) -> int:
    """Run the window. Returns the exit status."""
    options = _parse(sys.argv[1:] if words is None else words)
    home = Home(Path(options.home).expanduser().absolute()) if options.home else Home.default()
    files = [Path(name).absolute() for name in options.files]
    _set_identity()
    qt = QApplication(sys.argv[:1])
    try:
        home.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return _refuse(f"Quern cannot write to {home.root}: {error.strerror}.")
    instance = SingleInstance(home.root)
    if not instance.claim():
        if instance.forward([str(file) for file in files]):
            return DONE
        return _refuse("Quern is running already, but does not answer. End it and try again.")
    logs = Logs(home)
    logs.start()
    logs.record_fatal_signals()
    guard = CrashGuard(logs, {"Qt": PySide6.__version__})
    guard.install()
    try:
        app = App(qt, home, logs)
    except StorageFault as fault:
        return _refuse(str(fault))
    guard.crashed.connect(app.show_crash, Qt.ConnectionType.QueuedConnection)
    instance.arguments_received.connect(app.open_files)
    app.restore(files)
    try:
        return qt.exec()
    finally:
        app.close()
        instance.close()
        guard.uninstall()
        logs.stop()


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


def _refuse(sentence: str) -> int:
    print(f"quern: {sentence}", file=sys.stderr)  # noqa: T201 - there is no window yet
    QMessageBox.critical(None, "Quern", sentence)
    return FAILED


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
