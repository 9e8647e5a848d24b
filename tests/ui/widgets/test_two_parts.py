import pytest
from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.widgets.two_parts import NARROW, TwoParts


@pytest.fixture
def parts(qapp) -> tuple[QWidget, QWidget]:
    made = (QWidget(), QWidget())
    for part in made:
        part.setMinimumSize(40, 20)
    return made


def wide(both: TwoParts) -> int:
    return both.fontMetrics().averageCharWidth() * NARROW + 100


def test_they_share_the_width_where_there_is_room(qtbot, parts):
    both = TwoParts(*parts, shares=(3, 1))
    qtbot.addWidget(both)
    both.resize(wide(both), 100)
    both.show()
    first, second = (part.geometry() for part in parts)
    assert first.right() < second.left()
    assert first.top() == second.top() == 0
    assert first.width() == pytest.approx(3 * second.width(), abs=4)


@pytest.mark.parametrize("second_above", [False, True])
def test_they_stand_below_each_other_where_there_is_none(qtbot, parts, second_above):
    both = TwoParts(*parts, second_above=second_above)
    qtbot.addWidget(both)
    both.resize(300, 100)
    both.show()
    upper, lower = reversed(parts) if second_above else parts
    qtbot.waitUntil(lambda: upper.geometry().bottom() < lower.geometry().top())
    assert upper.width() == lower.width() == 300


def test_they_need_no_more_width_than_the_wider_one(qtbot):
    parts = QLabel("Short"), QLabel("Longer than that")
    both = TwoParts(*parts)
    qtbot.addWidget(both)
    assert both.minimumSizeHint().width() == parts[1].minimumSizeHint().width()
