"""A text that goes along with the message: its name and size, a look at it, a way to remove it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.formats import data_size, fill, integer
from desktop.ui.icons import Icons
from desktop.ui.theme import monospace_font
from desktop.ui.widgets.attachments import PREVIEW_CHARACTERS, Attachment
from desktop.ui.widgets.buttons import icon_button, label, text_button
from desktop.ui.widgets.close_box import close_box


class AttachmentChip(QFrame):
    """Signals: removed, when its button is pressed."""

    removed = Signal()

    def __init__(self, attachment: Attachment, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("chip")
        self._attachment = attachment
        name = self.fontMetrics().elidedText(
            attachment.name,
            Qt.TextElideMode.ElideMiddle,
            self.fontMetrics().averageCharWidth() * 32,
        )
        self.preview_button = self._make_preview_button(f"{name}, {data_size(attachment.size)}")
        remove = icon_button(icons, "x", fill(self.tr("Remove %1"), attachment.name))
        remove.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 2, 0)
        row.setSpacing(2)
        self.preview_button.setIcon(icons.icon("file-text", QPalette.ColorRole.Link))
        row.addWidget(self.preview_button)
        row.addWidget(remove)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _make_preview_button(self, text: str) -> QPushButton:
        button = text_button(text, "link")
        button.setToolTip(fill(self.tr("Look at %1"), self._attachment.name))
        button.clicked.connect(self._show_preview)
        return button

    def _show_preview(self) -> None:
        dialog = AttachmentPreview(self._attachment, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()


class AttachmentPreview(QDialog):
    """The beginning of an attached text."""

    def __init__(self, attachment: Attachment, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(attachment.name)
        view = QPlainTextEdit(attachment.text[:PREVIEW_CHARACTERS])
        view.setProperty("kind", "field")
        view.setReadOnly(True)
        view.setFont(monospace_font())
        view.setAccessibleName(attachment.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(view, 1)
        hidden = len(attachment.text) - PREVIEW_CHARACTERS
        if hidden > 0:
            more = self.tr("%1 more characters are not shown here, but go along.")
            column.addWidget(label(fill(more, integer(hidden)), "small"))
        column.addWidget(close_box(self))
        unit = self.fontMetrics().averageCharWidth()
        self.resize(unit * 90, unit * 60)
