"""The page of one model on this machine."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from desktop.domain.library import LibraryEntry, ModelDefaults
from desktop.domain.model import LoadConfig, MemoryEstimate, ModelInfo
from desktop.ui.dialogs.facts_table import FactsTable
from desktop.ui.formats import data_size, fill
from desktop.ui.icons import Icons
from desktop.ui.library.defaults_section import DefaultsSection
from desktop.ui.library.memory_section import MemorySection
from desktop.ui.library.tensor_section import TensorSection
from desktop.ui.library.verify_strip import VerifyStrip
from desktop.ui.model_words import described
from desktop.ui.widgets.buttons import ElidedLabel, hairline, icon_button, label, text_button
from desktop.ui.widgets.disclosure import Disclosure
from desktop.ui.widgets.flow_layout import FlowLayout
from desktop.ui.widgets.scroll_column import ScrollColumn


class ModelPanel(ScrollColumn):
    """Shows one `LibraryEntry`; `set_info`, `set_defaults` and `memory.set_estimate` add the rest.

    Signals, each with the model's path:
        chat_requested, quantize_requested, compare_requested, show_requested, verify_requested,
        bin_requested,
        take_off_requested.
        estimate_wanted: and a LoadConfig.
        defaults_changed: and ModelDefaults.
    closed: the person wants the list alone.
    """

    chat_requested = Signal(object)
    quantize_requested = Signal(object)
    compare_requested = Signal(object)
    show_requested = Signal(object)
    verify_requested = Signal(object)
    bin_requested = Signal(object)
    take_off_requested = Signal(object)
    estimate_wanted = Signal(object, object)
    defaults_changed = Signal(object, object)
    closed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("The chosen model"))
        self._entry: LibraryEntry | None = None
        self._info: ModelInfo | None = None
        self._usual = LoadConfig()
        self._own: LoadConfig | None = None  # how this model is loaded, if not as usual
        self._title = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._title.setProperty("tone", "title")
        self._place = ElidedLabel("", Qt.TextElideMode.ElideMiddle)
        self._place.setProperty("tone", "small")
        close = icon_button(icons, "x", self.tr("Close the model's page"))
        close.clicked.connect(self.closed)
        self._problem = label("", "warning", wrap=True)
        self._copies = label("", "small", wrap=True)
        self._copies.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.chat_button = text_button(self.tr("Chat"), "primary")
        self.chat_button.clicked.connect(lambda: self.chat_requested.emit(self.path))
        self.quantize_button = text_button(self.tr("Quantize"))
        self.quantize_button.clicked.connect(lambda: self.quantize_requested.emit(self.path))
        self.compare_button = text_button(self.tr("Compare levels"))
        self.compare_button.clicked.connect(lambda: self.compare_requested.emit(self.path))
        self._show = text_button(self.tr("Show in folder"))
        self._show.clicked.connect(lambda: self.show_requested.emit(self.path))
        self.verify_button = text_button(self.tr("Verify checksum"))
        self.verify_button.clicked.connect(lambda: self.verify_requested.emit(self.path))
        self.remove_button = text_button("")
        self.remove_button.clicked.connect(self._remove_pressed)
        self.verifying = VerifyStrip()
        self.memory = MemorySection()
        self.facts = FactsTable(self.tr("What the file says"))
        self.defaults = DefaultsSection()
        self._tensors = TensorSection()
        self.defaults_fold = Disclosure(self.tr("How this model is used"), icons, self.defaults)
        self.tensors_fold = Disclosure(self.tr("Tensors"), icons, self._tensors)
        self._build(close)
        self.memory.estimate_wanted.connect(self._ask_estimate)
        self.defaults.changed.connect(self._defaults_edited)

    def _build(self, close: QWidget) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._place)
        header = QHBoxLayout()
        header.setSpacing(8)
        header.addLayout(texts, 1)
        header.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QWidget()
        row = FlowLayout(buttons)
        for button in (
            self.chat_button, self.quantize_button, self.compare_button, self._show,
            self.verify_button, self.remove_button,
        ):  # fmt: skip
            row.addWidget(button)
        self._known = QFrame()  # what is only there when the header could be read
        known = QVBoxLayout(self._known)
        known.setContentsMargins(0, 0, 0, 0)
        known.setSpacing(12)
        for part in (
            hairline(), label(self.tr("Memory"), "heading"), self.memory,
            hairline(), label(self.tr("What it is"), "heading"), self.facts,
            hairline(), self.defaults_fold, hairline(), self.tensors_fold,
        ):  # fmt: skip
            known.addWidget(part)
        column = self.column
        column.addLayout(header)
        for widget in (self._problem, buttons, self.verifying, self._copies, self._known):
            column.addWidget(widget)
        column.addStretch(1)
        self._known.hide()

    # --- what is shown ----------------------------------------------------------------------

    @property
    def path(self) -> Path | None:
        """Of the model shown."""
        return self._entry.path if self._entry else None

    def set_usual(self, config: LoadConfig) -> None:
        """How models are loaded that have no way of their own."""
        self._usual = config
        self.defaults.set_usual(config)

    def set_entry(self, entry: LibraryEntry) -> None:
        """Show another model, or the same one after something about it changed."""
        self.defaults.flush()
        same = self._entry is not None and self._entry.path == entry.path
        self._entry = entry
        self._title.setText(entry.title)
        self._place.setText(str(entry.path))
        problem = self.tr("The file is not there any more.") if entry.missing else entry.problem
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        usable = not entry.missing and not entry.problem
        self.chat_button.setEnabled(usable)
        self.quantize_button.setEnabled(usable)
        self.compare_button.setEnabled(usable)
        self.verify_button.setEnabled(not entry.missing)
        self._show.setEnabled(not entry.missing)
        self.remove_button.setText(
            self.tr("Move to bin…")
            if entry.deletable and not entry.missing
            else self.tr("Remove from list")
        )
        self.remove_button.setVisible(not entry.starter)
        also = self.tr("The same content also lies in:")
        self._copies.setText("\n".join([also, *map(str, entry.copies)]))
        self._copies.setVisible(bool(entry.copies))
        if not same:
            self._info = None
            self._known.hide()
            self.memory.wait()
            self.verifying.clear()
            self._own = None
            self.defaults.set_defaults(ModelDefaults())
            self.verticalScrollBar().setValue(0)

    def set_info(self, info: ModelInfo) -> None:
        """Show what the header says, with its tensors, and ask what it takes."""
        if self._info == info:
            return
        self._info = info
        self.facts.set_facts(described(info))
        self._tensors.set_tensors(info.tensors)
        self._known.show()
        self.facts.fit_rows()
        if info.problems:
            self.set_problem("\n".join(info.problems))
        self._start_memory()

    def set_problem(self, sentence: str) -> None:
        """Why the file cannot be used, or what is odd with it."""
        self._problem.setText(sentence)
        self._problem.show()
        self.memory.set_unknown()

    def set_defaults(self, defaults: ModelDefaults) -> None:
        """How the model shown is used."""
        self.defaults.set_defaults(defaults)
        if defaults.config != self._own:
            self._own = defaults.config
            self._start_memory()

    def set_estimate(self, estimate: MemoryEstimate) -> None:
        """The answer to `estimate_wanted`."""
        self.memory.set_estimate(estimate)

    # --- what a person does -----------------------------------------------------------------

    def _start_memory(self) -> None:
        if self._info is not None:
            self.memory.start(self._own or self._usual, self._info.context_length)

    def _ask_estimate(self, config: LoadConfig) -> None:
        if self._entry is not None:
            self.estimate_wanted.emit(self._entry.path, config)

    def _defaults_edited(self, defaults: ModelDefaults) -> None:
        if self._entry is not None:
            self.defaults_changed.emit(self._entry.path, defaults)

    def _remove_pressed(self) -> None:
        entry = self._entry
        if entry is None:
            return
        if entry.missing or not entry.deletable:
            self.take_off_requested.emit(entry.path)
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(fill(self.tr("Move “%1” to the bin?"), entry.name))
        freed = self.tr("%1 are free again once the bin is emptied.")
        box.setInformativeText(fill(freed, data_size(entry.size)))
        box.addButton(QMessageBox.StandardButton.Cancel)
        move = box.addButton(self.tr("Move to bin"), QMessageBox.ButtonRole.DestructiveRole)
        move.clicked.connect(lambda: self.bin_requested.emit(entry.path))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
