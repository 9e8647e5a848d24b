import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.sampling import FIELD_BY_NAME, FIELDS, SamplerSettings
from desktop.ui.widgets.number_field import SLIDER_STEPS, NumberField


@pytest.fixture
def make(icons, qtbot):
    def made(name: str) -> NumberField:
        spec = FIELD_BY_NAME[name]
        field = NumberField(spec, getattr(SamplerSettings(), name), icons)
        qtbot.addWidget(field)
        field.show()
        return field

    return made


def test_box_and_slider_agree(make, qtbot):
    field = make("temperature")
    with qtbot.waitSignal(field.value_changed) as told:
        field._box.setValue(2.5)
    assert told.args == [2.5]
    assert field._slider.value() == SLIDER_STEPS // 2
    with qtbot.waitSignal(field.value_changed) as told:
        field._slider.setValue(SLIDER_STEPS)
    assert told.args == [5.0]
    assert field.value() == 5.0


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: spec.name)
def test_the_slider_reaches_both_ends(make, spec):
    field = make(spec.name)
    field._slider.setValue(0)
    assert field.value() == spec.minimum
    field._slider.setValue(SLIDER_STEPS)
    assert field.value() == spec.maximum


def test_a_wide_range_is_fine_where_it_matters(make):
    field = make("max_tokens")
    field._slider.setValue(SLIDER_STEPS // 2)
    assert 100 < field.value() < 10_000


def test_the_slider_moves_in_steps(make):
    field = make("temperature")
    for position in range(0, SLIDER_STEPS, 37):
        field._slider.setValue(position)
        assert field.value() / 0.05 == pytest.approx(round(field.value() / 0.05))


def test_reset(make, qtbot):
    field = make("top_k")
    assert not field._reset.isVisible()
    field._box.setValue(7)
    assert field._reset.isVisible()
    with qtbot.waitSignal(field.value_changed) as told:
        field._reset.click()
    assert told.args == [40]
    assert not field._reset.isVisible()


def test_setting_is_not_changing(make, qtbot):
    field = make("top_p")
    with qtbot.assertNotEmitted(field.value_changed):
        field.set_value(0.5)
    assert field.value() == 0.5


def test_typing_is_told_when_it_is_finished(make, qtbot):
    field = make("top_k")
    told = []
    field.value_changed.connect(told.append)
    field._box.setFocus()
    field._box.selectAll()
    QTest.keyClicks(field._box, "123")
    assert told == []
    QTest.keyClick(field._box, Qt.Key.Key_Return)
    assert told == [123]


def test_the_wheel_belongs_to_the_panel(make):
    field = make("top_k")
    field._label.setFocus()
    for part in (field._slider, field._box):
        position = QPointF(part.rect().center())
        event = QWheelEvent(
            position,
            QPointF(part.mapToGlobal(position.toPoint())),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        part.clearFocus()
        QApplication.sendEvent(part, event)
        assert not event.isAccepted()
    assert field.value() == 40
