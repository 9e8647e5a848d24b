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


class Importing(Controller):
    imported = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.mend_by(self.imported)


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
    importing, other = Importing(), Importing()
    problems.follow(importing)
    problems.follow(other)
    importing.imported.emit("a.json")
    for controller, text in ((importing, "One."), (importing, "Two."), (other, "Three.")):
        controller.failed.emit(InvalidInput(text))
    assert said(problems) == "One."
    importing.imported.emit("a.json")
    assert said(problems) == "Three."
    other.imported.emit("a.json")
    assert said(problems) == ""
    importing.failed.emit(InvalidInput("One."))
    assert said(problems) == "One."
