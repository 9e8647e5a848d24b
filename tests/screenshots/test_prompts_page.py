"""The Prompts page and its dialogs in each of their states against their approved pictures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QDateTime, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget

from desktop.core.prompt_diff import diff
from desktop.domain.prompt import Prompt, PromptDraft
from desktop.domain.sampling import BUILT_IN_PRESETS
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.pages.prompts_body import PromptsBody
from desktop.ui.pages.prompts_page import PromptsPage
from desktop.ui.prompts.fill_dialog import FillDialog
from desktop.ui.prompts.fill_form import Surroundings
from desktop.ui.prompts.import_dialog import ImportDialog
from desktop.ui.prompts.prompt_panel import VERSIONS
from desktop.ui.widgets.composer import Composer
from tests.helpers import prompts_page_data as data

SIZE = QSize(1120, 760)
NARROW = QSize(640, 900)


@pytest.fixture
def window(main, icons, monkeypatch) -> MainWindow:
    # Where a test runs changes neither the hour nor how it is written.
    monkeypatch.setattr(
        "desktop.ui.prompts.versions_view.moment",
        lambda seconds: (
            QDateTime.fromSecsSinceEpoch(int(seconds)).toUTC().toString("yyyy-MM-dd hh:mm")
        ),
    )
    page = PromptsPage(icons)
    main.add_page("prompts", page, "Prompts", "book-open")
    main.resize(SIZE)
    main.show()
    main.body = page.body
    versions = page.body.panel.versions
    versions.difference_wanted.connect(
        lambda old, new: versions.set_difference(old, new, diff(old.content, new.content))
    )
    page.body.panel.editor.set_presets(BUILT_IN_PRESETS)
    page.body.pane.set_folders(["Data", "Writing"])
    page.body.pane.set_tags([("daily", 2), ("short", 1)])
    return main


def list_prompts(body: PromptsBody) -> None:
    body.pane.hidden.setChecked(True)
    body.pane.set_drafts({2})
    body.pane.set_hits(body.pane.query(), data.hits())


def search(body: PromptsBody) -> None:
    list_prompts(body)
    body.pane.search.setText("sum")
    body.pane.set_hits(body.pane.query(), data.found())


def show(body: PromptsBody, prompt: Prompt | None, draft: PromptDraft | None = None) -> None:
    list_prompts(body)
    body.panel.show_prompt(prompt, draft)
    body.pane.show_panel()


def edit(body: PromptsBody) -> None:
    show(body, data.prompts()[0])


def edit_everything(body: PromptsBody) -> None:
    show(body, data.prompts()[1], data.changed())
    body.panel.editor.chain.set_next("summarise", "Summarise", ["length", "text"])


def new_prompt(body: PromptsBody) -> None:
    show(body, None)


def compare_versions(body: PromptsBody) -> None:
    show(body, data.prompts()[1])
    body.panel.versions.set_versions(data.versions())
    body.panel.views.choose(VERSIONS)


def long_names(body: PromptsBody) -> None:
    show(body, data.prompts()[3])


STATES: dict[str, Callable[[PromptsBody], None]] = {
    "empty": lambda body: body.pane.set_hits(body.pane.query(), []),
    "list": list_prompts,
    "search": search,
    "edit": edit,
    "new": new_prompt,
    "versions": compare_versions,
    "long": long_names,
}


def settle(window: MainWindow | QDialog) -> None:
    """Let sizes follow from sizes, and hide the blinking cursor."""
    for _ in range(10):
        QApplication.processEvents()
    focused = window.focusWidget()
    if focused is not None:
        focused.clearFocus()
    for _ in range(10):
        QApplication.processEvents()


def scroll_down(body: PromptsBody) -> None:
    for _ in range(10):
        QApplication.processEvents()
    bar = body.panel.editor.verticalScrollBar()
    bar.setValue(bar.maximum())


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_prompts_page(window, approve, state: str, mode: str) -> None:
    window.theme.apply(mode)
    STATES[state](window.body)
    settle(window)
    approve(window, f"prompts-{state}-{mode}")


@pytest.mark.parametrize("part", ["top", "end"])
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_prompt_with_everything(window, approve, part: str, mode: str) -> None:
    window.theme.apply(mode)
    edit_everything(window.body)
    settle(window)
    if part == "end":
        scroll_down(window.body)
    approve(window, f"prompts-everything-{part}-{mode}")


@pytest.mark.parametrize("state", ["list", "edit", "versions", "long"])
def test_prompts_page_in_a_narrow_window(window, approve, state: str) -> None:
    window.resize(NARROW)
    QApplication.processEvents()  # the parts stand above each other before there are two
    STATES[state](window.body)
    settle(window)
    approve(window, f"prompts-{state}-narrow")


def test_prompts_page_with_large_text(theme, request, approve) -> None:
    theme.apply("light", 2.0)
    window = request.getfixturevalue("window")  # as large as its parts want to be from the start
    edit(window.body)
    settle(window)
    approve(window, "prompts-edit-large")


def test_prompts_page_from_right_to_left(window, approve) -> None:
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    search(window.body)
    show(window.body, data.prompts()[0])
    settle(window)
    approve(window, "prompts-edit-mirrored")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_filling_in(theme, qtbot, approve, mode: str) -> None:
    theme.apply(mode, 1.0)
    dialog = FillDialog(
        data.prompt(1, "Sort reviews", data.CLASSIFY, why=data.prompts()[1].why),
        Surroundings(),
        begun=True,
        count_tokens=lambda text, then: then(len(text.split())) is None,
    )
    qtbot.addWidget(dialog)
    dialog.show()
    settle(dialog)
    approve(dialog, f"prompts-fill-{mode}")


def test_filling_in_every_kind(theme, qtbot, approve) -> None:
    dialog = FillDialog(
        data.prompt(1, data.LONG, data.EVERY_KIND),
        Surroundings("what is on the clipboard", "what was said last"),
        begun=False,
        count_tokens=lambda _text, _then: False,
    )
    qtbot.addWidget(dialog)
    dialog.show()
    settle(dialog)
    approve(dialog, "prompts-fill-kinds")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_importing(theme, qtbot, approve, mode: str) -> None:
    theme.apply(mode, 1.0)
    dialog = ImportDialog(data.plan())
    qtbot.addWidget(dialog)
    dialog.show()
    settle(dialog)
    approve(dialog, f"prompts-import-{mode}")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_prompts_in_the_composer(theme, qtbot, approve, mode: str) -> None:
    theme.apply(mode, 1.0)
    page, composer = QWidget(), Composer(Icons())
    column = QVBoxLayout(page)
    column.addStretch(1)
    column.addWidget(composer)
    qtbot.addWidget(page)
    page.resize(700, 460)
    page.show()
    page.activateWindow()
    composer.focus()
    qtbot.waitUntil(composer.edit.hasFocus)
    composer.edit.insertPlainText("/sum")
    composer.show_prompts("sum", [*data.found(), *data.hits()[1:3]])
    composer.edit.setCursorWidth(0)
    for _ in range(10):
        QApplication.processEvents()
    approve(page, f"prompts-composer-{mode}")
