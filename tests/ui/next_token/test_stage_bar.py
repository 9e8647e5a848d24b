from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.ui.next_token.stage_bar import StageBar
from tests.helpers.next_token_data import choice


@pytest.fixture
def bar(theme, qtbot) -> StageBar:
    made = StageBar()
    made.set_stages(choice().stages)
    qtbot.addWidget(made)
    made.show()
    return made


def test_each_stage_tells_how_many_are_left(bar):
    names = [bar.button(name).text() for name in ("model", "top_k", "top_p", "min_p")]
    assert [name.split("  ")[1] for name in names] == ["128,256", "8", "4", "3"] or [
        name.split("  ")[1] for name in names
    ] == ["128256", "8", "4", "3"]
    assert bar.button("min_p").accessibleName() == "Min-p, 3 candidates left"


def test_all_together_is_chosen_first_and_another_by_click_or_key(bar, qtbot):
    assert bar.current == "" and bar.button("").isChecked()
    with qtbot.waitSignal(bar.changed) as told:
        qtbot.mouseClick(bar.button("top_p"), Qt.MouseButton.LeftButton)
    assert told.args == ["top_p"] and bar.current == "top_p"
    with qtbot.waitSignal(bar.changed):
        qtbot.keyClick(bar.button("model"), Qt.Key.Key_Space)
    assert bar.current == "model" and not bar.button("top_p").isChecked()


def test_buttons_that_stay_keep_their_place_and_focus(bar, qtbot):
    bar.button("top_p").click()
    bar.button("top_p").setFocus()
    stages = choice().stages
    bar.set_stages((stages[0], stages[2]))
    assert bar.current == "top_p" and bar.button("top_p").hasFocus()
    bar.set_stages(stages[:1])
    assert bar.current == "" and bar.button("").isChecked()
    bar.set_stages(stages)
    assert bar.current == "top_p"  # it acts again
