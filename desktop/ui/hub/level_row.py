"""One quantization level of a repository: file, size, whether it fits, and how to get it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.hub import Fit
from desktop.ui.formats import data_size, fill, integer, tokens
from desktop.ui.model_words import fit_words, fits_words
from desktop.ui.widgets.buttons import ElidedLabel, label, set_property, text_button
from desktop.ui.widgets.replaced_rows import remove_rows


class LevelRow(QFrame):
    """Also stands for a full checkpoint, which has no level.

    Signals:
        download_requested.
        chat_requested: Path of the model, which is here already.
        convert_requested: Path of the checkpoint's folder, which is here already.
    """

    download_requested = Signal()
    chat_requested = Signal(object)
    convert_requested = Signal(object)

    def __init__(self, level: str, name: str, size: int, files: int) -> None:
        super().__init__()
        self._size = size
        self._path: Path | None = None
        self._use = self.chat_requested  # what the button does with what is here
        self._shown_chips: list[QLabel] = []
        self.setObjectName("group")
        self.title = level or name
        text = data_size(size)
        if files > 1:
            text = fill(self.tr("%1 in %2 files"), text, integer(files))
        self._name = ElidedLabel(name if level else "", Qt.TextElideMode.ElideMiddle)
        self._name.setProperty("tone", "small")
        self._verdict = label("", "small", wrap=True)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(4)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._bar.setAccessibleName(fill(self.tr("Download of %1"), self.title))
        self._state = label("", "small")
        self.button = text_button(self.tr("Download"))
        self.button.clicked.connect(self._pressed)
        first = QHBoxLayout()
        first.setSpacing(8)
        level_label = ElidedLabel(self.title, Qt.TextElideMode.ElideMiddle)
        level_label.setProperty("tone", "heading")
        first.addWidget(level_label)
        first.addWidget(label(text, "secondary"))
        first.addWidget(self._name, 1)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addLayout(self._chips)
        second.addWidget(self._verdict, 1)
        second.addWidget(self._state)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addLayout(first)
        texts.addLayout(second)
        texts.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(12)
        row.addLayout(texts, 1)
        row.addWidget(self.button)
        self.set_absent()

    def set_fits(self, fits: Sequence[Fit]) -> None:
        """Whether it fits this machine at some contexts, smallest first."""
        remove_rows(self._chips, self._shown_chips)
        self._shown_chips = [self._chip(fit) for fit in fits]
        for chip in self._shown_chips:
            self._chips.addWidget(chip)
        words = fits_words(fits)
        self._verdict.setText(words[:1].upper() + words[1:])
        tone = "small" if fits[0].spare >= 0 else "error"
        set_property(self._verdict, "tone", tone)

    def set_fit_unknown(self, reason: str) -> None:
        """Why it is not known whether it fits; "" while it is being found out."""
        self._verdict.setText(reason or self.tr("Looking whether it fits…"))

    def set_absent(self) -> None:
        """It can be downloaded."""
        self._path = None
        self._bar.hide()
        self._state.hide()
        self._verdict.show()
        self.button.setText(self.tr("Download"))
        name = fill(self.tr("Download %1, %2"), self.title, data_size(self._size))
        self.button.setAccessibleName(name)
        self.button.show()

    def set_downloading(self, received: int, words: str) -> None:
        """`received` bytes are here; `words` say how it goes."""
        self._bar.setValue(round(1000 * received / self._size) if self._size else 0)
        self._bar.show()
        self._verdict.show()
        self._state.setText(words)
        self._state.show()
        self.button.hide()

    def set_present(self, path: Path, *, checkpoint: bool = False) -> None:
        """It is on this machine; a checkpoint, at the folder `path`, is converted before there can
        be a chat with it."""
        self._path = path
        self._use = self.convert_requested if checkpoint else self.chat_requested
        self._bar.hide()
        self._verdict.hide()
        self._state.setText(self.tr("On this computer"))
        self._state.show()
        self.button.setText(self.tr("Convert…") if checkpoint else self.tr("Chat"))
        spoken = self.tr("Convert %1") if checkpoint else self.tr("Chat with %1")
        self.button.setAccessibleName(fill(spoken, self.title))
        self.button.show()

    def verdict(self) -> str:
        return self._verdict.text()

    def state(self) -> str:
        """What is said in place of the button, or beside it."""
        return "" if self._state.isHidden() else self._state.text()

    def _pressed(self) -> None:
        if self._path is not None:
            self._use.emit(self._path)
        else:
            self.download_requested.emit()

    def _chip(self, fit: Fit) -> QLabel:
        sign = "✓" if fit.spare >= 0 else "✗"
        chip = label(f"{tokens(fit.context)} {sign}", "chip")
        chip.setProperty("level", "good" if fit.spare >= 0 else "bad")
        words = fill(self.tr("With a context of %1: %2"), integer(fit.context), fit_words(fit))
        chip.setToolTip(words)
        chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        chip.setAccessibleName(words)
        return chip


class LevelList(QWidget):
    """The rows under each other."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[LevelRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)

    def clear(self) -> None:
        remove_rows(self._column, self.rows)
        self.rows = []

    def add(self, row: LevelRow) -> None:
        self._column.addWidget(row)
        self.rows.append(row)
