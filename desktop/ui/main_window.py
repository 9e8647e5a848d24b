"""The window: sidebar and pages, menus, drag and drop. It knows no controllers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QChildEvent, QDataStream, QIODevice, QMimeData, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
)
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.actions import Actions
from desktop.ui.dialogs.fitting import within_screen
from desktop.ui.icons import Icons
from desktop.ui.prompts.drag import prompt_id_of
from desktop.ui.theme import Theme
from desktop.ui.widgets.sidebar import Sidebar

if TYPE_CHECKING:
    from desktop.ui.widgets.banner import Banner
    from desktop.ui.widgets.drop_overlay import DropOverlay
    from desktop.ui.widgets.undo_bar import UndoBar

STATE_VERSION = 1
SIDEBAR_WIDTH = 264
USUAL_SIZE = (1120, 760)


class MainWindow(QMainWindow):
    """Signals:

    model_dropped, conversation_dropped, text_dropped: Path of the file.
    prompt_dropped: id of a prompt of the library.
    page_shown: id.
    about_to_close: the window is being closed.

    Attributes:
        may_close: asked before it closes; may ask the person.
    """

    model_dropped = Signal(object)
    conversation_dropped = Signal(object)
    text_dropped = Signal(object)
    prompt_dropped = Signal(int)
    page_shown = Signal(str)
    about_to_close = Signal()

    def __init__(self, actions: Actions, theme: Theme, icons: Icons) -> None:
        theme.leave_application()
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Quern"))
        self.setWindowIcon(icons.application_icon())
        self.setAcceptDrops(True)
        self.theme = theme
        self.may_close: Callable[[], bool] = lambda: True
        self._icons = icons
        self._pages: dict[str, QWidget] = {}
        self._page_entries: list[tuple[str, str, str]] = []
        self.sidebar = Sidebar(icons)
        self._stack = QStackedWidget()
        right = QWidget()
        self._column = QVBoxLayout(right)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._stack, 1)
        self._splitter = QSplitter()
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self.sidebar)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setCollapsible(1, False)
        self._splitter.setSizes([SIDEBAR_WIDTH, 10_000])
        self.setCentralWidget(self._splitter)
        for part in (self.sidebar, self._splitter.handle(1)):
            theme.dress(part)
        actions.fill_menu_bar(self.menuBar())
        for action in actions:
            self.addAction(action)
        self.sidebar.page_selected.connect(self.show_page)
        self.resize(within_screen(self, *USUAL_SIZE))

    # --- what is made when it is first needed ---

    @cached_property
    def banner(self) -> Banner:
        """Says above the pages what happened."""
        from desktop.ui.widgets.banner import Banner

        banner = Banner(self._icons)
        self.theme.dress(banner)
        self._column.insertWidget(0, banner)
        return banner

    @cached_property
    def undo_bar(self) -> UndoBar:
        """Offers below the pages to undo something. It covers nothing of them, and what is at the
        pointer stays where it is when the offer comes and goes."""
        from desktop.ui.widgets.undo_bar import UndoBar

        bar = UndoBar()
        self.theme.dress(bar)
        self._column.addWidget(bar)
        return bar

    @cached_property
    def _overlay(self) -> DropOverlay:
        from desktop.ui.widgets.drop_overlay import DropOverlay

        return DropOverlay(self._icons, self)

    # --- pages ---

    def add_page(self, page_id: str, widget: QWidget, text: str, icon: str) -> None:
        """Add a page; the first one added is shown. `icon` is the name of an icon."""
        self._pages[page_id] = widget
        self._page_entries.append((page_id, text, icon))
        self._stack.addWidget(widget)
        self.dress_page(widget)
        self.sidebar.set_pages(self._page_entries)
        self.sidebar.set_current_page(self.current_page)

    def dress_page(self, page: QWidget) -> None:
        """Let a page wear the theme; it may name its parts in a `parts()` method."""
        parts = getattr(page, "parts", None)
        for part in parts() if callable(parts) else [page]:
            self.theme.dress(part)

    @property
    def current_page(self) -> str:
        """The id of the page shown, "" when there is none."""
        shown = self._stack.currentWidget()
        return next((id for id, page in self._pages.items() if page is shown), "")  # noqa: A001

    def show_page(self, page_id: str) -> None:
        """Raises: KeyError."""
        self._stack.setCurrentWidget(self._pages[page_id])
        self.sidebar.set_current_page(page_id)
        self.page_shown.emit(page_id)

    def set_sidebar_visible(self, visible: bool) -> None:
        self.sidebar.setVisible(visible)

    def focus_pane(self, step: int) -> None:
        """Move the focus to the next (1) or previous (-1) pane: sidebar, page, its panels."""
        panes = [pane for pane in self._panes() if pane.isVisible()]
        focused = self.focusWidget()
        current = next(
            (
                number
                for number, pane in reversed(list(enumerate(panes)))
                if focused is not None and (pane is focused or pane.isAncestorOf(focused))
            ),
            -1 if step > 0 else 0,
        )
        pane = panes[(current + step) % len(panes)]
        target = _first_focusable(pane)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def _panes(self) -> list[QWidget]:
        page = self._stack.currentWidget()
        return [self.sidebar, *(panes_of(page) if page is not None else ())]

    # --- state ---

    def save_state(self) -> QByteArray:
        """Where and how large the window and its parts are."""
        data = QByteArray()
        stream = QDataStream(data, QIODevice.OpenModeFlag.WriteOnly)
        stream.writeInt32(STATE_VERSION)
        stream << self.saveGeometry() << self._splitter.saveState()
        stream.writeBool(not self.sidebar.isHidden())
        return data

    def restore_state(self, data: QByteArray) -> bool:
        """Take what `save_state` gave; False when it is not that."""
        stream = QDataStream(data)
        if stream.readInt32() != STATE_VERSION:
            return False
        geometry, splitter = QByteArray(), QByteArray()
        stream >> geometry >> splitter
        visible = stream.readBool()
        if stream.status() is not QDataStream.Status.Ok:
            return False
        self.restoreGeometry(geometry)
        self._splitter.restoreState(splitter)
        self.sidebar.setVisible(visible)
        return True

    # --- events ---

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.about_to_close.emit()
        super().closeEvent(event)

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        if event.polished():  # about to be shown; one that is just being made must not be touched
            child = event.child()
            if isinstance(child, QWidget) and child is not self._splitter:  # dressed by parts
                self.theme.dress(child)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        kind, _ = _dropped(event.mimeData())
        texts = {
            "prompt": ("book-open", self.tr("Drop the prompt to use it in the conversation")),
            "model": ("box", self.tr("Drop a model to look at it")),
            "conversation": ("message-square", self.tr("Drop a conversation to import it")),
            "text": ("file-text", self.tr("Drop a text to add it to your message")),
        }
        if kind in texts:
            self._overlay.show_over(*texts[kind])
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._overlay.hide()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._overlay.hide()
        prompt_id = prompt_id_of(event.mimeData())
        if prompt_id is not None:
            self.prompt_dropped.emit(prompt_id)
        kind, paths = _dropped(event.mimeData())
        signals = {
            "model": self.model_dropped,
            "conversation": self.conversation_dropped,
            "text": self.text_dropped,
        }
        for path in paths:
            signals[kind].emit(path)
        event.acceptProposedAction()


def _dropped(mime: QMimeData) -> tuple[str, list[Path]]:
    """("model" | "conversation" | "text" | "prompt" | "", the files of that kind)."""
    if prompt_id_of(mime) is not None:
        return "prompt", []
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    files = [path for path in paths if path.is_file()]
    for kind, suffixes in (("model", {".gguf"}), ("conversation", {".json"})):
        found = [path for path in files if path.suffix.lower() in suffixes]
        if found:
            return kind, found
    return ("text", files) if files else ("", [])


def panes_of(page: QWidget) -> list[QWidget]:
    """Where F6 stops on a page: it may name its panes in a `panes()` method."""
    of_page = getattr(page, "panes", None)
    return list(of_page()) if callable(of_page) else [page]


def _first_focusable(pane: QWidget) -> QWidget | None:
    """The widget of `pane` that the Tab key would reach first, best an editor or list."""
    candidates = [pane, *pane.findChildren(QWidget)]
    usable = [
        widget
        for widget in candidates
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    strong = [w for w in usable if w.focusPolicy() & Qt.FocusPolicy.ClickFocus]
    return next(iter(strong or usable), None)
