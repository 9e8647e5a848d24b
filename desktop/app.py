"""The composition root of the window: builds every object once and passes it in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from desktop import __version__
from desktop.controllers.chat import ChatController
from desktop.controllers.comparison import ComparisonController
from desktop.controllers.conversations import ConversationsController
from desktop.controllers.crash_guard import CrashGuard
from desktop.controllers.downloads import DownloadsController
from desktop.controllers.hub import HubController
from desktop.controllers.library import LibraryController
from desktop.controllers.loaded_models import LoadedModels
from desktop.controllers.models import ModelController
from desktop.controllers.prompt_exchange import PromptExchangeController
from desktop.controllers.prompt_runs import PromptRunsController
from desktop.controllers.prompts import PromptsController
from desktop.controllers.quantization import QuantizationController
from desktop.controllers.settings import SettingsController
from desktop.controllers.tasks import Tasks
from desktop.controllers.updates import UpdatesController
from desktop.core.answer_journal import AnswerJournal
from desktop.core.comparison import Comparisons
from desktop.core.conversions import Conversions
from desktop.core.device_probe import DeviceProber
from desktop.core.downloads import Downloads
from desktop.core.evaluation_text import EvaluationTexts
from desktop.core.hub_access import HubAccess
from desktop.core.importance_matrix import ImportanceMatrices
from desktop.core.job_control import JobRunner
from desktop.core.jobs import Jobs, RunJob
from desktop.core.logs import Logs, system_report
from desktop.core.machine import total_memory
from desktop.core.model_hub import ModelHub
from desktop.core.model_inspector import ModelInspector
from desktop.core.model_library import ModelLibrary
from desktop.core.own_words import OwnWords
from desktop.core.quantization import Quantization
from desktop.core.settings import Settings, SettingsStore
from desktop.core.updates import Updates, release_address
from desktop.domain.download import Download
from desktop.domain.errors import QuernError, StorageFault
from desktop.domain.job import QuantizationRequest
from desktop.domain.paths import Home, OtherPrograms, resource_path, starter_model_path
from desktop.domain.quantization import ConversionRequest, ImatrixRequest
from desktop.domain.release import Release
from desktop.engine.client import Engine
from desktop.engine.protocol import EngineState
from desktop.hub.token import TokenStore
from desktop.storage.comparisons import StoredComparisons
from desktop.storage.conversations import Conversations
from desktop.storage.database import Database
from desktop.storage.downloads import StoredDownloads
from desktop.storage.jobs import StoredJobs
from desktop.storage.model_facts import ModelFacts
from desktop.storage.models import KnownModels
from desktop.storage.presets import SamplerPresets
from desktop.ui.commands import AppCommands, connect_commands
from desktop.ui.folders import show_folder
from desktop.ui.icons import Icons
from desktop.ui.shared import Shared
from desktop.ui.theme import Theme
from desktop.ui.window import Window
from desktop.ui.window_frame import WindowFrame, session_of

if TYPE_CHECKING:
    from desktop.core.prompt_chains import PromptChains
    from desktop.core.prompt_drafts import PromptDrafts
    from desktop.core.prompt_library import PromptLibrary
    from desktop.core.prompt_runs import PromptRuns

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
        self._logs = Logs(home)
        self._logs.start()
        self._facts = {"Qt": PySide6.__version__, "Platform": QGuiApplication.platformName()}
        self._guard = CrashGuard(self._logs, self._facts, self)
        self._guard.crashed.connect(self.show_crash, Qt.ConnectionType.QueuedConnection)
        self._database = Database(home.database)
        report = self._database.open()
        self._notices = [*settings.notices, *filter(None, [report.notice])]
        self.store = Conversations(self._database)
        self.store.interrupted()

        self._tasks = Tasks(self)
        self._save_fault.connect(self._show_save_fault)
        self._journal = AnswerJournal(self.store, self._save_fault.emit)
        self._settings = settings
        self._excluded = settings.current.excluded_devices
        self._inspector = ModelInspector(self._make_engine)
        self._access = HubAccess(settings, TokenStore())
        self._model_hub = ModelHub(
            self._access.connection,
            self._inspector,
            home,
            lambda: settings.current.load_config(),  # noqa: PLW0108 - as it is then
        )
        self._library = ModelLibrary(
            KnownModels(self._database),
            ModelFacts(self._database),
            home,
            OtherPrograms.default(),
            starter_model_path(),
            self._inspector.inspect,
        )
        self._runner = JobRunner(self._make_engine)
        self._words = OwnWords(self.store)
        self._matrices = ImportanceMatrices.of(home, self._runner, self._words)
        self._quantizing = Quantization(self._runner, self._matrices)
        prompts = PromptsController(self._make_prompts, self._make_drafts, self._tasks, self)
        self._shared = Shared(
            home=home,
            conversations=ConversationsController(self.store, self._tasks, self),
            settings=SettingsController(
                settings,
                SamplerPresets(self._database),
                self._inspector,
                self._make_engine,
                DeviceProber(
                    lambda names: Engine(worker, excluded_devices=names), starter_model_path()
                ),
                self._tasks,
                self,
            ),
            library=LibraryController(self._library, self._inspector, self._tasks, self),
            loaded=LoadedModels(self),
            downloads=DownloadsController(self._make_downloads, self._tasks, self),
            quantization=self._make_quantization(),
            comparison=self._make_comparison(),
            prompts=prompts,
            prompt_exchange=PromptExchangeController(prompts, self._tasks, self),
            prompt_runs=PromptRunsController(
                self._make_prompt_runs, self._make_prompt_chains, self._tasks, self
            ),
            updates=self._make_updates(),
            theme=theme,
            icons=icons,
            is_starter=lambda path: path == starter_model_path(),
            memory=total_memory,
        )
        self._shared.settings.changed.connect(self._heed_settings)
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
            self._library,
            self._make_engine,
            lambda: settings.current.load_config(),  # noqa: PLW0108 - as it is then
            lambda: settings.current.unload_after * 60.0,
            self._tasks,
        )
        settings.changed.connect(models.watch_rest)
        models.used.connect(self._shared.library.refresh)
        self._shared.loaded.watch(models)
        chat = ChatController(
            self.store, models, self._journal, self._shared.settings.default_sampler
        )
        hub = HubController(self._model_hub, self._access, self._tasks)
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
        models.load(self._library.first_choice())
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
        self._shared.prompt_runs.close()
        self._shared.library.close()
        self._inspector.close()
        self._tasks.close()
        self._model_hub.close()
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

    def _make_engine(self, on_state: Callable[[EngineState], None] | None = None) -> Engine:
        excluded = self._settings.current.excluded_devices.split(",")
        return Engine(self._worker, on_state=on_state, excluded_devices=excluded)

    def _heed_settings(self, now: Settings) -> None:
        """Models are loaded anew, in new children, when other devices are to be used."""
        self._shared.theme.apply(now.theme, now.text_scale)
        if now.excluded_devices != self._excluded:
            self._excluded = now.excluded_devices
            self._tasks.run(self._inspector.close, lambda _done: None, self._tell)
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
        if self._shared.prompt_runs.busy:
            return self.tr("A prompt is still being run."), self.tr(
                "If Quern is closed now, that stops. The answers that are there are kept."
            )
        return None

    def _make_downloads(self, on_change: Callable[[Download], None]) -> Downloads:
        return Downloads(
            StoredDownloads(self._database),
            self._access.connection,
            lambda: self._settings.current.downloads_at_once,
            on_change,
        )

    def _make_quantization(self) -> QuantizationController:
        runners: dict[type, RunJob] = {
            QuantizationRequest: self._quantizing.run,
            ImatrixRequest: self._matrices.run,
            ConversionRequest: Conversions(self._runner).run,
        }
        return QuantizationController(
            lambda on_change: Jobs(StoredJobs(self._database), runners, on_change),
            self._quantizing,
            self._inspector,
            self._words.count,
            self._tasks,
            self,
        )

    def _make_comparison(self) -> ComparisonController:
        texts = EvaluationTexts(self.store)
        comparisons = Comparisons(
            StoredComparisons(self._database),
            self._runner,
            self._quantizing,
            self._inspector,
            texts,
            self._home.cache / "comparisons",
        )
        return ComparisonController(
            comparisons,
            self._quantizing,
            self._inspector,
            texts,
            self._runner,
            self._tasks,
            total_memory,
            self,
        )

    def _make_prompts(self) -> PromptLibrary:
        from desktop.core.prompt_library import PromptLibrary  # nothing is asked of it at the start
        from desktop.storage.prompts import StoredPrompts

        return PromptLibrary(StoredPrompts(self._database), resource_path("prompts"))

    def _make_prompt_runs(self) -> PromptRuns:
        from desktop.core.answering import AnsweringModels
        from desktop.core.prompt_runs import PromptRuns
        from desktop.storage.prompt_runs import StoredPromptRuns

        return PromptRuns(
            StoredPromptRuns(self._database),
            self._make_prompts(),
            AnsweringModels(self._make_engine),
            lambda: self._settings.current.load_config(),  # noqa: PLW0108 - as it is then
        )

    def _make_prompt_chains(self) -> PromptChains:
        from desktop.core.answering import AnsweringModels
        from desktop.core.prompt_chains import PromptChains
        from desktop.storage.prompt_chains import StoredPromptChains

        return PromptChains(
            StoredPromptChains(self._database),
            self._make_prompts(),
            AnsweringModels(self._make_engine),
            lambda: self._settings.current.load_config(),  # noqa: PLW0108 - as it is then
        )

    def _make_drafts(self) -> PromptDrafts:
        from desktop.core.prompt_drafts import PromptDrafts

        return PromptDrafts(self._home.prompt_drafts)

    def _make_updates(self) -> UpdatesController:
        def ask(address: str) -> Release:
            from desktop.hub.release import newest_release  # most never ask

            return newest_release(address, self._settings.current.hub_proxy)

        address = release_address(resource_path("build.json"))
        updates = Updates(address, __version__, ask, self._home.cache / "updates.json")
        return UpdatesController(updates, self._settings, self._tasks, self)

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
