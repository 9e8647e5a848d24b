"""Number boxes, choices and sliders that leave the wheel to the panel they stand in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QPlainTextEdit,
    QSlider,
    QSpinBox,
)

from desktop.ui.widgets.buttons import set_property

TEXT_MARGIN = 6
TEXT_BOX_FRAME = 16
LONGEST_NUMBER = "1,000,000"
CHARACTERS = 16  # of a number box that may also say a word in place of a number


class DoubleNumberBox(QDoubleSpinBox):
    """Turned by the wheel only while it is being edited. All are equally wide."""

    def __init__(self) -> None:
        super().__init__()
        _Habits(self, lambda metrics: metrics.horizontalAdvance(LONGEST_NUMBER) + 4 * TEXT_MARGIN)


class NumberBox(QSpinBox):
    """Turned by the wheel only while it is being edited. All are equally wide."""

    def __init__(self) -> None:
        super().__init__()
        _Habits(self, lambda metrics: metrics.averageCharWidth() * CHARACTERS)


class _Habits(QObject):
    """What both kinds of number boxes have in common; Qt gives them no base to put it in."""

    def __init__(self, box: QAbstractSpinBox, width: Callable[[QFontMetrics], int]) -> None:
        super().__init__(box)
        self._box = box
        self._width = width
        box.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setKeyboardTracking(False)
        edit = box.lineEdit()
        assert edit is not None
        edit.setTextMargins(TEXT_MARGIN, 0, TEXT_MARGIN, 0)
        box.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FontChange:
            self._fit()
        elif event.type() is QEvent.Type.Wheel and not self._box.hasFocus():
            event.ignore()  # it goes to the panel
            return True
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self._box.setFixedWidth(self._width(self._box.fontMetrics()))


class Choice(QComboBox):
    """Never turned by the wheel."""

    def __init__(self) -> None:
        super().__init__()
        # A long text must not push a panel wider than its window.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(16)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class TextBox(QPlainTextEdit):
    """A field for text, `lines` lines high. The Tab key leaves it."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self.setProperty("kind", "field")
        self.setTabChangesFocus(True)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self.fontMetrics().lineSpacing() * self._lines + TEXT_BOX_FRAME)


class Slider(QSlider):
    """Horizontal; never turned by the wheel."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._show_direction()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._show_direction()

    def _show_direction(self) -> None:
        # A style sheet fills the left side, also where the values run from right to left.
        set_property(self, "mirrored", "true" if self.isRightToLeft() else "false")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
