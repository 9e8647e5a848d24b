from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QProgressBar, QPushButton, QToolButton

from desktop.ui.itemmodels.model_list import ModelChoice
from desktop.ui.widgets.model_picker import ModelPicker

STARTER = ModelChoice("Quern Starter", "F16", Path("/starter.gguf"), 17_000_000)
GONE = ModelChoice("Gone", "Q8_0", Path("/gone.gguf"), 1, missing=True)


@pytest.fixture
def picker(icons, qtbot) -> ModelPicker:
    made = ModelPicker(icons)
    made.set_room(400)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.popup.hide()


def button(picker: ModelPicker, text: str) -> QPushButton:
    return next(b for b in picker.popup.findChildren(QPushButton) if b.text() == text)


def test_it_says_which_model_answers(picker):
    assert picker.button.text() == "Choose a model"
    picker.set_loaded(STARTER)
    assert picker.button.text() == "Quern Starter · F16"
    assert picker.button.accessibleName() == "Model: Quern Starter · F16"
    assert "/starter.gguf" in picker.button.toolTip()
    picker.set_none()
    assert picker.button.text() == "Choose a model"


def test_loading_shows_progress_and_can_be_stopped(picker, qtbot):
    picker.set_loaded(STARTER)
    picker.set_loading(0.4, "Big")
    bar = picker.findChild(QProgressBar)
    assert bar.isVisible()
    assert bar.value() == 400
    assert picker.button.text() == "Loading Big"
    cancel = next(
        b for b in picker.findChildren(QToolButton) if b.accessibleName() == "Stop loading"
    )
    with qtbot.waitSignal(picker.cancel_requested):
        cancel.click()
    picker.set_loading(None)
    assert not bar.isVisible()
    assert picker.button.text() == "Quern Starter · F16"


def test_choosing_from_the_list(picker, qtbot):
    picker.set_models([STARTER, GONE])
    picker.open()
    assert picker.popup.search.isHidden()
    with qtbot.waitSignal(picker.model_chosen) as told:
        QTest.keyClick(picker.popup.list, Qt.Key.Key_Return)
    assert told.args == [Path("/starter.gguf")]
    assert not picker.popup.isVisible()


def test_a_missing_model_cannot_be_chosen(picker, qtbot):
    picker.set_models([GONE])
    picker.open()
    with qtbot.assertNotEmitted(picker.model_chosen):
        picker.popup._choose(picker.popup.list.model().index(0, 0))
    assert picker.popup.isVisible()


def test_many_models_can_be_searched(picker, qtbot):
    many = [ModelChoice(f"Model {n}", "Q4_0", Path(f"/{n}"), 1) for n in range(12)]
    picker.set_models(many)
    picker.open()
    assert picker.popup.search.isVisible()
    QTest.keyClicks(picker.popup.search, "model 11")
    with qtbot.waitSignal(picker.model_chosen) as told:
        QTest.keyClick(picker.popup.search, Qt.Key.Key_Return)
    assert told.args == [Path("/11")]


def test_opening_a_file_and_unloading(picker, qtbot):
    picker.open()
    with qtbot.waitSignal(picker.open_requested):
        button(picker, "Open a model file…").click()
    assert button(picker, "Unload the model").isHidden()
    picker.set_loaded(STARTER)
    picker.open()
    with qtbot.waitSignal(picker.unload_requested):
        button(picker, "Unload the model").click()


def test_a_long_name_is_shortened_but_told(picker):
    long = ModelChoice("A very long name of a model " * 5, "Q4_K_M", Path("/long"), 1)
    picker.set_loaded(long)
    assert "…" in picker.button.text()
    assert long.name in picker.button.toolTip()


def test_the_list_opens_under_the_button(picker):
    picker.set_models([STARTER])
    picker.open()
    left = picker.button.mapToGlobal(QPoint(0, 0)).x()
    assert picker.popup.x() == pytest.approx(left, abs=10)  # a platform may draw a frame
