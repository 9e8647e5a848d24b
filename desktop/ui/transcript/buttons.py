"""The small buttons of the transcript."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.ui.transcript.context import RowContext

SIZE = 28
"""Edge of a button in unscaled pixels; never below 24."""
ICON = 16


class IconButton(QToolButton):
    """A flat icon button that shows a focus ring for keyboard focus only.

    While `faded` it is not painted unless it has the focus, but stays reachable by Tab.
    """

    def __init__(self, context: RowContext, icon: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = context
        self._faded = False
        self._keyboard = False
        style = context.style
        edge = max(24, style.px(SIZE))
        self.setFixedSize(edge, edge)
        self.setIconSize(QSize(style.px(ICON), style.px(ICON)))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_face(icon, name)

    def set_face(self, icon: str, name: str) -> None:
        """Show an icon by its Lucide name; `name` is read out and shown as the tip."""
        self.setIcon(self.context.icon(icon))
        self.setAccessibleName(name)
        self.setToolTip(name)

    def set_faded(self, *, faded: bool) -> None:
        """Hide or show the face of the button."""
        if faded != self._faded:
            self._faded = faded
            self.update()

    @property
    def faded(self) -> bool:
        """Whether the button is out of sight now."""
        return self._faded and not self.hasFocus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the keyboard brought the focus."""
        self._keyboard = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter press the button; other keys, such as arrows, belong to the view."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a tint under the pointer, the icon, and a ring for keyboard focus."""
        del event
        if self.faded:
            return
        style = self.context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = style.px(6)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.hairline if self.isDown() else style.bubble)
            painter.drawRoundedRect(self.rect(), radius, radius)
        edge = self.iconSize().width()
        left, top = (self.width() - edge) // 2, (self.height() - edge) // 2
        mode = self.icon().Mode.Normal if self.isEnabled() else self.icon().Mode.Disabled
        self.icon().paint(painter, left, top, edge, edge, Qt.AlignmentFlag.AlignCenter, mode)
        if self.hasFocus() and self._keyboard:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(style.accent, 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), radius, radius)

    def event(self, event: QEvent) -> bool:
        """Repaint when the pointer comes or goes."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


class EndButton(IconButton):
    """The round button over the view that leads to its end."""

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, "arrow-down", "", parent)
        self.hide()

    def restyle(self) -> None:
        """Follow the style."""
        style = self.context.style
        edge = max(24, style.px(36))
        self.setFixedSize(edge, edge)
        self.setIconSize(QSize(style.px(18), style.px(18)))
        self.set_face("arrow-down", self.tr("To the end"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a disc under the icon, so that it stands out from the text."""
        style = self.context.style
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(style.hairline, 1))
        painter.setBrush(style.base)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
        super().paintEvent(event)
