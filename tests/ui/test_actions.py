import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop.ui.action_specs import MENUS, SPECS, ActionSpec
from desktop.ui.actions import Actions, plain_text

WANTED = [
    "new_conversation",
    "new_window",
    "open_model",
    "find_models",
    "show_chat",
    "show_models",
    "show_quantize",
    "show_compare",
    "show_side_by_side",
    "show_blind_test",
    "show_tasks",
    "show_prompts",
    "new_prompt",
    "use_prompt",
    "save_as_prompt",
    "import_conversation",
    "export_conversation",
    "rename",
    "pin",
    "duplicate",
    "delete",
    "undo_delete",
    "recently_deleted",
    "find",
    "search_conversations",
    "command_palette",
    "focus_composer",
    "stop",
    "regenerate",
    "continue_answer",
    "toggle_sidebar",
    "toggle_sampler",
    "text_larger",
    "text_smaller",
    "text_reset",
    "theme_system",
    "theme_light",
    "theme_dark",
    "settings",
    "full_screen",
    "next_pane",
    "previous_pane",
    "user_guide",
    "shortcuts",
    "open_logs",
    "system_report",
    "check_updates",
    "about",
    "quit",
]


def test_every_command_exists(actions: Actions):
    assert {name for name, _ in actions.items()} == set(WANTED)


def test_every_action_has_a_text_and_stands_in_one_menu(actions: Actions):
    window = QMainWindow()
    actions.fill_menu_bar(window.menuBar())
    menus = [window.menuBar().findChild(QMenu, name) for name, _ in MENUS]
    for _, action in actions.items():
        assert plain_text(action)
        assert sum(action in menu.actions() for menu in menus) == 1


def test_no_two_actions_share_a_shortcut_or_a_menu_letter(actions: Actions):
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    for menu, _ in MENUS:
        letters = [
            spec.text[spec.text.index("&") + 1].lower() for spec in SPECS if spec.menu == menu
        ]
        assert len(letters) == len(set(letters)), menu


def test_no_shortcut_is_a_letter_alone(actions: Actions):
    for action in actions:
        for key in action.shortcuts():
            assert not (len(key.toString()) == 1 and key.toString().isalnum())


def test_the_promised_shortcuts(actions: Actions):
    for name, key in {
        "new_conversation": "Ctrl+N",
        "new_window": "Ctrl+Shift+N",
        "open_model": "Ctrl+O",
        "find": "Ctrl+F",
        "search_conversations": "Ctrl+Shift+F",
        "command_palette": "Ctrl+K",
        "focus_composer": "Ctrl+L",
        "stop": "Esc",
        "regenerate": "Ctrl+R",
        "rename": "F2",
        "toggle_sidebar": "Ctrl+B",
        "next_pane": "F6",
        "undo_delete": "Ctrl+Z",
    }.items():
        assert QKeySequence(key) in actions.action(name).shortcuts(), name


def test_an_action_without_a_handler_is_not_shown(icons):
    actions = Actions(icons)
    assert not any(action.isVisible() for action in actions)
    called = []
    actions.connect_handler("find", lambda: called.append(1))
    assert actions.action("find").isVisible()
    actions.action("find").trigger()
    assert called == [1]


def test_a_toggle_tells_its_state(icons):
    actions = Actions(icons)
    states = []
    actions.connect_toggle("toggle_sidebar", states.append)
    actions.action("toggle_sidebar").trigger()
    actions.action("toggle_sidebar").trigger()
    assert states == [True, False]


def test_only_one_theme_is_checked(actions: Actions):
    for name in ("theme_light", "theme_dark"):
        actions.action(name).trigger()
    checked = [
        n for n in ("theme_system", "theme_light", "theme_dark") if actions.action(n).isChecked()
    ]
    assert checked == ["theme_dark"]


@pytest.mark.parametrize(
    "spec",
    [
        ActionSpec("find", "Again", "edit"),
        ActionSpec("other", "Other", "edit", shortcuts=("Ctrl+K",)),
        ActionSpec("other", "Other", "no such menu"),
    ],
    ids=["id taken", "shortcut taken", "unknown menu"],
)
def test_a_clash_is_refused(actions: Actions, spec: ActionSpec):
    with pytest.raises(ValueError):
        actions.add(spec)


def test_roles_for_the_application_menu(actions: Actions):
    assert actions.action("quit").menuRole() is QAction.MenuRole.QuitRole
    assert actions.action("about").menuRole() is QAction.MenuRole.AboutRole
    assert actions.action("settings").menuRole() is QAction.MenuRole.PreferencesRole


def test_plain_text():
    assert plain_text(QAction("Save && &open…")) == "Save & open"
