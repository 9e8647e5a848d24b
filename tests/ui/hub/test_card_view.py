import pytest
from PySide6.QtCore import QUrl

from desktop.ui.hub.card_view import AT_ONCE, CardView
from tests.helpers.models_page_data import CARD


@pytest.fixture
def view(icons, theme, qtbot) -> CardView:
    made = CardView(icons)
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    return made


def test_a_card_is_laid_out_without_its_pictures(view, qtbot):
    view.set_card(CARD)
    qtbot.waitUntil(lambda: "How to run it" in view.text())
    assert "<div" not in view.text()
    assert "logo" not in view.text()
    assert not view._none.isVisible()


def test_the_lines_of_code_stand_together(view, qtbot):
    view.set_card("Run it:\n\n```python\nimport quern\n\nquern.run()\n```\n\nThat is all.")
    qtbot.waitUntil(lambda: bool(view._panes))
    block, margins = view._panes[0].document().begin(), {}
    while block.isValid():
        margins[block.text()] = block.blockFormat().topMargin()
        block = block.next()
    assert margins["import quern"] > 0
    assert margins[""] == margins["quern.run()"] == 0
    assert margins["That is all."] > 0


def test_links_are_told_and_not_followed(view, qtbot):
    view.set_card(CARD)
    qtbot.waitUntil(lambda: bool(view._panes))
    pane = view._panes[0]
    with qtbot.waitSignal(view.link_activated) as told:
        pane.anchorClicked.emit(QUrl("https://example.org/Qwen/Qwen3-4B"))
    assert told.args == ["https://example.org/Qwen/Qwen3-4B"]
    with qtbot.assertNotEmitted(view.link_activated):
        pane.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert pane.toPlainText()  # still the card


def test_a_long_card_comes_in_parts(view, qtbot):
    view.set_card(("word " * 100 + "\n\n") * 600)  # 300 kB
    qtbot.waitUntil(lambda: view._more.isVisible())
    assert len(view._panes) == AT_ONCE
    view._more.click()
    qtbot.waitUntil(lambda: len(view._panes) == 2 * AT_ONCE)


def test_the_newest_card_wins(view, qtbot):
    view.set_card("# One")
    view.set_card("# Two")
    qtbot.waitUntil(lambda: view.text() == "Two")
    view.set_card("")
    assert view.text() == ""
    assert view._none.isVisible()


def test_it_follows_palette_and_width(view, theme, qtbot):
    view.set_card("word " * 200)
    qtbot.waitUntil(lambda: bool(view._panes))
    tall = view._panes[0].height()
    view.resize(900, 600)
    qtbot.waitUntil(lambda: view._panes[0].height() < tall)
    light = view.grab().toImage()
    theme.apply("dark")
    qtbot.waitUntil(lambda: bool(view._panes))
    assert view.grab().toImage() != light
