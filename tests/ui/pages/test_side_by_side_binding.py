"""Side by side, bound to a controller that says what a test lets it say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from desktop.domain.errors import EngineDied
from desktop.domain.side_by_side import Column
from desktop.ui.pages.compared_model import ComparedModel
from desktop.ui.pages.side_by_side_binding import SideBySideBinding
from desktop.ui.side_by_side.view import SideBySideView
from tests.helpers.side_by_side_data import (
    AT_ONCE,
    PROMPT,
    QUESTION,
    DescribingLibrary,
    FakeSideBySide,
    columns,
    explained,
    library,
    model,
)


@pytest.fixture
def bound(qtbot, icons) -> SimpleNamespace:
    view, controller, models = SideBySideView(icons), FakeSideBySide(), DescribingLibrary()
    qtbot.addWidget(view)
    chosen = ComparedModel()
    SideBySideBinding(view, controller, models, chosen)
    models.listed.emit(library())
    view.show()
    return SimpleNamespace(view=view, controller=controller, chosen=chosen)


def begin(bound: SimpleNamespace) -> None:
    bound.chosen.set(model("BF16").path)
    bound.view.setup.prompt.setPlainText(f"  {PROMPT}\n")
    bound.view.setup.system.set_text("Be brief.")
    bound.view.setup.bar.button.click()


def test_what_is_missing_is_said(bound) -> None:
    bar = bound.view.setup.bar
    assert "Choose a model" in bar.text() and not bar.button.isEnabled()
    bound.chosen.set(model("BF16").path)
    assert "Type what" in bar.text()
    bound.view.setup.prompt.setPlainText("Why?")
    assert "2 files answer" in bar.text() and bar.button.isEnabled()
    bound.view.setup.levels.rows[0].check.click()
    assert "Choose 2 to 4 files; 1 is chosen." in bar.text()


def test_asking_again_asks_the_same(bound) -> None:
    begin(bound)
    asked = bound.controller.last("start")
    bound.chosen.set(model("Q4_K_M").path)
    bound.view.result.again_requested.emit()
    assert bound.controller.last("start") == asked


def test_all_are_asked_what_was_typed(bound) -> None:
    begin(bound)
    paths, prompt, system, sampler, thinking = bound.controller.last("start")
    assert thinking
    assert paths == [model("BF16").path, model("Q2_K").path]
    assert (prompt, system) == (PROMPT, "Be brief.")
    assert (sampler.temperature, sampler.max_tokens, sampler.seed) == (0.0, 300, None)
    assert bound.view.currentWidget() is bound.view.result


def test_models_may_be_kept_from_thinking(bound) -> None:
    bound.view.setup.thinking.click()
    begin(bound)
    assert bound.controller.last("start")[-1] is False


def test_only_the_own_run_is_shown(bound) -> None:
    begin(bound)
    bound.controller.planned.emit(2, QUESTION, AT_ONCE)
    bound.controller.text_came.emit(2, 0, "not ours", False)
    assert bound.view.result.views[0].text.toPlainText() == ""
    bound.controller.planned.emit(1, QUESTION, AT_ONCE)
    bound.controller.text_came.emit(1, 0, "ours", False)
    assert bound.view.result.views[0].text.toPlainText() == "ours"
    bound.controller.ended.emit(2)
    assert bound.view.result.again_button.isHidden()
    bound.controller.ended.emit(1)
    assert not bound.view.result.again_button.isHidden()


def test_the_seed_that_was_thrown_is_shown_in_the_settings(bound) -> None:
    begin(bound)
    bound.controller.planned.emit(1, QUESTION, AT_ONCE)
    assert "2147483647" in bound.view.setup.sampler.seed._last_label.text()


def test_tokens_are_asked_about(bound) -> None:
    begin(bound)
    for number, column in enumerate((columns()[0], columns()[2])):
        bound.controller.changed.emit(1, number, column)
    bound.controller.ended.emit(1)
    bound.view.result.views[1].text.chosen.emit(2)
    assert bound.controller.last("explain") == (1, 1, 2)
    bound.controller.explained.emit(1, 1, explained(2))
    assert bound.view.result.popup.chart.count()
    bound.controller.unexplained.emit(1, 1, EngineDied("It ended.", "Try again."))
    assert "It ended. Try again." in bound.view.result.popup.text()
    bound.view.result.popup.hide()


def test_a_run_can_be_stopped_and_asked_again(bound) -> None:
    begin(bound)
    bound.view.result.stop_button.click()
    assert bound.controller.last("stop") == (1,)
    bound.controller.ended.emit(1)
    bound.view.result.again_button.click()
    assert bound.controller.runs == 2
    bound.view.result.back_button.click()
    assert bound.controller.last("stop") == (2,)
    assert bound.view.currentWidget() is bound.view.setup


def test_what_is_refused_is_not_shown(bound) -> None:
    bound.controller.start = lambda *values, thinking: 0
    begin(bound)
    assert bound.view.currentWidget() is bound.view.setup


def test_models_leave_when_nobody_looks(bound) -> None:
    assert "release" not in bound.controller.names()
    bound.view.hide()
    assert "release" in bound.controller.names()


def test_a_column_is_known_by_its_level_at_once(bound) -> None:
    begin(bound)
    bound.controller.changed.emit(1, 0, Column(model("BF16").path))
    assert bound.view.result.views[0]._title.text() == "BF16"
