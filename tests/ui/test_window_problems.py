"""What a window says of what went wrong, and takes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from desktop.controllers.controller import Controller
from desktop.domain.errors import InvalidInput
from desktop.ui.main_window import MainWindow
from desktop.ui.window_problems import WindowProblems


class Models(QObject):
    load_failed = Signal(object)
    died = Signal(object)
    loaded = Signal(object)


@pytest.fixture
def problems(actions, theme, icons, qtbot) -> WindowProblems:
    main = MainWindow(actions, theme, icons)
    main.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(main)
    models = Models(main)
    return WindowProblems(main, models, lambda _path: None)


def said(problems: WindowProblems) -> str:
    notice = problems.parent().banner.notice
    return notice.text if notice is not None else ""


def test_what_failed_is_said_until_it_is_mended(problems) -> None:
    first, other = Controller(), Controller()
    problems.follow(first)
    problems.follow(other)
    first.fail("import", InvalidInput("One."))
    first.fail("export", InvalidInput("Two."))
    other.fail("import", InvalidInput("Three."))
    assert said(problems) == "One."
    first.mend("import")
    assert said(problems) == "Two."
    first.mend("export")
    assert said(problems) == "Three."
    other.mend("import")
    assert said(problems) == ""
    first.fail("import", InvalidInput("One."))
    assert said(problems) == "One."


def test_a_sentence_stands_as_long_as_anything_says_it(problems) -> None:
    first, other = Controller(), Controller()
    problems.follow(first)
    problems.follow(other)
    for controller in (first, other):
        controller.fail("save", InvalidInput("The disk is full."))
    first.mend("save")
    assert said(problems) == "The disk is full."
    other.mend("save")
    assert said(problems) == ""
