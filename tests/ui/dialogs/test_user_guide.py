"""Reading the user guide."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage

from desktop.core.user_guide import read_guide
from desktop.domain.paths import resource_path
from desktop.ui.dialogs.user_guide import UserGuide


@pytest.fixture
def guide(icons, theme, qtbot) -> UserGuide:
    made = UserGuide(read_guide(resource_path("docs")), icons)
    qtbot.addWidget(made)
    made.show()
    return made


def titles(guide: UserGuide) -> list[str]:
    return [guide.list.item(row).text() for row in range(guide.list.count())]


def test_it_opens_at_the_first_chapter(guide: UserGuide) -> None:
    assert titles(guide)[0] == "Install and start"
    assert "no account" in guide.page.toPlainText()


def test_a_link_leads_to_another_chapter_or_asks_for_the_browser(guide, qtbot) -> None:
    guide.page.anchorClicked.emit(QUrl("05-comparing.md"))
    assert guide.list.currentItem().text().startswith("Comparing")
    guide.page.anchorClicked.emit(QUrl("missing.md"))
    assert guide.list.currentItem().text().startswith("Comparing")
    with qtbot.waitSignal(guide.link_activated) as told:
        guide.page.anchorClicked.emit(QUrl("https://example.org/x"))
    assert told.args == ["https://example.org/x"]


def test_searching_narrows_the_chapters(guide: UserGuide) -> None:
    guide.search.setText("keyring")
    found = titles(guide)
    assert "Privacy" in found and "Install and start" not in found
    guide.page.anchorClicked.emit(QUrl("01-install.md"))  # a link to one that was not found
    assert guide.list.currentItem().text() == "Install and start"
    guide.search.setText("qwertyuiop")
    assert titles(guide) == [] and guide.none.isVisible()
    guide.search.clear()
    assert not guide.none.isVisible()


def test_pictures_fit_the_page_and_its_colours(guide, theme) -> None:
    guide.show_chapter("02-first-chat.md")
    light = guide.page.loadResource(2, QUrl("chat-filled-light.png"))
    assert isinstance(light, QImage) and not light.isNull()
    assert light.width() / light.devicePixelRatio() <= guide.page.viewport().width()
    theme.apply("dark", 1.0)
    dark = guide.page.loadResource(2, QUrl("chat-filled-light.png"))
    assert isinstance(dark, QImage) and dark.pixelColor(5, dark.height() // 2).lightness() < 100


@pytest.mark.parametrize("name", ["https://example.org/x.svg", "/etc/passwd", "../../x.md"])
def test_nothing_else_is_loaded(guide, name: str) -> None:
    assert guide.page.loadResource(2, QUrl(name)) is None


def test_a_missing_guide_is_an_empty_one(icons, qtbot, tmp_path: Path) -> None:
    made = UserGuide(read_guide(tmp_path), icons)
    qtbot.addWidget(made)
    made.show()
    assert titles(made) == []
