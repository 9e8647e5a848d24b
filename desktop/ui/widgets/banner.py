"""A bar above the transcript that says what happened and offers a way on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop.ui.icons import Icons
from desktop.ui.widgets.buttons import IconLabel, icon_button, label, set_property, text_button

Level = Literal["info", "warning", "error"]
_ICONS = {"info": "info", "warning": "triangle-alert", "error": "circle-alert"}  # ever graver


@dataclass(frozen=True, slots=True)
class Notice:
    """What a banner says.

    Attributes:
        text: a sentence or two.
        actions: up to two (text of the button, what it does); pressing one closes the notice.
        key: a notice replaces a waiting or shown one with the same key; "" replaces none.
    """

    text: str
    level: Level = "info"
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()
    key: str = ""


class Banner(QFrame):
    """Shows one notice at a time, the gravest and of these the oldest; the others wait until it is
    closed."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._icons = icons
        self._shown: Notice | None = None
        self._waiting: deque[Notice] = deque()
        self._symbol = IconLabel()
        self._text = label("", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = [text_button(""), text_button("")]
        close = icon_button(icons, "x", self.tr("Close the message"))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._symbol)
        row.addWidget(self._text, 1)
        for number, button in enumerate(self._buttons):
            button.clicked.connect(lambda _=False, number=number: self._pressed(number))
            row.addWidget(button)
        row.addWidget(close)
        close.clicked.connect(self.close_notice)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """The one shown."""
        return self._shown

    def show_notice(self, notice: Notice) -> None:
        """Show `notice`, or let it wait for its turn."""
        if notice.key:
            if self._shown is not None and self._shown.key == notice.key:
                self._display(notice)
                return
            self._waiting = deque(n for n in self._waiting if n.key != notice.key)
        if self._shown is None:
            self._display(notice)
        elif _gravity(notice) > _gravity(self._shown):
            self._waiting.appendleft(self._shown)
            self._display(notice)
        else:
            self._waiting.append(notice)

    def withdraw(self, key: str) -> None:
        """Take back the notice with `key`, because what it said is no longer so."""
        self._waiting = deque(n for n in self._waiting if n.key != key)
        if self._shown is not None and self._shown.key == key:
            self.close_notice()

    def close_notice(self) -> None:
        """Close the one shown; the next one waiting follows."""
        self._shown = None
        self.hide()
        if self._waiting:
            following = max(self._waiting, key=_gravity)
            self._waiting.remove(following)
            self._display(following)

    def _pressed(self, number: int) -> None:
        if self._shown is None:
            return
        action = self._shown.actions[number][1]
        self.close_notice()
        action()

    def _display(self, notice: Notice) -> None:
        self._shown = notice
        set_property(self, "level", notice.level)
        role = (
            QPalette.ColorRole.BrightText
            if notice.level == "error"
            else QPalette.ColorRole.WindowText
        )
        self._symbol.set_icon(self._icons.icon(_ICONS[notice.level], role))
        self._text.setText(notice.text)
        for number, button in enumerate(self._buttons):
            used = number < len(notice.actions)
            button.setVisible(used)
            if used:
                button.setText(notice.actions[number][0])
        self.setAccessibleName(notice.text)
        self.show()


def _gravity(notice: Notice) -> int:
    return list(_ICONS).index(notice.level)
