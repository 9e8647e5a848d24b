"""What pictures of pages share."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from types import ModuleType

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.actions import Actions
from desktop.ui.icons import Icons
from desktop.ui.main_window import MainWindow
from desktop.ui.theme import Theme
from tests.helpers.screenshots import assert_looks_as_approved


@pytest.fixture(autouse=True)
def _each_window_ends_with_its_test(qapp: QApplication) -> Iterator[None]:
    """Or every change of style goes through the widgets of all tests so far, while Python deletes
    them when it likes and in an order of its own, which Qt does not survive."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


@pytest.fixture
def font(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same letters on every machine: Inter and DejaVu Sans Mono, drawn without hinting."""
    before = qapp.font()
    for family, package in (("Inter", "fonts-inter"), ("DejaVu Sans Mono", "fonts-dejavu-core")):
        if not QFontDatabase.hasFamily(family):
            pytest.fail(f"the font {family} is missing; `make test` installs Debian's {package}")
    fixed = QFont("DejaVu Sans Mono")
    fixed.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    monkeypatch.setattr(QFontDatabase, "systemFont", lambda _kind: QFont(fixed))
    font = QFont("Inter")
    font.setPointSizeF(10.5)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    qapp.setFont(font)
    yield
    qapp.setFont(before)


@pytest.fixture
def theme(qapp: QApplication, font: None) -> Iterator[Theme]:
    """Light, until a test applies another; the application looks as before afterwards."""
    palette = QPalette(qapp.palette())
    made = Theme(qapp)
    made.apply("light", 1.0)
    yield made
    made.deleteLater()
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    qapp.setStyleSheet("")
    qapp.setPalette(palette)


@pytest.fixture
def icons(qapp: QApplication) -> Icons:
    return Icons()


@pytest.fixture
def main(theme: Theme, icons: Icons, qtbot) -> MainWindow:
    """A window without pages, whose commands do nothing."""
    actions = Actions(icons)
    for name, _ in actions.items():
        actions.connect_handler(name, lambda: None)
    made = MainWindow(actions, theme, icons)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def second_of_june(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType], None]:
    """Lets a module believe that it is 2 June 2026."""

    class Today:
        @staticmethod
        def today() -> date:
            return date(2026, 6, 2)

    return lambda module: monkeypatch.setattr(module, "date", Today)


@pytest.fixture
def approve(request: pytest.FixtureRequest) -> Callable[[QWidget, str], None]:
    """Compares a widget with the approved picture of this name, or approves it."""
    update = request.config.getoption("--update-screenshots")
    return partial(assert_looks_as_approved, update=update)
