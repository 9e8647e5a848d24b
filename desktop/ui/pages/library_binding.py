"""Binds the list of models on this machine, and the page of one, to their controller."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.library import LibraryController
from desktop.controllers.models import ModelController
from desktop.controllers.settings import SettingsController
from desktop.core.model_files import files_of
from desktop.core.settings import Settings
from desktop.domain.errors import Cancelled, QuernError
from desktop.domain.library import LibraryEntry, ModelDefaults, VerifyOutcome, VerifyResult
from desktop.domain.model import LoadedModel, MemoryEstimate, ModelInfo
from desktop.domain.sampling import SamplerPreset
from desktop.ui.folders import show_in_folder
from desktop.ui.formats import fill
from desktop.ui.library.library_pane import LibraryPane
from desktop.ui.library.words import verify_words
from desktop.ui.widgets.banner import Notice


class LibraryBinding(QObject):
    """All controllers but `models` are shared by all windows and outlive this one.

    Signals:
        chat_requested: Path of the model to load.
        quantize_requested: Path of the model to make smaller.
        compare_requested: Path of the model whose levels to compare.
        noticed(Notice): something the person should know.
    """

    chat_requested = Signal(object)
    quantize_requested = Signal(object)
    compare_requested = Signal(object)
    noticed = Signal(object)

    def __init__(
        self,
        pane: LibraryPane,
        library: LibraryController,
        models: ModelController,
        settings: SettingsController,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._panel = pane.panel
        self._library = library
        self._adding: set[Path] = set()  # files that are being looked at
        self._added: Path | None = None  # the last of them that was not listed before
        self._wanted: Path | None = None  # what is to be chosen when it is listed
        library.added.connect(self._show_added)
        library.listed.connect(self._show_entries)
        library.folders_changed.connect(self._show_folders)
        library.described.connect(self._show_info)
        library.describe_failed.connect(self._show_problem)
        library.estimated.connect(self._show_estimate)
        library.defaults_known.connect(self._show_defaults)
        library.verifying.connect(self._show_verifying)
        library.verified.connect(self._show_verified)
        library.verify_failed.connect(self._show_verify_failure)
        settings.changed.connect(self._show_settings)
        settings.presets_changed.connect(self._show_presets)
        self._connect_pane()
        self._show_settings(settings.current)
        settings.list_presets()
        models.loaded.connect(self._mark_loaded)
        models.unloaded.connect(self._mark_none)
        models.rested.connect(self._mark_none)
        if models.current is not None and not models.resting:
            self._mark_loaded(models.current)
        library.folders()
        library.refresh()

    def _connect_pane(self) -> None:
        pane, panel, library = self._pane, self._panel, self._library
        pane.file_added.connect(self._add_file)
        pane.folder_added.connect(library.add_folder)
        pane.folder_removed.connect(library.remove_folder)
        pane.model_chosen.connect(self._look_at)
        panel.chat_requested.connect(self.chat_requested)
        panel.quantize_requested.connect(self.quantize_requested)
        panel.compare_requested.connect(self.compare_requested)
        panel.show_requested.connect(show_in_folder)
        panel.verify_requested.connect(library.verify)
        panel.verifying.cancel_requested.connect(library.cancel_verify)
        panel.bin_requested.connect(library.bin)
        panel.take_off_requested.connect(library.take_off)
        panel.estimate_wanted.connect(library.estimate)
        panel.defaults_changed.connect(library.set_defaults)

    def _add_file(self, path: Path) -> None:
        self._adding.add(path)
        self._library.add_file(path)

    def _look_at(self, path: Path | None) -> None:
        if path is not None:
            self._library.describe(path)
            self._library.defaults(path)

    # --- from the controllers ---------------------------------------------------------------

    @Slot(object)
    def _show_entries(self, entries: list[LibraryEntry]) -> None:
        shown = self._panel.path
        self._pane.set_entries(entries)
        for entry in entries:
            if entry.path == self._wanted:
                self._wanted = None
                self._pane.choose(entry.path)
            elif self._added in entry.copies:  # which took reading both
                if shown == self._added:
                    self._pane.choose(entry.path)
                self._tell_same(self._added, entry)
                self._added = None

    @Slot(object, object)
    def _show_added(self, path: Path, entry: LibraryEntry) -> None:
        """The list with it follows."""
        if path not in self._adding:  # by another window
            return
        self._adding.remove(path)
        self._wanted = entry.path
        self._added = path if path == entry.path else None
        if path not in files_of(entry.path):
            self._tell_same(path, entry)

    def _tell_same(self, path: Path, entry: LibraryEntry) -> None:
        text = self.tr("“%1” is listed already: its content is that of “%2”.")
        self.noticed.emit(Notice(fill(text, path.name, entry.title), key=f"added {path}"))

    @Slot(object)
    def _show_folders(self, folders: list[Path]) -> None:
        self._pane.set_folders(folders)

    @Slot(object)
    def _show_info(self, info: ModelInfo) -> None:
        if info.path == self._panel.path:
            self._panel.set_info(info)

    @Slot(object, object)
    def _show_problem(self, path: Path, error: QuernError) -> None:
        if path == self._panel.path:
            self._panel.set_problem(str(error))

    @Slot(object, object)
    def _show_estimate(self, path: Path, estimate: MemoryEstimate) -> None:
        if path == self._panel.path:
            self._panel.set_estimate(estimate)

    @Slot(object, object)
    def _show_defaults(self, path: Path, defaults: ModelDefaults) -> None:
        if path == self._panel.path:
            self._panel.set_defaults(defaults)

    @Slot(object, float)
    def _show_verifying(self, path: Path, fraction: float) -> None:
        if path == self._panel.path:
            self._panel.verifying.set_progress(fraction)

    @Slot(object, object)
    def _show_verified(self, path: Path, result: VerifyResult) -> None:
        if path == self._panel.path:
            sound = result.outcome is not VerifyOutcome.DIFFERS
            self._panel.verifying.set_result(verify_words(result), sound=sound)

    @Slot(object, object)
    def _show_verify_failure(self, path: Path, error: QuernError) -> None:
        if path != self._panel.path:
            return
        if isinstance(error, Cancelled):
            self._panel.verifying.clear()
        else:
            self._panel.verifying.set_result(str(error), sound=False)

    @Slot(object)
    def _mark_loaded(self, model: LoadedModel) -> None:
        self._pane.set_loaded([model.info.path])

    @Slot()
    def _mark_none(self) -> None:
        self._pane.set_loaded([])

    @Slot(object)
    def _show_settings(self, settings: Settings) -> None:
        self._panel.set_usual(settings.load_config())

    @Slot(object)
    def _show_presets(self, presets: list[SamplerPreset]) -> None:
        self._panel.defaults.set_presets(presets)
