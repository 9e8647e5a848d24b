"""In the whole window, with a scripted engine."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox

from desktop.domain.paths import Home
from desktop.ui.next_token.dialog import AnswerTokens
from tests.helpers.apps import make_app


@pytest.fixture
def window(qapp, tmp_path, qtbot):
    app = make_app(qapp, Home(tmp_path))
    window = app.open_window()
    qtbot.waitUntil(lambda: window.models.current is not None)
    yield window
    app.quit()
    app.close()


def write(window, qtbot, text: str) -> int:
    with qtbot.waitSignal(window.chat.answer_ended) as ended:
        window.chat.send(text)
    return ended.args[0].id


def open_panel(window):
    window.binding.set_panel_visible(True)
    window.page.panel.next_token_fold.set_open(True)
    return window.page.panel.next_token


def remaining(view) -> list[tuple[str, int]]:
    return [(s.name, s.remaining) for s in view.token.stages] if view.token else []


def test_nothing_is_made_before_somebody_looks(window, qtbot):
    write(window, qtbot, "say one two three")
    assert window.next_token._panel is None


def test_the_panel_follows_sliders_and_answers(window, qtbot):
    write(window, qtbot, "say one two three")
    view = open_panel(window)
    qtbot.waitUntil(lambda: remaining(view) == [("model", 2048), ("top_k", 40)])
    box = window.page.panel.fields.fields["top_k"].findChild(QDoubleSpinBox)
    box.setValue(7)
    qtbot.waitUntil(lambda: remaining(view) == [("model", 2048), ("top_k", 7)])
    assert [cut.left for cut in view.chart.picture.cuts] == [(("top_k", 7),)]
    write(window, qtbot, "say a longer answer than that")
    qtbot.waitUntil(lambda: "of 10" in view.place.text())
    view.next.click()
    qtbot.waitUntil(lambda: view.token is not None and view.token.index == 1)


def test_the_panel_says_why_it_shows_nothing(window, qtbot):
    view = open_panel(window)
    assert view.message.text().startswith("There is no answer yet")
    write(window, qtbot, "say words")
    qtbot.waitUntil(lambda: view.chart.isVisible())
    window.new_conversation()
    assert view.message.isVisible() and not view.chart.isVisible()


def test_the_tokens_of_any_answer_open_in_a_dialog(window, qtbot):
    first = write(window, qtbot, "say one two three")
    write(window, qtbot, "say four")
    window.page.transcript.tokens_requested.emit(first)
    (dialog,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, AnswerTokens))
    qtbot.waitUntil(lambda: dialog.view.chart.isVisible())
    assert dialog.view.place.text() == "Token 1 of 6"
    dialog.view.next.click()
    qtbot.waitUntil(lambda: dialog.view.token.index == 1)
    assert dialog.text.current == 1
    dialog.accept()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    write(window, qtbot, "say five")  # nobody looks any more


def test_a_message_that_is_gone_is_told_of(window, qtbot):
    with qtbot.waitSignal(window.chat.failed):
        window.next_token.show_tokens(4711)
