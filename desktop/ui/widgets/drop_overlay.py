"""What is shown over the window while something that can be dropped hovers over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import IconLabel, label

MARGIN = 12


class DropOverlay(QFrame):
    """Covers its parent."""

    def __init__(self, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setObjectName("dropOverlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._icons = icons
        self._symbol = IconLabel(lines=3)
        self._text = label("", "title", wrap=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        target = QFrame()
        target.setObjectName("dropTarget")
        whole.addWidget(target)
        column = QVBoxLayout(target)
        column.addStretch(1)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._symbol, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._text)
        column.addStretch(1)
        parent.installEventFilter(self)
        self.hide()

    def show_over(self, icon: str, text: str) -> None:
        """Say what dropping would do."""
        self._symbol.set_icon(self._icons.icon(icon))
        self._text.setText(text)
        self._cover()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        self.setGeometry(self._covered.rect())
