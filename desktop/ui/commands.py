"""What each command of a window does: the one place where actions meet their handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication

from desktop.ui.dialogs.about import AboutDialog
from desktop.ui.dialogs.command_palette import CommandPalette
from desktop.ui.dialogs.shortcuts import ShortcutsDialog
from desktop.ui.widgets.banner import Notice
from desktop.ui.window import Shared, Window

TEXT_STEP = 0.1


@dataclass(frozen=True, slots=True)
class AppCommands:
    """What only the application can do."""

    new_window: Callable[[], object]
    quit: Callable[[], object]
    open_logs: Callable[[], object]
    system_report: Callable[[], str]


def connect_commands(window: Window, shared: Shared, app: AppCommands) -> None:
    """Give every action of `window` its handler."""
    _connect_conversation(window, shared)
    _connect_view(window, shared)
    actions = window.actions
    actions.connect_handler("new_window", app.new_window)
    actions.connect_handler("open_model", window.opening.choose)
    actions.connect_handler("settings", lambda: window.main.show_page("settings"))
    actions.connect_handler("quit", app.quit)
    actions.connect_handler("command_palette", lambda: _open_palette(window, shared))
    actions.connect_handler("shortcuts", lambda: ShortcutsDialog(actions, window.main).open())
    actions.connect_handler("open_logs", app.open_logs)
    actions.connect_handler("system_report", lambda: _copy_report(window, app))
    actions.connect_handler("about", lambda: AboutDialog(shared.icons, window.main).open())


def _connect_conversation(window: Window, shared: Shared) -> None:
    actions, conversations, page, chat = (
        window.actions,
        shared.conversations,
        window.page,
        window.chat,
    )

    def with_shown(do: Callable[[int], object]) -> Callable[[], None]:
        def handler() -> None:
            if chat.current is not None:
                do(chat.current.id)

        return handler

    actions.connect_handler("new_conversation", window.new_conversation)
    actions.connect_handler("import_conversation", window.import_conversation)
    actions.connect_handler("export_conversation", window.export_conversation)
    actions.connect_handler("undo_delete", window.main.undo_bar.undo)
    actions.connect_handler("find", page.open_find)
    actions.connect_handler("search_conversations", window.main.sidebar.focus_search)
    actions.connect_handler("focus_composer", page.composer.focus)
    actions.connect_handler("stop", chat.stop)
    actions.connect_handler("regenerate", page.regenerate_last)
    actions.connect_handler("continue_answer", page.continue_last)
    actions.connect_handler("rename", window.main.sidebar.rename_current)
    actions.connect_handler("duplicate", with_shown(conversations.duplicate))
    actions.connect_handler("delete", with_shown(conversations.delete))
    pin = actions.connect_toggle(
        "pin", lambda on: with_shown(lambda number: conversations.pin(number, on))()
    )
    chat.conversation_opened.connect(
        lambda conversation, _path, _branches: pin.setChecked(conversation.pinned)
    )

    # Esc and Ctrl+Z belong to the text under the cursor unless there is something to stop or undo.
    stop, undo = actions.action("stop"), actions.action("undo_delete")
    stop.setEnabled(False)
    chat.busy_changed.connect(stop.setEnabled)
    undo.setEnabled(False)
    conversations.undo_offered.connect(lambda _text: undo.setEnabled(True))
    window.main.undo_bar.undone.connect(lambda: undo.setEnabled(False))
    window.main.undo_bar.expired.connect(lambda: undo.setEnabled(False))


def _connect_view(window: Window, shared: Shared) -> None:
    actions, settings, main = window.actions, shared.settings, window.main

    def scale_by(step: float) -> Callable[[], None]:
        return lambda: settings.set("text_scale", shared.theme.nearest_scale(step))

    sidebar = actions.connect_toggle("toggle_sidebar", main.set_sidebar_visible)
    sidebar.setChecked(True)
    actions.connect_toggle("toggle_sampler", window.page.set_panel_visible)
    actions.connect_handler("next_pane", lambda: main.focus_pane(1))
    actions.connect_handler("previous_pane", lambda: main.focus_pane(-1))
    actions.connect_handler("text_larger", scale_by(TEXT_STEP))
    actions.connect_handler("text_smaller", scale_by(-TEXT_STEP))
    actions.connect_handler("text_reset", lambda: settings.set("text_scale", 1.0))
    for mode in ("system", "light", "dark"):
        action = actions.connect_handler(
            f"theme_{mode}", lambda mode=mode: settings.set("theme", mode)
        )
        action.setChecked(settings.current.theme == mode)
    settings.changed.connect(lambda now: actions.action(f"theme_{now.theme}").setChecked(True))
    actions.connect_toggle(
        "full_screen", lambda on: main.showFullScreen() if on else main.showNormal()
    )


def _open_palette(window: Window, shared: Shared) -> None:
    palette = CommandPalette(
        window.actions, shared.conversations.listed_now, shared.icons, window.main
    )
    palette.conversation_chosen.connect(window.open_conversation)
    palette.open()


def _copy_report(window: Window, app: AppCommands) -> None:
    QGuiApplication.clipboard().setText(app.system_report())
    window.main.banner.show_notice(
        Notice(window.tr("The system report is on the clipboard."), key="report")
    )
