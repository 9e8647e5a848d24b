"""The commands of the application, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from PySide6.QtGui import QAction, QKeySequence

from desktop.ui.i18n import QT_TRANSLATE_NOOP

Standard = QKeySequence.StandardKey
Role = QAction.MenuRole
LINE = None  # between two groups of a menu

MENUS = (
    ("file", QT_TRANSLATE_NOOP("Actions", "&File")),
    ("edit", QT_TRANSLATE_NOOP("Actions", "&Edit")),
    ("conversation", QT_TRANSLATE_NOOP("Actions", "&Conversation")),
    ("view", QT_TRANSLATE_NOOP("Actions", "&View")),
    ("help", QT_TRANSLATE_NOOP("Actions", "&Help")),
)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One command.

    Attributes:
        id: how code names it.
        text: how a person reads it, with `&` before its mnemonic.
        menu: id of the menu it stands in, one of `MENUS`.
        icon: name of an icon, or "".
        shortcuts: key sequences as portable text, or standard keys of the platform.
        group: a new group in the menu begins where this changes.
        choice: checkable; exactly one action of the same `choice` is checked.
        role: where macOS puts it.
    """

    id: str
    text: str
    menu: str
    icon: str = ""
    shortcuts: tuple[str | QKeySequence.StandardKey, ...] = ()
    group: int = 0
    checkable: bool = False
    choice: str = ""
    role: QAction.MenuRole = Role.NoRole


def _spec(
    id: str,  # noqa: A002
    text: str,
    icon: str = "",
    *shortcuts: str | QKeySequence.StandardKey,
    checkable: bool = False,
    choice: str = "",
    role: QAction.MenuRole = Role.NoRole,
) -> ActionSpec:
    return ActionSpec(id, text, "", icon, shortcuts, 0, checkable, choice, role)


def _menu(menu: str, *parts: ActionSpec | None) -> Iterator[ActionSpec]:
    """The commands of a menu, in groups with a LINE between two."""
    group = 0
    for part in parts:
        if part is LINE:
            group += 1
        else:
            yield replace(part, menu=menu, group=group)


