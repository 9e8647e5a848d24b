"""What each command of a window does: the one place where actions meet their handlers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from desktop import __version__
from desktop.ui.pages.compare_page import BLIND_TEST, SIDE_BY_SIDE, TASKS
from desktop.ui.shared import Shared
from desktop.ui.widgets.banner import Notice
from desktop.ui.window import Window

if TYPE_CHECKING:
    from desktop.ui.dialogs.command_palette import CommandPalette

TEXT_SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
RECENT = 8


@dataclass(frozen=True, slots=True)
class AppCommands:
    """What only the application can do."""

    new_window: Callable[[], object]
    quit: Callable[[], object]
    open_logs: Callable[[], object]
    open_home: Callable[[], object]
    system_report: Callable[[], str]


def connect_commands(window: Window, shared: Shared, app: AppCommands) -> None:
    """Give every action of `window` its handler."""
    _connect_conversation(window, shared)
    _connect_view(window, shared)
    actions = window.actions
    actions.connect_handler("new_window", app.new_window)
    actions.connect_handler("open_model", window.opening.choose)
    actions.connect_handler("find_models", window.pages.find_models)
    actions.connect_handler("show_chat", lambda: window.main.show_page("chat"))
    actions.connect_handler("show_models", lambda: window.main.show_page("models"))
    actions.connect_handler("show_quantize", lambda: window.main.show_page("quantize"))
    actions.connect_handler("show_compare", lambda: window.main.show_page("compare"))
    for name, view in (
        ("show_side_by_side", SIDE_BY_SIDE),
        ("show_blind_test", BLIND_TEST),
        ("show_tasks", TASKS),
    ):
        actions.connect_handler(name, partial(window.pages.show_comparison, view))
    actions.connect_handler("show_prompts", lambda: window.main.show_page("prompts"))
    actions.connect_handler("new_prompt", window.pages.new_prompt)
    actions.connect_handler("use_prompt", window.prompts.search)
    actions.connect_handler("save_as_prompt", window.prompts.keep_opening)
    actions.connect_handler("settings", lambda: window.main.show_page("settings"))
    actions.connect_handler("quit", app.quit)
    actions.connect_handler("command_palette", _Palette(window, shared).open)
    actions.connect_handler("shortcuts", lambda: _open_shortcuts(window))
    actions.connect_handler("user_guide", lambda: _open_guide(window, shared))
    actions.connect_handler("open_logs", app.open_logs)
    window.pages.settings.open_logs_requested.connect(app.open_logs)
    window.pages.settings.open_home_requested.connect(app.open_home)
    window.pages.settings.about_requested.connect(actions.action("about").trigger)
    actions.connect_handler("system_report", lambda: _copy_report(window, app))
    if shared.updates.possible:
        actions.connect_handler("check_updates", shared.updates.look_now)
    actions.connect_handler("about", lambda: _open_about(window, shared))


def _connect_conversation(window: Window, shared: Shared) -> None:
    actions, conversations, chat = window.actions, shared.conversations, window.chat
    page, binding = window.page, window.binding

    def with_shown(do: Callable[[int], object]) -> Callable[[], None]:
        def handler() -> None:
            if chat.current is not None:
                do(chat.current.id)

        return handler

    actions.connect_handler("new_conversation", window.new_conversation)
    actions.connect_handler("import_conversation", window.transfer.choose_import)
    actions.connect_handler("export_conversation", window.export_conversation)
    actions.connect_handler("undo_delete", window.main.undo_bar.undo)
    actions.connect_handler("recently_deleted", lambda: _open_deleted(window, shared))

    def on_chat_page(do: Callable[[], object]) -> Callable[[], None]:
        def handler() -> None:
            window.main.show_page("chat")
            do()

        return handler

    def in_sidebar(do: Callable[[], object]) -> Callable[[], None]:
        def handler() -> None:
            window.main.set_sidebar_visible(True)
            actions.action("toggle_sidebar").setChecked(True)
            do()

        return handler

    actions.connect_handler("find", on_chat_page(binding.open_find))
    sidebar = window.main.sidebar
    actions.connect_handler("search_conversations", in_sidebar(sidebar.focus_search))
    actions.connect_handler("focus_composer", on_chat_page(page.composer.focus))
    actions.connect_handler("stop", chat.stop)
    actions.connect_handler("regenerate", on_chat_page(binding.regenerate_last))
    actions.connect_handler("continue_answer", on_chat_page(binding.continue_last))
    actions.connect_handler("rename", in_sidebar(sidebar.rename_current))
    actions.connect_handler("duplicate", with_shown(conversations.duplicate))
    actions.connect_handler("delete", with_shown(conversations.delete))
    pin = actions.connect_toggle(
        "pin", lambda on: with_shown(lambda number: conversations.pin(number, on))()
    )
    chat.conversation_opened.connect(
        lambda conversation, _path, _branches: pin.setChecked(conversation.pinned)
    )

    regenerate, go_on = actions.action("regenerate"), actions.action("continue_answer")

    def offer(answer: bool, going_on: bool) -> None:
        regenerate.setEnabled(answer)
        go_on.setEnabled(going_on)

    offer(False, False)
    binding.offers_changed.connect(offer)

    # Esc and Ctrl+Z belong to the text under the cursor unless there is something to stop or undo.
    stop, undo = actions.action("stop"), actions.action("undo_delete")
    stop.setEnabled(False)
    chat.busy_changed.connect(stop.setEnabled)
    undo.setEnabled(False)
    bar = window.main.undo_bar
    bar.undone.connect(lambda: undo.setEnabled(bar.is_offering))  # what was deleted before
    bar.expired.connect(lambda: undo.setEnabled(False))


def _connect_view(window: Window, shared: Shared) -> None:
    actions, settings, main = window.actions, shared.settings, window.main

    def larger() -> None:
        now = settings.current.text_scale
        settings.set("text_scale", min((s for s in TEXT_SCALES if s > now), default=now))

    def smaller() -> None:
        now = settings.current.text_scale
        settings.set("text_scale", max((s for s in TEXT_SCALES if s < now), default=now))

    sidebar = actions.connect_toggle("toggle_sidebar", main.set_sidebar_visible)
    sidebar.setChecked(not main.sidebar.isHidden())
    actions.connect_toggle("toggle_sampler", window.binding.set_panel_visible)
    actions.connect_handler("next_pane", lambda: main.focus_pane(1))
    actions.connect_handler("previous_pane", lambda: main.focus_pane(-1))
    actions.connect_handler("text_larger", larger)
    actions.connect_handler("text_smaller", smaller)
    actions.connect_handler("text_reset", lambda: settings.set("text_scale", 1.0))
    for mode in ("system", "light", "dark"):
        actions.connect_handler(f"theme_{mode}", partial(settings.set, "theme", mode))
    actions.connect_toggle(
        "full_screen", lambda on: main.showFullScreen() if on else main.showNormal()
    )


class _Palette:
    """The command palette of a window, and what was chosen in it lately."""

    def __init__(self, window: Window, shared: Shared) -> None:
        self._window = window
        self._shared = shared
        self._recent: list[str] = []

    @cached_property
    def _dialog(self) -> CommandPalette:
        from desktop.ui.dialogs.command_palette import CommandPalette

        dialog = CommandPalette(self._window.main)
        dialog.chosen.connect(self._run)
        return dialog

    def open(self) -> None:
        from desktop.ui.dialogs.command_palette import action_entries, conversation_entries

        conversations = self._shared.conversations.listed_now()
        hint = self._window.tr("Conversation")
        entries = action_entries(self._window.actions)
        entries += conversation_entries(conversations, self._shared.icons, hint)
        self._dialog.open_with(entries, self._recent)

    def _run(self, entry_id: str) -> None:
        self._recent = [entry_id, *(old for old in self._recent if old != entry_id)][:RECENT]
        kind, _, name = entry_id.partition(":")
        if kind == "action":
            self._window.actions.action(name).trigger()
        else:
            self._window.open_conversation(int(name))


def _open_deleted(window: Window, shared: Shared) -> None:
    from desktop.ui.dialogs.recently_deleted import RecentlyDeletedDialog

    dialog = RecentlyDeletedDialog(shared.recently_deleted.get(), window.main)
    dialog.conversation_restored.connect(window.open_conversation)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _open_shortcuts(window: Window) -> None:
    from desktop.ui.dialogs.shortcuts import ShortcutsDialog

    ShortcutsDialog(window.actions, window.main).open()


def _open_guide(window: Window, shared: Shared) -> None:
    from desktop.core.user_guide import read_guide
    from desktop.domain.paths import resource_path
    from desktop.ui.dialogs.user_guide import UserGuide

    guide = UserGuide(read_guide(resource_path("docs")), shared.icons, window.main)
    guide.link_activated.connect(window.follow_link)
    guide.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    guide.show()


def _open_about(window: Window, shared: Shared) -> None:
    from desktop.core.components import components
    from desktop.domain.paths import resource_path
    from desktop.ui.dialogs.about import AboutDialog

    licences = resource_path("licences.txt")
    AboutDialog(__version__, components(), shared.icons, licences, window.main).open()


def _copy_report(window: Window, app: AppCommands) -> None:
    QGuiApplication.clipboard().setText(app.system_report())
    window.main.banner.show_notice(
        Notice(window.tr("The system report is on the clipboard."), key="report")
    )
