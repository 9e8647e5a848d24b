"""The context menu of a message."""

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.ui.transcript.actions_row import action_names, actions_of
from desktop.ui.transcript.context import RowContext
from desktop.ui.transcript.message import Message


def message_menu(
    message: Message | None,
    context: RowContext,
    parent: QWidget,
    *,
    copy_selection: Callable[[], None] | None,
    select_all: Callable[[], None],
) -> QMenu:
    """What can be done at a place: with the selection, the message there, and everything."""
    menu = QMenu(parent)
    if copy_selection is not None:
        copy = menu.addAction(context.icon("copy"), menu.tr("Copy"))
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.triggered.connect(copy_selection)
        menu.addSeparator()
    if message is not None and message.entry.state != "streaming":
        key, names = message.entry.key, action_names()
        for action in _offered(message):
            icon, name = names[action]
            item = menu.addAction(context.icon(icon), name)
            item.triggered.connect(
                lambda _checked=False, action=action: context.events.action.emit(key, action)
            )
        menu.addSeparator()
    everything = menu.addAction(menu.tr("Select all"))
    everything.setShortcut(QKeySequence(QKeySequence.StandardKey.SelectAll))
    everything.triggered.connect(select_all)
    return menu


def _offered(message: Message) -> list[str]:
    entry = message.entry
    this, of = entry.branch
    walk = [name for name, there in (("previous", this > 1), ("next", this < of)) if there]
    keep = ["keep"] if entry.role in ("user", "assistant") and entry.text.strip() else []
    return [*actions_of(entry, last=message.is_last), *keep, *walk]
