"""A transcript view to work with, and ways to wait for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.transcript import Entry, TranscriptView


@pytest.fixture
def icons() -> list[str]:
    """The names of the icons a view has asked for."""
    return []


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication, icons: list[str]) -> Iterator[TranscriptView]:
    """An empty view of 800 by 600 pixels, shown, in a light palette."""

    def icon(name: str) -> QIcon:
        icons.append(name)
        pixmap = QPixmap(16, 16)
        pixmap.fill(Qt.GlobalColor.gray)
        return QIcon(pixmap)

    qapp.setStyle("Fusion")
    view = TranscriptView(icon=icon)
    palette = QPalette(QColor("#f0f0f0"))
    view.setPalette(palette)
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    yield view
    view.close()


def settle() -> None:
    """Let all pending events take effect, those that delete widgets too."""
    for _ in range(40):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(name="settle")
def settle_fixture() -> Callable[[], None]:
    return settle


@pytest.fixture
def talk() -> Callable[[int], list[Entry]]:
    """Makes a conversation of so many messages, questions and answers in turn."""

    def make(count: int) -> list[Entry]:
        return [
            Entry(key, "user", f"Question {key}")
            if key % 2
            else Entry(
                key, "assistant", f"Answer {key} with **bold** words.\n\nSecond part of {key}."
            )
            for key in range(1, count + 1)
        ]

    return make
