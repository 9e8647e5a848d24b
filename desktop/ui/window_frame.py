"""What of a window can be painted before anything is loaded."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSettings
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.paths import Home
from desktop.ui.actions import Actions
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow, panes_of
from desktop.ui.pages.chat_page import ChatPage
from desktop.ui.theme import Theme

_DELAY = "delay"


class WindowFrame:
    """The main window with its sidebar and the first parts of its pages. It imports little and
    does nothing: `Window` brings it to life.

    Attributes:
        actions, main, page: the window's commands, itself, and its chat page.
    """

    def __init__(self, theme: Theme, icons: Icons) -> None:
        self.actions = Actions(icons)
        self.main = MainWindow(self.actions, theme, icons)
        self.actions.setParent(self.main)
        self.page = ChatPage(self.actions, icons)
        self._is_delayed = False
        self._places: dict[str, _Place] = {}  # of the pages still to come
        tr = QCoreApplication.translate
        self.main.add_page("chat", self.page, tr("Window", "Chat"), "message-square")
        self._add_place("models", tr("Window", "Models"), "box")
        self._add_place("quantize", tr("Window", "Quantize"), "shrink")
        self._add_place("compare", tr("Window", "Compare"), "scale")
        self._add_place("prompts", tr("Window", "Prompts"), "book-open")
        self._add_place("settings", tr("Window", "Settings"), "settings")

    def set_page(self, page_id: str, page: QWidget) -> None:
        """Put a page where its place was kept."""
        self._places.pop(page_id).set_page(page)
        self.main.dress_page(page)

    def show(self, session: QSettings) -> None:
        """Show the window where and as large as `session` says it was."""
        geometry = session.value("geometry")
        if geometry:
            self.main.restore_state(geometry)
        self.main.show()
        self.page.composer.focus()

    def tell_delay(self) -> None:
        """Say why nothing can be done yet."""
        from desktop.ui.widgets.banner import Notice

        text = QCoreApplication.translate(
            "Window", "Quern is looking through your conversations first. This may take a minute."
        )
        self.main.banner.show_notice(Notice(text, key=_DELAY))
        self._is_delayed = True

    def end_delay(self) -> None:
        """Take that back, where it was said."""
        if self._is_delayed:
            self.main.banner.withdraw(_DELAY)

    def _add_place(self, page_id: str, text: str, icon: str) -> None:
        place = self._places[page_id] = _Place()
        self.main.add_page(page_id, place, text, icon)


class _Place(QWidget):
    """Where a page will be."""

    def __init__(self) -> None:
        super().__init__()
        self._page: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def set_page(self, page: QWidget) -> None:
        self._page = page
        self._column.addWidget(page)

    def parts(self) -> list[QWidget]:
        """What is styled of the place itself."""
        return []

    def panes(self) -> list[QWidget]:
        """Where F6 stops on the page."""
        return panes_of(self._page) if self._page is not None else []


def session_of(home: Home) -> QSettings:
    """Where the windows of a home stood and what they showed."""
    return QSettings(str(home.window_state), QSettings.Format.IniFormat)
