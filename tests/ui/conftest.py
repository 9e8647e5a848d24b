"""What tests of widgets share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from desktop.ui.actions import Actions
from desktop.ui.icons import Icons
from desktop.ui.theme import Theme


@pytest.fixture
def icons(qapp: QApplication) -> Icons:
    return Icons()


@pytest.fixture
def actions(icons: Icons) -> Actions:
    """All commands, each with a handler that does nothing."""
    made = Actions(icons)
    for name, _ in made.items():
        made.connect_handler(name, lambda: None)
    return made


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """A theme showing light colours; the application looks as before afterwards."""
    font, palette = qapp.font(), QPalette(qapp.palette())
    made = Theme(qapp)
    made.apply("light")
    yield made
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qapp.setStyleSheet("")
    qapp.setPalette(palette)
    qapp.setFont(font)
