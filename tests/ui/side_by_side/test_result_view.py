"""The answers beside each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.side_by_side import Column, Stage
from desktop.ui.icons import Icons
from desktop.ui.side_by_side.result_view import ResultView
from tests.helpers.side_by_side_data import (
    AT_ONCE,
    IN_TURN,
    QUESTION,
    TEXTS,
    columns,
    explained,
    parting,
)


@pytest.fixture
def view(qtbot, icons: Icons) -> ResultView:
    view = ResultView(icons)
    qtbot.addWidget(view)
    view.resize(1000, 600)
    view.show()
    view.begin("Why?\nReally?", [Column(column.path) for column in columns()])
    return view


def show_all(view: ResultView, plan=AT_ONCE) -> None:
    view.show_plan(QUESTION, plan)
    for number, column in enumerate(columns()):
        view.show_column(number, column)
    view.end()


def test_how_all_are_asked_is_said(view: ResultView) -> None:
    assert "Why? Really?" in view.text()
    view.show_plan(QUESTION, AT_ONCE)
    assert "Seed 2147483647" in view.text() and "speeds cannot be compared" in view.text()
    view.show_plan(QUESTION, IN_TURN)
    assert "One after the other" in view.text()


def test_text_streams_into_its_column(view: ResultView, qtbot) -> None:
    view.show_column(1, Column(Path("x.gguf"), Stage.ANSWERING))
    view.add_text(1, "Hm", reasoning=True)
    assert view.views[1].text.toPlainText() == "Hm"  # the first at once
    for text, reasoning in ((".", True), ("S", False), ("o.", False)):
        view.add_text(1, text, reasoning=reasoning)
    qtbot.waitUntil(lambda: view.views[1].text.toPlainText() == "Hm.\n\nSo.")
    assert [one.text.toPlainText() for one in view.views[::2]] == ["", ""]


def test_what_came_before_a_failure_is_written(view: ResultView) -> None:
    for text in ("It", " is"):
        view.add_text(0, text, reasoning=False)
    failed = Column(Path("x.gguf"), Stage.FAILED, text="It is", problem="It ended.")
    view.show_column(0, failed)
    assert view.views[0].text.toPlainText() == "It is"


def test_each_column_marks_where_it_parts_and_the_reference_all_of_it(view: ResultView) -> None:
    show_all(view)
    low, lower = parting("Q4_K_M").index, parting("Q2_K").index
    assert [set(one.text.marks) for one in view.views] == [{low, lower}, {low}, {lower}]
    assert "Parts from BF16 at token 22." in view.views[1].verdict()
    assert "41.2 % here, 29.6 % by BF16" in view.views[1].verdict()
    assert "compared with this answer" in view.views[0].verdict()


def test_a_button_goes_from_mark_to_mark(view: ResultView) -> None:
    show_all(view)
    base = view.views[0]
    seen = []
    for _ in range(3):
        base.part_button.click()
        seen.append(base.text.current)
    low, lower = parting("Q4_K_M").index, parting("Q2_K").index
    assert seen == [lower, low, lower]


def test_an_answer_that_is_the_same_is_said_to_be(view: ResultView) -> None:
    base = columns()[0]
    view.show_column(0, base)
    view.show_column(1, replace(base, reference=False, same=True))
    assert view.views[1].verdict() == "The same as BF16, token by token."
    assert view.views[1].part_button.isHidden()


def test_a_column_that_fails_says_why(view: ResultView) -> None:
    view.show_column(2, Column(Path("x.gguf"), Stage.FAILED, problem="Too big.", advice="Buy."))
    assert view.views[2]._problem.text() == "Too big. Buy."


def test_a_token_is_asked_about_once_the_run_is_over(view: ResultView) -> None:
    asked = []
    view.token_chosen.connect(lambda *one: asked.append(one))
    view.show_column(1, columns()[1])
    view.views[1].text.chosen.emit(3)
    assert not asked  # the models answer still
    show_all(view)
    view.views[1].text.chosen.emit(3)
    assert asked == [(1, 3)] and view.popup.isVisible()
    assert "Q4_K_M · Token 4 of 44" in view.popup.text() and "␣but" in view.popup.text()
    view.show_token(0, explained(3))  # of another column
    view.show_token(1, explained(2))  # of another token
    assert view.popup.chart.count() == 0
    view.show_token(1, explained(3))
    assert view.popup.chart.count() == 8
    assert "␣the" in view.popup.chart.words(1) and "20.0 %" in view.popup.chart.words(1)
    view.popup.next_button.click()
    assert asked[-1] == (1, 4)
    view.show_problem(1, "It is gone.")
    assert "It is gone." in view.popup.text() and view.popup.chart.isHidden()
    view.popup.hide()


def test_another_run_forgets_the_one_before(view: ResultView) -> None:
    show_all(view)
    view.views[0].text.chosen.emit(0)
    view.begin("How?", [Column(Path("a.gguf")), Column(Path("b.gguf"))])
    assert len(view.views) == 2 and view.popup.isHidden()
    view.show_token(0, explained(0))
    assert view.popup.chart.count() == 0
    assert not view.stop_button.isHidden() and view.again_button.isHidden()


def test_columns_scroll_together_unless_they_are_not_to(view: ResultView, qtbot) -> None:
    show_all(view)
    for one in view.views[:2]:
        one.text.add("\nmore" * 200)
    bars = [one.text.verticalScrollBar() for one in view.views]
    qtbot.waitUntil(lambda: bars[0].maximum() > 100 and bars[1].maximum() > 100)
    bars[0].setValue(40)
    assert (bars[1].value(), bars[2].value()) == (40, min(40, bars[2].maximum()))
    bars[1].setValue(70)
    assert bars[0].value() == 70
    view.lock_box.click()
    bars[0].setValue(10)
    assert bars[1].value() == 70


def test_what_streams_into_one_does_not_move_the_others(view: ResultView, qtbot) -> None:
    for number in range(2):
        view.add_text(number, "line\n" * 200, reasoning=False)
    first, second = (one.text.verticalScrollBar() for one in view.views[:2])
    view.lock_box.click()
    first.setValue(50)
    second.setValue(second.maximum())
    view.lock_box.click()
    before = second.maximum()
    view.add_text(1, "line\n" * 50, reasoning=False)
    qtbot.waitUntil(lambda: second.maximum() > before)
    assert (first.value(), second.value()) == (50, second.maximum())


def test_a_level_known_before_is_shown_before_it_loads(qtbot, icons: Icons) -> None:
    view = ResultView(icons)
    qtbot.addWidget(view)
    base = columns()[0]
    view.begin("Why?", [Column(base.path, info=base.info)])
    view.show_column(0, Column(base.path, Stage.LOADING))
    assert view.views[0]._title.text() == "BF16"
    assert view.views[0]._state.text() == "Loads…"
    assert TEXTS["BF16"] not in view.views[0].text.toPlainText()
