"""Every page has room on small screens with large text."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.core.settings import SettingsStore
from desktop.domain.paths import Home
from tests.helpers.apps import make_app

PAGES = ["chat", "models", "quantize", "compare", "prompts", "settings"]


@pytest.fixture(params=[(1.25, 1024), (2.0, 1366)], ids=["1024 at 125 %", "1366 at 200 %"])
def window(request, qapp, theme, tmp_path, qtbot):
    """A window, and how wide it may be."""
    scale, width = request.param
    home = Home(tmp_path)
    home.root.mkdir(exist_ok=True)
    SettingsStore(home.settings).update(text_scale=scale)
    app = make_app(qapp, home)
    made = app.open_window()
    made.room = width
    yield made
    app.quit()
    app.close()


def test_pages_and_the_panel_need_no_more_room_than_the_screen_has(window, qtbot):
    main = window.main
    main.resize(window.room, 640)
    window.actions.action("toggle_sampler").trigger()
    window.page.panel.next_token_fold.set_open(True)
    for page in PAGES:
        main.show_page(page)
    # The window needs what its widest page does.
    qtbot.waitUntil(lambda: main.minimumSizeHint().width() <= window.room)
    qtbot.waitUntil(lambda: main.width() == window.room)


def test_the_sidebar_leaves_the_pages_most_of_the_room(window):
    assert window.main.sidebar.minimumWidth() < window.room / 3
    assert window.main.sidebar.minimumSizeHint().width() < window.room / 3


def test_the_panel_covers_no_more_than_the_conversation(window, qtbot):
    page = window.page
    window.main.resize(window.room, 640)
    window.actions.action("toggle_sampler").trigger()
    qtbot.waitUntil(lambda: page.panel.geometry().height() == page.stack.height())
    assert page.splitter.is_over
    for needed in (page.top, page.composer):
        assert not page.panel.geometry().intersects(needed.geometry())


def test_esc_closes_a_panel_that_covers_the_conversation(window, qtbot):
    toggle = window.actions.action("toggle_sampler")
    window.main.resize(window.room, 640)
    toggle.trigger()
    qtbot.waitUntil(lambda: window.page.splitter.is_over)
    window.page.panel.next_token_fold.button.setFocus()
    QTest.keyClick(window.page.panel.next_token_fold.button, Qt.Key.Key_Escape)
    assert not toggle.isChecked()
    assert not window.page.panel.isVisible()
    assert window.main.focusWidget() is window.page.composer.edit
