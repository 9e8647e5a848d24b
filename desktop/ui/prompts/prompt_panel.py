"""One prompt: its head, and beneath it what is written, how it became so, and how it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.prompt import Prompt, PromptContent, PromptDraft
from desktop.domain.prompt_template import fields_of
from desktop.ui.icons import Icons
from desktop.ui.prompts.prompt_editor import PromptEditor
from desktop.ui.prompts.save_bar import SaveBar
from desktop.ui.prompts.versions_view import VersionsView
from desktop.ui.prompts.words import standing, version_name
from desktop.ui.widgets.buttons import ElidedLabel, icon_button, label, text_button
from desktop.ui.widgets.segmented import Segmented

EDIT, VERSIONS, TEST = range(3)
DRAFT_DELAY_MS = 400
NEW = 0  # the id of a prompt that was never saved


class PromptPanel(QWidget):
    """Signals:

    use_requested: the Prompt, to be filled in.
    favourite_changed, hidden_changed: id and whether.
    duplicate_requested, delete_requested, export_requested: id.
    drafted: id, and the PromptDraft as it is now, or None when it is as it was saved; a moment
        after the last change.
    save_requested: id, PromptDraft, note.
    versions_wanted: id of the prompt whose versions are to be shown.
    closed: back to the list.

    Attributes:
        prompt: the one shown, as it was saved; None for a new one.
    """

    use_requested = Signal(object)
    favourite_changed = Signal(int, bool)
    hidden_changed = Signal(int, bool)
    duplicate_requested = Signal(int)
    delete_requested = Signal(int)
    export_requested = Signal(int)
    drafted = Signal(int, object)
    save_requested = Signal(int, object, str)
    versions_wanted = Signal(int)
    closed = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self.prompt: Prompt | None = None
        self._saved = PromptDraft("", PromptContent(""))
        self._wanted = (NEW, 0)  # a prompt and a version of it, to be shown when it is there
        self._tests: QWidget | None = None
        self._show_tests: Callable[[Prompt], object] = lambda _prompt: None
        self._title = ElidedLabel()
        self._title.setProperty("tone", "title")
        self._standing = label("", "small", wrap=True)
        self.use_button = text_button(self.tr("Use…"), "primary")
        self.star_button = icon_button(icons, "star", self.tr("Favourite"))
        self.star_button.setCheckable(True)
        self.more_button = icon_button(icons, "ellipsis", self.tr("More"))
        self.close_button = icon_button(icons, "x", self.tr("Close the prompt"))
        self.views = Segmented(
            self.tr("What to show of the prompt"),
            [self.tr("Edit"), self.tr("Versions"), self.tr("Test")],
        )
        self.editor = PromptEditor(icons)
        self.versions = VersionsView()
        self.bar = SaveBar()
        self._stack = _Views()
        self._stack.addWidget(self.editor)
        self._stack.addWidget(self.versions)
        self._delay = QTimer(self, interval=DRAFT_DELAY_MS, singleShot=True)
        self._delay.timeout.connect(self._tell_draft)
        self._arrange()
        self._connect()
        self.show_prompt(None)

    def _arrange(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(4)
        first.addWidget(self._title, 1)
        for part in (self.use_button, self.star_button, self.more_button, self.close_button):
            first.addWidget(part)
        head = QVBoxLayout()
        head.setContentsMargins(16, 4, 8, 0)
        head.setSpacing(2)
        head.addLayout(first)
        head.addWidget(self._standing)
        head.addWidget(self.views)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._stack, 1)
        column.addWidget(self.bar)

    def _connect(self) -> None:
        self.use_button.clicked.connect(self._use)
        self.star_button.clicked.connect(self._star)
        self.more_button.clicked.connect(self._open_menu)
        self.close_button.clicked.connect(self.closed)
        self.views.changed.connect(self._show_view)
        self.editor.edited.connect(self._edited)
        self.bar.save_requested.connect(self.save)
        self.bar.discard_requested.connect(self._discard)
        save = QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.save)

    @property
    def shown_id(self) -> int:
        return self.prompt.id if self.prompt else NEW

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        return self.editor.draft() != self._saved

    def show_prompt(self, prompt: Prompt | None, draft: PromptDraft | None = None) -> None:
        """Show a prompt, or a new one; `draft` is what of it is not saved yet."""
        another = (prompt.id if prompt else NEW) != self.shown_id
        self._delay.stop()
        self.prompt = prompt
        self._saved = as_draft(prompt) if prompt else PromptDraft("", PromptContent(""))
        self.editor.set_draft(draft or self._saved)
        if another or prompt is None:
            self.bar.note.clear()
            self.editor.verticalScrollBar().setValue(0)
        for number in (VERSIONS, TEST):
            there = prompt is not None and (number != TEST or self._tests is not None)
            self.views.button(number).setVisible(there)
        if prompt is None:
            self.views.choose(EDIT)
        elif prompt.id == self._wanted[0]:
            self.versions.choose(self._wanted[1])
            self.views.choose(VERSIONS)
            self._wanted = (NEW, 0)
        self._show_head()
        self._show_changed()
        self._show_view(self.views.current)

    def await_version(self, prompt_id: int, version_id: int) -> None:
        """When this prompt is shown next, show this version of it."""
        self._wanted = (prompt_id, version_id)

    def set_tests(self, view: QWidget, show: Callable[[Prompt], object]) -> None:
        """Give the Test view its content; `show` is called with each prompt it is to show."""
        self._tests = view
        self._show_tests = show
        self._stack.addWidget(view)
        self.views.button(TEST).setVisible(self.prompt is not None)

    def focus_title(self) -> None:
        self.views.choose(EDIT)
        self.editor.title.setFocus(Qt.FocusReason.TabFocusReason)
        self.editor.title.selectAll()

    def save(self) -> None:
        """Save what is written as a new version, if it differs from the last."""
        if self.bar.save_button.isEnabled() and self.views.current == EDIT:
            self._delay.stop()
            focused = QApplication.focusWidget()
            if focused is not None and self.bar.isAncestorOf(focused):
                self.editor.text.setFocus()  # the bar has nothing to do when it is saved
            self.save_requested.emit(self.shown_id, self.editor.draft(), self.bar.note.text())

    def saved(self, prompt: Prompt) -> None:
        """It was saved: what was written while that took stays as it is, unsaved."""
        written = self.editor.draft()
        self.bar.note.clear()
        draft = replace(written, key=prompt.key)
        self.show_prompt(prompt, None if draft == as_draft(prompt) else draft)

    def refresh(self, prompt: Prompt) -> None:
        """It changed elsewhere: what is written and not saved stays."""
        self.show_prompt(prompt, self.editor.draft() if self.is_changed else None)

    def flush(self) -> None:
        """Tell now what was written a moment ago."""
        if self._delay.isActive():
            self._delay.stop()
            self._tell_draft()

    # --- inside -----------------------------------------------------------------------------

    def _show_head(self) -> None:
        prompt = self.prompt
        self._title.setText(prompt.title if prompt else self.tr("New prompt"))
        said = [version_name(prompt.version), *standing(prompt)] if prompt else []
        self._standing.setText(" · ".join(said))
        self._standing.setVisible(bool(said))
        for part in (self.use_button, self.star_button, self.more_button, self.views):
            part.setVisible(prompt is not None)
        starred = prompt is not None and prompt.favourite
        self.star_button.setChecked(starred)
        role = QPalette.ColorRole.Accent if starred else QPalette.ColorRole.PlaceholderText
        self.star_button.setIcon(self._icons.icon("star-full" if starred else "star", role))

    def _show_changed(self) -> None:
        problem = ""
        if self.editor.is_empty():
            problem = self.tr("Write a text first.")
        elif not self.editor.title.text().strip():
            problem = self.tr("Give it a title first.")
        version = self.prompt is None or self.editor.draft().content != self._saved.content
        self.bar.set_changed(self.is_changed, problem, version=self.is_changed and version)
        self.use_button.setToolTip(
            self.tr("Fill it in, as it was saved last, and put it into the conversation")
            if self.is_changed
            else self.tr("Fill it in and put it into the conversation")
        )

    def _show_view(self, view: int) -> None:
        self.bar.setVisible(view == EDIT)
        if view == VERSIONS and self.prompt is not None:
            self._stack.setCurrentWidget(self.versions)
            self.versions_wanted.emit(self.prompt.id)
        elif view == TEST and self.prompt is not None and self._tests is not None:
            self._stack.setCurrentWidget(self._tests)
            self._show_tests(self.prompt)
        else:
            self._stack.setCurrentWidget(self.editor)

    def _edited(self) -> None:
        self._show_changed()
        self._delay.start()

    def _tell_draft(self) -> None:
        self.drafted.emit(self.shown_id, self.editor.draft() if self.is_changed else None)

    def _discard(self) -> None:
        self.show_prompt(self.prompt)
        self.drafted.emit(self.shown_id, None)
        if self.prompt is None:
            self.closed.emit()

    def _use(self) -> None:
        self.flush()
        if self.prompt is not None:
            self.use_requested.emit(self.prompt)

    def _star(self) -> None:
        if self.prompt is not None:
            self.favourite_changed.emit(self.prompt.id, self.star_button.isChecked())

    def _open_menu(self) -> None:
        prompt = self.prompt
        if prompt is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        role = QPalette.ColorRole.PlaceholderText
        entries: list[tuple[str, str, Callable[[], object]]] = [
            ("copy", self.tr("Duplicate"), lambda: self.duplicate_requested.emit(prompt.id)),
            ("upload", self.tr("Export…"), lambda: self.export_requested.emit(prompt.id)),
        ]
        if prompt.builtin:
            text = self.tr("Show in the list again") if prompt.hidden else self.tr("Hide")
            hide = lambda: self.hidden_changed.emit(prompt.id, not prompt.hidden)  # noqa: E731
            entries.append(("eye-off", text, hide))
        else:
            delete = lambda: self.delete_requested.emit(prompt.id)  # noqa: E731
            entries.append(("trash-2", self.tr("Delete"), delete))
        for icon, text, act in entries:
            menu.addAction(self._icons.icon(icon, role), text).triggered.connect(
                lambda _=False, act=act: act()
            )
        menu.popup(self.more_button.mapToGlobal(self.more_button.rect().bottomLeft()))


class _Views(QStackedWidget):
    """No taller than the view that is shown has to be: with large text on a low screen, the list
    above needs the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:
        hint, shown = super().minimumSizeHint(), self.currentWidget()
        return QSize(hint.width(), shown.minimumSizeHint().height()) if shown else hint


def as_draft(prompt: Prompt) -> PromptDraft:
    """A saved prompt as the editor gives it back: with a field for each placeholder."""
    content = replace(prompt.content, fields=fields_of(prompt.content))
    return PromptDraft(
        prompt.title.strip(), content, prompt.folder, prompt.tags, prompt.why.strip(), prompt.key
    )
