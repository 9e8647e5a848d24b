"""The commands of the application, as data."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence

from desktop.ui.i18n import QT_TRANSLATE_NOOP

Standard = QKeySequence.StandardKey
Role = QAction.MenuRole

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
    menu: str,
    group: int,
    icon: str = "",
    *shortcuts: str | QKeySequence.StandardKey,
    checkable: bool = False,
    choice: str = "",
    role: QAction.MenuRole = Role.NoRole,
) -> ActionSpec:
    return ActionSpec(id, text, menu, icon, shortcuts, group, checkable, choice, role)


SPECS: tuple[ActionSpec, ...] = (
    _spec(
        "new_conversation",
        QT_TRANSLATE_NOOP("Actions", "&New conversation"),
        "file",
        0,
        "square-pen",
        Standard.New,
    ),
    _spec(
        "new_window",
        QT_TRANSLATE_NOOP("Actions", "New &window"),
        "file",
        0,
        "app-window",
        "Ctrl+Shift+N",
    ),
    _spec(
        "new_prompt",
        QT_TRANSLATE_NOOP("Actions", "New p&rompt"),
        "file",
        0,
        "plus",
        "Ctrl+Alt+N",
    ),
    _spec(
        "open_model",
        QT_TRANSLATE_NOOP("Actions", "&Open a model file…"),
        "file",
        1,
        "folder-open",
        Standard.Open,
    ),
    _spec(
        "find_models",
        QT_TRANSLATE_NOOP("Actions", "&Find models…"),
        "file",
        1,
        "search",
        "Ctrl+Shift+M",
    ),
    _spec(
        "import_conversation",
        QT_TRANSLATE_NOOP("Actions", "&Import a conversation…"),
        "file",
        2,
        "upload",
    ),
    _spec(
        "export_conversation",
        QT_TRANSLATE_NOOP("Actions", "&Export the conversation…"),
        "file",
        2,
        "download",
        "Ctrl+Shift+E",
    ),
    _spec(
        "settings",
        QT_TRANSLATE_NOOP("Actions", "&Settings"),
        "file",
        3,
        "settings",
        "Ctrl+,",
        role=Role.PreferencesRole,
    ),
    _spec(
        "quit",
        QT_TRANSLATE_NOOP("Actions", "&Quit"),
        "file",
        4,
        "log-out",
        "Ctrl+Q",
        role=Role.QuitRole,
    ),
    _spec(
        "undo_delete",
        QT_TRANSLATE_NOOP("Actions", "&Undo delete"),
        "edit",
        0,
        "undo-2",
        Standard.Undo,
    ),
    _spec(
        "find",
        QT_TRANSLATE_NOOP("Actions", "&Find in the conversation"),
        "edit",
        1,
        "search",
        Standard.Find,
    ),
    _spec(
        "search_conversations",
        QT_TRANSLATE_NOOP("Actions", "&Search all conversations"),
        "edit",
        1,
        "search",
        "Ctrl+Shift+F",
    ),
    _spec(
        "command_palette",
        QT_TRANSLATE_NOOP("Actions", "&Command palette"),
        "edit",
        2,
        "command",
        "Ctrl+K",
    ),
    _spec(
        "focus_composer",
        QT_TRANSLATE_NOOP("Actions", "&Write a message"),
        "edit",
        2,
        "text-cursor-input",
        "Ctrl+L",
    ),
    _spec(
        "stop",
        QT_TRANSLATE_NOOP("Actions", "&Stop answering"),
        "conversation",
        0,
        "circle-stop",
        "Esc",
    ),
    _spec(
        "regenerate",
        QT_TRANSLATE_NOOP("Actions", "&Regenerate the answer"),
        "conversation",
        0,
        "refresh-cw",
        "Ctrl+R",
    ),
    _spec(
        "continue_answer",
        QT_TRANSLATE_NOOP("Actions", "Co&ntinue the answer"),
        "conversation",
        0,
        "play",
        "Ctrl+Shift+R",
    ),
    _spec(
        "use_prompt",
        QT_TRANSLATE_NOOP("Actions", "&Use a prompt…"),
        "conversation",
        1,
        "book-open",
        "Ctrl+Shift+K",
    ),
    _spec(
        "save_as_prompt",
        QT_TRANSLATE_NOOP("Actions", "Save its &opening as a prompt"),
        "conversation",
        1,
        "save",
    ),
    _spec("rename", QT_TRANSLATE_NOOP("Actions", "Rena&me"), "conversation", 2, "pencil", "F2"),
    _spec("pin", QT_TRANSLATE_NOOP("Actions", "&Pin"), "conversation", 2, "pin", checkable=True),
    _spec(
        "duplicate", QT_TRANSLATE_NOOP("Actions", "&Duplicate"), "conversation", 2, "copy", "Ctrl+D"
    ),
    _spec(
        "delete",
        QT_TRANSLATE_NOOP("Actions", "D&elete the conversation"),
        "conversation",
        3,
        "trash-2",
        "Ctrl+Shift+Backspace",
    ),
    _spec(
        "toggle_sidebar",
        QT_TRANSLATE_NOOP("Actions", "Show &sidebar"),
        "view",
        0,
        "panel-left",
        "Ctrl+B",
        checkable=True,
    ),
    _spec(
        "toggle_sampler",
        QT_TRANSLATE_NOOP("Actions", "Show sampler &panel"),
        "view",
        0,
        "sliders-horizontal",
        "Ctrl+Shift+P",
        checkable=True,
    ),
    _spec(
        "show_chat", QT_TRANSLATE_NOOP("Actions", "&Chat"), "view", 1, "message-square", "Ctrl+1"
    ),
    _spec("show_models", QT_TRANSLATE_NOOP("Actions", "M&odels"), "view", 1, "box", "Ctrl+2"),
    _spec(
        "show_quantize", QT_TRANSLATE_NOOP("Actions", "&Quantize"), "view", 1, "shrink", "Ctrl+3"
    ),
    _spec("show_compare", QT_TRANSLATE_NOOP("Actions", "Comp&are"), "view", 1, "scale", "Ctrl+4"),
    _spec(
        "show_side_by_side",
        QT_TRANSLATE_NOOP("Actions", "Compare side &by side"),
        "view",
        1,
        "",
        "Ctrl+6",
    ),
    _spec(
        "show_blind_test",
        QT_TRANSLATE_NOOP("Actions", "Compare in a blind &test"),
        "view",
        1,
        "",
        "Ctrl+7",
    ),
    _spec("show_tasks", QT_TRANSLATE_NOOP("Actions", "Compare by tas&ks"), "view", 1, "", "Ctrl+8"),
    _spec(
        "show_prompts",
        QT_TRANSLATE_NOOP("Actions", "P&rompts"),
        "view",
        1,
        "book-open",
        "Ctrl+5",
    ),
    _spec("next_pane", QT_TRANSLATE_NOOP("Actions", "&Next pane"), "view", 2, "", "F6"),
    _spec(
        "previous_pane", QT_TRANSLATE_NOOP("Actions", "Pre&vious pane"), "view", 2, "", "Shift+F6"
    ),
    _spec(
        "text_larger",
        QT_TRANSLATE_NOOP("Actions", "&Larger text"),
        "view",
        3,
        "zoom-in",
        "Ctrl++",
        "Ctrl+=",
    ),
    _spec(
        "text_smaller",
        QT_TRANSLATE_NOOP("Actions", "S&maller text"),
        "view",
        3,
        "zoom-out",
        "Ctrl+-",
    ),
    _spec(
        "text_reset",
        QT_TRANSLATE_NOOP("Actions", "Usual text si&ze"),
        "view",
        3,
        "a-large-small",
        "Ctrl+0",
    ),
    _spec(
        "theme_system",
        QT_TRANSLATE_NOOP("Actions", "Theme: as the s&ystem"),
        "view",
        4,
        "monitor",
        choice="theme",
    ),
    _spec(
        "theme_light",
        QT_TRANSLATE_NOOP("Actions", "Theme: l&ight"),
        "view",
        4,
        "sun",
        choice="theme",
    ),
    _spec(
        "theme_dark",
        QT_TRANSLATE_NOOP("Actions", "Theme: &dark"),
        "view",
        4,
        "moon",
        choice="theme",
    ),
    _spec(
        "full_screen",
        QT_TRANSLATE_NOOP("Actions", "&Full screen"),
        "view",
        5,
        "maximize",
        Standard.FullScreen,
        "F11",
        checkable=True,
    ),
    _spec(
        "user_guide",
        QT_TRANSLATE_NOOP("Actions", "User &guide"),
        "help",
        0,
        "book-open",
        Standard.HelpContents,
    ),
    _spec(
        "shortcuts",
        QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"),
        "help",
        0,
        "keyboard",
        "Ctrl+?",
        "Ctrl+/",
    ),
    _spec("open_logs", QT_TRANSLATE_NOOP("Actions", "Open &logs folder"), "help", 1, "scroll-text"),
    _spec(
        "system_report",
        QT_TRANSLATE_NOOP("Actions", "&Copy a system report"),
        "help",
        1,
        "clipboard-list",
    ),
    _spec(
        "check_updates", QT_TRANSLATE_NOOP("Actions", "Look for &updates"), "help", 2, "refresh-cw"
    ),
    _spec(
        "about",
        QT_TRANSLATE_NOOP("Actions", "&About Quern"),
        "help",
        2,
        "info",
        role=Role.AboutRole,
    ),
)
