"""The user guide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QImage, QPalette, QResizeEvent, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop.core.user_guide import Chapter, found_in
from desktop.ui.dialogs.fitting import within_screen
from desktop.ui.icons import Icons
from desktop.ui.widgets.search_field import SearchField

LINE_HEIGHT = 140.0  # per cent
MARGIN = 24
ROW_PADDING = 7  # above and below the title of a chapter
OBJECT = "\ufffc"  # what stands for a picture in the text


class UserGuide(QDialog):
    """Chapters on the left, the one that is read on the right.

    Signals:
        link_activated: an address on the web.
    """

    link_activated = Signal(str)

    def __init__(
        self, chapters: Sequence[Chapter], icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("User guide"))
        self._chapters = tuple(chapters)
        self.search = SearchField(icons, self.tr("Search the guide"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Chapters"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.none = QLabel(self.tr("No chapter has these words."))
        self.none.setProperty("tone", "secondary")
        self.none.setWordWrap(True)
        self.page = ChapterPage()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for part in (self.search, self.none):
            column.addWidget(part)
        column.addWidget(self.list, 1)
        splitter = QSplitter()
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.page)
        splitter.setStretchFactor(1, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)
        unit = self.fontMetrics().averageCharWidth()
        splitter.setSizes([unit * 30, unit * 100])
        self.resize(within_screen(self, unit * 130, unit * 100))
        self.search.textChanged.connect(self._fill)
        self.search.went_down.connect(self.list.setFocus)
        self.list.currentItemChanged.connect(self._show_item)
        self.page.chapter_requested.connect(self.show_chapter)
        self.page.link_activated.connect(self.link_activated)
        self._fill("")

    def show_chapter(self, name: str) -> None:
        """Show the chapter in the file called `name`; nothing when there is none."""
        for row in range(self.list.count()):
            chapter: Chapter = self.list.item(row).data(Qt.ItemDataRole.UserRole)
            if chapter.path.name == name:
                self.list.setCurrentRow(row)
                return
        if self.search.text():  # it may be there, but does not have the words
            self.search.clear()
            self.show_chapter(name)

    def _fill(self, words: str) -> None:
        shown = self.list.currentItem()
        before = shown.data(Qt.ItemDataRole.UserRole) if shown else None
        found = found_in(self._chapters, words)
        self.list.clear()
        for chapter in found:
            item = QListWidgetItem(chapter.title, self.list)
            item.setData(Qt.ItemDataRole.UserRole, chapter)
            item.setSizeHint(QSize(0, self.list.fontMetrics().height() + 2 * ROW_PADDING))
        self.none.setVisible(not found)
        self.list.setCurrentRow(found.index(before) if before in found else 0)

    def _show_item(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.page.show_chapter(item.data(Qt.ItemDataRole.UserRole))


class ChapterPage(QTextBrowser):
    """Loads nothing but pictures of the guide itself.

    Signals:
        chapter_requested: file name of another chapter.
        link_activated: an address on the web.
    """

    chapter_requested = Signal(str)
    link_activated = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Chapter"))
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.document().setDocumentMargin(MARGIN)
        self._chapter: Chapter | None = None
        self._width = 0
        # Never from a resize itself: it may come from laying out, when the scroll bar appears.
        self._again = QTimer(self, interval=0, singleShot=True)
        self._again.timeout.connect(self._lay_out)
        self.anchorClicked.connect(self._follow)

    def show_chapter(self, chapter: Chapter) -> None:
        self._chapter = chapter
        self._lay_out()
        self.verticalScrollBar().setValue(0)

    def loadResource(self, _kind: int, name: QUrl | str) -> object:
        """A picture of the guide, for light or dark and no wider than the page; else nothing."""
        file = Path(QUrl(name).path()).name
        if self._chapter is None or not file.endswith(".png"):
            return None
        if self.palette().color(QPalette.ColorRole.Base).lightness() < 128:
            file = file.replace("-light.", "-dark.")
        image = QImage(str(self._chapter.path.parent / "images" / file))
        ratio = self.devicePixelRatioF()
        room = int(max(self.viewport().width() - 2 * MARGIN - 8, 100) * ratio)
        if image.width() > room:
            image = image.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(ratio)
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != self._width:
            self._width = event.size().width()
            self._again.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._again.start()

    def _lay_out(self) -> None:
        if self._chapter is None:
            return
        place = self.verticalScrollBar().value()
        self.document().clear()
        self.setMarkdown(self._chapter.text)
        form = QTextBlockFormat()
        form.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        edit = QTextCursor(self.document())
        block = self.document().begin()
        while block.isValid():
            if OBJECT not in block.text():  # a picture has no lines to be held apart
                edit.setPosition(block.position())
                edit.mergeBlockFormat(form)
            block = block.next()
        self.verticalScrollBar().setValue(place)

    def _follow(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            self.link_activated.emit(url.toString())
        else:
            self.chapter_requested.emit(Path(url.path()).name)
