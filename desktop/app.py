"""The application in its process: opens windows, looks after them, and ends with the last one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import PySide6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.controllers.chat import ChatController
from desktop.controllers.crash_guard import CrashGuard
from desktop.controllers.hub import HubController
from desktop.controllers.models import ModelController
from desktop.controllers.questions import Questions
from desktop.controllers.tasks import Tasks
from desktop.core.answer_journal import AnswerJournal
from desktop.core.logs import Logs, system_report
from desktop.core.settings import Settings, SettingsStore
from desktop.domain.conversation import Conversation
from desktop.domain.errors import QuernError, StorageFault
from desktop.domain.paths import Home
from desktop.engine.protocol import HelloReply
from desktop.services import Services
from desktop.sharing import Sharing
from desktop.storage.database import BIN_SECONDS, Database, OpenReport
from desktop.ui.commands import AppCommands, connect_commands
from desktop.ui.folders import show_folder
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme
from desktop.ui.widgets.late import Late
from desktop.ui.window import Window
from desktop.ui.window_frame import WindowFrame, session_of

COPY_LOOK_MS = 60_000


class App(QObject):
    """Everything the windows share, and the windows.

    Args:
        database: is open; `opened` is what opening it found. It is closed with the application.
        worker: the command of an engine child, or None for the usual one.

    Attributes:
        windows: those that are open, in the order they were opened.
        store: the conversations.

    Raises: StorageFault when the database cannot be used at all.
    """

    _save_fault = Signal(object)

    def __init__(
        self,
        home: Home,
        settings: SettingsStore,
        theme: Theme,
        icons: Icons,
        database: Database,
        opened: OpenReport,
        worker: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        self._home = home
        self._ending = False
        self.windows: list[Window] = []
        self._logs = Logs(home)
        self._logs.start()
        self._facts = {"Qt": PySide6.__version__, "Platform": QGuiApplication.platformName()}
        self._guard = CrashGuard(self._logs, self._facts, self)
        self._guard.crashed.connect(self.show_crash, Qt.ConnectionType.QueuedConnection)
        self._database = database
        self._notices = [*settings.notices, *filter(None, [opened.notice])]
        self._services = Services(home, settings, self._database, worker)
        self.store = self._services.conversations
        self.store.interrupted()

        self._tasks = Tasks(self)
        self._remembering = Questions(self._tasks)
        self._save_fault.connect(self._show_save_fault)
        self._journal = AnswerJournal(self.store, self._save_fault.emit)
        self._excluded = settings.current.excluded_devices
        self._sharing = Sharing(home, settings, self._services, theme, icons, self._tasks, self)
        self._shared = self._sharing.shared
        self._shared.settings.changed.connect(self._heed_settings)
        self._shared.settings.machine_known.connect(self._note_machine)
        self._sharing.take_up()
        self._tasks.run(
            lambda: self.store.purge_deleted(BIN_SECONDS), lambda _count: None, self._tell
        )
        # The first look comes when the start is over, and most find that it is not time. Commands
        # look not at all: no script shall wait for a copy, and the next window makes one.
        self._backup = Late(self._services.backup)
        timer = QTimer(self, interval=COPY_LOOK_MS)
        timer.timeout.connect(self._copy_database)
        timer.start()

    def watch_for_bugs(self) -> None:
        """Take over the hooks for what nobody caught, for as long as the application runs."""
        self._guard.install()
        self._logs.record_fatal_signals()

    def open_window(self, files: Sequence[Path] = (), frame: WindowFrame | None = None) -> Window:
        """Bring a window to life, with its own engine; `files` are shown in it.

        `frame` is one that is on the screen already; None makes another.
        """
        if frame is None:
            frame = WindowFrame(self._shared.theme, self._shared.icons)
            frame.main.show()
        models = ModelController(
            self._services.library,
            self._services.make_engine,
            self._services.load_config,
            self._services.rest_after,
            self._tasks,
        )
        self._shared.settings.changed.connect(models.watch_rest)
        models.used.connect(self._shared.library.refresh)
        self._shared.loaded.watch(models)
        chat = ChatController(
            self.store,
            models,
            self._journal,
            self._shared.settings.default_sampler,
            self._is_shown,
        )
        hub = HubController(self._services.hub, self._services.access, self._tasks)
        window = Window(frame, self._shared, chat, models, hub)
        connect_commands(
            window,
            self._shared,
            AppCommands(
                new_window=self.open_window,
                quit=self.quit,
                open_logs=lambda: show_folder(self._logs.folder),
                open_home=lambda: show_folder(self._home.root),
                system_report=lambda: system_report(self._facts),
            ),
        )
        chat.conversation_opened.connect(self._remember)
        chat.conversation_updated.connect(self._remember)
        window.main.may_close = self._may_close
        window.main.about_to_close.connect(lambda: window.save_session(session_of(self._home)))
        window.closed.connect(lambda: self._forget(window))
        first = not self.windows
        self.windows.append(window)
        self._shared.conversations.refresh()
        self._shared.settings.list_presets()
        if first:
            window.restore_session(session_of(self._home))
        else:
            window.new_conversation()
        for notice in self._notices:
            window.problems.show_notice(notice)
        self._notices.clear()
        self._shared.library.refresh()
        models.load(self._services.library.first_choice())
        self._show_files(window, files)
        return window

    def open_files(self, files: Sequence[str]) -> None:
        """Another Quern was started: come to the front and show what it was given."""
        window = self.windows[-1] if self.windows else self.open_window()
        window.bring_to_front()
        self._show_files(window, [Path(name) for name in files])

    def quit(self) -> None:
        if self._may_end():
            self.end()

    def end(self) -> None:
        """Close all windows without asking."""
        self._ending = True
        for window in list(self.windows):
            window.main.close()

    def close(self) -> None:
        """Save what is left to save and end every child. Nothing works afterwards."""
        for window in self.windows:
            window.hub.close()
            window.models.close()
        self._sharing.close()
        if self._backup.exists:
            self._backup.get().stop()
        self._tasks.close()
        self._services.close()
        if not self._journal.close():
            QMessageBox.warning(
                None,
                "Quern",
                self.tr("The last answer could not be saved because the disk refused it."),
            )
        self._database.close()
        self._guard.uninstall()
        self._logs.stop()

    def show_crash(self, details: str) -> None:
        """A bug came to light: say so, keep running if the person wants that."""
        from desktop.ui.dialogs.crash import CrashDialog

        dialog = CrashDialog(details, self._shared.icons, self._newest)
        dialog.open_logs_requested.connect(lambda: show_folder(self._logs.folder))
        dialog.rejected.connect(self.quit)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # --- inside -----------------------------------------------------------------------------

    @Slot()
    def _copy_database(self) -> None:
        """Make a copy of the database if it is time."""
        self._tasks.run(self._backup.get().keep, lambda _done: None, self._tell)

    def _note_machine(self, machine: HelloReply) -> None:
        self._facts["llama.cpp"] = machine.build
        self._facts["CPU variant"] = machine.cpu_variant or "built for this machine"
        self._facts["Devices"] = ", ".join(device.name for device in machine.devices)

    def _heed_settings(self, now: Settings) -> None:
        """Models are loaded anew, in new children, when other devices are to be used."""
        self._shared.theme.apply(now.theme, now.text_scale)
        if now.excluded_devices != self._excluded:
            self._excluded = now.excluded_devices
            self._tasks.run(self._services.inspector.close, lambda _done: None, self._tell)
            for window in self.windows:
                window.models.renew()

    def _may_close(self) -> bool:
        return self._ending or len(self.windows) > 1 or self._may_end()

    def _may_end(self) -> bool:
        from desktop.ui.dialogs.ending import may_end

        return may_end(self._shared, self._newest)

    @property
    def _newest(self) -> QWidget | None:
        """The window that was opened last, for dialogs."""
        return self.windows[-1].main if self.windows else None

    def _show_files(self, window: Window, files: Sequence[Path]) -> None:
        for file in files:
            window.opening.open(file)

    def _forget(self, window: Window) -> None:
        self.windows.remove(window)
        window.chat.close()
        self._shared.loaded.forget(window.models)
        window.deleteLater()

    @Slot(object)
    def _remember(self, shown: Conversation) -> None:
        """Note what is shown now and not at the end, which a signal may be."""

        def write() -> None:  # in the background: the disk may take its time
            session = session_of(self._home)
            if session.value("conversation", 0, int) != shown.id:
                session.setValue("conversation", shown.id)

        self._remembering.ask("conversation", write, lambda _nothing: None, self._tell)

    def _is_shown(self, conversation_id: int) -> bool:
        current = (window.chat.current for window in self.windows)
        return any(shown is not None and shown.id == conversation_id for shown in current)

    def _show_save_fault(self, fault: StorageFault | None) -> None:
        for window in self.windows:
            window.problems.show_save_fault(fault)

    def _tell(self, error: QuernError) -> None:
        for window in self.windows:
            window.problems.show(error)
