from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.controllers.next_token import Hindrance
from desktop.domain.sampling import SamplerSettings
from desktop.ui.next_token.dialog import AnswerTokens
from desktop.ui.next_token.view import NextTokenView
from tests.helpers.next_token_data import choice, looked_at


@pytest.fixture
def view(theme, icons, qtbot) -> NextTokenView:
    made = NextTokenView(icons, 8)
    qtbot.addWidget(made)
    made.resize(400, 700)
    made.show()
    made.show_answer(looked_at(), 3)
    made.show_token(choice(3))
    return made


def test_the_token_is_shown_in_its_place(view):
    assert view.place.text() == "Token 4 of 60"
    assert "[\u2068␣مرحبا\u2069]" in view.context.text()
    assert view.chart.count() == 8 and view.chart.isVisible()
    assert not view.message.isVisible()


def test_a_stage_can_be_chosen(view, qtbot):
    qtbot.mouseClick(view.stages.button("min_p"), Qt.MouseButton.LeftButton)
    assert [cut.left for cut in view.chart.picture.cuts] == [(("min_p", 3),)]
    assert view.legend.text() == "Outlined: before. Filled: after Min-p."
    view.show_token(choice(4))
    assert view.stages.current == "min_p"  # it stays


def test_buttons_walk_along_the_answer(view, qtbot):
    with qtbot.waitSignal(view.selected) as told:
        qtbot.mouseClick(view.next, Qt.MouseButton.LeftButton)
    assert told.args == [4] and view.place.text() == "Token 5 of 60"
    view.show_answer(looked_at(), 60)
    assert view.place.text() == "After the last of 60 tokens"
    assert not view.next.isEnabled() and view.previous.isEnabled()
    view.show_answer(looked_at(), 0)
    assert view.next.isEnabled() and not view.previous.isEnabled()


def test_what_hinders_takes_the_place_of_the_picture(view):
    view.show_hindrance(Hindrance.ANSWERING)
    assert view.message.text().startswith("The answer is being written")
    assert not view.chart.isVisible()
    view.show_token(choice())
    assert view.chart.isVisible() and not view.message.isVisible()


def test_a_model_that_takes_its_time_is_excused(view, qtbot):
    view.expect(5)
    assert not view.message.isVisible()
    qtbot.waitUntil(view.message.isVisible)
    view.show_token(choice(5))
    assert not view.message.isVisible()


def test_notes_follow_the_settings_and_the_answer(view):
    assert not view.notes.isVisible()
    view.set_settings(SamplerSettings(grammar="root ::= .*"))
    assert view.notes.text().startswith("The grammar")
    view.show_answer(looked_at(dropped=2), 0)
    assert view.notes.text().startswith("The 2 oldest")
    assert "The grammar" in view.notes.text()


def test_markup_in_an_answer_is_text(view):
    answer = looked_at()
    token = answer.tokens[0].__class__(1, "<b>&", 0.1)
    view.show_answer(answer.__class__(answer.message, (token, token), foreign=False), 1)
    assert "&lt;b&gt;&amp;" in view.context.text()


def test_text_and_view_of_the_dialog_agree(theme, icons, qtbot):
    dialog = AnswerTokens(icons)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.show_answer(looked_at(), 3)
    dialog.show_token(choice(3))
    heard: list[int] = []
    dialog.selected.connect(heard.append)
    qtbot.mouseClick(dialog.view.next, Qt.MouseButton.LeftButton)
    assert dialog.text.current == 4
    qtbot.keyClick(dialog.text, Qt.Key.Key_Right)
    assert dialog.view.place.text() == "Token 6 of 60"
    assert heard == [4, 5]
    dialog.show_token(choice(13))
    assert "20.0000 %" in dialog.text.words(13)  # evaluated again, and known from now on
