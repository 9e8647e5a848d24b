"""The views of the Compare page."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from desktop.ui.pages.compare_page import LEVELS, ComparePage


@pytest.fixture
def page(icons, qtbot) -> ComparePage:
    page = ComparePage(icons, lambda: 8 << 30)
    qtbot.addWidget(page)
    page.show()
    return page


def test_a_single_view_needs_no_switch(page: ComparePage) -> None:
    assert not page.views.isVisible()


def blind_test() -> Generator[None, None, QLabel]:
    yield
    return QLabel("blind")


def test_a_view_is_made_when_it_is_first_chosen(page: ComparePage, qtbot) -> None:
    made: list[QLabel] = []

    def make() -> Generator[None, None, QLabel]:
        made.append((yield from blind_test()))
        return made[-1]

    page.add_view("Blind test", make)
    assert page.views.isVisible() and not made
    page.views.choose(1)
    assert not made  # step by step
    qtbot.waitUntil(lambda: bool(made) and made[0].isVisible())
    page.views.choose(LEVELS)
    assert not made[0].isVisible()
    page.views.choose(1)
    assert len(made) == 1 and made[0].isVisible()


def test_comparing_a_model_shows_the_levels(page: ComparePage, tmp_path: Path) -> None:
    page.add_view("Blind test", blind_test)
    page.views.choose(1)
    page.set_base(tmp_path / "model.gguf")
    assert page.views.current == LEVELS
