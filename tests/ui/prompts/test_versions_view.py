from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCursor

from desktop.core.prompt_diff import diff
from desktop.ui.prompts.versions_view import VersionsView
from tests.helpers.prompts_page_data import versions


@pytest.fixture
def view(theme, qtbot) -> VersionsView:
    made = VersionsView()
    qtbot.addWidget(made)
    made.difference_wanted.connect(
        lambda old, new: made.set_difference(old, new, diff(old.content, new.content))
    )
    made.resize(520, 600)
    made.show()
    return made


def test_the_newest_is_compared_with_the_one_before(view):
    view.set_versions(versions())
    assert view.heading.text() == "Version 3, and what is different from Version 2"
    assert "− Review of a customer: {review}" in view.difference.toPlainText()
    assert "+ Review: {review}" in view.difference.toPlainText()
    assert not view.restore_button.isEnabled()


def test_any_two_can_be_compared(view):
    view.set_versions(versions())
    view.other.setCurrentIndex(2)
    view.other.activated.emit(2)
    assert view.heading.text() == "Version 3, and what is different from Version 1"
    assert "− Is this review good or bad? {review}" in view.difference.toPlainText()


def test_a_version_is_chosen_once_it_is_there(view):
    view.choose(versions()[1].id)
    view.set_versions(versions())
    assert view.list.currentIndex().row() == 1
    assert view.heading.text() == "Version 2, and what is different from Version 1"
    view.choose(versions()[2].id)
    view.set_versions(versions())
    assert view.heading.text() == "Version 1, as it is"


def test_the_first_version_shows_what_it_says(view):
    view.set_versions(versions())
    view.list.setCurrentIndex(view.list.model().index(2, 0))
    assert view.heading.text() == "Version 1, as it is"
    assert view.difference.toPlainText() == "Is this review good or bad? {review}"


def test_an_old_version_is_restored(view, qtbot):
    view.set_versions(versions())
    view.list.setCurrentIndex(view.list.model().index(1, 0))
    with qtbot.waitSignal(view.restore_requested) as told:
        view.restore_button.click()
    assert told.args == [2, 22]


def test_the_list_is_as_tall_as_its_rows_where_there_is_room(view):
    view.set_versions(versions())
    view.resize(520, 900)
    assert view.list.height() == view.list.maximumHeight()
    assert view.list.verticalScrollBar().maximum() == 0
    view.resize(520, view.minimumSizeHint().height())
    assert view.list.height() < view.list.maximumHeight()


def test_notes_and_times_are_shown(view):
    view.set_versions(versions())
    content = view.list.itemDelegate().content(view.list.model().index(0, 0))
    assert (content.title, content.details) == ("Version 3", "Shorter, for small models")
    assert content.figures
    assert view.list.itemDelegate().content(view.list.model().index(1, 0)).details == "No note"


def test_changes_are_marked_not_by_colour_alone(view):
    view.set_versions(versions())
    text = view.difference.toPlainText()
    document = view.difference.document()

    def format_of(words: str):
        cursor = QTextCursor(document)
        cursor.setPosition(text.index(words) + 1)
        return cursor.charFormat()

    assert format_of("of a customer").fontStrikeOut()
    assert not format_of("Review: {review}").fontStrikeOut()
    view.list.setCurrentIndex(view.list.model().index(1, 0))
    text = view.difference.toPlainText()
    assert format_of("You sort reviews").fontUnderline()


def test_an_answer_to_an_older_question_is_not_shown(view):
    view.set_versions(versions())
    before = view.difference.toPlainText()
    view.set_difference(versions()[2], versions()[1], ())
    assert view.difference.toPlainText() == before
