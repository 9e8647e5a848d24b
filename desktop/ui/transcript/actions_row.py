"""The row under a message: what can be done with it, and the answer's caption."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from desktop.ui.transcript.buttons import IconButton
from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.entry import Entry
from desktop.ui.transcript.message import Message
from desktop.ui.transcript.row_widget import RowWidget, small_label
from desktop.ui.transcript.rows import Row

COPIED_MS = 1500
_TOUCHES = (
    QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Enter, QEvent.Type.Leave
)  # fmt: skip


def action_names() -> dict[str, tuple[str, str]]:
    """Icon and name of every action of a message."""
    tr: Callable[[str, str], str] = QCoreApplication.translate
    return {
        "copy": ("copy", tr("Transcript", "Copy message")),
        "edit": ("pencil", tr("Transcript", "Edit message")),
        "regenerate": ("refresh-cw", tr("Transcript", "Answer again")),
        "continue": ("play", tr("Transcript", "Continue this answer")),
        "fork": ("git-branch", tr("Transcript", "Branch to a new conversation from here")),
        "details": ("info", tr("Transcript", "Show settings of this answer")),
        "tokens": ("zoom-in", tr("Transcript", "Show tokens and how they were chosen")),
        "keep": ("book-open", tr("Transcript", "Save as a prompt")),
        "delete": ("trash-2", tr("Transcript", "Delete message")),
        "previous": ("chevron-left", tr("Transcript", "Previous version")),
        "next": ("chevron-right", tr("Transcript", "Next version")),
    }


def actions_of(entry: Entry, *, last: bool) -> list[str]:
    """Which actions a message offers, in order; `last` says that nothing follows it."""
    match entry.role:
        case "user":
            answer = ["regenerate"] if last else []  # that it had was deleted, or never came
            return ["copy", "edit", *answer, "fork", "delete"]
        case "assistant":
            unfinished = entry.state in ("stopped", "failed")
            go_on = ["continue"] if unfinished and last else []
            known = ["details"] if entry.caption() else []  # not of one that was cut off
            return ["copy", "regenerate", *go_on, "fork", *known, "tokens", "delete"]
        case "system":
            return ["copy"]
        case _:
            return []


def _lines(widths: Mapping[str, int], room: int) -> list[list[str]]:
    """Names in as few lines as `room` pixels allow; at least one line, even if it is empty."""
    lines: list[list[str]] = [[]]
    used = 0
    for name, width in widths.items():
        if lines[-1] and used + width > room:
            lines.append([])
            used = 0
        lines[-1].append(name)
        used += width
    return lines


class ActionsRow(RowWidget):
    """Buttons that show while the pointer is over the message, or always under the last one."""

    bleed = 6  # what the first icon is set in from its button's edge, so that it lines up with text

    def __init__(self, context: RowContext, parent: QWidget) -> None:
        super().__init__(context, parent)
        self._buttons: dict[str, IconButton] = {}
        self._message: Message | None = None
        self._row: Row | None = None
        self._hovered = False
        self._count = small_label(context, self)
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._caption = small_label(context, self)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        self._restore = QTimer(self, singleShot=True, interval=COPIED_MS)
        self._restore.timeout.connect(self._show_copy)

    def show_row(self, row: Row, message: Message) -> None:
        """Show the actions of a message."""
        self._row, self._message = row, message
        entry = message.entry
        names = action_names()
        walker = ["previous", "next"] if entry.branch[1] > 1 else []
        wanted = [*walker, *actions_of(entry, last=row.last)]
        if list(self._buttons) != wanted:
            self._replace_buttons({name: self._button(name, *names[name]) for name in wanted})
        if walker:
            this, of = entry.branch
            self._buttons["previous"].setEnabled(this > 1)
            self._buttons["next"].setEnabled(this < of)
        self._count.setVisible(self._walks)
        self._fade()

    def _replace_buttons(self, buttons: dict[str, IconButton]) -> None:
        """Take other buttons; the focus goes to the one that does the same, or the first."""
        old, self._buttons = self._buttons, buttons
        for name, button in old.items():
            if button.hasFocus() and buttons:
                buttons.get(name, next(iter(buttons.values()))).setFocus()
            button.hide()
            button.deleteLater()

    def _button(self, action: str, icon: str, name: str) -> IconButton:
        button = IconButton(self.context, icon, name, self)
        button.clicked.connect(lambda: self._run(action))
        button.installEventFilter(self)
        button.show()
        return button

    def _run(self, action: str) -> None:
        assert self._message is not None
        if action == "copy":
            self._buttons["copy"].set_face("check", self.tr("Copied"))
            self._restore.start()
        self.context.events.action.emit(self._message.entry.key, action)

    def _show_copy(self) -> None:
        if "copy" in self._buttons:
            self._buttons["copy"].set_face(*action_names()["copy"])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show all buttons while one has the focus or is under the pointer: what moves over a
        button, the view is not told."""
        if event.type() in _TOUCHES:
            QTimer.singleShot(0, self, self._fade)
        return super().eventFilter(watched, event)

    def set_hovered(self, *, hovered: bool) -> None:
        """Show or hide the buttons with the pointer."""
        self._hovered = hovered
        self._fade()

    def _fade(self) -> None:
        touched = any(one.hasFocus() or one.underMouse() for one in self._buttons.values())
        shown = self._hovered or touched or (self._row is not None and self._row.last)
        for name, button in self._buttons.items():
            button.set_faded(faded=not shown and name not in ("previous", "next"))

    def fit(self, width: int) -> int:
        """Line the buttons up: at the right under a user's message, else at the left; in several
        lines where they do not fit in one."""
        assert self._row is not None and self._message is not None
        style = self.context.style
        above = style.px(self._row.above)
        entry = self._message.entry
        edge = next((b.height() for b in self._buttons.values()), max(24, style.px(24)))
        metrics = QFontMetrics(style.sized(12))
        count = metrics.horizontalAdvance(self._count_text()) + style.px(6) if self._walks else 0
        self._count.setText(self._count_text())
        widths = {name: button.width() for name, button in self._buttons.items()}
        if self._walks:
            widths["next"] += count  # which stands before it
        lines = _lines(widths, width)
        x, y = 0, above
        for number, line in enumerate(lines):
            total = sum(widths[name] for name in line)
            x, y = width - total if entry.role == "user" else 0, above + number * edge
            for name in line:
                if name == "next":
                    self._count.setGeometry(x, y, count, edge)
                x += widths[name]
                self._buttons[name].move(x - self._buttons[name].width(), y)
        left = x + style.px(10)
        room = max(0, width - left - self.bleed)
        elide = Qt.TextElideMode.ElideRight
        caption = entry.caption()
        self._caption.setText(metrics.elidedText(caption, elide, room))
        self._caption.setAccessibleName(caption)
        self._caption.setGeometry(left, y, room, edge)
        return y + edge

    @property
    def _walks(self) -> bool:
        return "next" in self._buttons

    def _count_text(self) -> str:
        assert self._message is not None
        this, of = self._message.entry.branch
        return f"{this}/{of}"
