"""The Prompts page with a real library."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desktop.controllers.controller import Controller
from desktop.controllers.prompt_exchange import PromptExchangeController
from desktop.controllers.prompts import PromptsController
from desktop.controllers.tasks import Tasks
from desktop.core.prompt_drafts import PromptDrafts
from desktop.core.prompt_library import PromptLibrary
from desktop.domain.prompt import PromptContent, PromptDraft, PromptQuery
from desktop.domain.sampling import BUILT_IN_PRESETS
from desktop.storage.database import Database
from desktop.storage.prompts import StoredPrompts
from desktop.ui.itemmodels.prompt_list import PROMPT_ROLE
from desktop.ui.pages.prompts_binding import PromptsBinding
from desktop.ui.pages.prompts_page import PromptsPage
from desktop.ui.prompts.drag import prompt_id_of
from desktop.ui.prompts.import_dialog import ImportDialog
from desktop.ui.prompts.prompt_panel import VERSIONS
from desktop.ui.prompts.prompt_picker import PromptPicker


class Settings(Controller):
    presets_changed = Signal(object)

    def list_presets(self) -> None:
        self.presets_changed.emit(BUILT_IN_PRESETS)


class Rig:
    """Pages of windows over one library."""

    def __init__(self, tmp_path: Path, icons, qtbot) -> None:
        self.icons, self.qtbot = icons, qtbot
        self.database = Database(tmp_path / "quern.db")
        self.database.open()
        self.library = PromptLibrary(StoredPrompts(self.database), tmp_path / "none of ours")
        self.drafts = PromptDrafts(tmp_path / "drafts.json")
        self.tasks = Tasks()
        self.prompts = PromptsController(lambda: self.library, lambda: self.drafts, self.tasks)
        self.exchange = PromptExchangeController(self.prompts, self.tasks)
        self.settings = Settings()
        self.problems: list[object] = []
        self.prompts.failed.connect(self.problems.append)
        self.exchange.failed.connect(self.problems.append)

    def page(self) -> PromptsPage:
        page = PromptsPage(self.icons)
        self.qtbot.addWidget(page)
        page.binding = PromptsBinding(page, self.prompts, self.exchange, self.settings)
        page.resize(1000, 700)
        page.show()
        self.until(lambda: page.body.pane.model.rowCount() == self.count())
        return page

    def count(self) -> int:
        return len(self.library.list(PromptQuery()))

    def add(self, title: str, text: str = "Text", **others) -> int:
        return self.library.add(PromptDraft(title, PromptContent(text), **others)).id

    def until(self, happened) -> None:
        self.qtbot.waitUntil(happened)

    def open(self, page: PromptsPage, prompt_id: int) -> None:
        page.body.pane.list.setCurrentIndex(page.body.pane.model.index_of(prompt_id))
        self.until(lambda: page.body.panel.shown_id == prompt_id)

    def close(self) -> None:
        self.tasks.close()
        self.database.close()


@pytest.fixture
def rig(tmp_path, icons, theme, qtbot):
    made = Rig(tmp_path, icons, qtbot)
    yield made
    made.close()
    assert made.problems == []


def test_a_prompt_is_found_opened_changed_and_saved(rig):
    wanted = rig.add("Greet", "Say hello to {name}.")
    rig.add("Other", "Something else")
    page = rig.page()
    pane, panel = page.body.pane, page.body.panel
    pane.search.setText("hello")
    rig.until(lambda: pane.model.rowCount() == 1)
    rig.open(page, wanted)
    panel.editor.text.setPlainText("Say bye to {name}.")
    panel.bar.note.setText("Politer")
    panel.save()
    rig.until(lambda: panel.prompt is not None and panel.prompt.version == 2)
    assert not panel.is_changed
    assert rig.library.versions(wanted)[0].note == "Politer"
    assert rig.drafts.ids() == set()


def test_the_version_an_answer_was_made_with_is_shown(rig):
    wanted = rig.add("Greet", "Say hello.")
    first = rig.library.versions(wanted)[0].id
    rig.library.save(wanted, PromptContent("Say bye."))
    page = rig.page()
    page.binding.open_version(wanted, first)
    panel = page.body.panel
    rig.until(lambda: panel.versions.heading.text() == "Version 1, as it is")
    assert panel.versions.isVisible()


def test_what_is_not_saved_survives_leaving_and_a_restart(rig):
    first, second = rig.add("First"), rig.add("Second")
    page = rig.page()
    panel = page.body.panel
    rig.open(page, first)
    panel.editor.text.setPlainText("Half writ")
    rig.open(page, second)  # before the moment after which a draft is kept is over
    assert rig.drafts.ids() == {first}
    assert not panel.is_changed
    again = rig.page()
    rig.open(again, first)
    assert again.body.panel.editor.text.toPlainText() == "Half writ"
    assert again.body.panel.is_changed


def test_closing_the_window_keeps_what_was_just_written(rig):
    first = rig.add("First")
    page = rig.page()
    rig.open(page, first)
    page.body.panel.editor.text.setPlainText("Half writ")
    page.flush()
    assert rig.drafts.ids() == {first}


def test_a_new_prompt_is_kept_before_it_is_saved(rig):
    page = rig.page()
    panel = page.body.panel
    page.binding.new_prompt()
    rig.until(lambda: panel.editor.title.hasFocus() or panel.isVisible())
    panel.editor.title.setText("Mine")
    panel.editor.title.textEdited.emit("Mine")
    panel.editor.text.setPlainText("Do {this}")
    panel.flush()
    assert rig.drafts.ids() == {0}
    panel.save()
    rig.until(lambda: panel.prompt is not None and panel.prompt.title == "Mine")
    assert rig.drafts.ids() == set()
    rig.until(lambda: page.body.pane.model.rowCount() == 1)
    assert page.body.pane.list.currentIndex().row() == 0


def test_two_windows_show_the_same_library(rig):
    first = rig.add("First")
    one, two = rig.page(), rig.page()
    rig.open(one, first)
    rig.open(two, first)
    one.body.panel.editor.text.setPlainText("From the first window")
    one.body.panel.save()
    other = two.body.panel.editor.text
    rig.until(lambda: other.toPlainText() == "From the first window")
    assert not two.body.panel.is_changed
    rig.prompts.set_favourite(first, True)
    rig.until(lambda: two.body.panel.star_button.isChecked())


def test_a_deleted_prompt_is_left_and_comes_back(rig, qtbot):
    first = rig.add("First")
    page = rig.page()
    rig.open(page, first)
    with qtbot.waitSignal(rig.prompts.undo_offered) as offered:
        page.body.panel.delete_requested.emit(first)
    rig.until(lambda: page.body.pane.empty.isVisible())
    offered.args[1]()
    rig.until(lambda: page.body.pane.model.rowCount() == 1)


def test_the_delete_key_deletes_and_the_next_one_is_at_hand(rig, qtbot):
    ids = [rig.add(title) for title in ("First", "Second", "Third")]
    page = rig.page()
    pane = page.body.pane
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    pane.list.setFocus()
    rig.open(page, pane.model.index(1).data(PROMPT_ROLE).id)
    after = pane.model.index(2).data(PROMPT_ROLE).id
    with qtbot.waitSignal(rig.prompts.undo_offered) as offered:
        QTest.keyClick(pane.list, Qt.Key.Key_Delete)
    rig.until(lambda: pane.model.rowCount() == 2)
    assert pane.list.hasFocus()
    QTest.keyClick(pane.list, Qt.Key.Key_Down)
    rig.until(lambda: page.body.panel.shown_id == after)
    offered.args[1]()
    rig.until(lambda: rig.count() == len(ids))


def test_a_copy_is_shown(rig):
    first = rig.add("First")
    page = rig.page()
    rig.open(page, first)
    page.body.panel.duplicate_requested.emit(first)
    rig.until(lambda: page.body.panel.editor.title.text() == "First (copy)")
    rig.until(lambda: page.body.pane.model.rowCount() == 2)


def test_versions_are_compared_and_restored(rig):
    first = rig.add("First", "One")
    rig.library.save(first, PromptContent("Two"), "Better")
    page = rig.page()
    rig.open(page, first)
    panel = page.body.panel
    panel.views.choose(VERSIONS)
    rig.until(lambda: "+ Two" in panel.versions.difference.toPlainText())
    panel.versions.list.setCurrentIndex(panel.versions.list.model().index(1, 0))
    panel.versions.restore_button.click()
    rig.until(lambda: panel.prompt.version == 3)
    assert panel.editor.text.toPlainText() == "One"
    rig.until(lambda: panel.versions.list.model().rowCount() == 3)


def test_the_next_prompt_is_chosen_from_the_library(rig):
    first = rig.add("First")
    rig.add("Follow", "Go on with {answer}")
    page = rig.page()
    rig.open(page, first)
    chain = page.body.panel.editor.chain
    chain.choose_button.click()
    picker = page.findChild(PromptPicker)
    picker.search.setText("follow")
    rig.until(lambda: picker.model.rowCount() == 1)
    picker.choose_button.click()
    assert chain.choose_button.text() == "Follow"
    page.body.panel.save()
    rig.until(lambda: rig.library.get(first).content.then is not None)
    assert rig.library.get(first).content.then.field == "answer"
    again = rig.page()
    rig.open(again, first)
    rig.until(lambda: again.body.panel.editor.chain.choose_button.text() == "Follow")


def test_filters_follow_the_library(rig):
    rig.add("First", folder="Work", tags=("mail",))
    rig.add("Second", folder="Home")
    page = rig.page()
    pane = page.body.pane
    rig.until(lambda: pane.folder.count() == 3)
    assert pane.tag.itemText(1) == "mail (1)"
    pane.folder.setCurrentIndex(pane.folder.findData("Work"))
    pane.folder.activated.emit(2)
    rig.until(lambda: pane.model.rowCount() == 1)


def test_files_are_dropped_looked_at_and_imported(rig, tmp_path):
    page = rig.page()
    file = tmp_path / "prompts.csv"
    file.write_text("act,prompt\nGreet,Say hello.\nBye,Say bye.\n")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    notices = []
    page.binding.noticed.connect(notices.append)
    page.body.dropEvent(event)
    rig.until(lambda: page.findChild(ImportDialog) is not None)
    page.findChild(ImportDialog).import_button.click()
    rig.until(lambda: bool(notices))
    assert notices[0].text == "2 prompts were added."
    assert rig.count() == 2


def test_a_prompt_is_written_to_a_file(rig, tmp_path, monkeypatch):
    first = rig.add("First", "The text")
    page = rig.page()
    rig.open(page, first)
    wanted = tmp_path / "mine.json"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_args: (str(wanted), "Markdown (*.md)")
    )
    notices = []
    page.binding.noticed.connect(notices.append)
    page.body.panel.export_requested.emit(first)
    rig.until(lambda: bool(notices))
    assert '"The text"' in wanted.read_text()  # a typed suffix says what is wanted


def test_all_that_is_shown_is_written_to_a_folder(rig, tmp_path, monkeypatch):
    rig.add("First", "One", folder="A")
    rig.add("Second", "Two", folder="B")
    page = rig.page()
    kind = "A folder with a Markdown file each (*)"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "out.json"), kind)
    )
    notices = []
    page.binding.noticed.connect(notices.append)
    page.body.pane.export_requested.emit()
    rig.until(lambda: bool(notices))
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"First.md", "Second.md"}


def test_a_dragged_prompt_is_an_id_a_text_and_a_file(rig):
    first = rig.add("First", "The text of it")
    page = rig.page()
    model = page.body.pane.model
    mime = model.mimeData([model.index_of(first)])
    assert prompt_id_of(mime) == first
    assert mime.text() == "The text of it"
    file = Path(mime.urls()[0].toLocalFile())
    assert file.suffix == ".md"
    assert "The text of it" in file.read_text()


def test_using_a_prompt_is_told_to_the_window(rig, qtbot):
    first = rig.add("First")
    page = rig.page()
    rig.open(page, first)
    with qtbot.waitSignal(page.binding.use_requested) as told:
        page.body.panel.use_button.click()
    assert told.args[0].id == first
