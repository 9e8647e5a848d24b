"""What tests of widgets share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

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
def windows(qapp: QApplication) -> Iterator[list[str]]:
    """Classes of what is shown as a window, if only for a moment, from now on."""

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            is_shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
            if is_shown and watched.isWindow():
                shown.append(type(watched).__name__)
            return False

    shown: list[str] = []
    watch = Watch()
    qapp.installEventFilter(watch)
    yield shown
    qapp.removeEventFilter(watch)


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
