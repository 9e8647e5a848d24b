"""The composition root of the window: builds every object once and passes it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from desktop.controllers.chat import ChatController
from desktop.controllers.comparison import ComparisonController
from desktop.controllers.controller import Controller
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.crash_guard import CrashGuard
from desktop.controllers.downloads import DownloadsController
from desktop.controllers.hub import HubController
from desktop.controllers.library import LibraryController
from desktop.controllers.loaded_models import LoadedModels
from desktop.controllers.models import ModelController
from desktop.controllers.prompt_exchange import PromptExchangeController
from desktop.controllers.prompts import PromptsController
from desktop.controllers.quantization import QuantizationController
from desktop.controllers.settings import SettingsController
from desktop.controllers.tasks import Tasks
from desktop.controllers.updates import UpdatesController
from desktop.core.answer_journal import AnswerJournal
from desktop.core.logs import Logs, system_report
from desktop.core.machine import total_memory
from desktop.core.settings import Settings, SettingsStore
from desktop.domain.errors import QuernError, StorageFault
from desktop.domain.paths import Home, starter_model_path
from desktop.engine.protocol import HelloReply
from desktop.services import Services
from desktop.storage.database import Database
from desktop.storage.presets import SamplerPresets
from desktop.ui.commands import AppCommands, connect_commands
from desktop.ui.folders import show_folder
from desktop.ui.icons import Icons
from desktop.ui.shared import Shared
from desktop.ui.theme import Theme
from desktop.ui.widgets.late import Late
from desktop.ui.window import Window
from desktop.ui.window_frame import WindowFrame, session_of

if TYPE_CHECKING:
    from desktop.controllers.blind_test import BlindTestController
    from desktop.controllers.prompt_runs import PromptRunsController
    from desktop.controllers.side_by_side import SideBySideController
    from desktop.controllers.task_runs import TaskRunsController
    from desktop.controllers.task_sets import TaskSetsController

ControllerT = TypeVar("ControllerT", bound=Controller)

BIN_SECONDS = 30 * 24 * 3600.0  # how long deleted conversations are kept


class App(QObject):
    """Everything the windows share, and the windows.

    Args:
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
        worker: Sequence[str] | None = None,
    ) -> None:
        super().__init__()
        self._home = home
        self._worker = worker
        self._ending = False
        self.windows: list[Window] = []
        self._made_late: list[Controller] = []
        self._logs = Logs(home)
        self._logs.start()
        self._facts = {"Qt": PySide6.__version__, "Platform": QGuiApplication.platformName()}
        self._guard = CrashGuard(self._logs, self._facts, self)
        self._guard.crashed.connect(self.show_crash, Qt.ConnectionType.QueuedConnection)
        self._database = Database(home.database)
        report = self._database.open()
        self._notices = [*settings.notices, *filter(None, [report.notice])]
        self._services = Services(home, settings, self._database, worker)
        self.store = self._services.conversations
        self.store.interrupted()

        self._tasks = Tasks(self)
        self._save_fault.connect(self._show_save_fault)
        self._journal = AnswerJournal(self.store, self._save_fault.emit)
        self._excluded = settings.current.excluded_devices
        self._shared = self._share(home, settings, theme, icons)
        self._shared.settings.changed.connect(self._heed_settings)
        self._shared.settings.machine_known.connect(self._note_machine)
        self._shared.downloads.finished.connect(self._shared.library.take_in)
        self._shared.library.listed.connect(self._shared.downloads.look_again)
        self._shared.downloads.take_up()
        self._shared.quantization.finished.connect(self._shared.library.refresh)
        self._shared.quantization.open()
        self._shared.comparison.take_up()
        self._shared.updates.look_daily()
        self._tasks.run(
            lambda: self.store.purge_deleted(BIN_SECONDS), lambda _count: None, self._tell
        )

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
        settings = self._shared.settings
        models = ModelController(
            self._services.library,
            self._services.make_engine,
            self._services.load_config,
            lambda: settings.current.unload_after * 60.0,
            self._tasks,
        )
        settings.changed.connect(models.watch_rest)
        models.used.connect(self._shared.library.refresh)
        self._shared.loaded.watch(models)
        chat = ChatController(
            self.store, models, self._journal, self._shared.settings.default_sampler
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
            window.chat.new()
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
            self._ending = True
            for window in list(self.windows):
                window.main.close()

    def close(self) -> None:
        """Save what is left to save and end every child. Nothing works afterwards."""
        for window in self.windows:
            window.hub.close()
            window.models.close()
        self._shared.downloads.close()
        self._shared.quantization.close()
        self._shared.comparison.close()
        for controller in self._made_late:
            controller.close()
        self._shared.library.close()
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

        parent = self.windows[-1].main if self.windows else None
        dialog = CrashDialog(details, self._shared.icons, parent)
        dialog.open_logs_requested.connect(lambda: show_folder(self._logs.folder))
        dialog.rejected.connect(self.quit)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # --- inside -----------------------------------------------------------------------------

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
        """Whether Quern may end now; asks when that costs work. Downloads go on the next time."""
        words = self._what_would_end()
        if words is None:
            return True
        box = QMessageBox(self.windows[-1].main if self.windows else None)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(words[0])
        box.setInformativeText(words[1])
        close = box.addButton(self.tr("Close Quern"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(
            box.addButton(self.tr("Keep it open"), QMessageBox.ButtonRole.RejectRole)
        )
        box.exec()
        return box.clickedButton() is close

    def _what_would_end(self) -> tuple[str, str] | None:
        """What goes on, and what would become of it; None when nothing does."""
        if self._shared.quantization.busy:
            return self.tr("A model is still being converted or made smaller."), self.tr(
                "If Quern is closed now, that ends. Nothing half-written is kept, and it can be"
                " started again the next time."
            )
        if self._shared.comparison.busy:
            return self.tr("Levels are still being compared."), self.tr(
                "If Quern is closed now, that stops. What was measured is kept, and it can go on"
                " the next time."
            )
        if self._shared.task_runs.exists and self._shared.task_runs.get().busy:
            return self.tr("Models are still being asked."), self.tr(
                "If Quern is closed now, that stops. The answers that are there are kept, and it"
                " can go on the next time."
            )
        if self._shared.prompt_runs.exists and self._shared.prompt_runs.get().busy:
            return self.tr("A prompt is still being run."), self.tr(
                "If Quern is closed now, that stops. The answers that are there are kept."
            )
        return None

    def _share(self, home: Home, settings: SettingsStore, theme: Theme, icons: Icons) -> Shared:
        services, tasks = self._services, self._tasks
        prompts = PromptsController(services.prompt_library, services.prompt_drafts, tasks, self)
        return Shared(
            home=home,
            conversations=ConversationsController(self.store, tasks, self),
            settings=SettingsController(
                settings,
                SamplerPresets(self._database),
                services.inspector,
                services.make_engine,
                lambda: services.prober,
                tasks,
                self,
            ),
            library=LibraryController(services.library, services.inspector, tasks, self),
            loaded=LoadedModels(self),
            downloads=DownloadsController(services.downloads, tasks, self),
            quantization=QuantizationController(
                services.jobs,
                services.quantization,
                services.inspector,
                services.words.count,
                tasks,
                self,
            ),
            comparison=ComparisonController(
                services.comparisons,
                services.quantization,
                services.inspector,
                services.texts,
                services.runner,
                tasks,
                total_memory,
                self,
            ),
            side_by_side=self._late(self._make_side_by_side),
            blind_test=self._late(self._make_blind_test),
            task_sets=self._late(self._make_task_sets),
            task_runs=self._late(self._make_task_runs),
            prompts=prompts,
            prompt_exchange=PromptExchangeController(prompts, tasks, self),
            prompt_runs=self._late(self._make_prompt_runs),
            updates=UpdatesController(services.updates(), settings, tasks, self),
            theme=theme,
            icons=icons,
            is_starter=lambda path: path == starter_model_path(),
            memory=total_memory,
        )

    def _late(self, make: Callable[[], ControllerT]) -> Late[ControllerT]:
        """A controller that is made when it is first asked for, and closed with the others."""

        def made() -> ControllerT:
            controller = make()
            controller.failed.connect(self._tell)
            self._made_late.append(controller)
            return controller

        return Late(made)

    def _make_side_by_side(self) -> SideBySideController:
        from desktop.controllers.side_by_side import SideBySideController

        services, settings = self._services, self._shared.settings
        return SideBySideController(
            services.answering,
            services.inspector,
            self._tasks,
            services.load_config,
            lambda: settings.current.unload_after * 60.0,
            self,
        )

    def _make_blind_test(self) -> BlindTestController:
        from desktop.controllers.blind_test import BlindTestController

        services = self._services
        return BlindTestController(
            services.votes(),
            services.answering,
            services.inspector,
            self._tasks,
            services.load_config,
            self,
        )

    def _make_task_sets(self) -> TaskSetsController:
        from desktop.controllers.task_sets import TaskSetsController

        return TaskSetsController(self._services.task_sets, self._tasks, self)

    def _make_task_runs(self) -> TaskRunsController:
        from desktop.controllers.task_runs import TaskRunsController

        services = self._services
        return TaskRunsController(services.task_runs, services.inspector, self._tasks, self)

    def _make_prompt_runs(self) -> PromptRunsController:
        from desktop.controllers.prompt_runs import PromptRunsController

        services = self._services
        return PromptRunsController(services.prompt_runs, services.prompt_chains, self._tasks, self)

    def _show_files(self, window: Window, files: Sequence[Path]) -> None:
        for file in files:
            window.opening.open(file)

    def _forget(self, window: Window) -> None:
        self.windows.remove(window)
        self._shared.loaded.forget(window.models)
        window.deleteLater()

    def _show_save_fault(self, fault: StorageFault | None) -> None:
        for window in self.windows:
            window.problems.show_save_fault(fault)

    def _tell(self, error: QuernError) -> None:
        for window in self.windows:
            window.problems.show(error)
