"""The models on this machine, for all windows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QFile, QFileSystemWatcher, QObject, QTimer, Signal, Slot

from desktop.controllers.controller import Controller
from desktop.controllers.tasks import Tasks
from desktop.core.model_inspector import ModelInspector
from desktop.core.model_library import ModelLibrary
from desktop.domain.download import Download
from desktop.domain.errors import Cancelled, EnvironmentFault, QuernError
from desktop.domain.library import LibraryEntry, ModelDefaults, VerifyResult
from desktop.domain.model import LoadConfig, MemoryEstimate

SETTLE_MS = 1000  # from the first change in a watched folder to the next look
MOST_WATCHED = 512  # folders; systems allow a few thousand to all programs together
PROGRESS_STEP = 0.005


class LibraryController(Controller):
    """Shared by all windows.

    Signals:
        listed(list[LibraryEntry]): the models on this machine; comes several times while headers
            are read for the first time, and by itself when something changed.
        added(Path, LibraryEntry): a file is listed, as this entry, which may have been there
            before; answer to `add_file`, and `listed` follows.
        folders_changed(list[Path]): the folders a person added.
        verifying(Path, float): the fraction of a model that has been read.
        verified(Path, VerifyResult), verify_failed(Path, QuernError): how it ended; Cancelled
            after `cancel_verify`.
        described(ModelInfo), describe_failed(Path, QuernError): answers to `describe`; the latter
            to `estimate`, too.
        estimated(Path, MemoryEstimate): answer to `estimate`.
        defaults_known(Path, ModelDefaults): answer to `defaults` and `set_defaults`.
    """

    listed = Signal(object)
    added = Signal(object, object)
    folders_changed = Signal(object)
    verifying = Signal(object, float)
    verified = Signal(object, object)
    verify_failed = Signal(object, object)
    described = Signal(object)
    describe_failed = Signal(object, object)
    estimated = Signal(object, object)
    defaults_known = Signal(object, object)

    _batch = Signal(object)

    def __init__(
        self,
        library: ModelLibrary,
        inspector: ModelInspector,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._inspector = inspector
        self._tasks = tasks
        self._looking = False
        self._look_again = False
        self._stop_looking = threading.Event()
        self._stop_comparing = threading.Event()
        self._stop_verifying = threading.Event()
        self._estimates: dict[Path, LoadConfig] = {}  # asked for and not begun
        self._estimating = False
        self._batch.connect(self.listed)
        self._watcher: QFileSystemWatcher | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.refresh)

    # --- the list ---------------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Look again for models; answered by `listed`."""
        if self._looking:
            self._look_again = True
            self._stop_looking.set()
            return
        self._looking = True
        self._stop_looking.clear()
        self._stop_comparing.set()
        self._tasks.run(self._look, self._looked, self._look_failed)

    def add_file(self, path: Path) -> None:
        """List a file where it lies; answered by `added`."""

        def done(entry: LibraryEntry) -> None:
            self.added.emit(path, entry)
            self.refresh()

        self._tasks.run(lambda: self._library.add(path), *self.answer("add", done))

    def take_off(self, path: Path) -> None:
        """Take a model off the list; its file stays."""
        self._change("take off", lambda: self._library.take_off(path))

    def bin(self, path: Path) -> None:
        """Move all files of a model in Quern's own folder to the system's bin."""
        self._change("bin", lambda: self._throw_away(path))

    @Slot(object)
    def take_in(self, download: Download) -> None:
        """A download is done: keep what the hub said about its files, and list them."""
        self._change("take in", lambda: self._library.take_in(download.request))

    def folders(self) -> None:
        """Answered by `folders_changed`."""
        self.attempt("folders", lambda: self.folders_changed.emit(self._library.folders()))

    def add_folder(self, path: Path) -> None:
        """List what lies in a folder, now and later."""
        if self.attempt("change folders", lambda: self._library.add_folder(path)):
            self.folders()
            self.refresh()

    def remove_folder(self, path: Path) -> None:
        if self.attempt("change folders", lambda: self._library.remove_folder(path)):
            self.folders()
            self.refresh()

    # --- one model --------------------------------------------------------------------------

    def verify(self, path: Path) -> None:
        """Measure a model's checksum, in place of any measured now."""
        self._stop_verifying.set()
        stop = self._stop_verifying = threading.Event()
        told = 0.0

        def progress(fraction: float) -> None:
            nonlocal told
            if fraction - told >= PROGRESS_STEP or fraction == 1.0:
                told = fraction
                self.verifying.emit(path, fraction)

        def done(result: VerifyResult) -> None:
            self.verified.emit(path, result)
            self.refresh()

        self.verifying.emit(path, 0.0)
        self._tasks.run(
            lambda: self._library.checksums.verify(path, progress, stop.is_set),
            done,
            lambda error: self.verify_failed.emit(path, error),
        )

    def cancel_verify(self) -> None:
        self._stop_verifying.set()

    def describe(self, path: Path) -> None:
        """Read a file's header; answered by `described` or `describe_failed`."""
        self._tasks.run(
            lambda: self._inspector.inspect(path),
            self.described.emit,
            lambda error: self.describe_failed.emit(path, error),
        )

    def estimate(self, path: Path, config: LoadConfig) -> None:
        """What loading would take; answered by `estimated` or `describe_failed`. Of several
        questions about one file asked at once only the newest is answered."""
        self._estimates[path] = config
        if not self._estimating:
            self._estimate_next()

    def defaults(self, path: Path) -> None:
        """Answered by `defaults_known`."""
        self.attempt(
            "defaults", lambda: self.defaults_known.emit(path, self._library.defaults(path))
        )

    def set_defaults(self, path: Path, defaults: ModelDefaults) -> None:
        """How the model is used from now on, unless a person says otherwise."""
        if self.attempt("set defaults", lambda: self._library.set_defaults(path, defaults)):
            self.defaults(path)

    def close(self) -> None:
        """End what takes long."""
        self._settle.stop()
        for event in (self._stop_looking, self._stop_comparing, self._stop_verifying):
            event.set()

    # --- inside -----------------------------------------------------------------------------

    def _change(self, question: str, work: Callable[[], object]) -> None:
        self._tasks.run(work, *self.answer(question, lambda _done: self.refresh()))

    def _look(self) -> list[LibraryEntry]:
        entries: list[LibraryEntry] = []
        for entries in self._library.listings(self._stop_looking.is_set):
            self._batch.emit(entries)
        return entries

    def _looked(self, entries: list[LibraryEntry]) -> None:
        self._looking = False
        self.mend("list")
        look = self._library.last_look
        self._watch(look.folders)
        if look.unsettled:  # the system tells of new files, not that they grow
            self._settle.start()
        if self._look_again:
            self._look_again = False
            self.refresh()
        else:
            stop = self._stop_comparing = threading.Event()
            self._tasks.run(
                lambda: self._library.checksums.measure_twins(entries, stop.is_set),
                self._compared,
                self._compare_failed,
            )

    def _look_failed(self, error: QuernError) -> None:
        self._looking = self._look_again = False
        self.fail("list", error)

    def _compared(self, learned: bool) -> None:
        self.mend("compare")
        if learned:
            self.refresh()

    def _compare_failed(self, error: QuernError) -> None:
        if not isinstance(error, Cancelled):
            self.fail("compare", error)

    def _watch(self, folders: Sequence[str]) -> None:
        if self._watcher is None:
            self._watcher = QFileSystemWatcher(self)
            self._watcher.directoryChanged.connect(self._on_change)
        wanted = set(folders[:MOST_WATCHED])
        watched = set(self._watcher.directories())
        if watched - wanted:
            self._watcher.removePaths(list(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(list(wanted - watched))

    @Slot(str)
    def _on_change(self, _folder: str) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def _throw_away(self, path: Path) -> None:
        files = self._library.files_to_bin(path)
        for file in files:
            if not QFile.moveToTrash(str(file)):
                raise EnvironmentFault(
                    f"“{file.name}” could not be moved to the bin.",
                    "Delete it in the system's file manager.",
                )
        self._library.forget(files)

    def _estimate_next(self) -> None:
        if not self._estimates:
            self._estimating = False
            return
        self._estimating = True
        path, config = self._estimates.popitem()

        def done(estimate: MemoryEstimate) -> None:
            self.estimated.emit(path, estimate)
            self._estimate_next()

        def failed(error: QuernError) -> None:
            self.describe_failed.emit(path, error)
            self._estimate_next()

        self._tasks.run(lambda: self._inspector.estimate(path, config), done, failed)


def picker_order(entries: Sequence[LibraryEntry]) -> list[LibraryEntry]:
    """The starter first, then by last use, missing files last."""
    return sorted(
        entries, key=lambda entry: (entry.missing, not entry.starter, -entry.last_used_at)
    )
