from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette

from desktop.ui.colors import DARK, LIGHT, contrast
from desktop.ui.next_token.legend import Legend
from desktop.ui.next_token.levels import LEVELS, fill_of, level_names, level_of


def test_every_probability_has_a_level():
    assert [LEVELS.index(level_of(p)) for p in (1.0, 0.9, 0.6, 0.1, 0.05, 0.001, 0.0)] == [
        0, 0, 1, 2, 3, 4, 4,
    ]  # fmt: skip


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_text_can_be_read_on_every_level(qapp, colors):
    palette = colors.palette()
    text = palette.color(QPalette.ColorRole.WindowText).name()
    fills = [fill_of(level, palette).name() for level in LEVELS]
    assert all(contrast(text, fill) >= 4.5 for fill in fills)
    assert len(set(fills)) == len(LEVELS)
    assert QColor(fills[0]) == palette.color(QPalette.ColorRole.Window)


def test_the_legend_names_each_level(theme, qtbot):
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show()
    assert len(level_names()) == len(LEVELS)
    assert legend.layout().count() == len(LEVELS) + 1
