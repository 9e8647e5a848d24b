"""Binds the choice of levels to what the library knows: files of one model are offered together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.library import LibraryController
from desktop.core.comparison_candidates import candidates, suggested
from desktop.domain.errors import QuernError
from desktop.domain.library import LibraryEntry
from desktop.domain.model import ModelInfo
from desktop.ui.compare.file_row import FileRow
from desktop.ui.itemmodels.model_list import usable_models
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.side_by_side.levels_section import LevelsSection


class LevelsBinding(QObject):
    """Owned by the section.

    Signals: changed: other files take part.
    """

    changed = Signal()

    def __init__(
        self, section: LevelsSection, library: LibraryController, model: ComparedModel
    ) -> None:
        """`model` is begun with, and followed until a person chooses here."""
        super().__init__(section)
        self._section = section
        self._library = library
        self._entries: Sequence[LibraryEntry] = ()
        self._model: ModelInfo | None = None  # whose levels are offered
        self._added: dict[Path, ModelInfo] = {}  # files that were asked for by name
        self._wanted: list[Path] = []  # those that are being looked at
        self._kept = False  # whether a person chose here
        for chosen in (section.file_chosen, section.cleared, section.changed):
            chosen.connect(self.keep)
        section.file_chosen.connect(self._choose)
        section.cleared.connect(self._clear)
        section.changed.connect(self.changed)
        library.listed.connect(self._take_list)
        library.described.connect(self._take_file)
        library.describe_failed.connect(self._refuse)
        library.refresh()
        model.changed.connect(self._begin)
        if model.path is not None:
            self._begin(model.path)

    @Slot()
    def keep(self) -> None:
        """What is chosen stays, whatever is chosen elsewhere."""
        self._kept = True

    # --- what is chosen ---------------------------------------------------------------------

    @Slot(object)
    def _begin(self, path: Path) -> None:
        if not self._kept:
            self._clear()
            self._choose(path)

    @Slot(object)
    def _choose(self, path: Path) -> None:
        """A file takes part; the other levels of the first one are offered along with it."""
        info = next((one.info for one in self._entries if one.path == path), None)
        if info is not None:
            self._add(info)
            return
        self._wanted.append(path)
        self._section.show_looking(path)
        self._library.describe(path)

    @Slot()
    def _clear(self) -> None:
        """Nothing is chosen."""
        self._model = None
        self._added, self._wanted = {}, []
        self._section.set_rows(())
        self.changed.emit()

    # --- what becomes known -----------------------------------------------------------------

    @Slot(object)
    def _take_list(self, entries: Sequence[LibraryEntry]) -> None:
        self._entries = entries
        self._section.chooser.set_models(usable_models(entries))
        if self._model is not None:
            self._show()

    @Slot(object)
    def _take_file(self, info: ModelInfo) -> None:
        if info.path in self._wanted:
            self._wanted.remove(info.path)
            self._add(info)

    @Slot(object, object)
    def _refuse(self, path: Path, error: QuernError) -> None:
        if path in self._wanted:
            self._wanted.remove(path)
            self._section.show_refusal(path, str(error))

    # --- inside -----------------------------------------------------------------------------

    def _add(self, info: ModelInfo) -> None:
        self._added[info.path] = info
        if self._model is None:
            self._model = info
        self._show(info.path)
        self.changed.emit()

    def _show(self, added: Path | None = None) -> None:
        """All files of the model and those that were added, the least quantized first."""
        assert self._model is not None
        before = {row.path: row.chosen for row in self._section.rows}
        found = [one for one in candidates(self._model, self._entries) if one.sure]
        infos = self._added | {one.info.path: one.info for one in found}
        ordered = sorted(infos.values(), key=lambda info: -info.bits_per_weight)
        chosen = {path for path, ticked in before.items() if ticked}
        if not before or not self._kept:
            chosen = suggested(self._model, ordered)
        if added is not None:
            chosen.add(added)
        note = ""
        if len(ordered) == 1:
            note = self.tr(
                "No other level of this model is in the library: make some on the Quantize page,"
                " or open a file."
            )
        self._section.set_rows(
            [FileRow(info, "", chosen=info.path in chosen) for info in ordered], note
        )