SPECS: tuple[ActionSpec, ...] = (
    *_menu(
        "file",
        _spec(
            "new_conversation",
            QT_TRANSLATE_NOOP("Actions", "&New conversation"),
            "square-pen",
            Standard.New,
        ),
        _spec(
            "new_window", QT_TRANSLATE_NOOP("Actions", "New &window"), "app-window", "Ctrl+Shift+N"
        ),
        _spec("new_prompt", QT_TRANSLATE_NOOP("Actions", "New p&rompt"), "plus", "Ctrl+Alt+N"),
        LINE,
        _spec(
            "open_model",
            QT_TRANSLATE_NOOP("Actions", "&Open a model file…"),
            "folder-open",
            Standard.Open,
        ),
        _spec(
            "find_models", QT_TRANSLATE_NOOP("Actions", "&Find models…"), "search", "Ctrl+Shift+M"
        ),
        LINE,
        _spec(
            "import_conversation", QT_TRANSLATE_NOOP("Actions", "&Import a conversation…"), "upload"
        ),
        _spec(
            "export_conversation",
            QT_TRANSLATE_NOOP("Actions", "&Export the conversation…"),
            "download",
            "Ctrl+Shift+E",
        ),
        LINE,
        _spec(
            "settings",
            QT_TRANSLATE_NOOP("Actions", "&Settings"),
            "settings",
            "Ctrl+,",
            role=Role.PreferencesRole,
        ),
        LINE,
        _spec(
            "quit", QT_TRANSLATE_NOOP("Actions", "&Quit"), "log-out", "Ctrl+Q", role=Role.QuitRole
        ),
    ),
    *_menu(
        "edit",
        _spec("undo_delete", QT_TRANSLATE_NOOP("Actions", "&Undo delete"), "undo-2", Standard.Undo),
        _spec("recently_deleted", QT_TRANSLATE_NOOP("Actions", "&Recently deleted…"), "rotate-ccw"),
        LINE,
        _spec(
            "find",
            QT_TRANSLATE_NOOP("Actions", "&Find in the conversation"),
            "search",
            Standard.Find,
        ),
        _spec(
            "search_conversations",
            QT_TRANSLATE_NOOP("Actions", "&Search all conversations"),
            "search",
            "Ctrl+Shift+F",
        ),
        LINE,
        _spec(
            "command_palette", QT_TRANSLATE_NOOP("Actions", "&Command palette"), "command", "Ctrl+K"
        ),
        _spec(
            "focus_composer",
            QT_TRANSLATE_NOOP("Actions", "&Write a message"),
            "text-cursor-input",
            "Ctrl+L",
        ),
    ),
    *_menu(
        "conversation",
        _spec("stop", QT_TRANSLATE_NOOP("Actions", "&Stop answering"), "circle-stop", "Esc"),
        _spec(
            "regenerate",
            QT_TRANSLATE_NOOP("Actions", "&Regenerate the answer"),
            "refresh-cw",
            "Ctrl+R",
        ),
        _spec(
            "continue_answer",
            QT_TRANSLATE_NOOP("Actions", "Co&ntinue the answer"),
            "play",
            "Ctrl+Shift+R",
        ),
        LINE,
        _spec(
            "use_prompt",
            QT_TRANSLATE_NOOP("Actions", "&Use a prompt…"),
            "book-open",
            "Ctrl+Shift+K",
        ),
        _spec(
            "save_as_prompt", QT_TRANSLATE_NOOP("Actions", "Save its &opening as a prompt"), "save"
        ),
        LINE,
        _spec("rename", QT_TRANSLATE_NOOP("Actions", "Rena&me"), "pencil", "F2"),
        _spec("pin", QT_TRANSLATE_NOOP("Actions", "&Pin"), "pin", checkable=True),
        _spec("duplicate", QT_TRANSLATE_NOOP("Actions", "&Duplicate"), "copy", "Ctrl+D"),
        LINE,
        _spec(
            "delete",
            QT_TRANSLATE_NOOP("Actions", "D&elete the conversation"),
            "trash-2",
            "Ctrl+Shift+Backspace",
        ),
    ),
    *_menu(
        "view",
        _spec(
            "toggle_sidebar",
            QT_TRANSLATE_NOOP("Actions", "Show &sidebar"),
            "panel-left",
            "Ctrl+B",
            checkable=True,
        ),
        _spec(
            "toggle_sampler",
            QT_TRANSLATE_NOOP("Actions", "Show sampler &panel"),
            "sliders-horizontal",
            "Ctrl+Shift+P",
            checkable=True,
        ),
        LINE,
        _spec("show_chat", QT_TRANSLATE_NOOP("Actions", "&Chat"), "message-square", "Ctrl+1"),
        _spec("show_models", QT_TRANSLATE_NOOP("Actions", "M&odels"), "box", "Ctrl+2"),
        _spec("show_quantize", QT_TRANSLATE_NOOP("Actions", "&Quantize"), "shrink", "Ctrl+3"),
        _spec("show_compare", QT_TRANSLATE_NOOP("Actions", "Comp&are"), "scale", "Ctrl+4"),
        _spec(
            "show_side_by_side", QT_TRANSLATE_NOOP("Actions", "Compare side &by side"), "", "Ctrl+6"
        ),
        _spec(
            "show_blind_test",
            QT_TRANSLATE_NOOP("Actions", "Compare in a blind &test"),
            "",
            "Ctrl+7",
        ),
        _spec("show_tasks", QT_TRANSLATE_NOOP("Actions", "Compare by tas&ks"), "", "Ctrl+8"),
        _spec("show_prompts", QT_TRANSLATE_NOOP("Actions", "P&rompts"), "book-open", "Ctrl+5"),
        LINE,
        _spec("next_pane", QT_TRANSLATE_NOOP("Actions", "&Next pane"), "", "F6"),
        _spec("previous_pane", QT_TRANSLATE_NOOP("Actions", "Pre&vious pane"), "", "Shift+F6"),
        LINE,
        _spec(
            "text_larger",
            QT_TRANSLATE_NOOP("Actions", "&Larger text"),
            "zoom-in",
            "Ctrl++",
            "Ctrl+=",
        ),
        _spec("text_smaller", QT_TRANSLATE_NOOP("Actions", "S&maller text"), "zoom-out", "Ctrl+-"),
        _spec(
            "text_reset",
            QT_TRANSLATE_NOOP("Actions", "Usual text si&ze"),
            "a-large-small",
            "Ctrl+0",
        ),
        LINE,
        _spec(
            "theme_system",
            QT_TRANSLATE_NOOP("Actions", "Theme: as the s&ystem"),
            "monitor",
            choice="theme",
        ),
        _spec("theme_light", QT_TRANSLATE_NOOP("Actions", "Theme: l&ight"), "sun", choice="theme"),
        _spec("theme_dark", QT_TRANSLATE_NOOP("Actions", "Theme: &dark"), "moon", choice="theme"),
        LINE,
        _spec(
            "full_screen",
            QT_TRANSLATE_NOOP("Actions", "&Full screen"),
            "maximize",
            Standard.FullScreen,
            "F11",
            checkable=True,
        ),
    ),
    *_menu(
        "help",
        _spec(
            "user_guide",
            QT_TRANSLATE_NOOP("Actions", "User &guide"),
            "book-open",
            Standard.HelpContents,
        ),
        _spec(
            "shortcuts",
            QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"),
            "keyboard",
            "Ctrl+?",
            "Ctrl+/",
        ),
        LINE,
        _spec("open_logs", QT_TRANSLATE_NOOP("Actions", "Open &logs folder"), "scroll-text"),
        _spec(
            "system_report", QT_TRANSLATE_NOOP("Actions", "&Copy a system report"), "clipboard-list"
        ),
        LINE,
        _spec("check_updates", QT_TRANSLATE_NOOP("Actions", "Look for &updates"), "refresh-cw"),
        _spec("about", QT_TRANSLATE_NOOP("Actions", "&About Quern"), "info", role=Role.AboutRole),
    ),
)
