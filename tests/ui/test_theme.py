import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QWidget

from desktop.domain.paths import resource_path
from desktop.ui.colors import DARK, LIGHT
from desktop.ui.theme import Theme, monospace_font


def window_colour() -> str:
    return QGuiApplication.palette().color(QPalette.ColorRole.Window).name()


def test_light_and_dark_are_applied_at_once(theme: Theme, qtbot):
    with qtbot.waitSignal(theme.changed):
        theme.apply("dark")
    assert theme.colors is DARK
    assert window_colour() == DARK.window
    theme.apply("light")
    assert theme.colors is LIGHT
    assert window_colour() == LIGHT.window


def test_the_same_again_changes_nothing(theme: Theme, qtbot):
    with qtbot.assertNotEmitted(theme.changed):
        theme.apply("light")


def test_an_unknown_mode_is_refused(theme: Theme):
    with pytest.raises(ValueError, match="sepia"):
        theme.apply("sepia")


def test_system_follows_what_the_platform_says(theme: Theme, qapp, monkeypatch):
    theme.apply("system")
    before = theme.colors is DARK
    monkeypatch.setattr(theme, "_system_is_dark", lambda: not before)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Unknown)
    assert theme.colors is (LIGHT if before else DARK)
    assert window_colour() == (LIGHT if before else DARK).window


def test_a_chosen_mode_does_not_follow_the_platform(theme: Theme, qapp, qtbot):
    with qtbot.assertNotEmitted(theme.changed):
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)


def test_text_grows_everywhere(theme: Theme, qtbot):
    box = QWidget()
    row = QHBoxLayout(box)
    small, body = QLabel("Text"), QLabel("Text")
    small.setProperty("tone", "small")
    row.addWidget(small)
    row.addWidget(body)
    qtbot.addWidget(box)
    box.show()
    sizes = [label.fontMetrics().height() for label in (small, body)]
    mono = monospace_font().pointSizeF()
    theme.apply(theme.mode, 2.0)
    for before, label in zip(sizes, (small, body), strict=True):
        assert label.fontMetrics().height() > 1.8 * before
    assert monospace_font().pointSizeF() == pytest.approx(2 * mono)


def test_text_size_has_bounds(theme: Theme):
    theme.apply(theme.mode, 9)
    assert theme.text_scale == 2.0
    theme.apply(theme.mode, 0.1)
    assert theme.text_scale == 0.8


def test_a_dressed_part_follows_at_once_while_it_is_shown(theme: Theme, qtbot):
    part = QLabel("Text")
    part.setProperty("tone", "error")
    qtbot.addWidget(part)
    theme.dress(part)
    part.show()
    assert text_colour(part) == LIGHT.error
    theme.apply("dark")
    assert text_colour(part) == DARK.error


def test_a_hidden_part_follows_when_it_is_shown(theme: Theme, qtbot):
    stack = QStackedWidget()
    parts = [QLabel("One"), QLabel("Two")]
    for part in parts:
        part.setProperty("tone", "error")
        stack.addWidget(part)
        theme.dress(part)
    qtbot.addWidget(stack)
    stack.show()
    theme.apply("dark")
    assert parts[1].styleSheet() != theme.sheet
    stack.setCurrentWidget(parts[1])
    assert [text_colour(part) for part in parts] == [DARK.error] * 2


def test_the_application_wears_the_sheet_only_without_a_window(theme: Theme, qapp, qtbot):
    assert qapp.styleSheet() == theme.sheet
    part = QWidget()
    qtbot.addWidget(part)
    theme.dress(part)
    theme.apply("dark")
    assert qapp.styleSheet() == ""


def text_colour(widget: QWidget) -> str:
    return widget.palette().color(QPalette.ColorRole.WindowText).name()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_style_does_not_depend_on_where_quern_lies(theme: Theme, mode: str):
    theme.apply(mode)
    assert theme.sheet.isascii()  # unlike a path, which Qt then may not understand
    assert resource_path().as_posix() not in theme.sheet
    pictures = re.findall(r"url\((.+?)\)", theme.sheet)
    assert pictures
    assert not any(QPixmap(picture).isNull() for picture in pictures)
