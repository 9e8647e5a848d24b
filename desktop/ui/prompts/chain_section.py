"""Which prompt goes on with the answer to this one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.prompt import ChainLink
from desktop.ui.formats import fill
from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import icon_button, label, text_button
from desktop.ui.widgets.inputs import Choice


class ChainSection(QWidget):
    """Signals:

    changed: a person changed it.
    choose_requested: the person wants to choose the next prompt.
    prompt_wanted: key of the next prompt, of which title and placeholders are wanted; answered by
        `set_next`.
    """

    changed = Signal()
    choose_requested = Signal()
    prompt_wanted = Signal(str)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._link: ChainLink | None = None
        self.choose_button = text_button("")
        self.choose_button.setAccessibleName(self.tr("The next prompt"))
        self.remove_button = icon_button(icons, "x", self.tr("End the chain here"))
        self.field = Choice()
        self.field.setAccessibleName(self.tr("Placeholder that gets the answer"))
        self._into = label(self.tr("Its placeholder that gets the answer"), "small", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.choose_button)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(
            label(
                self.tr("The answer can be handed to another prompt; the two run one by one."),
                "small",
                wrap=True,
            )
        )
        column.addLayout(row)
        column.addWidget(self._into)
        column.addWidget(self.field)
        self.choose_button.clicked.connect(self.choose_requested)
        self.remove_button.clicked.connect(self._remove)
        self.field.activated.connect(self._field_chosen)
        self._show("")

    def link(self) -> ChainLink | None:
        return self._link

    def set_link(self, link: ChainLink | None) -> None:
        """Show `link` without saying that it changed."""
        if link == self._link:
            return
        self._link = link
        self._show(link.prompt if link else "")
        if link is not None:
            self.prompt_wanted.emit(link.prompt)

    def set_next(self, key: str, title: str, fields: Sequence[str]) -> None:
        """What is known of the prompt with `key`; an empty title when there is none any more."""
        if self._link is None or self._link.prompt != key:
            return
        missing = fill(self.tr("“%1”, which is not in the library"), key)
        self._show(title or missing)
        with QSignalBlocker(self.field):
            self.field.clear()
            known = self._link.field
            self.field.addItems(list(dict.fromkeys((*fields, *([known] if known else [])))))
            self.field.setCurrentText(known)

    def choose(self, key: str, title: str, fields: Sequence[str]) -> None:
        """The person chose the next prompt."""
        self._link = ChainLink(key, fields[0] if fields else "")
        self.set_next(key, title, fields)
        self.changed.emit()

    def _field_chosen(self) -> None:
        if self._link is not None:
            self._link = ChainLink(self._link.prompt, self.field.currentText())
            self.changed.emit()

    def _remove(self) -> None:
        self._link = None
        self._show("")
        self.choose_button.setFocus()
        self.changed.emit()

    def _show(self, title: str) -> None:
        self.choose_button.setText((title or self.tr("Choose a prompt…")).replace("&", "&&"))
        for part in (self.remove_button, self._into, self.field):
            part.setVisible(self._link is not None)
