"""What pictures of pages share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication


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
