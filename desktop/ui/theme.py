"""The look of the application: Fusion, our palette, a small style sheet, the text size.

The application wears the style sheet only as long as no window does: to change it, Qt styles every
widget once for each that it is in, which took a second and a half with the pages of one window.
Parts of windows wear it instead, and those that are hidden change when they are shown.
"""

from __future__ import annotations

import sys
from string import Template
from typing import Literal, get_args

from PySide6.QtCore import QDir, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from desktop.domain.paths import resource_path
from desktop.ui.colors import DARK, LIGHT, Colors
from desktop.ui.keyboard_focus import show_keyboard_focus

Mode = Literal["system", "light", "dark"]

SMALLEST_BODY_PT = 10.5
MIN_SCALE, MAX_SCALE = 0.8, 2.0


class Theme(QObject):
    """Applies colours and text size to the whole application, and follows the system.

    Signals:
        changed: after colours or text size changed.

    Attributes:
        sheet: what dressed parts wear.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._mode: Mode = "system"
        self._scale = 1.0
        self._applied: tuple[Colors, float] | None = None
        self._dressed = False  # whether there were parts of windows
        self.sheet = ""
        # In a style sheet Qt understands no path with an umlaut.
        QDir.setSearchPaths("theme", [str(resource_path("themes"))])
        self._template = Template(resource_path("themes", "quern.qss").read_text(encoding="utf-8"))
        self._base_font = _base_font(app.font())
        self._system_palette = QPalette(app.palette())
        app.setStyle(QStyleFactory.create("Fusion"))
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        app.focusChanged.connect(show_keyboard_focus)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def colors(self) -> Colors:
        if self._mode == "system":
            return DARK if self._system_is_dark() else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    @property
    def text_scale(self) -> float:
        return self._scale

    def apply(self, mode: Mode | str = "system", text_scale: float | None = None) -> None:
        """Show `mode`, with text `text_scale` times its usual size (0.8 to 2; None keeps it)."""
        if mode not in get_args(Mode):
            raise ValueError(f"no such theme: {mode!r}")
        self._mode = mode  # type: ignore[assignment]
        if text_scale is not None:
            self._scale = min(max(text_scale, MIN_SCALE), MAX_SCALE)
        self._show()

    def dress(self, part: QWidget) -> None:
        """Let a part of a window, with all that is in it, look like this from now on. No part may
        be in another."""
        self.leave_application()
        _Dress(self, part)

    def leave_application(self) -> None:
        """Dress parts of windows only, from now on. To be called before a window is made: one made
        while the application has a style sheet does not pass a new font on to what it holds."""
        if not self._dressed:
            self._dressed = True
            self._app.setStyleSheet("")

    def _show(self) -> None:
        colors = self.colors
        if self._applied == (colors, self._scale):
            return
        self._applied = (colors, self._scale)
        font = QFont(self._base_font)
        body = self._base_font.pointSizeF() * self._scale
        font.setPointSizeF(body)
        self._app.setFont(font)
        self._app.setPalette(colors.palette())
        self.sheet = self._style_sheet(colors, body)
        if not self._dressed:
            self._app.setStyleSheet(self.sheet)
        self.changed.emit()

    def _style_sheet(self, colors: Colors, body: float) -> str:
        return self._template.substitute(
            colors.by_name(),
            assets="theme:dark" if colors is DARK else "theme:light",
            small=f"{body * 0.88:.2f}pt",
            title=f"{body * 1.15:.2f}pt",
            display=f"{body * 1.6:.2f}pt",
            icon=f"{round(18 * self._scale)}px",
            mark=f"{round(16 * self._scale)}px",
            mark_radius=f"{round(16 * self._scale) // 2 + 1}px",
            knob=f"{round(14 * self._scale)}px",
            knob_radius=f"{round(14 * self._scale) // 2}px",
            knob_margin=f"-{(round(14 * self._scale) - 4) // 2}px",
        )

    def _follow_system(self) -> None:
        if self._mode == "system":
            self._show()

    def _system_is_dark(self) -> bool:
        scheme = self._app.styleHints().colorScheme()
        if scheme is not Qt.ColorScheme.Unknown:
            return scheme is Qt.ColorScheme.Dark
        # Without a platform theme Qt does not know; its own palette still may.
        role = QPalette.ColorRole
        window, text = (self._system_palette.color(r) for r in (role.Window, role.WindowText))
        return window.lightness() < text.lightness()


class _Dress(QObject):
    """What one part wears, as long as there is the part."""

    def __init__(self, theme: Theme, part: QWidget) -> None:
        super().__init__(part)
        self._theme = theme
        self._part = part
        if part.isWindow() or part.isVisible():  # the others need no memory for it yet
            self._put_on()
        part.installEventFilter(self)
        theme.changed.connect(self._follow)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show:
            self._put_on()
        return False

    @Slot()
    def _follow(self) -> None:
        if self._part.isVisible():
            self._put_on()

    def _put_on(self) -> None:
        if self._part.styleSheet() != self._theme.sheet:
            self._part.setStyleSheet(self._theme.sheet)


def monospace_font() -> QFont:
    """The system's monospaced font in the application's text size."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(QGuiApplication.font().pointSizeF() * 0.95)
    return font


def _base_font(system: QFont) -> QFont:
    font = QFont(system)
    # A bare X11 session names a fallback like "Sans Serif"; a desktop names its own font.
    nameless = font.family().lower() in {"", "sans", "sans serif", "sans-serif", "dejavu sans"}
    if sys.platform.startswith("linux") and nameless and QFontDatabase.hasFamily("Inter"):
        font.setFamily("Inter")
    font.setPointSizeF(max(font.pointSizeF(), SMALLEST_BODY_PT))
    return font
