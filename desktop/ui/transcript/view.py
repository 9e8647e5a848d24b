"""The transcript view: shows a conversation of any length and lets people work with it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QIcon,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from desktop.ui.transcript.background import Background
from desktop.ui.transcript.buttons import EndButton
from desktop.ui.transcript.context import RowContext, RowEvents
from desktop.ui.transcript.document import Document
from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.finder import Finder
from desktop.ui.transcript.focus import FocusWalker
from desktop.ui.transcript.formulas import FormulaStore
from desktop.ui.transcript.highlighting import Lexers
from desktop.ui.transcript.in_place import InPlace
from desktop.ui.transcript.layouter import Layouter
from desktop.ui.transcript.menu import message_menu
from desktop.ui.transcript.message import Slot
from desktop.ui.transcript.pointer import Pointer
from desktop.ui.transcript.selection import Selection
from desktop.ui.transcript.streaming import Streaming
from desktop.ui.transcript.style import Style


class TranscriptView(QAbstractScrollArea):
    """A conversation as a column of blocks.

    `icon` gives an icon by its Lucide name; it is asked again after the palette changed.
    Message keys are those of the entries.
    """

    edit_requested = Signal(int, str)
    """Key and new text of a message that was edited in place."""
    regenerate_requested = Signal(int)
    continue_requested = Signal(int)
    branch_requested = Signal(int, int)
    """Key, and -1 or +1 for the previous or the next alternative."""
    fork_requested = Signal(int)
    delete_requested = Signal(int)
    details_requested = Signal(int)
    tokens_requested = Signal(int)
    """The tokens of an answer are to be shown."""
    keep_requested = Signal(int)
    """A message is to be kept in the prompt library."""
    link_activated = Signal(str)
    """The address of a web or mail link that was clicked."""
    typed = Signal(str)
    """A letter, digit or sign was typed here, where nothing can be written."""

    def __init__(self, *, icon: Callable[[str], QIcon]) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Conversation"))
        self.viewport().setMouseTracking(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
        self._ready = False
        background = Background(self)
        self._context = RowContext(
            self._style(),
            icon,
            FormulaStore(background, self),
            Lexers(background, self),
            RowEvents(self),
        )
        self._document = Document()
        self._drafts: dict[int, str] = {}  # of messages that are not shown now
        self._layouter = Layouter(self, self._document, self._context)
        self._selection = Selection(self._document, self._context)
        self._pointer = Pointer(self, self._layouter, self._selection)
        self._finder = Finder(self._document, self._context)
        self._walker = FocusWalker(self, self._document, self._layouter)
        self._streaming = Streaming(self._document, self)
        self._in_place = InPlace(self, self._document, self._layouter)
        self._end_button = EndButton(self._context, self)
        self._connect()
        self._ready = True
        self._restyle()

    def _connect(self) -> None:
        events = self._context.events
        events.action.connect(self._act)
        events.reasoning_toggled.connect(self._in_place.toggle_reasoning)
        events.edit_saved.connect(self._in_place.save_edit)
        events.edit_cancelled.connect(self._in_place.cancel_edit)
        self._in_place.saved.connect(self.edit_requested)
        events.link_activated.connect(self.link_activated)
        events.resized.connect(self._in_place.measure_editors)
        self._context.formulas.ready.connect(self._formulas_ready)
        self._streaming.updated.connect(self._layouter.arrange)
        self._layouter.built.connect(self._dress)
        self._layouter.moved.connect(self._place_end_button)
        self._pointer.selection_changed.connect(self._show_selection)
        self._pointer.link_activated.connect(self.link_activated)
        self._end_button.clicked.connect(self.scroll_to_end)

    # -- content ----------------------------------------------------------------------------

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show a conversation, from its end; keys must differ.

        What was being edited is kept, and stands there again when its message is shown again.
        """
        self._drafts |= self._document.drafts()
        self._streaming.forget()
        self._selection.clear()
        self._document.set_entries(entries)
        shown = [key for key in self._drafts if self._document.holds(key)]
        self._document.set_drafts({key: self._drafts.pop(key) for key in shown})
        self._layouter.reset()

    def update_entries(self, entries: Sequence[Entry]) -> None:
        """Show the same conversation after messages of it came or went.

        What is being read stays in place.
        """
        anchor = None if self._layouter.follows_end else self.anchor()
        place = self.keys().index(anchor[0]) if anchor else 0
        self.set_entries(entries)
        if anchor is not None and self._document.messages:
            last = len(self._document.messages) - 1
            at = anchor[0] if self._document.holds(anchor[0]) else self.keys()[min(place, last)]
            self.restore_anchor(at, anchor[1])

    def append_entry(self, entry: Entry) -> None:
        """Add a message at the end; ValueError if its key is there already."""
        self._document.append(entry)
        self._layouter.arrange()

    def replace_entry(self, entry: Entry) -> None:
        """Show another state of the message with the same key; KeyError if there is none."""
        self._streaming.flush()
        self._streaming.forget({entry.key})
        message = self._document.message(entry.key)
        message.replace(entry, None, None)
        self._document.update_height(message)
        self._layouter.arrange()

    def truncate_after(self, key: int | None) -> None:
        """Remove all messages after the one with id `key`; all messages for None."""
        removed = self._document.truncate_after(key)
        self._streaming.forget({message.entry.key for message in removed})
        self._layouter.arrange()

    def append_text(self, key: int, text: str, *, reasoning: bool = False) -> None:
        """Add a piece to an answer that is being written; shown within 33 ms.

        Pieces for messages that are not shown are dropped, as is what `finish` gets for them.
        """
        self._streaming.append(key, text, "reasoning" if reasoning else "text")

    def flush(self) -> None:
        """Show at once what `append_text` has gathered."""
        self._streaming.flush()

    def finish(self, entry: Entry) -> None:
        """Show the final state of an answer that was being written."""
        self._streaming.finish(entry)

    def keys(self) -> list[int]:
        """The ids of all messages, in order."""
        return [message.entry.key for message in self._document.messages]

    def entries(self) -> list[Entry]:
        """All messages as they are shown, in order; see `flush`."""
        return [message.entry for message in self._document.messages]

    def begin_edit(self, key: int, text: str | None = None) -> None:
        """Let the person change a message in place, beginning with `text` instead of its own."""
        self._in_place.begin_edit(key, text)

    # -- position ---------------------------------------------------------------------------

    def scroll_to(self, key: int) -> None:
        """Bring the beginning of a message to the top of the view."""
        self._layouter.anchor_to(self._document.first_slot(self._document.message(key)))

    def scroll_to_end(self) -> None:
        """Go to the end and follow it while text is added."""
        self._layouter.scroll_to_end()

    def anchor(self) -> tuple[int, int] | None:
        """The message at the top of the view and how many pixels of it are above the view.

        None for an empty conversation.
        """
        anchor = self._layouter.anchor
        if anchor is None:
            return None
        slot, y = anchor
        return slot.message.entry.key, slot.message.heights.offset(slot.index) - y

    def restore_anchor(self, key: int, offset: int) -> None:
        """Go back to a position that `anchor` gave."""
        message = self._document.message(key)
        first = self._document.first_slot(message)
        slot = self._document.at(self._document.top(first) + max(0, offset)) or first
        inside = self._document.top(slot) - self._document.top(first)
        self._layouter.anchor_to(slot, inside - offset)

    def find(  # type: ignore[override]  # QWidget's static find, by window id, is not needed here
        self, needle: str, *, backwards: bool = False
    ) -> bool:
        """Select the next (or previous) match and scroll to it; whether there is one."""
        bounds = self._selection.bounds
        start = None if bounds is None else bounds[0 if backwards else 1]
        match = self._finder.find(needle, start, backwards=backwards)
        if match is None:
            return False
        self._selection.select(*match)
        self._layouter.reveal(match[0].slot, match[0].position)
        self._show_selection()
        return True

    # -- selection --------------------------------------------------------------------------

    def selected_text(self) -> str:
        """The selected text, also of rows that are out of view."""
        return self._selection.text()

    def select_all(self) -> None:
        """Select the whole conversation."""
        self._selection.select_all()
        self._show_selection()

    def clear_selection(self) -> None:
        """Select nothing."""
        self._selection.clear()
        self._show_selection()

    def copy(self) -> None:
        """Put the selected text on the clipboard."""
        text = self.selected_text()
        if text:
            QGuiApplication.clipboard().setText(text)

    def _show_selection(self) -> None:
        for slot, row in self._layouter.live.items():
            if row.selectable:
                row.show_selection(*self._selection.span(slot))

    def _dress(self, slot: Slot) -> None:
        """Give a new widget what is not in its row."""
        row = self._layouter.live[slot]
        if row.selectable:
            row.forget_selection()
            row.show_selection(*self._selection.span(slot))
        self._pointer.show_hover()

    # -- what rows report -------------------------------------------------------------------

    def _act(self, key: int, action: str) -> None:
        match action:
            case "copy":
                QGuiApplication.clipboard().setText(self._document.message(key).entry.text)
            case "edit":
                self.begin_edit(key)
            case "previous" | "next":
                self.branch_requested.emit(key, 1 if action == "next" else -1)
            case _:
                signals = {
                    "regenerate": self.regenerate_requested,
                    "continue": self.continue_requested,
                    "fork": self.fork_requested,
                    "details": self.details_requested,
                    "tokens": self.tokens_requested,
                    "keep": self.keep_requested,
                    "delete": self.delete_requested,
                }
                signals[action].emit(key)

    def _formulas_ready(self) -> None:
        for slot, row in self._layouter.live.items():
            if row.formulas_ready():
                slot.stale = True
        self._layouter.arrange()

    # -- looks ------------------------------------------------------------------------------

    def _style(self) -> Style:
        return Style.of(self.palette(), self.font())

    def _restyle(self) -> None:
        self._context.style = self._style()
        self.verticalScrollBar().setSingleStep(self._context.style.line * 2)
        self._end_button.restyle()
        self._layouter.rebuild()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the palette and the font."""
        super().changeEvent(event)
        followed = (QEvent.Type.PaletteChange, QEvent.Type.FontChange)
        if event.type() in followed and self._ready:
            self._restyle()

    def _place_end_button(self) -> None:
        bar = self.verticalScrollBar()
        far = bar.maximum() - bar.value() > 2 * self._context.style.line
        self._end_button.setVisible(far and not self._layouter.follows_end)
        area = self.viewport().geometry()
        self._end_button.move(
            area.center().x() - self._end_button.width() // 2,
            area.bottom() - self._end_button.height() - self._context.style.px(12),
        )

    # -- events -----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self._layouter.arrange()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Follow the scroll bar."""
        del dx, dy
        if self._ready and not self._layouter.busy:
            self._layouter.scrolled()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a selection."""
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Extend a selection, or hover."""
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a selection or follow a link."""
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word."""
        self._pointer.double_click(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is over no message any more."""
        super().leaveEvent(event)
        self._pointer.leave()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the message under the pointer."""
        point: QPoint = self.viewport().mapFromGlobal(event.globalPos())
        slot = self._layouter.slot_at(point.y())
        menu = message_menu(
            slot.message if slot else None,
            self._context,
            self,
            copy_selection=self.copy if self._selection.bounds else None,
            select_all=self.select_all,
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll, copy, select all, clear the selection, or begin to write."""
        bar = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
        elif event.key() == Qt.Key.Key_Escape and self._selection.bounds:
            self.clear_selection()
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        elif event.key() == Qt.Key.Key_End:
            self.scroll_to_end()
        elif _is_typed(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks through the controls of the messages in reading order."""
        return self._walker.step(forward=forward) or super().focusNextPrevChild(forward)


def _is_typed(event: QKeyEvent) -> bool:
    """Whether a letter, digit or sign was pressed; the space bar is for buttons."""
    held = event.modifiers() & ~(
        Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    )
    # AltGr comes as a modifier of its own, on Windows as Ctrl and Alt.
    plain = held in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.GroupSwitchModifier,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
    )
    text = event.text().strip()
    return plain and text != "" and text.isprintable()
