import pytest
from PySide6.QtCore import Qt

from desktop.domain.model import MemoryEstimate
from desktop.ui.widgets.memory_bar import MemoryBar
from tests.helpers.models_page_data import GB

HALF = MemoryEstimate(3 * GB, GB, 0, 0, 4096, 8 * GB)


@pytest.fixture
def bar(theme, qtbot) -> MemoryBar:
    made = MemoryBar()
    qtbot.addWidget(made)
    made.resize(400, made.heightForWidth(400))
    made.show()
    return made


def colour(bar: MemoryBar, share: float) -> str:
    image = bar.grab().toImage()
    return image.pixelColor(round(share * image.width()), bar._bar_height() // 2).name()


def test_parts_are_as_long_as_they_are_large(bar, theme):
    free = theme.colors.hover
    assert colour(bar, 0.1) == free
    bar.set_estimate(HALF)
    assert colour(bar, 0.1) == colour(bar, 0.35) == theme.colors.accent
    assert colour(bar, 0.45) not in (theme.colors.accent, free)
    assert colour(bar, 0.6) == free
    assert "weights 3.0 GB, context 1.0 GB" in bar.accessibleDescription()


def test_it_begins_at_the_right_where_people_read_from_there(bar, theme):
    bar.set_estimate(HALF)
    bar.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert colour(bar, 0.9) == theme.colors.accent
    assert colour(bar, 0.3) == theme.colors.hover


def test_too_much_is_marked_where_the_memory_ends(bar, theme):
    bar.set_estimate(MemoryEstimate(8 * GB, 0, 0, 0, 4096, 4 * GB))
    assert colour(bar, 0.25) == theme.colors.error
    assert colour(bar, 0.5) == theme.colors.text
    theme.apply("dark")
    assert colour(bar, 0.25) == theme.colors.error


def test_the_legend_wraps(bar):
    bar.set_estimate(MemoryEstimate(GB, GB, GB, GB, 4096, 8 * GB))
    assert bar.heightForWidth(120) > bar.heightForWidth(600)
