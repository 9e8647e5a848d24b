"""Small pieces every page needs: icon buttons, text buttons, labels, hairlines."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QIcon,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from desktop.ui.icons import Icons

_BREAK = "\u200b"  # a line may end here, and nothing is seen of it
_ENDLESS = re.compile(r"[\w.]{32}(?=[\w.])", re.ASCII)


def icon_button(icons: Icons, icon: str, name: str, tool_tip: str = "") -> QToolButton:
    """A button that shows only an icon; `name` is what a screen reader says."""
    button = ToolButton()
    button.setIcon(icons.icon(icon, QPalette.ColorRole.PlaceholderText))
    button.setAccessibleName(name)
    button.setToolTip(tool_tip or name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def action_button(action: QAction) -> QToolButton:
    """A button that shows only the icon of `action` and does what it does."""
    button = ToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def text_button(text: str, kind: str = "") -> QPushButton:
    """A push button. `kind` is "", "primary", "link", "row" or "card", as the style sheet knows."""
    button = PushButton(text)
    if kind:
        button.setProperty("kind", kind)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAutoDefault(False)
    return button


def label(text: str = "", tone: str = "", *, wrap: bool = False) -> QLabel:
    """A label. `tone` is "", "display", "title", "heading", "secondary", "small", "error" or
    "warning", as the style sheet knows."""
    made = WrappedLabel(text) if wrap else QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if tone:
        made.setProperty("tone", tone)
    return made


def hairline() -> QFrame:
    """A thin line between two parts."""
    line = QFrame()
    line.setObjectName("hairline")
    return line


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet looks at, and show its effect."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class ToolButton(QToolButton):
    """Enter presses it, as Space does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _entered(self, event):
            super().keyPressEvent(event)


class PushButton(QPushButton):
    """Enter presses it, as Space does; Qt leaves that to the desktop's custom."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _entered(self, event):
            super().keyPressEvent(event)


def _entered(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Press `button` if that is what `event` says. A key that is held presses it once only."""
    others = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if others or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return False
    if not event.isAutoRepeat():
        button.click()
    return True


class IconLabel(QWidget):
    """An icon, `lines` lines of text high, that follows the palette."""

    def __init__(self, icon: QIcon | None = None, lines: float = 1.15) -> None:
        super().__init__()
        self._icon = icon or QIcon()
        self._lines = lines
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: QIcon) -> None:
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        side = round(self.fontMetrics().height() * self._lines)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        self._icon.paint(QPainter(self), self.rect())


class WrappedLabel(QLabel):
    """Text over as many lines as it takes. Names that have no place to break get some, or one of
    them would make everything around it wider than the window."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._text = ""
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setText(text)

    def text(self) -> str:
        """As it was set."""
        return self._text

    def setText(self, text: str) -> None:
        self._text = text
        super().setText(_ENDLESS.sub(lambda found: f"{found[0]}{_BREAK}", text))


class ElidedLabel(QLabel):
    """One line of text that ends in "…" where there is no room, and is then told in a tooltip."""

    def __init__(
        self, text: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(text)
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._update_tool_tip()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().averageCharWidth() * 6), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._update_tool_tip()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._update_tool_tip()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._mode, area.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, self.alignment() | Qt.TextFlag.TextSingleLine, text)

    def _update_tool_tip(self) -> None:
        full = self.fontMetrics().horizontalAdvance(self.text()) <= self.contentsRect().width()
        self.setToolTip("" if full else self.text())
