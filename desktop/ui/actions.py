"""The one registry of commands: menus, tool buttons, palette and shortcut list share its QActions.

Actions know nothing of what they do. Handlers are connected from outside with `connect`; an action
without a handler is hidden, so no menu holds a dead entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.ui.action_specs import MENUS, SPECS, ActionSpec
from desktop.ui.icons import Icons


class Actions(QObject):
    """The commands of one window, in the order they were added."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}
        self._choices: dict[str, QActionGroup] = {}
        self._keys: dict[str, str] = {}  # id of the action each shortcut triggers
        self._menus = {id for id, _ in MENUS}  # noqa: A001
        for spec in SPECS:
            self.add(spec)

    def add(self, spec: ActionSpec) -> QAction:
        """Make the action of `spec`, hidden until `connect` gives it a handler.

        Raises: ValueError when its id or one of its shortcuts is taken, or its menu unknown.
        """
        if spec.id in self._actions:
            raise ValueError(f"action {spec.id!r} exists")
        if spec.menu not in self._menus:
            raise ValueError(f"action {spec.id!r} wants an unknown menu {spec.menu!r}")
        action = QAction(QCoreApplication.translate("Actions", spec.text), self)
        action.setObjectName(spec.id)
        action.setMenuRole(spec.role)
        action.setCheckable(spec.checkable or bool(spec.choice))
        action.setVisible(False)
        if spec.icon:
            action.setIcon(self._icons.icon(spec.icon))
        keys = _key_sequences(spec)
        for key in keys:
            taken_by = self._keys.setdefault(key.toString(), spec.id)
            if taken_by != spec.id:
                raise ValueError(f"{key.toString()} is taken by {taken_by!r}")
        action.setShortcuts(keys)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if keys:
            native = keys[0].toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{plain_text(action)} ({native})")
        if spec.choice:
            if spec.choice not in self._choices:
                self._choices[spec.choice] = QActionGroup(self)
            self._choices[spec.choice].addAction(action)
        self._specs[spec.id] = spec
        self._actions[spec.id] = action
        return action

    def action(self, id: str) -> QAction:  # noqa: A002
        """Raises: KeyError."""
        return self._actions[id]

    def spec(self, id: str) -> ActionSpec:  # noqa: A002
        """Raises: KeyError."""
        return self._specs[id]

    def connect_handler(self, id: str, handler: Callable[[], object]) -> QAction:  # noqa: A002
        """Call `handler` when the action is triggered, and show the action."""
        action = self._actions[id]
        action.triggered.connect(lambda _checked=False: handler())
        action.setVisible(True)
        return action

    def connect_toggle(self, id: str, handler: Callable[[bool], object]) -> QAction:  # noqa: A002
        """Call `handler` with the new state when a checkable action is triggered, and show it."""
        action = self._actions[id]
        # Not `handler` itself: Qt cannot connect to every callable, for example a list's append.
        action.triggered.connect(lambda checked: handler(checked))  # noqa: PLW0108
        action.setVisible(True)
        return action

    def items(self) -> Iterator[tuple[str, QAction]]:
        yield from self._actions.items()

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Put every action into the menus of `bar`."""
        for id, title in MENUS:  # noqa: A001
            menu = bar.addMenu(QCoreApplication.translate("Actions", title))
            menu.setObjectName(id)
            self._fill_menu(menu, id)

    def _fill_menu(self, menu: QMenu, id: str) -> None:  # noqa: A002
        group: int | None = None
        for spec in self._specs.values():
            if spec.menu != id:
                continue
            if group is not None and spec.group != group:
                menu.addSeparator()
            group = spec.group
            menu.addAction(self._actions[spec.id])


def plain_text(action: QAction) -> str:
    """The text of `action` without mnemonic and trailing dots."""
    return action.text().replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def _key_sequences(spec: ActionSpec) -> list[QKeySequence]:
    """The keys of `spec` without repetitions; a standard key may stand for none or several."""
    keys: list[QKeySequence] = []
    for wanted in spec.shortcuts:
        if isinstance(wanted, str):
            found = [QKeySequence(wanted)]
        else:
            # The first is the platform's own; the others are historic and only get in the way.
            found = QKeySequence.keyBindings(wanted)[:1]
        keys += [key for key in found if key not in keys]
    return keys
